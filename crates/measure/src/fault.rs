//! A fault of ours, as the log tells it.

/// What went wrong that no client can help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedError {
    /// The event: `request failed`.
    pub what: String,
    /// Its fields, in their order: `cause`, `place`.
    pub details: Vec<(&'static str, String)>,
    /// Of a panic, the calls that led to it, as the standard library writes them.
    pub stack: Option<String>,
}
