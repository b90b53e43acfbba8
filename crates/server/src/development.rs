//! What a developer need not provide: a key that is kept, a password that is made up.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use ironplate_crypto::random_text;
use ironplate_domain::{Password, PasswordError};
use secrecy::{ExposeSecret, SecretString};

/// The key of a folder.
pub(crate) const KEY_FILE: &str = "var/secret.key";

/// A password, and the text to show it by: 96 random bits, easy to type.
pub(crate) fn password() -> Result<(Password, SecretString), PasswordError> {
    let text = random_text::<12>();
    Ok((Password::parse(text.expose_secret())?, text))
}

/// The key of this folder, made when it is first asked for. Only its owner can read it.
pub(crate) fn secret_key() -> io::Result<SecretString> {
    let path = Path::new(KEY_FILE);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Complete before it has its name, so that of two servers starting at once both read one whole key.
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    if !path.exists() {
        let key = random_text::<48>();
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(key.expose_secret().as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        linked.or_else(|error| if error.kind() == io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })?;
    }
    let key = fs::read_to_string(path)?;
    if key.trim().len() < 32 {
        return Err(io::Error::other("it is shorter than 32 bytes; delete it, and another is made"));
    }
    Ok(key.trim().into())
}
