//! The development mailbox, over mail in memory.

#[cfg(test)]
mod pages;
#[cfg(test)]
mod visit;
