//! Where the time of one request goes.

use std::{
    cell::RefCell,
    mem,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use pin_project_lite::pin_project;

use crate::figures;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Spent>>> = const { RefCell::new(None) };
}

/// Something that a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A connection to the database, from the pool.
    Connection,
    /// The database's answers.
    Database,
    /// Passwords being hashed, with the queue before that.
    Hashing,
}

/// What one request has waited for so far, in all its tasks.
#[derive(Debug, Default)]
pub struct Spent([AtomicU64; 3]);

impl Spent {
    /// What is noted while this future runs counts here, on whichever thread it runs.
    pub fn during<F: Future>(self: Arc<Self>, future: F) -> During<F> {
        During { future, spent: Some(self) }
    }

    /// In microseconds.
    #[must_use]
    pub fn micros(&self, part: Part) -> u64 {
        self.of(part).load(Relaxed)
    }

    fn of(&self, part: Part) -> &AtomicU64 {
        let Self([connection, database, hashing]) = self;
        match part {
            Part::Connection => connection,
            Part::Database => database,
            Part::Hashing => hashing,
        }
    }
}

/// A future that goes on counting where this code counts, as a task of its own, too.
pub fn carried<F: Future>(future: F) -> During<F> {
    During { future, spent: CURRENT.with_borrow(Clone::clone) }
}

/// Notes that the request at hand, if there is one, has waited; and that somebody has.
pub fn note(part: Part, took: Duration) {
    match part {
        Part::Connection => figures().waited_for_connection(took),
        Part::Database => figures().ran_statement(took),
        // Counted where the queue ends and hashing begins.
        Part::Hashing => {}
    }
    share(part, took);
}

/// Notes that the request at hand has waited, for something that counts once for all who did.
pub fn share(part: Part, took: Duration) {
    CURRENT.with_borrow(|current| {
        if let Some(spent) = current {
            spent.of(part).fetch_add(micros(took), Relaxed);
        }
    });
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
        spent: Option<Arc<Spent>>,
    }
}

impl<F: Future> Future for During<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _turn = Turn::begin(this.spent);
        this.future.poll(context)
    }
}

/// What the thread counted for before comes back at the end, after a panic as well.
struct Turn<'a> {
    mine: &'a mut Option<Arc<Spent>>,
}

impl<'a> Turn<'a> {
    fn begin(mine: &'a mut Option<Arc<Spent>>) -> Self {
        exchange(mine);
        Self { mine }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        exchange(self.mine);
    }
}

fn exchange(mine: &mut Option<Arc<Spent>>) {
    // Not `with`: a future may be dropped, and so polled last, while its thread ends.
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

    fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn what_is_noted_counts_for_the_request_at_hand_alone() {
        let (one, other) = (Arc::new(Spent::default()), Arc::new(Spent::default()));
        note(Part::Hashing, TIME);
        let work = one.clone().during(async {
            note(Part::Database, TIME);
            let _ = poll(other.clone().during(async { note(Part::Connection, TIME) }));
            note(Part::Database, TIME);
        });
        assert!(poll(work).is_ready());
        note(Part::Hashing, TIME);
        let told = |spent: &Spent| [Part::Connection, Part::Database, Part::Hashing].map(|part| spent.micros(part));
        assert_eq!(told(&one), [0, 14, 0]);
        assert_eq!(told(&other), [7, 0, 0]);
    }

    #[test]
    #[expect(clippy::async_yields_async, reason = "the task is for another thread to run")]
    fn a_task_on_another_thread_counts_for_whoever_began_it() {
        let spent = Arc::new(Spent::default());
        let begun = poll(spent.clone().during(async { carried(async { note(Part::Database, TIME) }) }));
        let Poll::Ready(task) = begun else { panic!("it waits for nothing") };
        thread::spawn(|| assert!(poll(task).is_ready())).join().unwrap();
        assert_eq!(spent.micros(Part::Database), 7);
    }

    #[test]
    fn a_request_that_waits_or_panics_leaves_its_thread_to_others() {
        let spent = Arc::new(Spent::default());
        assert!(poll(spent.clone().during(pending::<()>())).is_pending());
        let panics = spent.clone().during(async { panic!("on purpose") });
        assert!(catch_unwind(AssertUnwindSafe(|| poll::<()>(panics))).is_err());
        note(Part::Database, TIME);
        assert!(poll(carried(ready(()))).is_ready());
        assert_eq!(spent.micros(Part::Database), 0);
    }
}
