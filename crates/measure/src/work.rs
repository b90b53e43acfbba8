//! One piece of work, a request or a mail, from its first moment to the end of the last task that it began.

use std::{
    cell::RefCell,
    mem,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use pin_project_lite::pin_project;
use uuid::Uuid;

use crate::{LoggedError, SpanKind, Trace, figures, trace::OpenSpan};

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

type Listener = Box<dyn Fn(&mut Work) + Send + Sync>;

static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Tells whoever listens of each piece of work when it is over. A process has one who listens; a second is not heard.
pub fn when_over(listen: impl Fn(&mut Work) + Send + Sync + 'static) {
    let _ = LISTENER.set(Box::new(listen));
}

/// Something that work waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A connection to the database, from the pool.
    Connection,
    /// The database's answers.
    Database,
    /// Passwords being hashed, with the queue before that.
    Hashing,
}

/// What sort of work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    /// A request over HTTP, by this method.
    Request(&'static str),
    /// A mail being sent, of this template.
    Mail(&'static str),
}

/// What is known of one piece of work so far, in all its tasks. None of it is what a client chose but the id, if a trusted proxy
/// gave that.
#[derive(Debug)]
pub struct Work {
    /// What sort of work it is.
    pub kind: WorkKind,
    /// The id of the request, or of the message.
    pub id: String,
    /// When it began.
    pub begun: Instant,
    /// What it did when, if that is traced.
    pub trace: Option<Trace>,
    route: OnceLock<String>,
    user: OnceLock<Uuid>,
    fault: OnceLock<LoggedError>,
    waited: [AtomicU64; 3],
}

impl Work {
    /// Begins now.
    #[must_use]
    pub fn begin(kind: WorkKind, id: String) -> Arc<Self> {
        Self::begin_traced(kind, id, None)
    }

    /// Begins now, as part of this trace, if any.
    #[must_use]
    pub fn begin_traced(kind: WorkKind, id: String, trace: Option<Trace>) -> Arc<Self> {
        Arc::new(Self {
            kind,
            id,
            begun: Instant::now(),
            trace,
            route: OnceLock::new(),
            user: OnceLock::new(),
            fault: OnceLock::new(),
            waited: Default::default(),
        })
    }

    /// What is noted while this future runs counts here, on whichever thread it runs.
    pub fn during<F: Future>(self: Arc<Self>, future: F) -> During<F> {
        During { future, current: Some(Current { work: self, span: 0 }), span: None }
    }

    /// How long it has waited for this, in microseconds.
    #[must_use]
    pub fn micros(&self, part: Part) -> u64 {
        self.waited(part).load(Relaxed)
    }

    /// The pattern of a request's path; empty where there is nothing, and `None` before that is known. It is looked up once.
    pub fn route(&self, look_up: impl FnOnce() -> String) -> &str {
        self.route.get_or_init(look_up)
    }

    /// The pattern, if it is known, for somebody who keeps it.
    pub fn take_route(&mut self) -> Option<String> {
        self.route.take()
    }

    /// The pattern, if it is known.
    #[must_use]
    pub fn known_route(&self) -> Option<&str> {
        self.route.get().map(String::as_str)
    }

    /// It is done for this user.
    pub fn is_for(&self, user: Uuid) {
        let _ = self.user.set(user);
    }

    /// For whom it is done, if that is known.
    #[must_use]
    pub fn user(&self) -> Option<Uuid> {
        self.user.get().copied()
    }

    /// A fault of ours. Only the first counts: what follows from it is no other.
    pub fn failed(&self, fault: LoggedError) {
        let _ = self.fault.set(fault);
    }

    /// The fault of ours that it met, if any.
    #[must_use]
    pub fn fault(&self) -> Option<&LoggedError> {
        self.fault.get()
    }

    fn waited(&self, part: Part) -> &AtomicU64 {
        let [connection, database, hashing] = &self.waited;
        match part {
            Part::Connection => connection,
            Part::Database => database,
            Part::Hashing => hashing,
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(listen) = LISTENER.get() {
            listen(self);
        }
    }
}

/// The work at hand, and within what of it.
#[derive(Debug, Clone)]
pub(crate) struct Current {
    pub(crate) work: Arc<Work>,
    /// The number of the span in its trace, if it has one.
    pub(crate) span: u32,
}

/// Looks at the work at hand, if there is some.
pub fn at_hand<T>(look: impl FnOnce(&Arc<Work>) -> T) -> Option<T> {
    current(|current| look(&current.work))
}

pub(crate) fn current<T>(look: impl FnOnce(&Current) -> T) -> Option<T> {
    // Not `with`: a future may be dropped, and so polled last, while its thread ends.
    CURRENT.try_with(|current| current.borrow().as_ref().map(look)).ok()?
}

/// A future that goes on counting where this code counts, as a task of its own, too.
pub fn carried<F: Future>(future: F) -> During<F> {
    During { future, current: current(Clone::clone), span: None }
}

/// The same, as a span of the trace at hand, if there is one: until it is over, or nobody waits for it any more.
pub fn traced<F: Future>(kind: SpanKind, name: &'static str, future: F) -> During<F> {
    let mut carried = carried(future);
    if let Some(current) = &mut carried.current {
        carried.span = OpenSpan::begin(&current.work, current.span, kind, name);
        current.span = carried.span.as_ref().map_or(current.span, |span| span.number);
    }
    carried
}

/// Notes that the work at hand, if there is some, has waited; and that somebody has.
pub fn note(part: Part, took: Duration) {
    match part {
        Part::Connection => figures().waited_for_connection(took),
        Part::Database => figures().ran_statement(took),
        // Counted where the queue ends and hashing begins.
        Part::Hashing => {}
    }
    share(part, took);
}

/// Notes that the work at hand has waited, for something that counts once for all who did.
pub fn share(part: Part, took: Duration) {
    at_hand(|work| work.waited(part).fetch_add(micros(took), Relaxed));
}

pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

pin_project! {
    /// A future of which is noted what it waits for.
    #[derive(Debug)]
    pub struct During<F> {
        #[pin]
        future: F,
        // With the thread while it runs there.
        current: Option<Current>,
        // Ends with the future.
        span: Option<OpenSpan>,
    }
}

impl<F: Future> Future for During<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let turn = Turn::begin(this.current);
        let outcome = this.future.poll(context);
        drop(turn);
        if outcome.is_ready() {
            *this.span = None;
        }
        outcome
    }
}

