//! Files that settings name.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

/// More is in no file that a setting names.
const LARGEST: u64 = 64 * 1024;

/// What a file holds, up to 64 KiB.
///
/// # Errors
/// It can't be read, or it is none: to open a pipe is to wait for whoever writes to it, and a device may never end.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The same as text.
///
/// # Errors
/// As above, or it is no UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is no text in UTF-8"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_file_is_read_and_what_is_none_is_waited_for_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let [file, pipe] = ["file", "pipe"].map(|name| folder.path().join(name));
        fs::write(&file, "text").unwrap();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read_text(&file).unwrap(), "text");
        for none in [&*pipe, Path::new("/dev/zero"), folder.path()] {
            assert_eq!(read(none).unwrap_err().to_string(), "is no regular file", "{}", none.display());
        }
        fs::write(&file, [0xff]).unwrap();
        assert_eq!(read_text(&file).unwrap_err().to_string(), "is no text in UTF-8");
    }
}
