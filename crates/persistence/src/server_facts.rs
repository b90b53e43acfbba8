//! What a PostgreSQL server says of itself to whoever looks for what is wrong.

/// What a server allows. Nothing was changed to learn it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// Migrations may make tables: `CREATE` on the schema.
    pub may_create: bool,
    /// The statements by which an owner gives this role the rights that it lacks; empty where it lacks none.
    pub missing_grants: Vec<String>,
    /// Of the server, of the database and of the role, if these have any.
    pub limits: Vec<ConnectionLimit>,
    /// Whoever answers at the address is not the server itself: a pooler, or something that forwards the port.
    pub is_behind_another: bool,
    /// What one client prepared is there under the same name for another: sooner or later a statement is lost.
    pub shares_statements: bool,
}

/// How many connections there can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimit {
    /// Whose limit it is: `max_connections`, or `CONNECTION LIMIT of role ann`.
    pub name: String,
    /// At the most, but for those that are reserved for superusers.
    pub most: i64,
    /// So many there are, without those of who asks.
    pub in_use: i64,
}

/// What a standby says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaFacts {
    /// It follows a server. Otherwise it takes writes of its own, and what it answers may be of another world.
    pub is_standby: bool,
    /// Somebody paused its replay: it stays as it is until somebody resumes that.
    pub is_paused: bool,
    /// When what it replayed last was committed, in seconds before now, by its own clock. `None` where it has replayed nothing yet.
    pub replayed_seconds_ago: Option<i64>,
}
