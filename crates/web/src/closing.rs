//! Which connections are closed after an answer: those that hold more memory than the next request on them is worth.
//!
//! actix-web keeps what a connection read into for as long as it lives, and reads a chunked body that nobody wants to its end,
//! however long that takes.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{ConnectionType, header::TRANSFER_ENCODING},
    middleware::Next,
    web::Bytes,
};
use futures_util::Stream;

use crate::bodies::{ReceivedBody, announced};

/// After a request with more than this in its head or body, its connection is closed.
const LARGE: usize = 16 * 1024;

/// Closes connections after large requests, and after bodies that were not received and are chunked or large.
///
/// # Errors
/// Whatever answering the request gave.
pub async fn close_connections<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, Answered>>, Error> {
    let is_chunked = request.headers().contains_key(TRANSFER_ENCODING);
    let unread = is_chunked.then(|| Rc::new(RefCell::new(request.take_payload())));
    if let Some(payload) = &unread {
        request.set_payload(Payload::Stream { payload: Box::pin(Shared(payload.clone())) });
    }
    let is_large = head_bytes(request.request()) > LARGE;
    let mut response = next.call(request).await?;
    let is_closed_after = match response.request().extensions().get::<ReceivedBody>() {
        Some(body) => body.bytes > LARGE,
        None => is_chunked || announced(response.request()).is_some_and(|bytes| bytes > LARGE),
    };
    if is_large || is_closed_after {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(match unread {
        Some(unread) => {
            response.map_body(|_, body| EitherBody::right(Answered { body: body.boxed(), _unread: unread }))
        }
        None => response.map_into_left_body(),
    })
}

/// What the line of the request and its header fields take.
#[must_use]
pub fn head_bytes(request: &HttpRequest) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() + target
}

/// A body that is read by a handler, and kept by whoever waits for its answer.
struct Shared(Rc<RefCell<Payload>>);

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

/// An answer that keeps the unread body of its request until it ends. By that the server knows that there is more to read, and
/// closes the connection.
pub struct Answered {
    body: BoxBody,
    _unread: Rc<RefCell<Payload>>,
}

impl MessageBody for Answered {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}
