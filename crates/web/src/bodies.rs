//! The bodies in memory: each received up to a limit, and all of them up to a budget.
//!
//! A body counts from its first byte until its request is answered. When the budget is used up, the body that has been
//! arriving for the longest time gives way: whoever dawdles loses, and whoever sends at once finds room. What it took is
//! free at once, not only when its task runs again: under load, hundreds of others run before.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::{HttpMessage, HttpRequest, dev::Payload};
use futures_util::{Stream, StreamExt};
use ironplate_application::{Class, Fault, Kind};
use tokio::{select, sync::Notify, time::timeout};

use crate::RequestHead;

/// Larger bodies are refused. No operation and no form needs more than a fraction of it.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// A body in more pieces is refused: each costs more than the few bytes that are in it then.
const MAX_PIECES: usize = 1024;

/// Why a body was not received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFault {
    /// It is packed: unpacked, it could be of any size.
    Encoded,
    /// It is larger than it may be.
    TooLarge,
    /// It took longer than it may.
    TooSlow,
    /// It broke off, or is no body by the rules of HTTP.
    Unreadable,
    /// All bodies in memory take what they may take together.
    OverBudget(BodyBudgetExceeded),
}

/// All bodies in memory take what they may take together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bodies in hand take all of http.body_memory")]
pub struct BodyBudgetExceeded;

impl Fault for BodyBudgetExceeded {
    fn class(&self) -> Class {
        Kind::Unavailable.coded("too_many_bodies")
    }
}

/// All bodies of this server; cheap to clone.
#[derive(Debug, Clone)]
pub struct Bodies(Arc<Budget>);

#[derive(Debug)]
struct Budget {
    bytes: usize,
    /// Slower bodies are refused.
    time: Duration,
    usage: Mutex<BodyUsage>,
}

#[derive(Debug, Default)]
struct BodyUsage {
    /// Bytes of all bodies, whether they arrived or not.
    held: usize,
    begun: u64,
    /// In the order in which they began.
    arriving: BTreeMap<u64, Share>,
}

#[derive(Debug)]
struct Share {
    bytes: usize,
    received: Received,
    gives_way: Arc<Notify>,
}

/// What has arrived of a body; nothing any more, once it gave way. Locked after the usage, never before.
type Received = Arc<Mutex<Option<Vec<u8>>>>;

impl Bodies {
    /// All bodies together take no more than so many bytes, and each no longer than this time.
    #[must_use]
    pub fn new(bytes: usize, time: Duration) -> Self {
        Self(Arc::new(Budget { bytes, time, usage: Mutex::default() }))
    }

