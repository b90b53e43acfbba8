//! What a PostgreSQL server says of itself to whoever looks for what is wrong.

/// What a server allows. Nothing was changed to learn it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// Migrations may make tables: `CREATE` on the schema.
    pub may_create: bool,
    /// So many connections there can be, but for those that are reserved for superusers.
    pub max_connections: i32,
    /// So many there are now, of everybody.
    pub connections: i64,
    /// Whoever answers at the address is not the server itself: a pooler, or something that forwards the port.
    pub is_behind_another: bool,
}
