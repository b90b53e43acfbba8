#![doc = include_str!("README.md")]

mod boolean;
mod integer;
mod json_fault;

pub(super) use boolean::{BooleanFault, lax_boolean};
pub(super) use integer::{IntegerFault, lax_integer};
pub(super) use json_fault::diagnose;
