#![doc = include_str!("../README.md")]

mod fault;
mod figures;
mod slow;
mod work;

pub use fault::LoggedError;
pub use figures::{Figures, Request, figures};
pub use slow::{is_slow, set_slow};
pub use work::{During, Part, Work, WorkKind, at_hand, carried, note, share, when_over};
