//! What work did when, as the spans of a trace: only where somebody collects traces, and only for the share of work that is traced.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use uuid::Uuid;

use crate::{
    Rate,
    work::{Work, current},
};

/// Spans of one piece of work at the most, its own included.
const MOST: u32 = 128;

/// Bits of an id of a message that its attempts are told apart by: more than there are attempts.
const BITS_OF_AN_ATTEMPT: u32 = 20;

static SAMPLER: OnceLock<Sampler> = OnceLock::new();

/// From here on work is traced, as this sampler chooses. A process has one; a second is not asked.
pub fn trace_by(sampler: Sampler) {
    let _ = SAMPLER.set(sampler);
}

/// Who chooses what is traced; `None` where nothing is.
#[must_use]
pub fn sampler() -> Option<&'static Sampler> {
    SAMPLER.get()
}

/// Chooses what is traced.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampler {
    /// The share of all work.
    pub rate: Rate,
    /// Whether work that is part of a trace is in it exactly if what caused it is, whatever the share.
    pub heeds_parent: bool,
}

impl Sampler {
    /// The trace of work that is part of another service's, or begins a trace of this id; `None` if it is not traced.
    /// `unique` is asked only if it is.
    #[must_use]
    pub fn choose(&self, parent: Option<ParentSpan>, own: Uuid, unique: impl FnOnce() -> Uuid) -> Option<Trace> {
        let id = parent.map_or(own, |parent| parent.trace);
        let is_chosen = match parent {
            Some(parent) if self.heeds_parent => parent.is_sampled,
            _ => self.rate.takes(id),
        };
        is_chosen.then(|| Trace::new(id, parent.map(|parent| parent.span), root(unique().as_u128())))
    }

    /// The trace of an attempt to send a message: the message's id is its own.
    #[must_use]
    pub fn choose_mail(&self, message: Uuid, attempt: u32) -> Option<Trace> {
        self.rate.takes(message).then(|| Trace::new(message, None, root_of_mail(message, attempt)))
    }
}

/// The span of another service that work is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParentSpan {
    /// The id of its trace, never nil.
    pub trace: Uuid,
    /// Its own id, never 0.
    pub span: u64,
    /// Whether it is kept.
    pub is_sampled: bool,
}

/// Never 0, which is no id, and so that those of all spans can be counted on from it.
#[expect(clippy::cast_possible_truncation, reason = "these bits are enough")]
const fn root(unique: u128) -> u64 {
    unique as u64 >> 1 | 1
}

/// The id of the span that an attempt to send this message is, by which others can point to it before.
#[must_use]
pub fn root_of_mail(message: Uuid, attempt: u32) -> u64 {
    root(message.as_u128().wrapping_add(u128::from(attempt) << BITS_OF_AN_ATTEMPT))
}

/// The trace of one piece of work, as far as this process knows it.
#[derive(Debug)]
pub struct Trace {
    /// Which trace.
    pub id: Uuid,
    /// The span of another service that the work is part of.
    pub parent: Option<u64>,
    root: u64,
    opened: AtomicU32,
    spans: Mutex<Vec<Span>>,
    ended: OnceLock<Ended>,
}

/// How work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// After so long.
    pub took: Duration,
    /// With what.
    pub result: WorkResult,
}

/// What came of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkResult {
    /// A request was answered with this status.
    Answered(u16),
    /// A mail went this way, by a name of ours.
    Mailed(&'static str),
}

/// A part of work that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What sort of work it is.
    pub kind: SpanKind,
    /// What was done; nothing of what it was done to.
    pub name: &'static str,
    /// Its number among the spans of the work, from 1 on.
    pub number: u32,
    /// The number of the span that it is part of; 0 is the work itself.
    pub parent: u32,
    /// When it began.
    pub begun: Instant,
    /// How long it took.
    pub took: Duration,
    /// Whether it came to nothing.
    pub status: SpanStatus,
}

