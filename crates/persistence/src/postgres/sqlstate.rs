//! SQLSTATE, read off the wire. Diesel keeps the words of a failure, which a server says in its own language
//! (`lc_messages`), and not the code, which is the same in all.

use std::{
    fmt, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use crate::Obstacle;

/// What kind of failure it was: five letters and digits, of which two name the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SqlState([u8; 5]);

impl SqlState {
    pub(super) fn parse(code: &str) -> Option<Self> {
        code.as_bytes().try_into().ok().map(Self)
    }

    /// Whether it may pass by itself, or once somebody made room: nothing is wrong with the statement.
    pub(super) fn is_passing(self) -> bool {
        let [class @ .., _, _, _] = self.0;
        // Classes: connection failed; transaction rolled back; out of resources; operator intervened.
        matches!(&class, b"08" | b"40" | b"53" | b"57")
            // Read-only transaction; transaction idle, or open, for too long; lock not available; input and output.
            || matches!(&self.0, b"25006" | b"25P03" | b"25P04" | b"55P03" | b"58030")
            || self.is_of_a_pooler()
    }

    /// Somebody else held a lock for longer than was to be waited.
    pub(super) fn is_lock_timeout(self) -> bool {
        self.0 == *b"55P03"
    }

    /// The role may not do this; or it may use no schema at all, which reads as if there were none.
    pub(super) fn is_lack_of_rights(self) -> bool {
        matches!(&self.0, b"42501" | b"3F000")
    }

    /// A statement that was prepared is not known, or is already: somebody between here and the server gives statements
    /// of one client to connections of another.
    pub(super) fn is_of_a_pooler(self) -> bool {
        matches!(&self.0, b"26000" | b"42P05")
    }

    /// What it is that keeps somebody from connecting.
    pub(super) fn obstacle(self) -> Obstacle {
        match &self.0 {
            b"28P01" | b"28000" => Obstacle::LogIn,
            b"3D000" => Obstacle::NoDatabase,
            b"42501" => Obstacle::NoConnectRight,
            b"53300" => Obstacle::Full,
            _ if self.is_of_a_pooler() => Obstacle::Pooler,
            _ => Obstacle::Other,
        }
    }

    /// What keeps the database from writing, if it is that.
    pub(super) fn keeps_from_writing(self) -> Option<&'static str> {
        match &self.0 {
            b"53100" => Some("the disk of the database is full"),
            b"58030" => Some("the database can't write to its disk"),
            b"25006" => Some("the database is read-only"),
            _ => None,
        }
    }
}

impl fmt::Display for SqlState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// The code of the last failure on one connection, for as long as that lives.
#[derive(Debug, Clone, Default)]
pub(super) struct LastFailure(Arc<AtomicU64>);

impl LastFailure {
    pub(super) fn sqlstate(&self) -> Option<SqlState> {
        let [_, _, _, code @ ..] = self.0.load(Ordering::Acquire).to_be_bytes();
        (code != [0; 5]).then_some(SqlState(code))
    }

    fn note(&self, SqlState(sqlstate): SqlState) {
        let mut bytes = [0; 8];
        let [_, _, _, code @ ..] = &mut bytes;
        *code = sqlstate;
        self.0.store(u64::from_be_bytes(bytes), Ordering::Release);
    }
}

/// A stream of PostgreSQL's protocol that is listened to while it is read.
pub(super) struct Tapped<S> {
    stream: S,
    listener: Listener,
}

impl<S> Tapped<S> {
    pub(super) fn new(stream: S, last_failure: LastFailure) -> Self {
        Self { stream, listener: Listener { last_failure, head: Vec::new(), left: 0, failure: None } }
    }
}

/// Follows the messages of the server: a letter, four bytes of length, and the body. Of failures (`E`) it keeps the code.
struct Listener {
    last_failure: LastFailure,
    head: Vec<u8>,
    /// Of the body.
    left: usize,
    /// The body, if the message is a failure.
    failure: Option<Vec<u8>>,
}

/// The code stands among the first fields; what comes after so many bytes is not looked at.
const FAILURE_BYTES: usize = 1024;