/// What the thread counted for before comes back at the end, after a panic as well.
struct Turn<'a> {
    mine: &'a mut Option<Current>,
}

impl<'a> Turn<'a> {
    fn begin(mine: &'a mut Option<Current>) -> Self {
        exchange(mine);
        Self { mine }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        exchange(self.mine);
    }
}

fn exchange(mine: &mut Option<Current>) {
    let _ = CURRENT.try_with(|current| mem::swap(&mut *current.borrow_mut(), mine));
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, ready},
        panic::{AssertUnwindSafe, catch_unwind},
        pin::pin,
        task::Waker,
        thread,
    };

    use super::*;

    const TIME: Duration = Duration::from_micros(7);

    fn work() -> Arc<Work> {
        Work::begin(WorkKind::Request("GET"), "1".to_owned())
    }

    fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn what_is_noted_counts_for_the_work_at_hand_alone() {
        let (one, other) = (work(), work());
        note(Part::Hashing, TIME);
        let both = one.clone().during(async {
            note(Part::Database, TIME);
            let _ = poll(other.clone().during(async { note(Part::Connection, TIME) }));
            note(Part::Database, TIME);
        });
        assert!(poll(both).is_ready());
        note(Part::Hashing, TIME);
        let told = |work: &Work| [Part::Connection, Part::Database, Part::Hashing].map(|part| work.micros(part));
        assert_eq!(told(&one), [0, 14, 0]);
        assert_eq!(told(&other), [7, 0, 0]);
    }

    #[test]
    #[expect(clippy::async_yields_async, reason = "the task is for another thread to run")]
    fn a_task_on_another_thread_counts_for_whoever_began_it() {
        let work = work();
        let begun = poll(work.clone().during(async { carried(async { note(Part::Database, TIME) }) }));
        let Poll::Ready(task) = begun else { panic!("it waits for nothing") };
        thread::spawn(|| assert!(poll(task).is_ready())).join().unwrap();
        assert_eq!(work.micros(Part::Database), 7);
    }

    #[test]
    fn work_that_waits_or_panics_leaves_its_thread_to_others() {
        let work = work();
        assert!(poll(work.clone().during(pending::<()>())).is_pending());
        let panics = work.clone().during(async { panic!("on purpose") });
        assert!(catch_unwind(AssertUnwindSafe(|| poll::<()>(panics))).is_err());
        note(Part::Database, TIME);
        assert!(poll(carried(ready(()))).is_ready());
        assert_eq!(work.micros(Part::Database), 0);
    }

    #[test]
    fn what_follows_from_a_fault_is_no_other() {
        let work = work();
        for what in ["panicked", "request failed"] {
            work.failed(LoggedError { what: what.to_owned(), details: Vec::new(), stack: None });
        }
        assert_eq!(work.fault().unwrap().what, "panicked");
    }
}