    /// The body of this request. It counts until the request is gone.
    ///
    /// # Errors
    /// It can't be had, or not now.
    pub async fn receive(&self, request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, BodyFault> {
        let (body, received) = self.collect(request, payload, MAX_BODY_BYTES).await?;
        request.extensions_mut().insert(received);
        Ok(body)
    }

    /// The body of a request, in pieces by whichever framework. It counts until what comes with it is dropped.
    ///
    /// # Errors
    /// It can't be had, or not now.
    pub async fn collect<Piece: AsRef<[u8]>, Error>(
        &self,
        request: &impl RequestHead,
        pieces: impl Stream<Item = Result<Piece, Error>>,
        max: usize,
    ) -> Result<(Vec<u8>, ReceivedBody), BodyFault> {
        if is_encoded(request) {
            return Err(BodyFault::Encoded);
        }
        if announced(request).is_some_and(|length| length > max) {
            return Err(BodyFault::TooLarge);
        }
        let mut arriving = self.begin();
        let gives_way = arriving.gives_way.clone();
        select! {
            whole = timeout(self.0.time, collect(pieces, max, &mut arriving)) => whole.map_err(|_| BodyFault::TooSlow)??,
            () = gives_way.notified() => return Err(BodyFault::OverBudget(BodyBudgetExceeded)),
        }
        arriving.arrived().map_err(BodyFault::OverBudget)
    }

    fn begin(&self) -> IncomingBody {
        let mut usage = self.0.usage();
        usage.begun += 1;
        let received = Arc::new(Mutex::new(Some(Vec::new())));
        IncomingBody { budget: self.0.clone(), number: usage.begun, received, gives_way: Arc::default(), bytes: 0 }
    }
}

impl Default for Bodies {
    /// As much as the configuration has by default.
    fn default() -> Self {
        Self::new(8 * 1024 * 1024, Duration::from_secs(30))
    }
}

impl Budget {
    fn usage(&self) -> MutexGuard<'_, BodyUsage> {
        locked(&self.usage)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A body on its way.
struct IncomingBody {
    budget: Arc<Budget>,
    number: u64,
    received: Received,
    gives_way: Arc<Notify>,
    bytes: usize,
}

impl IncomingBody {
    /// Adds a piece to what has arrived, which is no longer than `max` then.
    fn add(&mut self, piece: &[u8], max: usize) -> Result<(), BodyFault> {
        let gave_way = || BodyFault::OverBudget(BodyBudgetExceeded);
        let (length, capacity) =
            locked(&self.received).as_ref().map(|body| (body.len(), body.capacity())).ok_or_else(gave_way)?;
        if length + piece.len() > max {
            return Err(BodyFault::TooLarge);
        }
        // Twice as much each time, but never more than a body may have.
        let more = if capacity - length < piece.len() { piece.len().max(length).min(max - length) } else { 0 };
        if more > 0 {
            self.grow(length + more).map_err(BodyFault::OverBudget)?;
        }
        let mut received = locked(&self.received);
        let body = received.as_mut().ok_or_else(gave_way)?;
        body.reserve_exact(more);
        body.extend_from_slice(piece);
        Ok(())
    }

    /// Makes it count as so many bytes, for which others give way that began before it.
    fn grow(&mut self, bytes: usize) -> Result<(), BodyBudgetExceeded> {
        let mut usage = self.budget.usage();
        let gave_way = self.bytes > 0 && !usage.arriving.contains_key(&self.number);
        if gave_way {
            return Err(BodyBudgetExceeded);
        }
        let more = bytes.saturating_sub(self.bytes);
        while usage.held + more > self.budget.bytes {
            let oldest = usage.arriving.first_entry().filter(|oldest| *oldest.key() != self.number);
            let gone = oldest.ok_or(BodyBudgetExceeded)?.remove();
            *locked(&gone.received) = None;
            gone.gives_way.notify_one();
            usage.held -= gone.bytes;
        }
        usage.held += more;
        let (received, gives_way) = (self.received.clone(), self.gives_way.clone());
        usage.arriving.insert(self.number, Share { bytes, received, gives_way });
        self.bytes = bytes;
        Ok(())
    }

