//! Identifiers: UUIDs that can't be mistaken for one another.

use std::fmt;

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    };
}

id! {
    /// Names a [`User`](crate::User).
    UserId
}
id! {
    /// Names an [`Item`](crate::Item).
    ItemId
}
id! {
    /// Names a [`Session`](crate::Session).
    SessionId
}
id! {
    /// Names a [`Message`](crate::Message); its `Message-ID` is made of it.
    MessageId
}
id! {
    /// Names an [`AuditEvent`](crate::AuditEvent).
    AuditEventId
}
id! {
    /// Names a run of a [`Worker`](crate::Worker).
    WorkerId
}
