//! The world as SQL for either database.

use crate::database::Database;

/// Who has the items.
pub(super) const OWNER: &str = "owner@example.com";

/// Events are kept by months on PostgreSQL; each has its table before there are any.
const MONTHS: &str = "SELECT add_audit_month(now() - n * interval '1 month') FROM generate_series(0, 12) AS n;\n";

const WORLD: &str = include_str!("world.sql");

pub(super) fn sql(database: &Database, rows: u32) -> String {
    let (months, id, moment, ago) = match database.engine() {
        "SQLite" => ("", "randomblob(16)", "1000000 * (1700000000 + ", "1000000 * unixepoch() - 1000000 * ("),
        _ => (MONTHS, "gen_random_uuid()", "to_timestamp(1700000000 + ", "now() - interval '1 second' * ("),
    };
    let world = WORLD.replace("COUNT", &rows.to_string()).replace("ID()", id).replace("MOMENT(", moment);
    format!("{months}{}", world.replace("SECONDS_AGO(", ago))
}
