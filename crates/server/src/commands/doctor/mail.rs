//! Mail: whether the server greets, encrypts and lets us in.

use std::{pin::pin, time::Duration};

use ironplate_application::{
    ports::{Clock, MailRenderer, MailTransport, OutgoingMail, Secrets, TemplateContext},
    with_causes,
};
use ironplate_crypto::{OsSecrets, SystemClock};
use ironplate_domain::{Email, Facts, MailTemplate, MessageId};
use ironplate_mail::SmtpTransport;
use tokio::time::timeout;

use super::finding::Finding;
use crate::{
    config::{Mail, Transport, Web},
    terminal::remark,
};

const A_WHILE: Duration = Duration::from_secs(2);

pub(super) async fn findings(mail: &Mail, web: &Web, send_to: Option<Email>) -> Vec<Finding> {
    const FIX: &str = "set SMTP_HOST, if it is to be sent";
    let unsent =
        |why| send_to.as_ref().map(|to| Finding::wrong("test mail", format!("was not sent to {to}: mail {why}"), FIX));
    let settings = match &mail.transport {
        Transport::Smtp(settings) => settings,
        Transport::Mailbox(_) => {
            let kept = Finding::ok("mail", "is kept in var/mailbox and not sent, for development");
            return [kept].into_iter().chain(unsent("is kept in var/mailbox")).collect();
        }
        Transport::Off => {
            let off = Finding::unwise("mail", "is off: nobody can recover a password", FIX);
            return [off].into_iter().chain(unsent("is off")).collect();
        }
    };
    let (server, domain) = (settings.server(), settings.from.address.domain().to_owned());
    let smtp = match SmtpTransport::new(settings.clone()) {
        Ok(smtp) => smtp,
        Err(error) => return vec![Finding::wrong("mail", with_causes(&error), "mend the settings of [mail]")],
    };
    let mut findings = vec![match patiently(&server, smtp.check()).await {
        Ok(()) => Finding::ok("mail", format!("{} takes us", mail.transport)),
        Err(error) => {
            let fix = "look at SMTP_HOST, SMTP_PORT, SMTP_USER and SMTP_PASSWORD; and at SMTP_SSL, which is for ports that speak \
                       TLS from the first byte (465), and SMTP_TLS, for those that begin in clear (587)";
            Finding::wrong("mail", format!("{server}: {}", with_causes(&error)), fix)
        }
    }];
    if let Some(to) = send_to {
        findings.push(patiently(&server, send(mail, web, &smtp, to)).await);
    }
    let asks = format!("dig TXT {domain}; dig TXT _dmarc.{domain}; for DKIM ask your mail provider");
    findings.push(Finding::ok("sender", format!("mail comes from @{domain}; its SPF and DMARC are told by {asks}")));
    findings
}

/// Whoever waits at a terminal is told for whom, if that takes a while: a mail server may let anybody wait before it greets.
async fn patiently<Answer>(server: &str, answer: impl Future<Output = Answer>) -> Answer {
    let mut answer = pin!(answer);
    if let Ok(answer) = timeout(A_WHILE, &mut answer).await {
        return answer;
    }
    remark(format_args!("{server} (SMTP_HOST) has not answered yet; waiting on, for mail.timeout_seconds at the most"));
    answer.await
}

async fn send(mail: &Mail, web: &Web, smtp: &SmtpTransport, to: Email) -> Finding {
    let now = SystemClock.now();
    let (template, link) = (MailTemplate::TestMail, web.frontend_host.clone().into());
    let context = TemplateContext { template, to: to.clone(), facts: Facts::default(), link, created_at: now };
    let rendered = match mail.templates.render(&context) {
        Ok(mail) => mail,
        Err(error) => return Finding::wrong("test mail", with_causes(&error), "mend the template test_mail"),
    };
    let mail = OutgoingMail { id: MessageId(OsSecrets.id()), to, date: now, content: rendered, attempt: 1 };
    let to = mail.to.clone();
    match smtp.send(&mail).await {
        Ok(()) => Finding::ok("test mail", format!("was taken for {to}; look whether it arrives, and where")),
        Err(error) => {
            Finding::wrong("test mail", format!("to {to}: {}", with_causes(&error)), "ask who runs the mail server")
        }
    }
}