impl Listener {
    fn hear(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = if self.left == 0 { self.hear_head(bytes) } else { self.hear_body(bytes) };
        }
    }

    fn hear_head<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (fresh, rest) = bytes.split_at(bytes.len().min(5 - self.head.len()));
        self.head.extend_from_slice(fresh);
        if let [kind, length @ ..] = self.head.as_slice()
            && let Ok(length) = <[u8; 4]>::try_from(length)
        {
            // The length counts itself.
            self.left = u32::from_be_bytes(length).saturating_sub(4) as usize;
            self.failure = (*kind == b'E').then(Vec::new);
            self.head.clear();
        }
        rest
    }

    fn hear_body<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (body, rest) = bytes.split_at(bytes.len().min(self.left));
        self.left -= body.len();
        if let Some(failure) = &mut self.failure {
            failure.extend(body.iter().take(FAILURE_BYTES.saturating_sub(failure.len())));
            if self.left == 0
                && let Some(code) = code_of(failure)
            {
                self.last_failure.note(code);
            }
        }
        rest
    }
}

/// A letter, a text and a zero byte for each field.
fn code_of(failure: &[u8]) -> Option<SqlState> {
    let code = failure.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(b"C"))?;
    code.try_into().ok().map(SqlState)
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, listener } = &mut *self;
        let before = buffer.filled().len();
        let polled = Pin::new(stream).poll_read(context, buffer);
        listener.hear(buffer.filled().get(before..).unwrap_or_default());
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Tapped<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream.channel_binding()
    }
}

/// A TLS handshake whose stream is [`Tapped`].
pub(super) struct Tapping<Tls> {
    tls: Tls,
    last_failure: LastFailure,
}

impl<Tls> Tapping<Tls> {
    pub(super) fn new(tls: Tls, last_failure: LastFailure) -> Self {
        Self { tls, last_failure }
    }
}

impl<S, Tls> TlsConnect<S> for Tapping<Tls>
where
    S: Send + 'static,
    Tls: TlsConnect<S, Future: Send + 'static>,
{
    type Stream = Tapped<Tls::Stream>;
    type Error = Tls::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let Self { tls, last_failure } = self;
        let handshake = tls.connect(stream);
        Box::pin(async move { Ok(Tapped::new(handshake.await?, last_failure)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[kind][..], &length.to_be_bytes(), body].concat()
    }

    fn failure(code: &str, words: &str) -> Vec<u8> {
        message(b'E', format!("SFEHLER\0VERROR\0C{code}\0M{words}\0\0").as_bytes())
    }

    fn heard(bytes: &[u8], at_once: usize) -> Option<String> {
        let mut tapped = Tapped::new((), LastFailure::default());
        for chunk in bytes.chunks(at_once) {
            tapped.listener.hear(chunk);
        }
        tapped.listener.last_failure.sqlstate().map(|code| code.to_string())
    }

    #[test]
    fn a_failure_is_heard_however_its_bytes_arrive() {
        let row = message(b'D', b"E\0\0\0\x09C99999\0");
        let conversation = [row.clone(), message(b'1', b""), failure("53100", "kein Platz"), row, message(b'Z', b"E")];
        for at_once in [1, 2, 3, 5, 7, 1000] {
            assert_eq!(heard(&conversation.concat(), at_once).as_deref(), Some("53100"), "{at_once} bytes at once");
        }
    }

    #[test]
    fn the_last_failure_counts_and_rows_are_none() {
        assert_eq!(heard(&message(b'D', b"C53100\0"), 4), None);
        let two = [failure("57014", &"x".repeat(5_000)), failure("40001", "y")].concat();
        assert_eq!(heard(&two, 100).as_deref(), Some("40001"));
    }

    #[test]
    fn what_may_pass_is_told_by_its_code() {
        let is_passing = |code: &[u8; 5]| SqlState(*code).is_passing();
        for code in [
            b"08006", b"25006", b"40001", b"40P01", b"53100", b"53200", b"53300", b"55P03", b"57014", b"57P01",
            b"57P03", b"58030", b"26000",
        ] {
            assert!(is_passing(code), "{code:?}");
        }
        for code in [b"22021", b"23505", b"42601", b"42501", b"XX000", b"25P02"] {
            assert!(!is_passing(code), "{code:?}");
        }
    }
}