    /// From here on it gives way to nobody.
    fn arrived(self) -> Result<(Vec<u8>, ReceivedBody), BodyBudgetExceeded> {
        let share = self.budget.usage().arriving.remove(&self.number);
        let arrived = ReceivedBody { budget: self.budget.clone(), bytes: share.map_or(0, |share| share.bytes) };
        let body = locked(&self.received).take().ok_or(BodyBudgetExceeded)?;
        Ok((body, arrived))
    }
}

impl Drop for IncomingBody {
    fn drop(&mut self) {
        let mut usage = self.budget.usage();
        if let Some(share) = usage.arriving.remove(&self.number) {
            usage.held -= share.bytes;
        }
    }
}

/// A body that is there, as all bodies in hand count it; kept beside its request.
#[derive(Debug)]
pub struct ReceivedBody {
    budget: Arc<Budget>,
    pub(crate) bytes: usize,
}

impl Drop for ReceivedBody {
    fn drop(&mut self) {
        self.budget.usage().held -= self.bytes;
    }
}

async fn collect<Piece: AsRef<[u8]>, Error>(
    pieces: impl Stream<Item = Result<Piece, Error>>,
    max: usize,
    arriving: &mut IncomingBody,
) -> Result<(), BodyFault> {
    let mut pieces = pin!(pieces);
    let mut count = 0;
    while let Some(piece) = pieces.next().await {
        count += 1;
        if count > MAX_PIECES {
            return Err(BodyFault::TooLarge);
        }
        arriving.add(piece.map_err(|_| BodyFault::Unreadable)?.as_ref(), max)?;
    }
    Ok(())
}

fn is_encoded(request: &impl RequestHead) -> bool {
    let codings = request.fields("content-encoding").flat_map(|field| field.split(|byte| *byte == b','));
    let mut codings = codings.map(<[u8]>::trim_ascii);
    codings.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
}

pub(crate) fn announced(request: &impl RequestHead) -> Option<usize> {
    std::str::from_utf8(request.field("content-length")?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::CONTENT_ENCODING, test::TestRequest};

    use super::*;

    fn held(bodies: &Bodies) -> usize {
        bodies.0.usage().held
    }

    #[test]
    fn the_body_that_arrives_for_the_longest_time_gives_way() {
        let bodies = Bodies::new(100, Duration::from_secs(30));
        let (mut slow, mut slower) = (bodies.begin(), bodies.begin());
        slower.grow(40).unwrap();
        slow.grow(40).unwrap();
        slow.grow(60).unwrap();
        let mut quick = bodies.begin();
        assert_eq!(quick.grow(10), Ok(()), "the oldest gave way");
        assert_eq!((slow.grow(61), held(&bodies)), (Err(BodyBudgetExceeded), 50));
        let (_, quick) = quick.arrived().unwrap();
        drop((slow, slower));
        assert_eq!(held(&bodies), 10, "what gave way is not given back twice");
        drop(quick);
        assert_eq!(held(&bodies), 0);
    }

    #[test]
    fn what_gave_way_holds_nothing_though_its_task_did_not_run_yet() {
        let bodies = Bodies::new(100, Duration::from_secs(30));
        let (mut slow, mut quick) = (bodies.begin(), bodies.begin());
        slow.add(&[0; 60], 100).unwrap();
        assert_eq!(locked(&slow.received).as_ref().map(Vec::len), Some(60));
        quick.add(&[0; 60], 100).unwrap();
        assert_eq!(*locked(&slow.received), None);
        assert_eq!(slow.add(&[0; 10], 100), Err(BodyFault::OverBudget(BodyBudgetExceeded)), "nor does it begin anew");
        assert_eq!((slow.arrived().map(|_| ()), held(&bodies)), (Err(BodyBudgetExceeded), 60));
    }

    #[test]
    fn what_arrived_gives_way_to_nobody() {
        let bodies = Bodies::new(100, Duration::from_secs(30));
        let mut whole = bodies.begin();
        whole.grow(90).unwrap();
        let (_, whole) = whole.arrived().unwrap();
        let (mut late, mut later) = (bodies.begin(), bodies.begin());
        late.grow(10).unwrap();
        assert_eq!((late.grow(11), held(&bodies)), (Err(BodyBudgetExceeded), 100), "nor does it give way to itself");
        drop(late);
        assert_eq!(later.grow(11), Err(BodyBudgetExceeded));
        drop(whole);
        assert_eq!(later.grow(100), Ok(()));
    }

    #[test]
    fn those_that_sent_nothing_yet_hold_nothing() {
        let bodies = Bodies::new(100, Duration::from_secs(30));
        let silent: Vec<IncomingBody> = (0..1000).map(|_| bodies.begin()).collect();
        let mut quick = bodies.begin();
        assert_eq!((quick.grow(100), silent.len()), (Ok(()), 1000));
    }

    #[test]
    fn whatever_is_packed_is_told_by_its_header() {
        for (coding, expected) in [
            ("gzip", true),
            ("GZIP", true),
            ("identity, br", true),
            ("zstd", true),
            ("nonsense", true),
            ("identity", false),
            ("Identity , identity", false),
            ("", false),
        ] {
            let request = TestRequest::default().insert_header((CONTENT_ENCODING, coding)).to_http_request();
            assert_eq!(is_encoded(&request), expected, "{coding:?}");
        }
    }
}
