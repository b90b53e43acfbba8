#![doc = include_str!("../README.md")]

mod mailbox;
mod pages;

pub use mailbox::{Visitors, mailbox};
