//! What a developer sees at start.

use std::{fmt, net::SocketAddr};

use ironplate_domain::Email;
use ironplate_http::Docs;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    config::{Config, Transport},
    mailbox_visibility::{MailSummary, MailboxVisibility},
};

pub(crate) struct Banner<'a> {
    pub(crate) config: &'a Config,
    pub(crate) address: SocketAddr,
    pub(crate) visibility: MailboxVisibility,
    pub(crate) superuser: Option<Superuser>,
}

pub(crate) struct Superuser {
    pub(crate) email: Email,
    /// Only when it was made up just now: this is the one time it is shown.
    pub(crate) password: Option<SecretString>,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, address, visibility, superuser } = self;
        let scheme = config.http.scheme();
        let version = env!("CARGO_PKG_VERSION");
        writeln!(out, "\n  {} {version} · {}\n", config.project.name, config.environment)?;
        writeln!(out, "  Address     {scheme}://{address}")?;
        writeln!(out, "  Dashboard   {scheme}://{address}/dashboard")?;
        if config.http.docs == Docs::Shown {
            writeln!(out, "  API docs    {scheme}://{address}/docs")?;
        }
        writeln!(out, "  Database    {}", config.database.url)?;
        match (&config.mail.transport, visibility) {
            (Transport::Mailbox(_), MailboxVisibility::To(_)) => {
                writeln!(out, "  Mailbox     {scheme}://{address}/dev/mailbox")?;
            }
            (transport, &visibility) => writeln!(out, "  Mail        {}", MailSummary { transport, visibility })?,
        }
        if let Some(Superuser { email, password }) = superuser {
            writeln!(out, "  Superuser   {email}")?;
            if let Some(password) = password {
                writeln!(out, "  Password    {}   (made just now, shown only this once)", password.expose_secret())?;
            }
        }
        writeln!(out, "\n  Ctrl-C stops it.")
    }
}
