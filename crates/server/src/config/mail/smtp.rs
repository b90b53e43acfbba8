//! How to reach the mail server.

use std::{error::Error, fs::File, net::IpAddr, path::PathBuf, time::Duration};

use ironplate_mail::{Security, Sender, SmtpSettings, SmtpSettingsError, SmtpTransport};
use secrecy::SecretString;

use super::Kind;
use crate::config::{
    Web, origin,
    reader::{Read, Reader},
};

const CA_FILE: &str = "a readable file of certificates in PEM form, or leave it empty";

/// Read whatever the transport, so that a slip in one of them is told before the day on which mail is switched on.
pub(super) fn read(
    reader: &mut Reader<'_>,
    kind: Read<Kind>,
    from: Read<Sender>,
    web: &Read<Web>,
) -> Read<SmtpSettings> {
    let host = host(reader);
    let port = port(reader);
    if matches!(port, Ok(0)) {
        reader.refuse("mail.smtp_port", "is 0", "a port from 1 to 65535, such as 587");
    }
    let security = security(reader, kind, &host);
    if let (Ok(port), Ok(security)) = (port, security) {
        check_port(reader, port, security);
    }
    let helo_name = helo_name(reader, web);
    let credentials = credentials(reader);
    let ca_file = ca_file(reader);
    let timeout = reader.within("mail.timeout_seconds", 1..=600);
    let connections = reader.within("mail.connections", 1..=256);
    let settings = SmtpSettings {
        host: host?,
        port: port?,
        security: security?,
        helo_name: helo_name?,
        credentials: credentials?,
        ca_file: ca_file?,
        from: from?,
        timeout: Duration::from_secs(timeout?.into()),
        connections: connections?,
    };
    if matches!(kind, Ok(Kind::Smtp)) {
        try_out(reader, settings.clone())?;
    }
    Ok(settings)
}

fn port(reader: &mut Reader<'_>) -> Read<u16> {
    let key = "mail.smtp_port";
    if reader.peek(key).is_some_and(|text| text.starts_with("tcp://")) {
        let problem = "is what Kubernetes and Docker set for a service that is called smtp: its address, and no port";
        let fix = "set SMTP_PORT yourself, such as 587; or enableServiceLinks: false in the pod, or another name";
        return Err(reader.refuse(key, problem, fix));
    }
    reader.number_like(key, "a port from 1 to 65535, such as 587")
}

fn host(reader: &mut Reader<'_>) -> Read<String> {
    let key = "mail.smtp_host";
    let text = reader.optional_text(key)?.unwrap_or_default();
    let host = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&text);
    let is_sound = host.parse::<IpAddr>().is_ok()
        || host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' || byte == b'_');
    if is_sound {
        return Ok(host.to_owned());
    }
    Err(reader.refuse(
        key,
        "is no host",
        "a name or an IP address alone, such as smtp.example.com; the port goes into SMTP_PORT",
    ))
}

fn security(reader: &mut Reader<'_>, kind: Read<Kind>, host: &Read<String>) -> Read<Security> {
    let implicit = reader.switch("mail.smtp_ssl");
    let start_tls = reader.switch("mail.smtp_tls");
    let allow_plain_text = reader.switch("mail.allow_plain_text");
    match (implicit?, start_tls?) {
        (true, _) => Ok(Security::ImplicitTls),
        (false, true) => Ok(Security::StartTls),
        (false, false) => {
            let leaves = matches!((kind, host), (Ok(Kind::Smtp), Ok(host)) if !is_this_machine(host));
            if leaves && !allow_plain_text? {
                let problem = "is off, and so is smtp_ssl: whoever is on the way could read the links in mail";
                let fix = "SMTP_TLS=true or SMTP_SSL=true; or allow it with IRONPLATE__MAIL__ALLOW_PLAIN_TEXT=true";
                return Err(reader.refuse("mail.smtp_tls", problem, fix));
            }
            Ok(Security::PlainText)
        }
    }
}

/// Unless it is given, the host of mailed links is one, if it is a domain: it is where the product is.
fn helo_name(reader: &mut Reader<'_>, web: &Read<Web>) -> Read<Option<String>> {
    let key = "mail.helo_name";
    let Some(name) = reader.optional_text(key)? else {
        return Ok(web.as_ref().ok().and_then(|web| origin::domain(&web.frontend_host)));
    };
    // As an origin it is held to the rules of domains, and written as mail servers write it.
    let domain = origin::parse(&format!("https://{name}")).and_then(|origin| origin::domain(&origin));
    domain
        .filter(|_| !name.contains(':'))
        .map(Some)
        .ok_or_else(|| reader.refuse(key, "is no domain", "a domain such as app.example.com; or leave it empty"))
}

/// On the two ports that speak in one way alone, the other one hangs until it is given up.
fn check_port(reader: &mut Reader<'_>, port: u16, security: Security) {
    let is_implicit = security == Security::ImplicitTls;
    if port == 465 && !is_implicit {
        let problem = "is 465, which speaks TLS from the first byte, but smtp_ssl is off";
        reader.refuse("mail.smtp_port", problem, "SMTP_SSL=true; or SMTP_PORT=587, which begins in clear");
    } else if port == 587 && is_implicit {
        let problem = "is on, but smtp_port is 587, which begins in clear";
        reader.refuse(
            "mail.smtp_ssl",
            problem,
            "SMTP_SSL=false; or SMTP_PORT=465, which speaks TLS from the first byte",
        );
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Looked at here already, lest a fault elsewhere hide it.
fn ca_file(reader: &mut Reader<'_>) -> Read<Option<PathBuf>> {
    let Some(path) = reader.optional_text("mail.ca_file")?.map(PathBuf::from) else { return Ok(None) };
    match File::open(&path) {
        Ok(_) => Ok(Some(path)),
        Err(error) => Err(reader.refuse("mail.ca_file", &format!("{}: {error}", path.display()), CA_FILE)),
    }
}

fn credentials(reader: &mut Reader<'_>) -> Read<Option<(String, SecretString)>> {
    let user = reader.optional_text("mail.smtp_user");
    let password = reader.optional_text("mail.smtp_password").map(|text| text.map(SecretString::from));
    match (user?, password?) {
        (None, None) => Ok(None),
        (Some(user), Some(password)) => Ok(Some((user, password))),
        (Some(_), None) => {
            Err(reader.refuse("mail.smtp_password", "is missing", "set it, or leave SMTP_USER unset, too"))
        }
        (None, Some(_)) => {
            Err(reader.refuse("mail.smtp_user", "is missing", "set it, or leave SMTP_PASSWORD unset, too"))
        }
    }
}

/// Connects to nothing, but reads the certificate file.
fn try_out(reader: &mut Reader<'_>, settings: SmtpSettings) -> Read<()> {
    let Err(error) = SmtpTransport::new(settings) else { return Ok(()) };
    let (key, fix) = match &error {
        SmtpSettingsError::CaFile { .. } | SmtpSettingsError::NoCertificate { .. } => ("mail.ca_file", CA_FILE),
        SmtpSettingsError::Sender(_) => ("mail.from_email", "another address"),
        SmtpSettingsError::Tls(_) => {
            ("mail.smtp_host", "see that this machine has certificate authorities, or name them in mail.ca_file")
        }
    };
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    Err(reader.refuse(key, &format!("{error}{cause}"), fix))
}
