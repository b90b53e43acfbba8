//! Where mail goes, whom it comes from, and what it says.

mod smtp;

use std::{fmt, path::PathBuf, sync::Arc};

use ironplate_domain::Email;
use ironplate_mail::{Security, Sender, SmtpSettings, Templates};

use super::{
    Environment, Http, Project, Web, origin,
    reader::{Read, Reader, Refused},
};

/// The sender of mail that stays in the mailbox, where no other is configured.
const SENDER_OF_MAILBOX: &str = "noreply@example.com";

const HOW_TO_DO_WITHOUT: &str = "or switch mail off by name, with IRONPLATE__MAIL__TRANSPORT=off";

pub(crate) struct Mail {
    pub(crate) transport: Transport,
    /// All of them were tried with samples, so none fails for a mail.
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
    http: &Read<Http>,
    web: &Read<Web>,
) -> Read<Mail> {
    let kind = kind(environment, reader);
    // What is refused is told with everything else that mail by SMTP would lack.
    let wanted = kind.unwrap_or(Kind::Smtp);
    let sender = sender(environment, reader, wanted, project);
    let smtp = smtp::read(reader, kind, sender, web);
    if let (true, Kind::Smtp, Ok(web)) = (environment.is_production(), wanted, web) {
        check_links(reader, "web.frontend_host", &web.frontend_host, web.allow_plain_http);
        if web.dashboard_host != web.frontend_host {
            check_links(reader, "web.dashboard_host", &web.dashboard_host, web.allow_plain_http);
        }
        if let Ok(http) = http {
            check_that_pages_are_found(reader, web, http);
        }
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

fn sender(environment: Environment, reader: &mut Reader<'_>, kind: Kind, project: &Read<Project>) -> Read<Sender> {
    let key = "mail.from_email";
    let fix = "an address such as noreply@example.com";
    let address = match reader.optional_text(key)? {
        None if kind == Kind::Smtp => {
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
fn check_links(reader: &mut Reader<'_>, key: &str, host: &str, allow_plain_http: bool) {
    if origin::is_loopback(host) {
        let problem = format!("is {host}: mailed links would lead each reader to their own machine");
        reader.refuse(key, &problem, "where people reach it, such as https://app.example.com");
    } else if !host.starts_with("https:") && !allow_plain_http {
        let problem = format!("is {host}: mailed links are keys, and would travel in clear");
        let fix = "where people reach it, such as https://app.example.com; \
            or allow it with IRONPLATE__WEB__ALLOW_PLAIN_HTTP=true";
        reader.refuse(key, &problem, fix);
    }
}

/// A front end that is among `http.cors_origins` is a web client on another server than this one.
fn check_that_pages_are_found(reader: &mut Reader<'_>, web: &Web, http: &Http) {
    let lives_elsewhere = web.client.is_none() && http.cors_origins.contains(&web.frontend_host);
    let lacking: Vec<&str> = web.client_pages.lacking().collect();
    if lives_elsewhere && !lacking.is_empty() && !reader.is_given("web.dashboard_host") {
        let problem = format!(
            "is missing: the web client at {} has no page {} (web.spa_pages), to which mailed links lead",
            web.frontend_host,
            lacking.join(", ")
        );
        let fix = "where people reach this server, such as https://api.example.com; its dashboard has every page";
        reader.refuse("web.dashboard_host", &problem, fix);
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
