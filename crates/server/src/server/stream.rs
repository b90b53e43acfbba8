//! One stream of HTTP/2: a request and its answer. `h2` and actix have their types from different versions of the crate `http`.

use std::{
    future::poll_fn,
    net::SocketAddr,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::{Duration, SystemTime},
};

use actix_http::{BoxedPayloadStream, Payload, Request, Response, ResponseHead};
use actix_service::Service;
use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    error::PayloadError,
    http::{Method, Version, header},
};
use bytes::Bytes;
use futures_util::Stream;
use h2::{Reason, RecvStream, SendStream, server::SendResponse};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::{select, time::timeout};

/// So much is sent at a time.
const PIECE: usize = 16 * 1024;

/// Fields about a connection, which answers of HTTP/2 don't have (RFC 9113, section 8.2.2).
const ABOUT_CONNECTIONS: [&str; 5] = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/// Answers a request, unless its client takes it back.
pub(super) async fn answer<S, B>(
    app: &S,
    request: http::Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    client: Option<SocketAddr>,
    patience: Duration,
) where
    S: Service<Request, Response: Into<Response<B>>, Error: Into<Response<BoxBody>>>,
    B: MessageBody + 'static,
{
    let is_head = request.method() == http::Method::HEAD;
    let Some(request) = received(request, client) else { return respond.send_reset(Reason::PROTOCOL_ERROR) };
    let response = select! {
        response = app.call(request) => response,
        _ = poll_fn(|context| respond.poll_reset(context)) => return,
    };
    let response: Response<BoxBody> = match response {
        Ok(response) => Into::<Response<B>>::into(response).map_into_boxed_body(),
        Err(error) => error.into(),
    };
    let (response, body) = response.into_parts();
    let Some(head) = told(response.head(), body.size()) else { return respond.send_reset(Reason::INTERNAL_ERROR) };
    let is_whole = is_head || matches!(body.size(), BodySize::None | BodySize::Sized(0));
    // An error says that the client is gone.
    if let Ok(mut stream) = respond.send_response(head, is_whole)
        && !is_whole
        && let Err(reason) = send(body, &mut stream, patience).await
    {
        stream.send_reset(reason);
    }
}

/// Whatever the types of one version can't hold is nothing that a client should send.
fn received(request: http::Request<RecvStream>, client: Option<SocketAddr>) -> Option<Request> {
    let (told, body) = request.into_parts();
    let payload: BoxedPayloadStream = Box::pin(Body(body));
    let mut request = Request::with_payload(Payload::Stream { payload });
    let head = request.head_mut();
    head.method = Method::from_bytes(told.method.as_str().as_bytes()).ok()?;
    head.uri = told.uri.to_string().parse().ok()?;
    head.version = Version::HTTP_2;
    head.peer_addr = client;
    for (name, value) in &told.headers {
        let name = header::HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        head.headers.append(name, header::HeaderValue::from_bytes(value.as_bytes()).ok()?);
    }
    // What HTTP/1 has in a field of its own, whatever stands in that.
    if let Some(authority) = told.uri.authority() {
        head.headers.insert(header::HOST, header::HeaderValue::from_str(authority.as_str()).ok()?);
    }
    Some(request)
}

/// The body of a request, of which more is let in as it is read.
struct Body(RecvStream);

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(self.0.poll_data(context));
        Poll::Ready(piece.map(|piece| {
            let piece = piece.and_then(|piece| self.0.flow_control().release_capacity(piece.len()).map(|()| piece));
            piece.map_err(|error| PayloadError::Incomplete(error.into_io()))
        }))
    }
}

/// The head of an answer, with what a connection of HTTP/1 would add.
fn told(response: &ResponseHead, size: BodySize) -> Option<http::Response<()>> {
    let mut head = http::Response::new(());
    *head.status_mut() = StatusCode::from_u16(response.status.as_u16()).ok()?;
    let fields = head.headers_mut();
    for (name, value) in response.headers() {
        if !ABOUT_CONNECTIONS.contains(&name.as_str()) {
            let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
            let mut told = HeaderValue::from_bytes(value.as_bytes()).ok()?;
            // A secret is not kept in the table of compressed fields.
            told.set_sensitive(value.is_sensitive());
            fields.append(name, told);
        }
    }
    if let BodySize::Sized(length) = size {
        fields.insert(http::header::CONTENT_LENGTH, length.into());
    }
    fields.insert(http::header::DATE, HeaderValue::from_str(&date()).ok()?);
    Some(head)
}

#[expect(clippy::disallowed_methods, reason = "it decides nothing: HTTP/1 has it from actix, by the same clock")]
fn date() -> String {
    header::HttpDate::from(SystemTime::now()).to_string()
}

/// Sends the body as fast as the client takes it.
async fn send(body: BoxBody, stream: &mut SendStream<Bytes>, patience: Duration) -> Result<(), Reason> {
    let mut body = pin!(body);
    while let Some(pieces) = poll_fn(|context| body.as_mut().poll_next(context)).await {
        let mut pieces = pieces.map_err(|_| Reason::INTERNAL_ERROR)?;
        while !pieces.is_empty() {
            stream.reserve_capacity(pieces.len().min(PIECE));
            let room = timeout(patience, poll_fn(|context| stream.poll_capacity(context))).await;
            let Ok(Some(Ok(room))) = room else { return Err(Reason::CANCEL) };
            let piece = pieces.split_to(room.min(pieces.len()));
            stream.send_data(piece, false).map_err(|_| Reason::CANCEL)?;
        }
    }
    stream.send_data(Bytes::new(), true).map_err(|_| Reason::CANCEL)
}
