//! What became of the rows of an import: each fault when it is found, and how many there were at the end.

use ironplate_application::imports::{ForeignId, Imported, RowFault};
use ironplate_domain::spelled;
use serde_json::{Value, json};

use crate::{
    cli::{Format, ImportManner},
    failure::Failure,
    table::Table,
    terminal::say,
};

/// Faults are told as they come, so that any number of them takes no memory.
pub(super) struct Report {
    manner: ImportManner,
    sorts: Vec<(Sort, Counts)>,
    faults: u64,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Users,
    Items,
}

#[derive(Default)]
struct Counts {
    imported: u64,
    already_here: u64,
    refused: u64,
    held_back: u64,
}

impl Report {
    /// Of rows of these sorts.
    pub(super) fn begin(manner: ImportManner, sorts: impl IntoIterator<Item = Sort>) -> Self {
        if manner.format == Format::Json {
            say("{\n  \"faults\": [");
        }
        Self { manner, sorts: sorts.into_iter().map(|sort| (sort, Counts::default())).collect(), faults: 0 }
    }

    /// What became of these rows.
    pub(super) fn tell(&mut self, sort: Sort, rows: impl IntoIterator<Item = (ForeignId, Imported)>) {
        for (row, outcome) in rows {
            if let Imported::Refused(fault) = &outcome {
                self.tell_fault(sort, row, fault);
            }
            if let Some((_, counts)) = self.sorts.iter_mut().find(|(told, _)| *told == sort) {
                *counts.of(&outcome) += 1;
            }
        }
    }

    fn tell_fault(&mut self, sort: Sort, row: ForeignId, fault: &RowFault) {
        let kind = match row {
            ForeignId::Row(_) => "row",
            ForeignId::Number(_) | ForeignId::Uuid(_) => sort.one(),
        };
        let text = fault.to_string();
        match self.manner.format {
            Format::Text => say(spelled(&format!("{kind} {row}: {}", text.trim_end_matches('.')))),
            Format::Json => {
                let comma = if self.faults == 0 { " " } else { "," };
                let id = match row {
                    ForeignId::Uuid(id) => json!(id.to_string()),
                    ForeignId::Number(number) => json!(number),
                    ForeignId::Row(row) => json!(row),
                };
                say(format_args!(
                    "   {comma}{}",
                    json!({ "of": kind, "id": id, "code": fault.code(), "detail": text })
                ));
            }
        }
        self.faults += 1;
    }

    /// All of it, whether the import came to its end or not.
    ///
    /// # Errors
    /// Rows were left out.
    pub(super) fn end(self, outcome: Result<(), Failure>) -> Result<(), Failure> {
        match self.manner.format {
            Format::Text => self.say_table(),
            Format::Json => self.say_counts(outcome.is_ok()),
        }
        outcome?;
        let left_out: Vec<String> = self.sorts.iter().filter_map(|(sort, counts)| counts.left_out(*sort)).collect();
        if left_out.is_empty() {
            return Ok(());
        }
        let not = if self.manner.dry_run { "Would not be imported" } else { "Not imported" };
        Err(Failure(format!("{not}: {}. Why, is told above.", left_out.join(" and "))))
    }

    fn say_table(&self) {
        let rows = self.sorts.iter().map(|(sort, counts)| {
            let Counts { imported, already_here, refused, held_back } = counts;
            let [imported, already_here, refused, held_back] =
                [imported, already_here, refused, held_back].map(u64::to_string);
            [sort.many().to_owned(), imported, already_here, refused, held_back]
        });
        let head = ["", "IMPORTED", "ALREADY HERE", "REFUSED", "HELD BACK"];
        say(Table { head, rows: rows.collect() });
        if self.manner.dry_run {
            say("This was a dry run: nothing was written.");
        }
    }

    fn say_counts(&self, is_complete: bool) {
        let counts = self.sorts.iter().map(|(sort, counts)| format!(",\n  \"{}\": {}", sort.many(), counts.json()));
        let (counts, dry_run) = (counts.collect::<String>(), self.manner.dry_run);
        say(format_args!("  ],\n  \"dry_run\": {dry_run},\n  \"complete\": {is_complete}{counts}\n}}"));
    }
}

impl Counts {
    fn of(&mut self, outcome: &Imported) -> &mut u64 {
        match outcome {
            Imported::Now => &mut self.imported,
            Imported::Before => &mut self.already_here,
            Imported::Refused(_) => &mut self.refused,
            Imported::HeldBack => &mut self.held_back,
        }
    }

    fn left_out(&self, sort: Sort) -> Option<String> {
        match self.refused + self.held_back {
            0 => None,
            1 => Some(format!("1 {}", sort.one())),
            count => Some(format!("{count} {}", sort.many())),
        }
    }

    fn json(&self) -> Value {
        let Self { imported, already_here, refused, held_back } = self;
        json!({ "imported": imported, "already_here": already_here, "refused": refused, "held_back": held_back })
    }
}

impl Sort {
    const fn one(self) -> &'static str {
        match self {
            Self::Users => "user",
            Self::Items => "item",
        }
    }

    const fn many(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Items => "items",
        }
    }
}
