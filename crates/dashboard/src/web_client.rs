//! A web client of the product's own: files out of one folder, at `/`.

mod content_type;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use actix_web::{
    HttpRequest, HttpResponse,
    dev::RequestHead,
    guard::{Guard, GuardContext},
    http::{
        Method,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, X_FRAME_OPTIONS},
    },
    middleware::Compress,
    web::{self, Bytes, ServiceConfig},
};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use crate::landing::{is_of_the_api, wants_a_page};

const INDEX: &str = "index.html";

/// Its name changes when its content does.
const FOR_LONG: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// It may be kept, but is asked about each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The files of a web client, in memory; clones share them.
#[derive(Debug, Clone)]
pub struct WebClient(Arc<BTreeMap<String, File>>);

/// Why a folder is no web client.
#[derive(Debug, thiserror::Error)]
pub enum WebClientError {
    /// There is no first page in it.
    #[error("has no {INDEX}")]
    NoIndex,
    /// It can't be read.
    #[error("can't be read: {0}")]
    Io(#[from] io::Error),
}

#[derive(Debug)]
struct File {
    content: Bytes,
    content_type: &'static str,
    /// Changes when the content does.
    tag: String,
}

impl WebClient {
    /// Reads the folder and its subfolders. Only what is in it now is ever served, whatever a path says: no names that
    /// begin with a dot, as repositories and secrets have them, but `.well-known`; no links that lead out of it.
    ///
    /// # Errors
    /// See [`WebClientError`].
    pub fn load(folder: &Path) -> Result<Self, WebClientError> {
        let root = folder.canonicalize()?;
        let mut files = BTreeMap::new();
        collect(&root, &root, "", &mut files)?;
        if files.contains_key(INDEX) { Ok(Self(Arc::new(files))) } else { Err(WebClientError::NoIndex) }
    }

    /// The file that is asked for; pages of the client, which have no files, are the first page. A name with a dot is a
    /// file's, unless a browser is about to show it.
    fn find(&self, head: &RequestHead) -> Option<(&str, &File)> {
        let path = decoded(head.uri.path());
        let path = path.trim_start_matches('/');
        let is_page = wants_a_page(head) || !path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let found = self.0.get_key_value(path).or_else(|| self.0.get_key_value(INDEX).filter(|_| is_page));
        found.map(|(name, file)| (name.as_str(), file))
    }
}

fn collect(root: &Path, folder: &Path, prefix: &str, files: &mut BTreeMap<String, File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') && name != ".well-known" {
            continue;
        }
        let name = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(root, &entry.path(), &format!("{name}/"), files)?;
        } else if let Some(path) = file_within(root, &entry.path()) {
            let content = fs::read(&path).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
            let content = Bytes::from(content);
            let digest = Sha256::digest(&content).iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            let (tag, content_type) = (format!("\"{digest:016x}\""), content_type::of(&name));
            files.insert(name, File { content, content_type, tag });
        }
    }
    Ok(())
}

/// The file itself, where a link leads to one in the folder, as configuration that is mounted has them.
fn file_within(root: &Path, path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().filter(|path| path.starts_with(root) && path.is_file())
}

/// Mounts the client at `/`, to be configured last: it answers every `GET` that nothing else does, but for those below
/// `/api`.
pub fn web_client(client: WebClient) -> impl Fn(&mut ServiceConfig) + Clone {
    move |config| {
        let client = client.clone();
        let guard = IsForAPage(client.clone());
        let answer = move |request: HttpRequest| {
            let client = client.clone();
            async move { answer(&client, &request) }
        };
        config.service(web::resource("/{path:.*}").guard(guard).route(web::to(answer)).wrap(Compress::default()));
    }
}

/// Whether the client has something to say, so that all else is answered as if it were not there.
struct IsForAPage(WebClient);

impl Guard for IsForAPage {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let head = context.head();
        let is_ours = matches!(head.method, Method::GET | Method::HEAD) && !is_of_the_api(head.uri.path());
        is_ours && self.0.find(head).is_some()
    }
}

fn answer(client: &WebClient, request: &HttpRequest) -> HttpResponse {
    let Some((name, file)) = client.find(request.head()) else {
        return HttpResponse::NotFound().finish();
    };
    let is_known = request.headers().get(IF_NONE_MATCH).is_some_and(|known| is_among(&file.tag, known));
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((CACHE_CONTROL, if is_hashed(name) { FOR_LONG } else { ASK_FIRST }))
        .insert_header((ETAG, file.tag.as_str()))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((X_FRAME_OPTIONS, HeaderValue::from_static("DENY")));
    if is_known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, HeaderValue::from_static(file.content_type))).body(file.content.clone())
}

fn decoded(path: &str) -> Cow<'_, str> {
    percent_decode_str(path).decode_utf8_lossy()
}

/// Proxies that compress make tags weak.
fn is_among(tag: &str, known: &HeaderValue) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// As bundlers name what they make: `assets/index-BzR7dZ4k.js`, `main.3f9c2a1b.css`. What is not known as such is asked about
/// each time, which costs a question; to keep what may change for a year would cost the change.
fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, _)) = file.rsplit_once('.') else { return false };
    let in_hex = stem.split(['-', '.']).skip(1).any(is_hex_digest);
    let (before, last) = stem.split_at_checked(stem.len().saturating_sub(8)).unwrap_or_default();
    in_hex || (before.ends_with(['-', '.']) && is_base64_digest(last))
}

/// Eight digits or more, some of them letters: a date has none.
fn is_hex_digest(part: &str) -> bool {
    let is_hex = part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_hex && part.len() >= 8 && part.bytes().any(|byte| byte.is_ascii_digit()) && part.bytes().any(|byte| byte >= b'a')
}

/// In both cases, and not as a word that begins with a capital.
fn is_base64_digest(part: &str) -> bool {
    let is_base64 = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let has_lower = part.bytes().any(|byte| byte.is_ascii_lowercase());
    is_base64 && has_lower && part.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn names_that_change_with_their_content_are_known() {
        for name in [
            "assets/index-BzR7dZ4k.js",
            "main.3f9c2a1b.css",
            "a/b/chunk-DkLmNoPq.js",
            "x-aB_cdEfg.woff2",
            "assets/index-B_x-9Kq1.js",
            "a.3f9c2a1b4d5e6f70.chunk.js",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "favicon.ico",
            "robots.txt",
            "icon-180.png",
            "some-document.pdf",
            "site.webmanifest",
            "img/og-image-1200x630.png",
            "icon-1024x1024.png",
            "Product-Handbook.pdf",
            "report-20261126.pdf",
            "a-é-éééé.js",
            "short.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