/// Whether a part of work came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanStatus {
    /// Not that one knew.
    Unset,
    /// It did.
    Error,
}

/// What sort of work a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A use case; the name is the path of what began it, as the compiler writes it.
    UseCase,
    /// The database's answer to a statement.
    Statement,
    /// Something else that is waited for in this process.
    Internal,
    /// A mail being handed over to a mail server.
    Transport,
    /// A message of this id being left to the outbox.
    Enqueued(Uuid),
}

impl Trace {
    fn new(id: Uuid, parent: Option<u64>, root: u64) -> Self {
        let (opened, spans, ended) = (AtomicU32::new(1), Mutex::default(), OnceLock::new());
        Self { id, parent, root, opened, spans, ended }
    }

    /// The id of the span of this number; 0 is the work itself.
    #[must_use]
    pub fn span_id(&self, number: u32) -> u64 {
        self.root.wrapping_add(number.into())
    }

    /// It ended; only the first time counts.
    pub fn end(&self, ended: Ended) {
        let _ = self.ended.set(ended);
    }

    /// How it ended, if it did; a client that went away saw no end.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.ended.get().copied()
    }

    /// The spans within the work that are over.
    #[must_use]
    pub fn take_spans(&self) -> Vec<Span> {
        mem::take(&mut *self.spans())
    }

    /// How many spans found no room.
    #[must_use]
    pub fn left_out(&self) -> u32 {
        self.opened.load(Relaxed).saturating_sub(MOST)
    }

    /// A number for a span, while there is room.
    fn open(&self) -> Option<u32> {
        Some(self.opened.fetch_add(1, Relaxed)).filter(|number| *number < MOST)
    }

    fn close(&self, span: Span) {
        self.spans().push(span);
    }

    fn spans(&self) -> MutexGuard<'_, Vec<Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the trace of the work at hand, if there is one, of something that is over.
pub fn note_span(kind: SpanKind, name: &'static str, begun: Instant, took: Duration, status: SpanStatus) {
    current(|current| {
        if let Some(trace) = &current.work.trace
            && let Some(number) = trace.open()
        {
            trace.close(Span { kind, name, number, parent: current.span, begun, took, status });
        }
    });
}

/// A span that goes on until this value is dropped.
#[derive(Debug)]
pub(crate) struct OpenSpan {
    work: Arc<Work>,
    kind: SpanKind,
    name: &'static str,
    pub(crate) number: u32,
    parent: u32,
    begun: Instant,
}

impl OpenSpan {
    /// `None` where there is no trace, or no room in it.
    pub(crate) fn begin(work: &Arc<Work>, parent: u32, kind: SpanKind, name: &'static str) -> Option<Self> {
        let number = work.trace.as_ref()?.open()?;
        Some(Self { work: work.clone(), kind, name, number, parent, begun: Instant::now() })
    }
}

