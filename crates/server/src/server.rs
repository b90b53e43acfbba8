//! The web server: actix's, on connections that end without cutting anybody off.

mod connection;
mod listener;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{self, AppConfig, ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
};
use ironplate_web::Stage;
use tokio::{
    net::TcpSocket,
    select,
    time::{sleep, timeout},
};

use crate::{
    config::Http,
    failure::Failure,
    lifecycle::{Shutdown, Stopper},
};
use connection::{Connection, ConnectionOptions};

/// Longer than a handshake takes that has begun.
const HANDSHAKE: Duration = Duration::from_millis(100);

/// How long connections without a request have to be gone, before it is only looked once a second.
const GOODBYE: Duration = Duration::from_millis(100);

/// A server that listens.
pub(crate) struct Server {
    server: dev::Server,
    listener: TcpListener,
    leave: Stopper,
    stage: Stage,
    drain: Duration,
}

/// An address that nobody else can have, and where nobody connects yet.
pub(crate) struct Bound {
    address: SocketAddr,
    socket: TcpSocket,
}

impl Bound {
    pub(crate) fn to(address: SocketAddr) -> Result<Self, Failure> {
        let socket = listener::bind(address).map_err(|error| cant_listen(address, &error))?;
        Ok(Self { address, socket })
    }

    /// Connections from here on wait to be answered.
    pub(crate) fn listen(self) -> Result<TcpListener, Failure> {
        let Self { address, socket } = self;
        listener::listen(socket).map_err(|error| cant_listen(address, &error))
    }
}

fn cant_listen(address: SocketAddr, error: &io::Error) -> Failure {
    Failure(format!(
        "Can't listen on {address}: {error}.\nChoose another address with --address or IRONPLATE__HTTP__ADDRESS."
    ))
}

impl Server {
    /// Starts the threads that answer. They have to know when it is draining.
    ///
    /// # Errors
    /// The system gives no threads, or no descriptors.
    pub(crate) fn start<T, B>(
        listener: TcpListener,
        http: &Http,
        stage: &Stage,
        app: impl Fn() -> App<T> + Send + Clone + 'static,
    ) -> io::Result<Self>
    where
        T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<B>, Error = Error, InitError = ()>
            + 'static,
        B: MessageBody + 'static,
    {
        let leave = Stopper::new();
        let options = ConnectionOptions { leave: leave.clone(), stage: stage.clone(), keep_alive: http.keep_alive };
        let mut server = dev::Server::build().shutdown_timeout(http.shutdown_timeout.as_secs()).disable_signals();
        if let Some(workers) = http.workers {
            server = server.workers(workers.get());
        }
        let kept = listener.try_clone()?;
        let server = server.listen("http", listener, move || {
            let (options, app) = (options.clone(), app().wrap(from_fn(connection::answer)));
            let http = HttpService::build()
                .keep_alive(options.keep_alive)
                .client_request_timeout(connection::REQUEST_TIMEOUT)
                .client_disconnect_timeout(connection::DISCONNECT_TIMEOUT)
                .on_connect_ext(Connection::introduce)
                .finish(map_config(app.into_factory().map_err(|error| error.error_response()), |()| {
                    AppConfig::default()
                }));
            fn_service(move |stream| Connection::with_first_byte(stream, options.clone())).and_then(http)
        })?;
        Ok(Self { server: server.run(), listener: kept, leave, stage: stage.clone(), drain: http.drain })
    }

    /// Answers until it is to stop: then for the time of draining, and then what was begun; or no more, if that is wanted.
    ///
    /// # Errors
    /// Connections can't be accepted any more.
    pub(crate) async fn run(self, shutdown: Shutdown) -> io::Result<()> {
        let Self { server, listener, leave, stage, drain } = self;
        let mut hard = shutdown.hard.clone();
        tokio::spawn(end(shutdown, server.handle(), listener, leave, stage, drain));
        select! {
            outcome = server => outcome,
            () = hard.wanted() => Ok(()),
        }
    }
}

/// The order matters: whoever is still sent here is answered, whoever connected is heard, and only what has nothing to say
/// is closed.
async fn end(
    mut shutdown: Shutdown,
    server: ServerHandle,
    listener: TcpListener,
    leave: Stopper,
    stage: Stage,
    drain: Duration,
) {
    shutdown.soft.wanted().await;
    stage.drain();
    sleep(drain).await;
    listener::turn_newcomers_away(&listener);
    sleep(HANDSHAKE).await;
    leave.stop();
    let _ = timeout(GOODBYE, leave.is_heeded()).await;
    // With the other copy, the socket is closed.
    drop(listener);
    server.stop(true).await;
}
