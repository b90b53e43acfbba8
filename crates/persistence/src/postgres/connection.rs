//! One connection to PostgreSQL.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use diesel_async::{AsyncPgConnection, pooled_connection::PoolableConnection};

use super::{
    connect::{Connector, Place},
    sqlstate::{LastFailure, SqlState},
};

/// Diesel's connection, and what it takes to understand its failures and to end what runs on it.
pub(super) struct Connection {
    inner: AsyncPgConnection,
    last_failure: LastFailure,
    connector: Arc<Connector>,
    place: Place,
}

impl Connection {
    pub(super) fn new(
        inner: AsyncPgConnection,
        last_failure: LastFailure,
        connector: Arc<Connector>,
        place: Place,
    ) -> Self {
        Self { inner, last_failure, connector, place }
    }

    /// The code of the last failure that the server told.
    pub(super) fn sqlstate(&self) -> Option<SqlState> {
        self.last_failure.sqlstate()
    }

    /// Lets go of it, and of the statement that may still be running there: the server does not notice by itself.
    pub(super) fn abandon(self) {
        let Self { inner, connector, place, .. } = self;
        connector.start_cancelling(inner.cancel_token(), place);
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.inner
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.inner
    }
}

impl PoolableConnection for Connection {
    fn is_broken(&mut self) -> bool {
        self.inner.is_broken()
    }
}
