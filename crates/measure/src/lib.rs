#![doc = include_str!("../README.md")]

mod fault;
mod figures;
mod rate;
mod redaction;
mod slow;
mod trace;
mod work;

pub use fault::LoggedError;
pub use figures::{Expected, Figures, ReplicaRead, Request, figures};
pub use rate::Rate;
pub use redaction::{Audience, redacted};
pub use slow::{is_slow, set_slow};
pub use trace::{
    Ended, ParentSpan, Sampler, Span, SpanKind, SpanStatus, Trace, WorkResult, note_span, root_of_mail, sampler,
    trace_by,
};
pub use work::{During, Part, Work, WorkKind, at_hand, carried, note, share, traced, when_over};
