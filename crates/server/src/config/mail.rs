//! Where mail goes, whom it comes from, and what it says.

mod smtp;

use std::{fmt, path::PathBuf, sync::Arc};

use ironplate_domain::Email;
use ironplate_mail::{Security, Sender, SmtpSettings, Templates};

use super::{
    Environment, Project, Web, origin,
    reader::{Read, Reader, Refused},
};

/// Whom mail comes from that nobody sends.
const SENDER_OF_MAILBOX: &str = "noreply@example.com";

const HOW_TO_DO_WITHOUT: &str = "or switch mail off by name, with IRONPLATE__MAIL__TRANSPORT=off";

pub(crate) struct Mail {
    pub(crate) transport: Transport,
    /// Tried already: none of them will refuse a mail.
    pub(crate) templates: Arc<Templates>,
    /// In development, kept mail is shown to whoever reaches the server.
    pub(crate) expose_mailbox: bool,
}

pub(crate) enum Transport {
    Smtp(SmtpSettings),
    Mailbox(Sender),
    Off,
}

impl Mail {
    pub(crate) fn is_off(&self) -> bool {
        matches!(self.transport, Transport::Off)
    }
}

/// In a word or two, for people.
impl fmt::Display for Transport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(settings) => {
                let security = match settings.security {
                    Security::StartTls => "STARTTLS",
                    Security::ImplicitTls => "TLS",
                    Security::PlainText => "plain text",
                };
                write!(out, "{} ({security})", settings.server())
            }
            Self::Mailbox(_) => out.write_str("kept in var/mailbox"),
            Self::Off => out.write_str("off"),
        }
    }
}

/// What `mail.transport` says or implies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Smtp,
    Mailbox,
    Off,
}

pub(super) fn read(
    environment: Environment,
    reader: &mut Reader<'_>,
    project: &Read<Project>,
    web: &Read<Web>,
) -> Read<Mail> {
    let kind = kind(environment, reader);
    let sender = sender(environment, reader, kind, project);
    let smtp = smtp::read(reader, kind, sender, web);
    if let (true, Ok(Kind::Smtp), Ok(web)) = (environment.is_production(), kind, web) {
        check_links(reader, web);
    }
    let templates = templates(reader, project, web);
    let expose_mailbox = reader.switch("mail.expose_mailbox");
    let transport = match (kind?, smtp?) {
        (Kind::Off, _) => Transport::Off,
        (Kind::Mailbox, settings) => Transport::Mailbox(settings.from),
        (Kind::Smtp, settings) => Transport::Smtp(settings),
    };
    Ok(Mail { transport, templates: templates?, expose_mailbox: expose_mailbox? })
}

fn kind(environment: Environment, reader: &mut Reader<'_>) -> Read<Kind> {
    let key = "mail.transport";
    let host = reader.optional_text("mail.smtp_host");
    match (reader.optional_text(key)?.as_deref(), host?) {
        (None | Some("smtp"), Some(_)) => Ok(Kind::Smtp),
        (Some("smtp"), None) => Err(reader.refuse("mail.smtp_host", "is missing", "the mail server's name")),
        (None, None) if environment.is_production() => {
            let fix = format!("set SMTP_HOST and EMAILS_FROM_EMAIL, {HOW_TO_DO_WITHOUT}");
            Err(reader.refuse("mail.smtp_host", "is missing: no mail would reach anybody", &fix))
        }
        (Some("mailbox"), _) if environment.is_production() => {
            let fix = format!("leave it empty and set SMTP_HOST, {HOW_TO_DO_WITHOUT}");
            Err(reader.refuse(key, "is mailbox, which keeps mail on this machine: for development alone", &fix))
        }
        (None | Some("mailbox"), _) => Ok(Kind::Mailbox),
        (Some("off"), _) => Ok(Kind::Off),
        (Some(other), _) => {
            Err(reader.refuse(key, &format!("{other:?} is no transport"), "smtp, mailbox or off; or leave it empty"))
        }
    }
}

fn sender(
    environment: Environment,
    reader: &mut Reader<'_>,
    kind: Read<Kind>,
    project: &Read<Project>,
) -> Read<Sender> {
    let key = "mail.from_email";
    let fix = "an address such as noreply@example.com";
    let address = match reader.optional_text(key)? {
        None if matches!(kind, Ok(Kind::Smtp)) => {
            return Err(reader.refuse(key, "is missing: mail comes from somebody", fix));
        }
        None => SENDER_OF_MAILBOX.to_owned(),
        Some(address) => address,
    };
    let parsed = Email::parse(&address);
    let address = parsed.or_else(|error| of_an_inner_network(environment, &address).ok_or(error));
    let address = address.map_err(|error| reader.refuse(key, &error.to_string(), fix));
    let name = reader.optional_text("mail.from_name")?;
    let name = name.or_else(|| project.as_ref().ok().map(|project| project.name.clone())).unwrap_or_default();
    Ok(Sender { name, address: address? })
}

/// An address whose domain is known in its own network alone. Nobody's account is there, but mail may come from there, by the
/// mail server of that network; from this very machine in development alone. All other rules hold.
fn of_an_inner_network(environment: Environment, text: &str) -> Option<Email> {
    const PUBLIC: &str = ".example.com";
    let domain = text.trim().rsplit_once('@')?.1.to_ascii_lowercase();
    let is_below = |parent: &str| domain.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1);
    let is_this_machine = domain == "localhost" || is_below("localhost");
    let is_inner = is_below("local") || is_below("home.arpa") || (is_this_machine && !environment.is_production());
    if !is_inner {
        return None;
    }
    let public = Email::parse(&format!("{}{PUBLIC}", text.trim())).ok()?;
    let without = |text: &str| text.strip_suffix(PUBLIC).map(str::to_owned);
    Some(Email::from_stored(without(public.as_str())?, without(public.canonical())?))
}

/// A link is a key: whoever reads a request on its way takes the account. And it is of use only if it leads somewhere.
fn check_links(reader: &mut Reader<'_>, web: &Web) {
    if origin::is_loopback(&web.frontend_host) {
        let problem = format!("is {}: mailed links would lead each reader to their own machine", web.frontend_host);
        let fix = "where people reach the web client, such as https://app.example.com";
        reader.refuse("web.frontend_host", &problem, fix);
    } else if !web.frontend_host.starts_with("https:") && !web.allow_plain_http {
        let problem = format!("is {}: mailed links are keys, and would travel in clear", web.frontend_host);
        let fix = "where people reach the web client, such as https://app.example.com; \
            or allow it with IRONPLATE__WEB__ALLOW_PLAIN_HTTP=true";
        reader.refuse("web.frontend_host", &problem, fix);
    }
}

fn templates(reader: &mut Reader<'_>, project: &Read<Project>, web: &Read<Web>) -> Read<Arc<Templates>> {
    let key = "mail.templates_folder";
    let folder = reader.optional_text(key)?.map(PathBuf::from);
    let product = project.as_ref().map_or("", |project| &project.name);
    let frontend_host = web.as_ref().map_or("http://localhost", |web| &web.frontend_host);
    Templates::load(product, frontend_host, folder.as_deref()).map(Arc::new).map_err(|faults| {
        let refused = faults.0.iter().map(|fault| {
            reader.refuse(
                key,
                &fault.to_string(),
                "mend the file; or remove it, and the template inside the binary is used",
            )
        });
        refused.last().unwrap_or(Refused)
    })
}
