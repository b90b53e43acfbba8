//! What is printed.

pub(crate) struct Table<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

impl Aim {
    /// The aim in words, and whether the figure met it.
    pub(crate) fn judge(self, figure: f64, unit: &str) -> [String; 2] {
        let (words, met) = match self {
            Self::AtMost(most) => (format!("<= {most}{unit}"), figure <= most),
            Self::AtLeast(least) => (format!(">= {least}{unit}"), figure >= least),
        };
        [words, if met { "met" } else { "MISSED" }.to_owned()]
    }
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(crate) fn new(head: [&str; COLUMNS]) -> Self {
        Self { rows: vec![head.map(ToOwned::to_owned)] }
    }

    pub(crate) fn add(&mut self, row: [String; COLUMNS]) {
        self.rows.push(row);
    }

    pub(crate) fn print(&self) {
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
        for row in &self.rows {
            let cell = |(number, (cell, &width)): (usize, (&String, &usize))| match number {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            };
            let cells: Vec<String> = row.iter().zip(&widths).enumerate().map(cell).collect();
            println!("  {}", cells.join("   ").trim_end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_is_met_at_its_very_bound_and_never_by_no_figure() {
        let met = |aim: Aim, figure| aim.judge(figure, "").concat().ends_with("met");
        assert!(met(Aim::AtMost(1.3), 1.3) && met(Aim::AtLeast(0.95), 0.95));
        assert!(!met(Aim::AtMost(1.3), 1.31) && !met(Aim::AtLeast(0.95), 0.94));
        assert!(!met(Aim::AtMost(1.3), f64::NAN) && !met(Aim::AtLeast(0.95), f64::NAN));
    }
}
