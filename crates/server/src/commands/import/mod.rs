//! `ironplate import …`.

mod csv;
mod records;
mod report;
mod template;

use ironplate_application::imports::ImportMode;

use super::{check_database, reach_database};
use crate::{
    cli::{ImportCommand, ImportManner},
    config::Config,
    failure::Failure,
    operator,
    wiring::Wiring,
};

/// Rows that come in at once.
const BATCH: u32 = 500;

/// What helps whenever it did not come to its end.
const AGAIN: &str = "Run it again: what is here already is left as it is.";

pub(super) async fn run(config: &Config, command: ImportCommand) -> Result<(), Failure> {
    reach_database(config).await?;
    let wiring = Wiring::new(config)?;
    check_database(config, &*wiring.ports.store).await?;
    let (imports, by) = (wiring.application().imports, operator::of_this_machine());
    match command {
        ImportCommand::FullStackFastapiTemplate(wanted) => {
            template::import(&imports, &by, config.database.options, *wanted).await
        }
        ImportCommand::Csv(wanted) => csv::import(&imports, &by, wanted).await,
    }
}

impl ImportManner {
    const fn mode(self) -> ImportMode {
        if self.dry_run { ImportMode::Rehearsal } else { ImportMode::ForGood }
    }
}
