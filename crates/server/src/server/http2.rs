//! HTTP/2 on one connection: how much may be asked on it at a time, and when it ends. actix-http's own has neither bounds nor an
//! end that cuts nobody off.

use std::{net::SocketAddr, pin::pin, rc::Rc, time::Duration};

use actix_http::{Request, Response, body::BoxBody};
use actix_service::Service;
use actix_web::body::MessageBody;
use bytes::Bytes;
use futures_util::{StreamExt, stream::FuturesUnordered};
use h2::server::{Builder, Connection};
use tokio::{
    select,
    time::{Instant, sleep, timeout},
};

use super::{
    accept::{ConnectionOptions, Transport, socket},
    connection::{DISCONNECT_TIMEOUT, MAX_HEAD},
    stream,
};

/// Requests in hand at a time. Whoever wants more waits for answers.
const MAX_STREAMS: u32 = 100;

/// So much of all bodies together waits to be read; each body has its own budget besides (`ironplate_web::Bodies`).
const WINDOW: u32 = 64 * 1024;

/// So much of an answer waits to be sent.
const SEND_BUFFER: usize = 64 * 1024;

/// Streams that a client began and took back before anybody heard of them. With more (rapid reset) the connection ends.
const MAX_TAKEN_BACK: usize = 20;

/// Streams that were reset for faults of the client. With more the connection ends.
const MAX_FAULTS: usize = 100;

/// Streams that were reset here, of which something may still be on its way, and for how long.
const MAX_RESET: usize = 20;
const REMEMBERED: Duration = Duration::from_secs(1);

/// h2 has a bound of its own for frames of a head (CONTINUATION) and for bodies in crumbs.
fn bounds() -> Builder {
    let mut bounds = Builder::new();
    bounds
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .initial_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_send_buffer_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(MAX_TAKEN_BACK)
        .max_local_error_reset_streams(Some(MAX_FAULTS))
        .max_concurrent_reset_streams(MAX_RESET)
        .reset_stream_duration(REMEMBERED);
    bounds
}

/// Answers what is asked on this connection, until it ends.
pub(super) async fn serve<S, B>(transport: Transport, app: Rc<S>, options: &ConnectionOptions)
where
    S: Service<Request, Response: Into<Response<B>>, Error: Into<Response<BoxBody>>>,
    B: MessageBody + 'static,
{
    let client = socket(&transport).client();
    let handshake = bounds().handshake::<_, Bytes>(transport);
    if let Ok(Ok(connection)) = timeout(options.times.head, handshake).await {
        Http2 { connection, is_closing: false }.serve::<S, B>(client, &app, options).await;
    }
}

struct Http2 {
    connection: Connection<Transport, Bytes>,
    is_closing: bool,
}

impl Http2 {
    async fn serve<S, B>(mut self, client: Option<SocketAddr>, app: &S, options: &ConnectionOptions)
    where
        S: Service<Request, Response: Into<Response<B>>, Error: Into<Response<BoxBody>>>,
        B: MessageBody + 'static,
    {
        let mut leave = options.leave.watch();
        // Dropped with the connection, as requests of HTTP/1 are.
        let mut answering = FuturesUnordered::new();
        let mut idle = pin!(sleep(options.times.keep_alive));
        loop {
            select! {
                accepted = self.connection.accept() => {
                    // Broken, or at its end.
                    let Some(Ok((request, respond))) = accepted else { return };
                    answering.push(stream::answer::<S, B>(app, request, respond, client, options.times.write));
                    if options.stage.is_draining() {
                        self.close();
                    }
                }
                Some(()) = answering.next() => idle.as_mut().reset(Instant::now() + self.patience(options)),
                () = &mut idle, if answering.is_empty() => {
                    if self.is_closing {
                        return;
                    }
                    self.close();
                    idle.as_mut().reset(Instant::now() + self.patience(options));
                }
                () = leave.wanted(), if !self.is_closing => {
                    self.close();
                    idle.as_mut().reset(Instant::now() + self.patience(options));
                }
            }
        }
    }

    /// The client is told to ask elsewhere from here on. What is on its way is answered.
    fn close(&mut self) {
        if !self.is_closing {
            self.is_closing = true;
            self.connection.graceful_shutdown();
        }
    }

    /// How long the connection stays without a request.
    fn patience(&self, options: &ConnectionOptions) -> Duration {
        if self.is_closing { DISCONNECT_TIMEOUT } else { options.times.keep_alive }
    }
}
