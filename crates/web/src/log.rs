//! One line a request, and the work at hand, which names it on every other line.

use std::{borrow::Cow, sync::Arc, time::Duration};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{HeaderValue, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
};
use ironplate_measure::{Ended, Part, Request, Work, WorkKind, WorkResult, figures, is_slow};
use tracing::Level;

use crate::{
    Host,
    request_id::{self, X_REQUEST_ID},
    trace_context,
};

/// Asked by machines, again and again: that all is well is no news.
const PROBES: [&str; 2] = ["/livez", "/readyz"];

/// Goes with the answer of a probe that says what is in the log already: that the server is being started or stopped.
#[derive(Debug, Clone, Copy)]
pub struct NoNews;

/// Goes with an answer that is not what was asked for, and says why on its log line: the code of an error, or a sentence for the
/// operator. Never what a client made up.
#[derive(Debug, Clone)]
pub struct Reason(pub Cow<'static, str>);

/// Names the request, and logs how it was answered.
///
/// # Errors
/// Whatever answering it gave.
pub async fn log(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let host = Host::of(request.request());
    let id = host.map(|host| request_id::choose(host, &request)).unwrap_or_default();
    let trace = host.filter(|_| !is_probe(request.path())).and_then(|host| trace_context::choose(host, &request, &id));
    let header = request_id::header(&id);
    let work = Work::begin_traced(WorkKind::Request(method(request.request())), id, trace);
    work.clone().during(answer(request, next, header, work)).await
}

async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
    id: HeaderValue,
    work: Arc<Work>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let method = method(request.request());
    let in_flight = InFlight::begin();
    let mut response = next.call(request).await?;
    drop(in_flight);
    let (route, status, took) = (work.route(|| route(response.request())), response.status(), work.begun.elapsed());
    let reason = response.response().extensions().get::<Reason>().cloned();
    let reason = reason.as_ref().map(|Reason(reason)| &**reason);
    tell(level(route, response.response()), method, route, status, took, reason, &work);
    if let Some(trace) = &work.trace {
        trace.end(Ended { took, result: WorkResult::Answered(status.as_u16()) });
    }
    figures().answered(&Request { route: route.to_owned(), method, status: class(status) }, took);
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// By its path, with or without a slash at the end.
fn is_probe(path: &str) -> bool {
    PROBES.contains(&path.strip_suffix('/').unwrap_or(path))
}

/// The work at hand is that of this request. Told by whoever is sure to be asked for what is answered, so that a fault is told with
/// it even if there is no answer.
pub fn note_route(request: &HttpRequest) {
    ironplate_measure::at_hand(|work| {
        work.route(|| route(request));
    });
}

/// The pattern, not the path: an address or a token in a path stays out of the log. Empty where nothing has this address.
#[must_use]
pub fn route(request: &HttpRequest) -> String {
    request.match_pattern().map(as_documented).unwrap_or_default()
}

/// Without the regular expressions that only the router needs: `/{id:signup}` is `/signup`, and `/{path:.*}` is `/{path}`. A path has
/// one name, with or without a slash at its end.
fn as_documented(mut pattern: String) -> String {
    if pattern.len() > 1 && pattern.ends_with('/') {
        pattern.pop();
    }
    if !pattern.contains(':') {
        return pattern;
    }
    pattern.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn segment(segment: &str) -> Cow<'_, str> {
    let inside = segment.strip_prefix('{').and_then(|it| it.strip_suffix('}')).and_then(|it| it.split_once(':'));
    match inside {
        Some((_, word)) if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) => {
            word.into()
        }
        Some((name, _)) => format!("{{{name}}}").into(),
        None => segment.into(),
    }
}

fn level(route: &str, response: &HttpResponse<impl MessageBody>) -> Level {
    let is_no_news = || response.status().is_success() || response.extensions().contains::<NoNews>();
    match PROBES.contains(&route) {
        true if is_no_news() => Level::DEBUG,
        true if response.status().is_server_error() => Level::WARN,
        // Who asks for a probe in a wrong way has an answer like everybody.
        _ => Level::INFO,
    }
}

fn tell(
    level: Level,
    method: &str,
    route: &str,
    status: StatusCode,
    took: Duration,
    reason: Option<&str>,
    work: &Work,
) {
    // A number in JSON, too, which one of 128 bits is not.
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let status = status.as_u16();
    if is_slow(took) {
        let connection_micros = work.micros(Part::Connection);
        let database_micros = work.micros(Part::Database);
        let hashing_micros = work.micros(Part::Hashing);
        tracing::warn!(
            method,
            route,
            status,
            reason,
            micros,
            connection_micros,
            database_micros,
            hashing_micros,
            "answered slowly"
        );
    } else if level == Level::INFO {
        tracing::info!(method, route, status, reason, micros, "answered");
    } else if level == Level::DEBUG {
        tracing::debug!(method, route, status, reason, micros, "answered");
    } else {
        tracing::warn!(method, route, status, reason, micros, "answered");
    }
}

/// Counts one request while there is this value: also one whose client goes away.
struct InFlight;

impl InFlight {
    fn begin() -> Self {
        figures().requests_in_flight.inc();
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        figures().requests_in_flight.dec();
    }
}

/// Its method, or `other`: clients may make up methods, of any length and with anything in them.
#[must_use]
pub fn method(request: &HttpRequest) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_as_they_are_documented() {
        for (pattern, told) in [
            ("/api/v1/users/{user_id:signup}", "/api/v1/users/signup"),
            ("/api/v1/items/{id}", "/api/v1/items/{id}"),
            ("/{path:.*}", "/{path}"),
            ("/api/v1/items/", "/api/v1/items"),
            ("/", "/"),
        ] {
            assert_eq!(as_documented(pattern.to_owned()), told);
        }
    }
}
