//! Which database: `sqlite:PATH` or `postgres://…`.

mod postgres;
mod sqlite;

use std::{borrow::Cow, fmt, path::PathBuf, str::FromStr};

pub use postgres::PostgresUrl;
pub(crate) use postgres::{Endpoint, Host, Keepalive, SessionAttrs, TlsMode};

/// The address of a database. Prints without the password.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a process has one")]
pub enum DatabaseUrl {
    /// A PostgreSQL server, as libpq writes it: `postgres://user:password@host:5432/name?sslmode=verify-full`.
    Postgres(PostgresUrl),
    /// A file, made when it is not there.
    Sqlite(PathBuf),
}

/// Why a text is no address of a database. Never tells what may be a part of a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither of the two databases.
    #[error("it must begin with sqlite: or postgres://")]
    UnknownDatabase,
    /// The names that other programs have for the two databases, with a driver's name or without.
    #[error("{given}: is how another program names its driver; here it is {here}")]
    ForeignScheme {
        /// What stands before the colon.
        given: String,
        /// How it is written here.
        here: &'static str,
    },
    /// A character that ends the password, or begins something else.
    #[error(
        "there is a {0} that must be escaped: in user names and passwords # is written %23, / is %2F, ? is %3F, \
         % is %25, @ is %40 and : is %3A"
    )]
    Unescaped(char),
    /// A part that can't be what it must be.
    #[error("{0}")]
    Malformed(String),
    /// Something after the question mark that nobody here knows.
    #[error("there is no option {0:?}; known are {known}", known = postgres::OPTIONS.join(", "))]
    UnknownOption(String),
    /// An option with a value that is none of its own.
    #[error("the option {name} must be {expected}")]
    OptionValue {
        /// The option.
        name: String,
        /// What it takes.
        expected: &'static str,
    },
    /// SQLite without a file.
    #[error("it must name a file, such as sqlite:var/ironplate.db")]
    NoFile,
    /// A database in memory is gone with its connection.
    #[error("a database in memory can't be shared by connections; name a file")]
    InMemory,
    /// Something that means one file here and another elsewhere.
    #[error("{0}: write sqlite:x.db for a file in the working directory, or sqlite:/srv/x.db from the root")]
    AnotherFile(&'static str),
}

impl DatabaseUrl {
    /// The password in the address, to be judged and never to be shown.
    #[must_use]
    pub fn password(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Postgres(url) => url.password(),
            Self::Sqlite(_) => None,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        let text = text.trim();
        let Some((scheme, rest)) = text.split_once(':') else { return Err(DatabaseUrlError::UnknownDatabase) };
        // RFC 3986, section 3.1: in either case.
        let scheme = &*scheme.to_ascii_lowercase();
        let foreign = |here| Err(DatabaseUrlError::ForeignScheme { given: scheme.to_owned(), here });
        match scheme.split_once('+').map_or(scheme, |(database, _)| database) {
            "sqlite" if scheme == "sqlite" => sqlite::path(rest).map(Self::Sqlite),
            "postgres" | "postgresql" if !scheme.contains('+') => match rest.strip_prefix("//") {
                Some(rest) => PostgresUrl::parse(text, rest).map(Self::Postgres),
                None => Err(DatabaseUrlError::Malformed(format!("after {scheme}: must come //"))),
            },
            "sqlite" | "sqlite3" | "file" => foreign("sqlite:"),
            "postgres" | "postgresql" | "pgsql" | "postgis" | "psql" | "jdbc" => foreign("postgres:"),
            _ => Err(DatabaseUrlError::UnknownDatabase),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::Postgres(url) => url.fmt(out),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_are_recognised() {
        assert_eq!("sqlite:var/a.db".parse(), Ok(DatabaseUrl::Sqlite("var/a.db".into())));
        assert_eq!("sqlite:///usr/a.db".parse(), Ok(DatabaseUrl::Sqlite("/usr/a.db".into())));
        assert!(matches!("postgres://u@h/db".parse(), Ok(DatabaseUrl::Postgres(_))));
        assert!(matches!("postgresql://u@h/db".parse(), Ok(DatabaseUrl::Postgres(_))));
    }

    #[test]
    fn everything_else_is_told_why() {
        let refused = |text: &str| text.parse::<DatabaseUrl>().unwrap_err();
        assert_eq!(refused("mysql://u@h/db"), DatabaseUrlError::UnknownDatabase);
        assert_eq!(refused("ironplate.db"), DatabaseUrlError::UnknownDatabase);
        assert!(matches!(refused("postgres://:bad:port/"), DatabaseUrlError::Malformed(_)));
        assert!(matches!(refused("postgres:u@h/db"), DatabaseUrlError::Malformed(_)));
        for foreign in [
            "sqlite3:x.db",
            "file:x.db",
            "sqlite+aiosqlite:///x.db",
            "postgresql+asyncpg://u@h/db",
            "postgresql+psycopg://u@h/db",
            "postgres+psycopg2://u@h/db",
            "jdbc:postgresql://h/db",
        ] {
            assert!(matches!(refused(foreign), DatabaseUrlError::ForeignScheme { .. }), "{foreign}");
        }
    }
}
