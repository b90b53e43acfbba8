//! One file: in memory, with its compressed form, or, if it is large, on the disk.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use actix_web::{
    body::{BoxBody, MessageBody, SizedStream},
    http::header::EntityTag,
    web::{self, Bytes},
};
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::content_type::{self, ContentType};

/// What is larger is read when it is asked for.
const HELD: u64 = 8 * 1024 * 1024;

/// So are all others once these are held.
const HELD_IN_ALL: u64 = 128 * 1024 * 1024;

/// Read at once, of a file on the disk.
const CHUNK: u64 = 64 * 1024;

/// A file of a web client.
#[derive(Debug)]
pub(super) struct File {
    pub(super) content_type: &'static str,
    plain: Representation,
    /// Where it is worth it.
    gzip: Option<Representation>,
}

/// What is sent for a file. Each has a tag of its own, which changes when the content does.
#[derive(Debug)]
pub(super) struct Representation {
    pub(super) tag: EntityTag,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Held(Bytes),
    OnDisk { path: PathBuf, length: u64, modified: SystemTime },
}

/// What may still be held.
pub(super) struct Room(u64);

impl Default for Room {
    fn default() -> Self {
        Self(HELD_IN_ALL)
    }
}

impl File {
    pub(super) fn read(path: &Path, name: &str, room: &mut Room) -> io::Result<Self> {
        let ContentType { name: content_type, is_compressible } = content_type::of(name);
        let metadata = fs::metadata(path)?;
        let (length, modified) = (metadata.len(), metadata.modified()?);
        if length > HELD.min(room.0) {
            let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let tag = EntityTag::new_strong(format!("{:x}-{length:x}", since.as_nanos()));
            let content = Content::OnDisk { path: path.to_owned(), length, modified };
            return Ok(Self { content_type, plain: Representation { tag, content }, gzip: None });
        }
        let content = Bytes::from(fs::read(path)?);
        let digest = Sha256::digest(&content).iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let held =
            |tag: String, content| Representation { tag: EntityTag::new_strong(tag), content: Content::Held(content) };
        let zipped =
            if is_compressible { Some(zipped(&content)?).filter(|zipped| zipped.len() < content.len()) } else { None };
        room.0 = room.0.saturating_sub((content.len() + zipped.as_ref().map_or(0, Bytes::len)) as u64);
        let gzip = zipped.map(|zipped| held(format!("{digest:016x}-gzip"), zipped));
        Ok(Self { content_type, plain: held(format!("{digest:016x}"), content), gzip })
    }

    /// What is sent to whoever reads gzip, or does not; and whether it is compressed.
    pub(super) fn representation(&self, reads_gzip: bool) -> (&Representation, bool) {
        match &self.gzip {
            Some(gzip) if reads_gzip => (gzip, true),
            _ => (&self.plain, false),
        }
    }

    /// Whether it is sent in more than one form.
    pub(super) fn has_forms(&self) -> bool {
        self.gzip.is_some()
    }
}

fn zipped(content: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content)?;
    encoder.finish().map(Bytes::from)
}

impl Representation {
    pub(super) fn length(&self) -> u64 {
        match &self.content {
            Content::Held(bytes) => bytes.len() as u64,
            Content::OnDisk { length, .. } => *length,
        }
    }

    /// The bytes from one on to before another.
    ///
    /// # Errors
    /// The file is not on the disk any more as it was at the start.
    pub(super) fn part(&self, from: u64, to: u64) -> io::Result<BoxBody> {
        match &self.content {
            Content::Held(bytes) => {
                let range = usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX);
                Ok(bytes.get(range).map_or_else(Bytes::new, |part| bytes.slice_ref(part)).boxed())
            }
            Content::OnDisk { path, length, modified } => {
                let file = fs::File::open(path)?;
                let metadata = file.metadata()?;
                if (metadata.len(), metadata.modified()?) != (*length, *modified) {
                    return Err(io::Error::other("it was changed since the start"));
                }
                Ok(streamed(file, from, to).boxed())
            }
        }
    }
}

/// Chunk by chunk, as fast as the client takes them.
fn streamed(file: fs::File, from: u64, to: u64) -> impl MessageBody {
    let chunks = stream::unfold((Arc::new(file), from), move |(file, at)| async move {
        let wanted = usize::try_from((to - at).min(CHUNK)).unwrap_or(0);
        if wanted == 0 {
            return None;
        }
        let source = file.clone();
        let read = web::block(move || {
            let mut chunk = vec![0; wanted];
            source.read_exact_at(&mut chunk, at).map(|()| Bytes::from(chunk))
        });
        let chunk = read.await.map_err(io::Error::other).flatten();
        Some((chunk, (file, at + wanted as u64)))
    });
    SizedStream::new(to - from, Box::pin(chunks))
}
