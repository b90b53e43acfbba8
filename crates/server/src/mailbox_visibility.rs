//! Whether mail that is kept is shown, and to whom.

use std::{fmt, net::SocketAddr};

use ironplate_mailbox::Visitors;

use crate::config::{Config, Environment, Transport};

/// Live links lie in kept mail: it is for the developer alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailboxVisibility {
    To(Visitors),
    /// This is no development.
    NotHere,
    /// Others than this machine reach the server, and nobody said that they may see it.
    NotToOthers,
}

impl MailboxVisibility {
    /// On a server that listens on this address.
    pub(crate) fn of(config: &Config, address: SocketAddr) -> Self {
        if config.environment != Environment::Development {
            Self::NotHere
        } else if config.mail.expose_mailbox {
            Self::To(Visitors::All)
        } else if address.ip().to_canonical().is_loopback() {
            Self::To(Visitors::OfThisMachine)
        } else {
            Self::NotToOthers
        }
    }

    pub(crate) fn visitors(self) -> Option<Visitors> {
        if let Self::To(visitors) = self { Some(visitors) } else { None }
    }

    const fn why_not(self) -> Option<&'static str> {
        match self {
            Self::To(_) => None,
            Self::NotHere => Some("only in development"),
            Self::NotToOthers => Some("others reach this address; see mail.expose_mailbox"),
        }
    }
}

/// Where mail goes, in a word or two, and why it is not shown there if it could be.
pub(crate) struct MailSummary<'a> {
    pub(crate) transport: &'a Transport,
    pub(crate) visibility: MailboxVisibility,
}

impl fmt::Display for MailSummary<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.transport, self.visibility.why_not()) {
            (Transport::Mailbox(_), Some(reason)) => write!(out, "{} (not shown: {reason})", self.transport),
            (transport, _) => transport.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::from_variables;

    fn at(address: &str, variables: &[(&str, &str)]) -> (MailboxVisibility, String) {
        let config = from_variables(variables).map_err(|faults| faults.to_string()).unwrap();
        let visibility = MailboxVisibility::of(&config, address.parse().unwrap());
        (visibility, MailSummary { transport: &config.mail.transport, visibility }.to_string())
    }

    #[test]
    fn kept_mail_is_shown_to_this_machine_alone() {
        for address in ["127.0.0.1:8000", "127.8.9.1:80", "[::1]:8000", "[::ffff:127.0.0.1]:8000"] {
            let shown = (MailboxVisibility::To(Visitors::OfThisMachine), "kept in var/mailbox".to_owned());
            assert_eq!(at(address, &[]), shown, "{address}");
        }
        for address in ["0.0.0.0:8000", "[::]:8000", "192.168.1.2:8000", "[2001:db8::1]:8000"] {
            let (visibility, words) = at(address, &[]);
            assert_eq!(visibility.visitors(), None, "{address}");
            assert!(words.contains("(not shown: ") && words.contains("mail.expose_mailbox"), "{words}");
        }
    }

    #[test]
    fn it_is_shown_to_others_only_in_development_and_only_if_somebody_said_so() {
        let exposed = ("IRONPLATE__MAIL__EXPOSE_MAILBOX", "true");
        for address in ["127.0.0.1:8000", "0.0.0.0:8000"] {
            let (visibility, words) = at(address, &[exposed]);
            assert_eq!((visibility.visitors(), words.as_str()), (Some(Visitors::All), "kept in var/mailbox"));
            let (visibility, words) = at(address, &[exposed, ("ENVIRONMENT", "test")]);
            assert_eq!(visibility.visitors(), None);
            assert!(words.contains("(not shown: "), "{words}");
        }
    }

    #[test]
    fn mail_that_is_not_kept_is_not_said_to_be_hidden() {
        assert_eq!(at("0.0.0.0:8000", &[("IRONPLATE__MAIL__TRANSPORT", "off")]).1, "off");
    }
}
