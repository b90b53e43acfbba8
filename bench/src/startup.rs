//! How long the server takes to be there.

use crate::{
    Outcome,
    database::Database,
    figures::{median, millis},
    plan::Plan,
    subject::Binaries,
};

/// Milliseconds to the first 200, on a database that is migrated and has its first superuser.
pub(crate) async fn run(binaries: &Binaries, database: &Database, plan: &Plan) -> Outcome<f64> {
    binaries.product(database).await?;
    let mut times = Vec::new();
    for _ in 0..plan.starts {
        let (_server, time) = binaries.product(database).await?;
        times.push(millis(time));
    }
    Ok(median(times))
}
