//! Mail that is kept in a folder instead of being sent.

mod stored;

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use ironplate_application::ports::{BoxError, KeptMail, MailTransport, Mailbox, OutgoingMail, SendError};
use ironplate_domain::MessageId;
use stored::StoredMail;

use crate::{Sender, mime::Composed};

/// Older mails make room.
const MOST: usize = 200;

const ENDING: &str = ".json";

/// A folder of mails, one JSON file each, which only its owner can read. For development: the mails hold live links.
#[derive(Debug)]
pub struct FileMailbox {
    folder: PathBuf,
    sender: Sender,
}

impl FileMailbox {
    /// Opens the mailbox in this folder, making it if need be. Mails say they come from `sender`.
    ///
    /// # Errors
    /// The folder can't be made, or its permissions can't be changed.
    pub fn open(folder: &Path, sender: Sender) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        Ok(Self { folder: folder.to_owned(), sender })
    }

    fn keep(&self, mail: &OutgoingMail, stored: &StoredMail) -> io::Result<()> {
        let id = mail.id;
        let name = file_name(mail);
        for older in self.names()?.into_iter().filter(|known| is_of(known, id) && *known != name) {
            remove(&self.folder.join(older))?;
        }
        // Readers see the whole file or none.
        let draft = self.folder.join(format!(".{id}.{}", std::process::id()));
        remove(&draft)?;
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        serde_json::to_writer(io::BufWriter::new(file), stored)?;
        fs::rename(&draft, self.folder.join(name))?;
        self.names()?.iter().skip(MOST).try_for_each(|oldest| remove(&self.folder.join(oldest)))
    }

    /// The names of all files of mails, newest mail first.
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name().into_string().unwrap_or_default();
            if name.strip_suffix(ENDING).is_some() && !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort_unstable_by(|one, other| other.cmp(one));
        Ok(names)
    }

    /// `None` if it made room meanwhile.
    fn read(&self, name: &str) -> Result<Option<KeptMail>, BoxError> {
        match fs::read(self.folder.join(name)) {
            Ok(json) => Ok(Some(serde_json::from_slice::<StoredMail>(&json)?.into_kept()?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl MailTransport for FileMailbox {
    // Writing a small file blocks for less than handing it to another thread is worth; and this is for development.
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        let composed = Composed::new(&self.sender, mail);
        let composed = composed.map_err(|error| SendError::Permanent(error.to_string()))?;
        let stored = StoredMail::new(mail, composed);
        self.keep(mail, &stored)
            .map_err(|error| SendError::Passing(format!("the mailbox can't be written: {error}")))?;
        let link = mail.content.text.lines().map(str::trim).find(|line| line.starts_with("http"));
        tracing::info!(message_id = %mail.id, to = %mail.to, subject = mail.content.subject, link, "mail kept");
        Ok(())
    }
}

impl Mailbox for FileMailbox {
    fn list(&self) -> Result<Vec<KeptMail>, BoxError> {
        self.names()?.iter().filter_map(|name| self.read(name).transpose()).collect()
    }

    fn find(&self, id: MessageId) -> Result<Option<KeptMail>, BoxError> {
        match self.names()?.iter().find(|name| is_of(name, id)) {
            Some(name) => self.read(name),
            None => Ok(None),
        }
    }
}

/// Sorts by time.
fn file_name(mail: &OutgoingMail) -> String {
    format!("{:018}-{}{ENDING}", mail.date.micros().max(0), mail.id)
}

fn is_of(name: &str, id: MessageId) -> bool {
    name.strip_suffix(ENDING).is_some_and(|stem| stem.ends_with(&format!("-{id}")))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
