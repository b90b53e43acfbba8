//! Who appears in the tests.

/// The first superuser.
pub const SUPERUSER: &str = "root@example.com";

/// Everybody's password, until they change it.
pub const PASSWORD: &str = "staple-battery-horse-42";

/// What they change it to.
pub const NEW_PASSWORD: &str = "another-fine-password-7";
