#![doc = include_str!("../README.md")]

mod figures;
mod slow;
mod spent;

pub use figures::{Figures, Request, figures};
pub use slow::{is_slow, set_slow};
pub use spent::{During, Part, Spent, carried, note, share};
