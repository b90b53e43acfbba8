#![doc = include_str!("../README.md")]

mod answer;
mod content_type;
mod file;
mod folder;
mod hashed;

use std::{borrow::Cow, collections::BTreeMap, path::Path, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    dev::RequestHead,
    guard,
    http::Method,
    web::{self, ServiceConfig},
};
use ironplate_web::{is_of_the_api, wants_a_page};
use percent_encoding::percent_decode_str;

use self::{
    file::File,
    folder::{INDEX, LeftOut},
};
pub use folder::WebClientError;

/// The files of a web client; clones share them.
#[derive(Debug, Clone)]
pub struct WebClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    files: BTreeMap<String, File>,
    left_out: Vec<LeftOut>,
}

/// What is asked for.
struct Found<'a> {
    name: &'a str,
    file: &'a File,
    /// Browsers alone are told so: programs hear that there is nothing.
    is_negotiated: bool,
}

impl WebClient {
    /// Reads the folder and its subfolders. Only what is in it now is ever served, whatever a path says: no names that
    /// begin with a dot, as repositories and secrets have them, but `.well-known`; no links that lead out of it.
    ///
    /// # Errors
    /// See [`WebClientError`].
    pub fn load(folder: &Path) -> Result<Self, WebClientError> {
        let (files, left_out) = folder::read(folder)?;
        Ok(Self(Arc::new(Inner { files, left_out })))
    }

    /// Names what is in the folder and not served, and why, one sentence each.
    pub fn left_out(&self) -> impl Iterator<Item = String> {
        self.0.left_out.iter().map(ToString::to_string)
    }

    /// The file that is asked for. Pages of the client have no files: they are the first page, for whoever is about to show
    /// one.
    fn find(&self, head: &RequestHead) -> Option<Found<'_>> {
        let path = decoded(head.uri.path());
        let path = path.trim_start_matches('/');
        let name = if path.is_empty() { INDEX } else { path };
        let of = |name: &str, is_negotiated| {
            let (name, file) = self.0.files.get_key_value(name)?;
            Some(Found { name, file, is_negotiated })
        };
        of(name, false).or_else(|| of(INDEX, true).filter(|_| !is_well_known(path) && wants_a_page(head)))
    }

    fn has(&self, head: &RequestHead) -> bool {
        let path = decoded(head.uri.path());
        let path = path.trim_start_matches('/');
        path.is_empty() || self.0.files.contains_key(path)
    }
}

/// Mounts the client at `/`, to be configured last: it answers every `GET` that nothing else does, but for those below
/// `/api`. `wrong_method` answers who asks for one of its files in another way.
pub fn web_client(client: WebClient, wrong_method: fn() -> HttpResponse) -> impl Fn(&mut ServiceConfig) + Clone {
    move |config| {
        let (asked, known, served) = (client.clone(), client.clone(), client.clone());
        let is_asked = guard::fn_guard(move |context| {
            let head = context.head();
            is_a_look(head) && !is_of_the_api(head.uri.path()) && asked.find(head).is_some()
        });
        let is_known = guard::fn_guard(move |context| !is_a_look(context.head()) && known.has(context.head()));
        let answer = move |request: HttpRequest| {
            let client = served.clone();
            async move {
                let found = client.find(request.head());
                found.map_or_else(|| HttpResponse::NotFound().finish(), |found| answer::to(&request, &found))
            }
        };
        config
            .service(web::resource("/{path:.*}").guard(is_asked).route(web::to(answer)))
            .service(web::resource("/{path:.*}").guard(is_known).route(web::to(move || async move { wrong_method() })));
    }
}

fn is_a_look(head: &RequestHead) -> bool {
    matches!(head.method, Method::GET | Method::HEAD)
}

/// What is asked for there is a file or nothing: programs look there, and must not mistake a page for an answer.
fn is_well_known(path: &str) -> bool {
    path.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case(".well-known"))
}

fn decoded(path: &str) -> Cow<'_, str> {
    percent_decode_str(path).decode_utf8_lossy()
}
