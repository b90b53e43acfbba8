//! A file in an answer: whole, in part, or known already (RFC 9110, sections 13 and 14).

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_ENCODING, ACCEPT_RANGES, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE,
            CONTENT_TYPE, ETag, Encoding, EntityTag, Header, HeaderValue, IF_RANGE, IfNoneMatch, IfRange, RANGE,
            REFERRER_POLICY, Range, VARY, X_FRAME_OPTIONS,
        },
    },
};

use ironplate_web::Reason;

use super::{Found, hashed::is_hashed};

/// Its name changes when its content does.
const FOR_LONG: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// It may be kept, but is asked about each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// What of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// From a byte on to before another.
    Part(u64, u64),
    Nothing,
}

pub(super) fn to(request: &HttpRequest, found: &Found<'_>) -> HttpResponse {
    let file = found.file;
    let is_range = request.headers().contains_key(RANGE) && *request.method() == Method::GET;
    // A range of compressed bytes could not be decompressed, so a range is of the plain file.
    let (representation, is_gzip) = file.representation(!is_range && reads_gzip(request));
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CACHE_CONTROL, if is_hashed(found.name) { FOR_LONG } else { ASK_FIRST }))
        .insert_header(ETag(representation.tag.clone()))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((X_FRAME_OPTIONS, HeaderValue::from_static("DENY")));
    match (found.is_negotiated, file.has_forms()) {
        (true, _) => _ = response.append_header((VARY, "Accept, Accept-Encoding")),
        (false, true) => _ = response.append_header((VARY, "Accept-Encoding")),
        (false, false) => {}
    }
    if is_known(request, &representation.tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.insert_header((CONTENT_TYPE, HeaderValue::from_static(file.content_type)));
    response.insert_header((ACCEPT_RANGES, HeaderValue::from_static("bytes")));
    if is_gzip {
        response.insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
    }
    let length = representation.length();
    let (from, to) = match wanted(request, is_range, &representation.tag, length) {
        Wanted::All => (0, length),
        Wanted::Part(from, to) => {
            response.status(StatusCode::PARTIAL_CONTENT);
            response.insert_header((CONTENT_RANGE, format!("bytes {from}-{}/{length}", to - 1)));
            (from, to)
        }
        Wanted::Nothing => return out_of_range(response, length),
    };
    match representation.part(from, to) {
        Ok(body) => response.body(body),
        Err(error) => {
            tracing::error!(file = found.name, %error, "a file of the web client can't be sent");
            let mut response = HttpResponse::ServiceUnavailable().insert_header((CACHE_CONTROL, "no-store")).finish();
            response.extensions_mut().insert(Reason("unreadable_file".into()));
            response
        }
    }
}

fn out_of_range(mut response: HttpResponseBuilder, length: u64) -> HttpResponse {
    response.status(StatusCode::RANGE_NOT_SATISFIABLE);
    let mut response = response.insert_header((CONTENT_RANGE, format!("bytes */{length}"))).finish();
    response.extensions_mut().insert(Reason("range_not_satisfiable".into()));
    response
}

fn reads_gzip(request: &HttpRequest) -> bool {
    let offered = [Encoding::gzip(), Encoding::identity()];
    let accepted =
        request.headers().contains_key(ACCEPT_ENCODING).then(|| AcceptEncoding::parse(request).ok()).flatten();
    accepted.and_then(|accepted| accepted.negotiate(offered.iter())) == Some(Encoding::gzip())
}

/// Proxies that compress make tags weak.
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// One range at the most: who asks for several gets everything, as for what is no range, or one of another content.
fn wanted(request: &HttpRequest, is_range: bool, tag: &EntityTag, length: u64) -> Wanted {
    let is_of_this = match IfRange::parse(request) {
        Ok(IfRange::EntityTag(known)) => known.strong_eq(tag),
        // Answers carry no `Last-Modified`, so no date can be right.
        Ok(IfRange::Date(_)) => false,
        Err(_) => !request.headers().contains_key(IF_RANGE),
    };
    match Range::parse(request) {
        Ok(Range::Bytes(ranges)) if is_range && is_of_this => match *ranges {
            [actix_web::http::header::ByteRangeSpec::FromTo(from, to)] if from > to => Wanted::All,
            [ref range] => match range.to_satisfiable_range(length) {
                Some((first, last)) => Wanted::Part(first, last + 1),
                None => Wanted::Nothing,
            },
            _ => Wanted::All,
        },
        _ => Wanted::All,
    }
}
