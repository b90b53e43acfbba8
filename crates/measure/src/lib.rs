#![doc = include_str!("../README.md")]

mod slow;
mod spent;

pub use slow::{is_slow, set_slow};
pub use spent::{During, Part, Spent, carried, note};
