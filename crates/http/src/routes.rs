//! The table of paths.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    App as WebApp, Error, HttpResponse, Resource, ResponseError, Route,
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
    /// Use cases will run on the runtime that this is called on, which must be a multi-threaded one.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn new(application: Application, store: Arc<dyn Store>, secrets: Arc<dyn Secrets>, settings: Settings) -> Self {
        let document = openapi::document(&settings.project_name);
        Self::documented(application, store, secrets, settings, document)
    }
}

fn routes(shown: Docs, config: &mut web::ServiceConfig) {
    for resource in resources(endpoints::all()) {
        config.service(resource);
    }
    if shown == Docs::Shown {
        config
            .service(at("/api/v1/openapi.json", "GET").route(get_or_head().to(docs::document)))
            .service(at("/docs", "GET").route(get_or_head().to(docs::page)))
            .service(web::resource("/docs/{asset}").route(get_or_head().to(docs::asset)))
            .service(at("/redoc", "GET").route(get_or_head().to(docs::redoc)));
    }
}

/// A path, part by part, in an order that tries words before placeholders.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Word(String),
    Placeholder(String),
}

/// The operations as actix-web resources, one a path.
fn resources(operations: &'static [Operation]) -> Vec<Resource> {
    let mut paths = BTreeMap::<Vec<Segment>, Vec<&'static Operation>>::new();
    for operation in operations {
        paths.entry(segments(&operation.path)).or_default().push(operation);
    }
    let resource = |(path, own): (&Vec<Segment>, &Vec<&'static Operation>)| {
        // `/users/signup` has POST alone: with other methods `signup` is an id, and a malformed one.
        let lacks = |operation: &&Operation| own.iter().all(|it| it.method != operation.method);
        let wider = paths
            .iter()
            .find(|(other, operations)| *other != path && covers(other, path) && operations.iter().any(lacks));
        let (wide, lent) = wider.map_or((path, &[][..]), |(wide, operations)| (wide, operations));
        let lent = lent.iter().filter(|operation| lacks(operation));
        let pattern = pattern(wide, path);
        let allow = own.first().map_or("GET", |operation| operation.method.as_str());
        let mut resource = at(&pattern, allow);
        if path.iter().any(|segment| matches!(segment, Segment::Placeholder(_))) {
            // An encoded slash makes it another path, which is not there.
            let is_whole = |path: &str| !path.to_ascii_lowercase().contains("%2f");
            resource = resource.guard(guard::fn_guard(move |context| is_whole(context.head().uri.path())));
        }
        own.iter().chain(lent).fold(resource, |resource, operation| {
            let route =
                if operation.method == Method::GET { get_or_head() } else { web::method(operation.method.clone()) };
            resource.route((operation.route)(route))
        })
    };
    paths.iter().map(resource).collect()
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
fn pattern(wide: &[Segment], path: &[Segment]) -> String {
    let segments = wide.iter().zip(path).map(|pair| match pair {
        (Segment::Placeholder(name), Segment::Word(word)) => format!("/{{{name}:{word}}}"),
        (_, Segment::Word(word)) => format!("/{word}"),
        (_, Segment::Placeholder(name)) => format!("/{{{name}}}"),
    });
    segments.collect()
}

/// A path in both slash forms. `allow` is the one method that the contract names in a 405.
fn at(path: &str, allow: &'static str) -> Resource {
    let bare = path.trim_end_matches('/');
    web::resource([bare.to_owned(), format!("{bare}/")]).default_service(only(allow))
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