impl Drop for OpenSpan {
    fn drop(&mut self) {
        let Self { kind, name, number, parent, begun, .. } = *self;
        if let Some(trace) = &self.work.trace {
            trace.close(Span { kind, name, number, parent, begun, took: begun.elapsed(), status: SpanStatus::Unset });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::pending,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;
    use crate::{WorkKind, carried, traced};

    const OWN: Uuid = Uuid::from_u128(0x0199_f3c2_7c1e_7d35_9f5b_3c5c_86b1_a001);
    const PARENT: ParentSpan = ParentSpan { trace: Uuid::from_u128(7), span: 9, is_sampled: true };

    fn sampler(rate: &str, heeds_parent: bool) -> Sampler {
        Sampler { rate: rate.parse().unwrap(), heeds_parent }
    }

    fn traced_work() -> Arc<Work> {
        let trace = sampler("1", true).choose(None, OWN, || OWN);
        Work::begin_traced(WorkKind::Request("GET"), "1".to_owned(), trace)
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => panic!("it waits for nothing"),
        }
    }

    fn note_statement(name: &'static str) {
        note_span(SpanKind::Statement, name, Instant::now(), Duration::ZERO, SpanStatus::Unset);
    }

    #[test]
    fn what_caused_work_says_whether_it_is_traced_unless_that_is_not_heeded() {
        for (rate, heeds_parent, is_sampled, is_traced) in
            [("0", true, true, true), ("1", true, false, false), ("0", false, true, false), ("1", false, false, true)]
        {
            let parent = ParentSpan { is_sampled, ..PARENT };
            let trace = sampler(rate, heeds_parent).choose(Some(parent), OWN, || OWN);
            assert_eq!(trace.is_some(), is_traced, "{rate} {heeds_parent} {is_sampled}");
            assert!(trace.is_none_or(|trace| (trace.id, trace.parent) == (PARENT.trace, Some(9))));
        }
        let trace = sampler("1", true).choose(None, OWN, || OWN).unwrap();
        assert_eq!((trace.id, trace.parent), (OWN, None));
        assert!(sampler("0", true).choose(None, OWN, || unreachable!("nobody needs it")).is_none());
    }

    #[test]
    fn a_span_is_part_of_the_one_that_it_began_in() {
        let work = traced_work();
        run(work.clone().during(async {
            note_statement("before");
            traced(SpanKind::UseCase, "use case", async {
                note_statement("within");
                carried(async { note_statement("a task") }).await;
            })
            .await;
            note_statement("after");
        }));
        let trace = work.trace.as_ref().unwrap();
        let (spans, left_out) = (trace.take_spans(), trace.left_out());
        let told: Vec<_> = spans.iter().map(|span| (span.name, span.number, span.parent)).collect();
        assert_eq!(told, [("before", 1, 0), ("within", 3, 2), ("a task", 4, 2), ("use case", 2, 0), ("after", 5, 0)]);
        assert_eq!(left_out, 0);
    }

    #[test]
    fn one_request_fills_no_memory_and_no_span_is_an_orphan() {
        let work = traced_work();
        run(work.clone().during(async {
            traced(SpanKind::UseCase, "use case", async {
                (0..1_000).for_each(|_| note_statement("statement"));
                traced(SpanKind::UseCase, "too late", async { note_statement("statement") }).await;
            })
            .await;
        }));
        let trace = work.trace.as_ref().unwrap();
        let spans = trace.take_spans();
        assert_eq!((spans.len() + 1, trace.left_out()), (128, 876));
        let is_there = |number: u32| number == 0 || spans.iter().any(|span| span.number == number);
        assert!(spans.iter().all(|span| is_there(span.parent)), "{spans:?}");
    }

    #[test]
    fn a_use_case_that_nobody_waits_for_any_more_ends_with_its_future() {
        let work = traced_work();
        let waits = work.clone().during(async { traced(SpanKind::UseCase, "abandoned", pending::<()>()).await });
        let mut waits = Box::pin(waits);
        assert!(waits.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(waits);
        assert_eq!(work.trace.as_ref().unwrap().take_spans().len(), 1);
    }

    #[test]
    fn attempts_to_send_a_message_are_of_one_trace_and_differ() {
        let [first, second] = [1, 2].map(|attempt| sampler("1", true).choose_mail(OWN, attempt).unwrap());
        assert_eq!((first.id, second.id, first.parent), (OWN, OWN, None));
        assert_eq!(first.span_id(0), root_of_mail(OWN, 1));
        assert!(second.span_id(0).abs_diff(first.span_id(0)) > u64::from(MOST), "and so do their parts");
    }

    #[test]
    fn no_span_has_the_id_that_is_none() {
        for id in [Uuid::nil(), Uuid::max(), OWN] {
            let trace = sampler("1", true).choose(None, OWN, || id).unwrap();
            assert!([0, 1, MOST].iter().all(|number| trace.span_id(*number) != 0), "{id}");
        }
    }
}
