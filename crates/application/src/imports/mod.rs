//! Bring users and items in from other systems: from the command line alone, where no permission is asked.
//!
//! Rows come in batches, each of which is one unit of work, so that whoever was stopped begins anew: what is here already is passed
//! over.

mod batch;
mod foreign;
mod items;
mod row_fault;
mod users;

use std::{
    collections::{HashMap, HashSet},
    hash::RandomState,
};

use ironplate_domain::UserId;

pub use foreign::{ForeignId, ForeignItem, ForeignUser};
pub use row_fault::RowFault;

use crate::{
    core::{Core, service},
    operator::Operator,
};

service! {
    /// The service that brings in what other systems have.
    Imports
}

/// What becomes of a batch in which a row can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultyRow {
    /// The others are taken.
    IsLeftOut,
    /// None of them is.
    HoldsItsBatchBack,
}

/// Whether anything is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// It is.
    ForGood,
    /// Nothing is written; all is answered as if it were.
    Rehearsal,
}

/// What became of a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Imported {
    /// It is here now.
    Now,
    /// It was here before, and was left as it is.
    Before,
    /// It can't be taken.
    Refused(RowFault),
    /// It could be, but for another row of its batch.
    HeldBack,
}

impl Imports {
    /// Begins to bring rows in on behalf of an operator.
    #[must_use]
    pub fn begin<'a>(&'a self, by: &'a Operator, mode: ImportMode, faulty_row: FaultyRow) -> Import<'a> {
        Import {
            core: &self.core,
            by,
            mode,
            faulty_row,
            addresses: HashMap::new(),
            hashing: RandomState::new(),
            left_out: HashSet::new(),
            rehearsed: HashMap::new(),
        }
    }
}

/// An import under way. It remembers which rows it met: some 50 MB of a million users.
pub struct Import<'a> {
    core: &'a Core,
    by: &'a Operator,
    mode: ImportMode,
    faulty_row: FaultyRow,
    /// Which row had an address, by a hash of that.
    addresses: HashMap<u64, ForeignId>,
    /// Nobody can choose addresses that meet in it.
    hashing: RandomState,
    /// Users who were refused: what they own is nobody else's.
    left_out: HashSet<UserId>,
    /// How many items of a user a rehearsal would have added.
    rehearsed: HashMap<UserId, u64>,
}
