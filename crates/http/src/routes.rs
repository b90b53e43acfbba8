//! The table of paths.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    App as WebApp, Error, FromRequest, Handler, HttpResponse, Responder, ResponseError, Route,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard,
    http::Method,
    middleware::from_fn,
    web,
};

use ironplate_application::{
    Application,
    ports::{Secrets, Store},
};
use ironplate_web::{Address, mount};

use crate::{
    app::{App, Docs, Settings},
    endpoints::{self, Operation, docs},
    middleware, openapi,
    problem::Problem,
};

/// The whole API as an actix-web application, ready to be served or tested. `more` adds paths of its own outside `/api`,
/// which get the same log lines, request ids and CORS answers.
pub fn service(
    app: App,
    more: impl FnOnce(&mut web::ServiceConfig) + 'static,
) -> WebApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let docs = app.docs();
    WebApp::new()
        .app_data(app.host().clone())
        .app_data(app)
        .configure(move |config| routes(docs, config))
        .configure(more)
        .default_service(web::to(not_found))
        .wrap(from_fn(middleware::head))
        .wrap(from_fn(middleware::limit_client))
        .wrap(from_fn(middleware::cors))
        .wrap(from_fn(middleware::cache_control))
        .wrap(from_fn(ironplate_web::log))
        .wrap(from_fn(ironplate_web::close_connections))
}

impl App {
    /// Use cases will run on the runtime that this is called on: over SQLite, a multi-threaded one.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn new(application: Application, store: Arc<dyn Store>, secrets: Arc<dyn Secrets>, settings: Settings) -> Self {
        let title = settings.project_name.clone();
        Self::documented(application, store, secrets, settings, move || openapi::document(&title))
    }
}

fn routes(docs: Docs, config: &mut web::ServiceConfig) {
    let mut paths = paths(endpoints::all());
    // One path is tried after another: that which is asked for most stands first.
    paths.sort_by_key(|path| path.pattern != ["api", "v1", "users", "me"]);
    let mut addresses: Vec<Address> = paths.into_iter().map(Path::address).collect();
    if docs == Docs::Shown {
        addresses.push(shown("/api/v1/openapi.json", docs::document));
        addresses.push(shown("/docs", docs::page));
        addresses.push(shown("/redoc", docs::redoc));
    }
    mount(&addresses, || web::to(not_found), config);
    if docs == Docs::Shown {
        config.service(web::resource("/docs/{asset}").route(get_or_head().to(docs::asset)));
    }
}

/// A path, part by part, in an order that tries words before placeholders.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Word(String),
    Placeholder(String),
}

/// What is at a path.
struct Path {
    /// Part by part, as actix-web writes them.
    pattern: Vec<String>,
    operations: Vec<&'static Operation>,
    /// The one method that the contract names in a 405.
    allow: &'static str,
}

impl Path {
    fn address(self) -> Address {
        let Self { pattern, operations, allow } = self;
        let has_placeholder = pattern.iter().any(|part| part.starts_with('{'));
        Address::new(&format!("/{}", pattern.join("/")), move |mut resource| {
            resource = resource.default_service(only(allow));
            if has_placeholder {
                // An encoded slash makes it another path, which is not there.
                let is_whole = |path: &str| !path.to_ascii_lowercase().contains("%2f");
                resource = resource.guard(guard::fn_guard(move |context| is_whole(context.head().uri.path())));
            }
            operations.iter().fold(resource, |resource, operation| {
                let route =
                    if operation.method == Method::GET { get_or_head() } else { web::method(operation.method.clone()) };
                resource.route((operation.route)(route))
            })
        })
    }
}

/// The operations by their paths.
fn paths(operations: &'static [Operation]) -> Vec<Path> {
    let mut paths = BTreeMap::<Vec<Segment>, Vec<&'static Operation>>::new();
    for operation in operations {
        paths.entry(segments(&operation.path)).or_default().push(operation);
    }
    let path = |(path, own): (&Vec<Segment>, &Vec<&'static Operation>)| {
        // `/users/signup` has POST alone: with other methods `signup` is an id, and a malformed one.
        let lacks = |operation: &&Operation| own.iter().all(|it| it.method != operation.method);
        let wider = paths
            .iter()
            .find(|(other, operations)| *other != path && covers(other, path) && operations.iter().any(lacks));
        let (wide, lent) = wider.map_or((path, &[][..]), |(wide, operations)| (wide, operations));
        let lent = lent.iter().filter(|operation| lacks(operation));
        Path {
            pattern: pattern(wide, path),
            operations: own.iter().chain(lent).copied().collect(),
            allow: own.first().map_or("GET", |operation| operation.method.as_str()),
        }
    };
    paths.iter().map(path).collect()
}

fn segments(path: &str) -> Vec<Segment> {
    let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(name) => Segment::Placeholder(name.to_owned()),
        None => Segment::Word(text.to_owned()),
    };
    path.trim_matches('/').split('/').map(segment).collect()
}

/// Whether each path of this form is one of that form, too.
fn covers(wide: &[Segment], narrow: &[Segment]) -> bool {
    wide.len() == narrow.len()
        && wide.iter().zip(narrow).all(|(wide, narrow)| matches!(wide, Segment::Placeholder(_)) || wide == narrow)
}

/// The path as actix-web writes it; a word that stands where `wide` has a placeholder is that, too.
fn pattern(wide: &[Segment], path: &[Segment]) -> Vec<String> {
    let part = |pair: (&Segment, &Segment)| match pair {
        (Segment::Placeholder(name), Segment::Word(word)) => format!("{{{name}:{word}}}"),
        (_, Segment::Word(word)) => word.clone(),
        (_, Segment::Placeholder(name)) => format!("{{{name}}}"),
    };
    wide.iter().zip(path).map(part).collect()
}

/// A page of the documentation.
fn shown<F, A>(path: &str, show: F) -> Address
where
    F: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
{
    Address::new(path, move |resource| resource.default_service(only("GET")).route(get_or_head().to(show.clone())))
}

fn get_or_head() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn only(allow: &'static str) -> Route {
    web::to(move || async move { Err::<String, _>(Problem::method_not_allowed(allow)) })
}

/// The answer to a method that there is not, where these are.
#[must_use]
pub fn wrong_method(allow: &'static str) -> HttpResponse {
    Problem::method_not_allowed(allow).error_response()
}

async fn not_found() -> Result<String, Problem> {
    Err(Problem::not_found())
}
