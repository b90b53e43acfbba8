//! Tables and lists of facts for a terminal. What strangers wrote can't steer it: control characters and marks of direction
//! are spelled out.

use std::{array, fmt};

use ironplate_domain::{Timestamp, spelled};

/// A row a line below a head; columns as wide as they need to be.
pub(crate) struct Table<const COLUMNS: usize> {
    pub(crate) head: [&'static str; COLUMNS],
    pub(crate) rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> fmt::Display for Table<COLUMNS> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows.iter().map(|row| row.each_ref().map(|cell| spelled(cell).into_owned()));
        let rows: Vec<_> = [self.head.map(ToOwned::to_owned)].into_iter().chain(rows).collect();
        let widths: [usize; COLUMNS] = array::from_fn(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        });
        let lines = rows.iter().map(|row| {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        });
        out.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// A fact a line.
pub(crate) struct Facts(pub(crate) Vec<(&'static str, String)>);

impl fmt::Display for Facts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter().map(|(name, text)| format!("{name:<14}{}", spelled(text)));
        out.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// To the second, in UTC.
pub(crate) fn moment(at: Timestamp) -> String {
    Timestamp::from_seconds(at.seconds()).to_string()
}
