//! Mail that is owed.

mod delivering;
mod operating;
