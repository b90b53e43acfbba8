//! The web server: actix's, on connections that end without cutting anybody off, over TLS or without.

mod accept;
mod connection;
mod http2;
mod listener;
mod protocols;
mod socket;
mod stream;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
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
use tokio_rustls::TlsAcceptor;

use crate::{
    config::Http,
    failure::Failure,
    lifecycle::{Shutdown, Stopper},
};
use accept::ConnectionOptions;
use protocols::protocols;

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
        tls: Option<TlsAcceptor>,
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
        let options = ConnectionOptions { leave: leave.clone(), stage: stage.clone(), times: http.times, tls };
        let kept = listener.try_clone()?;
        let server = answer(listener, http.threads().get(), http, options, app)?;
        Ok(Self { server, listener: kept, leave, stage: stage.clone(), drain: http.drain })
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

/// Answers at a further address, without TLS, in the background, as long as there is this process: until the very end, since how a
/// stop goes is worth seeing, too. Returns the address, with the port that it got.
///
/// # Errors
/// The address is taken.
pub(crate) fn answer_aside<T, B>(
    address: SocketAddr,
    http: &Http,
    app: impl Fn() -> App<T> + Send + Clone + 'static,
) -> io::Result<SocketAddr>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<B>, Error = Error, InitError = ()>
        + 'static,
    B: MessageBody + 'static,
{
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    let options = ConnectionOptions { leave: Stopper::new(), stage: Stage::starting(), times: http.times, tls: None };
    tokio::spawn(answer(listener, 1, http, options, app)?);
    Ok(address)
}

fn answer<T, B>(
    listener: TcpListener,
    threads: usize,
    http: &Http,
    options: ConnectionOptions,
    app: impl Fn() -> App<T> + Send + Clone + 'static,
) -> io::Result<dev::Server>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<B>, Error = Error, InitError = ()>
        + 'static,
    B: MessageBody + 'static,
{
    let server = dev::Server::build()
        .shutdown_timeout(http.shutdown_timeout.as_secs())
        .disable_signals()
        .workers(threads)
        .max_concurrent_connections(http.connections.div_ceil(threads));
    let server = server.listen("http", listener, move || {
        let app = app().wrap(from_fn(connection::answer)).into_factory().map_err(|error| error.error_response());
        protocols(map_config(app, |()| AppConfig::default()), options.clone())
    })?;
    Ok(server.run())
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
