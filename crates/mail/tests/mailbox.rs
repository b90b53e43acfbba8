//! The mailbox of a developer's machine, and mail that is switched off.
#![cfg(test)]

use std::{fs, os::unix::fs::PermissionsExt};

use ironplate_application::ports::{MailTransport, Mailbox, OutgoingMail, RenderedMail, SendError};
use ironplate_domain::{Email, MessageId, Timestamp};
use ironplate_mail::{DisabledTransport, FileMailbox, Sender};
use mail_parser::MessageParser;
use tempfile::TempDir;
use uuid::Uuid;

fn mail(number: u32) -> OutgoingMail {
    OutgoingMail {
        // Not in the order of time, which alone should count.
        id: MessageId(Uuid::from_u128(u128::from(number.reverse_bits()))),
        to: Email::parse("ann@example.com").unwrap(),
        date: Timestamp::from_seconds(i64::from(number)),
        content: RenderedMail {
            subject: format!("Grüße {number}"),
            text: "Hello\nhttps://app.example.com/x?token=abc\n".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        },
        attempt: 1,
    }
}

struct World {
    folder: TempDir,
    mailbox: FileMailbox,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let address = Email::parse("no-reply@example.com").unwrap();
        let sender = Sender { name: "Ironplate".to_owned(), address };
        let mailbox = FileMailbox::open(&folder.path().join("var/mailbox"), sender).unwrap();
        Self { folder, mailbox }
    }

    fn subjects(&self) -> Vec<String> {
        self.mailbox.list().unwrap().iter().map(|mail| mail.header("subject").to_owned()).collect()
    }
}

#[tokio::test]
async fn a_kept_mail_has_all_its_sides() {
    let world = World::new();
    world.mailbox.send(&mail(7)).await.unwrap();
    let kept = world.mailbox.find(mail(7).id).unwrap().unwrap();
    assert_eq!(kept.id, mail(7).id);
    assert_eq!(kept.text, mail(7).content.text);
    assert_eq!(kept.html, mail(7).content.html);
    assert_eq!(kept.header("From"), "Ironplate <no-reply@example.com>");
    assert_eq!(kept.header("To"), "ann@example.com");
    assert_eq!(kept.header("Subject"), "Grüße 7");
    let sent = MessageParser::default().parse(kept.source.as_bytes()).unwrap();
    assert_eq!(sent.subject(), Some("Grüße 7"));
    assert!(kept.source.contains("\r\nSubject: =?UTF-8?B?"));
}

#[tokio::test]
async fn the_newest_mail_is_first() {
    let world = World::new();
    for number in [2, 1, 3] {
        world.mailbox.send(&mail(number)).await.unwrap();
    }
    assert_eq!(world.subjects(), ["Grüße 3", "Grüße 2", "Grüße 1"]);
}

#[tokio::test]
async fn the_same_message_replaces_itself() {
    let world = World::new();
    world.mailbox.send(&mail(1)).await.unwrap();
    let mut again = OutgoingMail { date: Timestamp::from_seconds(9), ..mail(1) };
    again.content.subject = "Again".to_owned();
    world.mailbox.send(&again).await.unwrap();
    assert_eq!(world.subjects(), ["Again"]);
}

#[tokio::test]
async fn the_oldest_make_room() {
    let world = World::new();
    for number in 0..203 {
        world.mailbox.send(&mail(number)).await.unwrap();
    }
    let subjects = world.subjects();
    assert_eq!((subjects.len(), subjects[0].as_str(), subjects[199].as_str()), (200, "Grüße 202", "Grüße 3"));
    assert!(world.mailbox.find(mail(2).id).unwrap().is_none());
}

#[tokio::test]
async fn nobody_else_can_read_it() {
    let world = World::new();
    world.mailbox.send(&mail(1)).await.unwrap();
    let folder = world.folder.path().join("var/mailbox");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.clone()), 0o700);
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| mode(entry.unwrap().path())).collect();
    assert_eq!(files, [0o600]);
}

#[tokio::test]
async fn mail_that_is_switched_off_is_refused_for_good() {
    let Err(SendError::Permanent(reason)) = DisabledTransport.send(&mail(1)).await else { panic!("not refused") };
    assert_eq!(reason, "mail is switched off in the configuration");
}
