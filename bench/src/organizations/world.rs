//! The world as SQL for either database.

/// The organisation of a hundred items, and that of a hundred thousand and ten thousand members.
pub(super) const SMALL: &str = "organization-1000";
pub(super) const LARGE: &str = "organization-1";

const WORLD: &str = include_str!("world.sql");

pub(super) fn sql(url: &str) -> String {
    let (id, moment) = match url.strip_prefix("sqlite:") {
        Some(_) => ("randomblob(16)", "1000000 * (1700000000 + "),
        None => ("gen_random_uuid()", "to_timestamp(1700000000 + "),
    };
    WORLD.replace("ID()", id).replace("MOMENT(", moment)
}
