//! Which database: `sqlite:PATH` or `postgres://…`.

use std::{borrow::Cow, fmt, path::PathBuf, str::FromStr};

use url::Url;

/// The address of a database. Prints without the password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A PostgreSQL server, as libpq writes it: `postgres://user:password@host:5432/name?sslmode=verify-full`.
    Postgres(Url),
    /// A file, made when it is not there.
    Sqlite(PathBuf),
}

/// Why a text is no address of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither of the two databases.
    #[error("it must begin with sqlite: or postgres://")]
    UnknownDatabase,
    /// Begins well, but is no URL.
    #[error("it is not a valid URL")]
    Malformed,
    /// SQLite without a file.
    #[error("it must name a file, such as sqlite:var/ironplate.db")]
    NoFile,
    /// A database in memory is gone with its connection.
    #[error("a database in memory can't be shared by connections; name a file")]
    InMemory,
}

impl DatabaseUrl {
    /// The password in the address, to be judged and never to be shown.
    #[must_use]
    pub fn password(&self) -> Option<Cow<'_, str>> {
        let Self::Postgres(url) = self else { return None };
        let in_query = url.query_pairs().find(|(key, _)| key == "password").map(|(_, password)| password);
        in_query.or(url.password().map(Cow::Borrowed))
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" => Err(DatabaseUrlError::NoFile),
                path if path.starts_with(":memory:") => Err(DatabaseUrlError::InMemory),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        let url = Url::parse(text).map_err(|_| match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => DatabaseUrlError::Malformed,
            _ => DatabaseUrlError::UnknownDatabase,
        })?;
        match url.scheme() {
            "postgres" | "postgresql" => Ok(Self::Postgres(url)),
            _ => Err(DatabaseUrlError::UnknownDatabase),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let port = url.port().unwrap_or(5432);
                write!(out, "postgres://{}:{port}{}", url.host_str().unwrap_or("localhost"), url.path())
            }
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
        assert_eq!("sqlite:///srv/a.db".parse(), Ok(DatabaseUrl::Sqlite("/srv/a.db".into())));
        assert!(matches!("postgres://u@h/db".parse(), Ok(DatabaseUrl::Postgres(_))));
        assert!(matches!("postgresql://u@h/db".parse(), Ok(DatabaseUrl::Postgres(_))));
    }

    #[test]
    fn everything_else_is_told_why() {
        let refused = |text: &str| text.parse::<DatabaseUrl>().unwrap_err();
        assert_eq!(refused("mysql://u@h/db"), DatabaseUrlError::UnknownDatabase);
        assert_eq!(refused("ironplate.db"), DatabaseUrlError::UnknownDatabase);
        assert_eq!(refused("postgres://:bad:port/"), DatabaseUrlError::Malformed);
        assert_eq!(refused("sqlite:"), DatabaseUrlError::NoFile);
        assert_eq!(refused("sqlite::memory:"), DatabaseUrlError::InMemory);
    }

    #[test]
    fn the_password_is_not_printed() {
        let url: DatabaseUrl = "postgres://ann:s3cret@db.internal/app?options=s3cret".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), {
            let plain = "postgres://db.internal:5432/app";
            format!("{plain} DatabaseUrl({plain})")
        });
    }
}
