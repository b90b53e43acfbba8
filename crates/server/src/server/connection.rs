//! One client's connection of HTTP/1: when it is asked, when it answers, and when it may end.

use std::{
    cell::Cell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use actix_http::ConnectionType;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{Extensions, ServiceRequest, ServiceResponse},
    middleware::Next,
};
use ironplate_web::Stage;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::accept::{ConnectionOptions, Transport, socket};

/// How long a client may take to close, too.
pub(super) const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// After so much more than a head may take: actix says 408 to a first request that is slow, and knows no limit for the next ones.
const GRACE: Duration = Duration::from_secs(1);

/// So much is read at a time: actix keeps what it read into for as long as the connection lives, at the size of the largest
/// portion.
const PORTION: usize = 4 * 1024;

/// Who comes with a longer head is not heard to its end. One that is too long, but not by far, is answered: by `head` in
/// `ironplate-http`. Before a later head there may be the rest of a body that nobody wanted, which is short: after others the
/// connection is closed, by `close_connections` in `ironplate-web`.
pub(super) const MAX_HEAD: usize = 48 * 1024;

/// No more is heard before the answer: enough for each body that is taken, however it is cut into chunks.
const MAX_UNANSWERED: usize = 96 * 1024;

/// A stream that seems to be at its end when it may be closed: nothing more is to be read, and nothing was asked.
pub(super) struct Connection {
    transport: Transport,
    state: Rc<ConnectionState>,
    leave: Pin<Box<dyn Future<Output = ()>>>,
    is_leaving: bool,
    timer: Option<Pin<Box<Sleep>>>,
    /// Bytes of the portion that is being read.
    portion: usize,
}

/// Whether the client or the server is to speak.
struct ConnectionState {
    now: Cell<Phase>,
    /// How many bytes came since then.
    heard: Cell<usize>,
    /// Whoever is not heard until the answer is there.
    waits: Cell<Option<Waker>>,
    stage: Stage,
    /// How long the head of a request may take.
    head: Duration,
    /// How long it is kept without a request.
    keep_alive: Duration,
}

#[derive(Clone, Copy)]
enum Phase {
    /// Nothing was asked, or all is answered; so until then at the most.
    Idle(Instant),
    /// A request has begun to come, and has to be there by then.
    Asked(Instant),
    Answering,
    /// Nothing more is answered; what comes is thrown away.
    Closing,
}

impl Connection {
    /// Its first byte is there.
    pub(super) fn new(transport: Transport, options: &ConnectionOptions) -> Self {
        let head = options.times.head + GRACE;
        let state = Rc::new(ConnectionState {
            now: Cell::new(Phase::Asked(Instant::now() + head)),
            heard: Cell::new(0),
            waits: Cell::new(None),
            stage: options.stage.clone(),
            head,
            keep_alive: options.times.keep_alive,
        });
        let mut leave = options.leave.watch();
        let leave = Box::pin(async move { leave.wanted().await });
        Self { transport, state, leave, is_leaving: false, timer: None, portion: 0 }
    }

    /// Gives requests the state of the connection that they came on.
    pub(super) fn introduce(&self, requests: &mut Extensions) {
        requests.insert(self.state.clone());
    }

    /// Whether it may be closed now that nothing is to be read. Wakes the task when that changes.
    fn may_end(&mut self, context: &mut Context<'_>) -> bool {
        self.is_leaving = self.is_leaving || self.leave.as_mut().poll(context).is_ready();
        match self.state.now.get() {
            Phase::Answering | Phase::Closing => false,
            Phase::Idle(_) if self.is_leaving => !socket(&self.transport).has_bytes(),
            Phase::Idle(until) | Phase::Asked(until) => {
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
                if timer.deadline() != until {
                    timer.as_mut().reset(until);
                }
                timer.as_mut().poll(context).is_ready()
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.state.now.get() {
            Phase::Asked(_) if this.state.heard.get() > MAX_HEAD => return Poll::Ready(Ok(())),
            Phase::Answering if this.state.heard.get() > MAX_UNANSWERED => {
                this.state.waits.set(Some(context.waker().clone()));
                return Poll::Pending;
            }
            _ => {}
        }
        if this.portion >= PORTION {
            // What was read is made use of before more is.
            this.portion = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.transport).poll_read(context, buffer) {
            Poll::Pending => {
                this.portion = 0;
                if this.may_end(context) { Poll::Ready(Ok(())) } else { Poll::Pending }
            }
            read @ Poll::Ready(_) => {
                let count = buffer.filled().len() - before;
                this.portion += count;
                this.state.hears(count);
                read
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().transport).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_shutdown(context)
    }
}

impl ConnectionState {
    fn hears(&self, bytes: usize) {
        if let Phase::Idle(_) = self.now.get()
            && bytes > 0
        {
            self.now.set(Phase::Asked(Instant::now() + self.head));
        }
        self.heard.set(self.heard.get() + bytes);
    }

    fn enter(&self, phase: Phase) {
        self.now.set(phase);
        self.heard.set(0);
        if let Some(waker) = self.waits.take() {
            waker.wake();
        }
    }
}

/// While it lives, the server is to speak.
struct Answering(Rc<ConnectionState>);

impl Answering {
    fn on(state: &Rc<ConnectionState>) -> Self {
        state.enter(Phase::Answering);
        Self(state.clone())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        // A request that failed before there was an answer is as good as answered.
        if let Phase::Answering = self.0.now.get() {
            self.0.enter(Phase::Idle(Instant::now() + self.0.keep_alive + self.0.head));
        }
    }
}

/// Around everything else: the connection does not end before its request is answered, and the answer says if it ends then.
pub(super) async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let answering = request.conn_data::<Rc<ConnectionState>>().map(Answering::on);
    let mut response = next.call(request).await?;
    if let Some(Answering(state)) = &answering {
        let head = response.response_mut().head_mut();
        if state.stage.is_draining() {
            head.set_connection_type(ConnectionType::Close);
        }
        if head.connection_type() == ConnectionType::Close {
            state.enter(Phase::Closing);
        }
    }
    Ok(response)
}
