//! How a connection comes about: which of the servers, how long to wait for it, how its death is noticed.

use std::{
    convert::Infallible,
    error::Error,
    io,
    iter::successors,
    net::SocketAddr,
    path::PathBuf,
    slice,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool},
};
use ironplate_application::{ports::BoxError, with_causes};
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpStream, UnixStream, lookup_host},
    runtime::Handle,
    sync::watch,
    time::{Instant, timeout},
};
use tokio_postgres::{CancelToken, Client, Config, NoTls, SimpleQueryMessage, config::SslMode, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_util::either::Either;

use super::{
    Explained,
    connection::Connection,
    explained,
    sqlstate::{LastFailure, SqlState, Tapped, Tapping},
    tls,
};
use crate::{
    Obstacle, OpenError, StoreOptions, Unreachable,
    address::{Endpoint, Host, Keepalive, PostgresUrl, SessionAttrs, TlsMode},
};

/// To a server, over whatever leads there.
type Socket = Either<TcpStream, UnixStream>;

/// Where one server listens.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// What a certificate must be for.
    name: String,
    address: Address,
}

#[derive(Debug, Clone)]
enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

#[derive(Clone)]
pub(super) struct Connector {
    url: PostgresUrl,
    tls: Option<MakeRustlsConnect>,
    /// For all attempts together, as long as somebody waits for a connection; or for each, where the address says so.
    connect_timeout: Duration,
    /// Which of the servers was the one that is meant.
    last: Arc<AtomicUsize>,
    /// How many statements are being cancelled.
    cancelling: watch::Sender<usize>,
    /// Where that happens: threads of their own may end before it has.
    runtime: Option<Handle>,
}

pub(super) fn pool(connector: Arc<Connector>, size: usize) -> Result<Pool<Connection>, OpenError> {
    let mut manager = ManagerConfig::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |_| {
        let connector = connector.clone();
        Box::pin(async move { connector.connect_for_pool().await })
    });
    Pool::builder(AsyncDieselConnectionManager::new_with_config("", manager))
        .max_size(size)
        .build()
        .map_err(|error| OpenError(error.to_string()))
}

impl Connector {
    /// # Errors
    /// The address asks for certificates that this machine does not have.
    pub(super) fn new(url: &PostgresUrl, options: StoreOptions) -> Result<Self, OpenError> {
        let connect_timeout = url.liveness.connect_timeout.unwrap_or(options.acquire_timeout);
        let (tls, cancelling, runtime) = (tls::connector(url)?, watch::Sender::new(0), Handle::try_current().ok());
        Ok(Self { url: url.clone(), tls, connect_timeout, last: Arc::default(), cancelling, runtime })
    }

    /// For a pool, which keeps of a failure what it says.
    async fn connect_for_pool(self: &Arc<Self>) -> ConnectionResult<Connection> {
        self.connect().await.map_err(|unreachable| ConnectionError::BadConnection(unreachable.to_string()))
    }

    /// To the first of the servers that answers and is what the address wants. Where only one can be that, it is looked for first
    /// where it was last: one that says nothing costs time.
    pub(super) async fn connect(self: &Arc<Self>) -> Result<Connection, Unreachable> {
        let is_one = matches!(self.url.session_attrs, SessionAttrs::ReadWrite | SessionAttrs::Primary);
        let first = if is_one { self.last.load(Ordering::Relaxed) } else { 0 };
        let why = "the address names no server".to_owned();
        let mut unreachable = Unreachable { why, may_pass: false, obstacle: Obstacle::Other };
        let wanted = wanted(&self.url);
        let (until, mut attempts) = (Instant::now() + self.connect_timeout, wanted.len() * self.url.endpoints.len());
        for &wanted in wanted {
            let in_order = self.url.endpoints.iter().enumerate();
            for (place, endpoint) in in_order.clone().skip(first).chain(in_order.take(first)) {
                let patience = self.patience(until, attempts);
                attempts -= 1;
                match self.connect_to(endpoint, wanted, patience).await {
                    Ok(connection) => {
                        self.last.store(place, Ordering::Relaxed);
                        return Ok(connection);
                    }
                    Err(error) => {
                        let Unreachable { why, may_pass, obstacle } = self::unreachable(&error);
                        // With several servers it must be told whose failure it is.
                        let (why, may_pass) = (format!("{endpoint}: {why}"), may_pass || unreachable.may_pass);
                        unreachable = Unreachable { why, may_pass, obstacle };
                    }
                }
            }
        }
        Err(unreachable)
    }

    /// For one of so many attempts that are left: one that says nothing leaves the others their time.
    fn patience(&self, until: Instant, attempts: usize) -> Duration {
        let share =
            until.saturating_duration_since(Instant::now()) / u32::try_from(attempts).unwrap_or(u32::MAX).max(1);
        self.url.liveness.connect_timeout.unwrap_or(share)
    }

    async fn connect_to(
        self: &Arc<Self>,
        endpoint: &Endpoint,
        wanted: SessionAttrs,
        patience: Duration,
    ) -> Result<Connection, BoxError> {
        let mut failure = None;
        for place in timeout(patience, places(endpoint)).await.map_err(|_| Silence(patience))?? {
            match timeout(patience, self.connect_at(place, wanted)).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => failure = Some(error),
                Err(_) => failure = Some(Silence(patience).into()),
            }
        }
        Err(failure.unwrap_or_else(|| "the name leads nowhere".into()))
    }

    async fn connect_at(self: &Arc<Self>, place: Place, wanted: SessionAttrs) -> Result<Connection, BoxError> {
        let last_failure = LastFailure::default();
        let client = match self.tls.as_ref().filter(|_| matches!(place.address, Address::Tcp(_))) {
            Some(tls) => match self.start_with_tls(&place, tls, &last_failure).await {
                // A server that said no to the log-in would say it again.
                Err(error) if self.url.tls == TlsMode::Prefer && !is_the_servers_word(&error) => {
                    self.start_plainly(&place, &last_failure).await
                }
                started => started,
            },
            None => self.start_plainly(&place, &last_failure).await,
        }?;
        if let Some(problem) = unwanted(&client, wanted).await? {
            return Err(problem.into());
        }
        let inner = AsyncPgConnection::try_from(client).await.map_err(|error| match error {
            ConnectionError::CouldntSetupConfiguration(error) => explained(error, last_failure.sqlstate()),
            error => error.into(),
        })?;
        Ok(Connection::new(inner, last_failure, self.clone(), place))
    }

    async fn start_plainly(&self, place: &Place, last_failure: &LastFailure) -> Result<Client, BoxError> {
        let socket = Tapped::new(self.socket(&place.address).await?, last_failure.clone());
        let (client, connection) = self.startup(SslMode::Disable).connect_raw(socket, NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    async fn start_with_tls(
        &self,
        place: &Place,
        tls: &MakeRustlsConnect,
        last_failure: &LastFailure,
    ) -> Result<Client, BoxError> {
        let socket = self.socket(&place.address).await?;
        let tls = Tapping::new(handshake(tls, place)?, last_failure.clone());
        let (client, connection) = self.startup(SslMode::Require).connect_raw(socket, tls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    fn startup(&self, mode: SslMode) -> Config {
        let mut startup = self.url.startup.clone();
        startup.ssl_mode(mode);
        startup
    }

    async fn socket(&self, address: &Address) -> io::Result<Socket> {
        let address = match address {
            Address::Tcp(address) => address,
            Address::Unix(path) => return Ok(Either::Right(UnixStream::connect(path).await?)),
        };
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let socket = SockRef::from(&stream);
        #[cfg(target_os = "linux")]
        socket.set_tcp_user_timeout(self.url.liveness.tcp_user_timeout)?;
        if let Some(Keepalive { idle, interval, count }) = self.url.liveness.keepalive {
            let probes = TcpKeepalive::new().with_time(idle).with_interval(interval).with_retries(count);
            socket.set_tcp_keepalive(&probes)?;
        }
        Ok(Either::Left(stream))
    }

    /// Has the server end what runs on a connection, while nobody waits for that but [`Self::all_cancelled`]. Without a runtime nobody
    /// can.
    pub(super) fn start_cancelling(self: Arc<Self>, token: CancelToken, place: Place) {
        let Some(runtime) = self.runtime.clone().or_else(|| Handle::try_current().ok()) else { return };
        self.cancelling.send_modify(|count| *count += 1);
        runtime.spawn(async move {
            if let Err(error) = self.cancel(token, &place).await {
                tracing::debug!(error, "a statement was not cancelled");
            }
            self.cancelling.send_modify(|count| *count -= 1);
        });
    }

    /// Waits until the server has heard of all that it is to end.
    pub(super) async fn all_cancelled(&self) {
        // An error says that there is nobody who cancels.
        let _ = self.cancelling.subscribe().wait_for(|count| *count == 0).await;
    }

    async fn cancel(&self, token: CancelToken, place: &Place) -> Result<(), BoxError> {
        let cancelled = async {
            let socket = self.socket(&place.address).await?;
            match &self.tls {
                Some(tls) if matches!(place.address, Address::Tcp(_)) => {
                    Ok(token.cancel_query_raw(socket, handshake(tls, place)?).await?)
                }
                _ => Ok(token.cancel_query_raw(socket, NoTls).await?),
            }
        };
        timeout(self.connect_timeout, cancelled).await.map_err(|_| Silence(self.connect_timeout))?
    }
}

/// What a server has to be, and what else will do where none is.
fn wanted(url: &PostgresUrl) -> &[SessionAttrs] {
    match &url.session_attrs {
        SessionAttrs::PreferStandby => &[SessionAttrs::Standby, SessionAttrs::Any],
        wanted => slice::from_ref(wanted),
    }
}

type Handshake = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;

fn handshake(tls: &MakeRustlsConnect, place: &Place) -> Result<Handshake, Infallible> {
    MakeTlsConnect::<Socket>::make_tls_connect(&mut tls.clone(), &place.name)
}

async fn places(endpoint: &Endpoint) -> io::Result<Vec<Place>> {
    let port = endpoint.port;
    let at = |name: &str, address| Place { name: name.to_owned(), address };
    Ok(match &endpoint.host {
        Host::Socket(folder) => vec![at("", Address::Unix(folder.join(format!(".s.PGSQL.{port}"))))],
        Host::Tcp { name, address: Some(address) } => vec![at(name, Address::Tcp((*address, port).into()))],
        Host::Tcp { name, address: None } => {
            lookup_host((name.as_str(), port)).await?.map(|address| at(name, Address::Tcp(address))).collect()
        }
    })
}

/// Why a server is not the one that is meant.
async fn unwanted(client: &Client, wanted: SessionAttrs) -> Result<Option<&'static str>, tokio_postgres::Error> {
    let (question, expected, otherwise) = match wanted {
        SessionAttrs::Any | SessionAttrs::PreferStandby => return Ok(None),
        SessionAttrs::ReadWrite => ("SHOW transaction_read_only", "off", "the server takes no writes"),
        SessionAttrs::ReadOnly => ("SHOW transaction_read_only", "on", "the server takes writes"),
        SessionAttrs::Primary => ("SELECT pg_is_in_recovery()", "f", "the server is a standby"),
        SessionAttrs::Standby => ("SELECT pg_is_in_recovery()", "t", "the server is no standby"),
    };
    let answer = client.simple_query(question).await?;
    let is_as_wanted = answer.iter().any(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0) == Some(expected),
        _ => false,
    });
    Ok((!is_as_wanted).then_some(otherwise))
}

fn is_the_servers_word(error: &BoxError) -> bool {
    servers_word(error).is_some()
}

fn servers_word(error: &BoxError) -> Option<SqlState> {
    let explained = error.downcast_ref::<Explained>().map(|explained| explained.code);
    explained.or_else(|| SqlState::parse(error.downcast_ref::<tokio_postgres::Error>()?.code()?.code()))
}

/// Nobody said a word for so long.
#[derive(Debug, thiserror::Error)]
#[error("no answer in {} s", .0.as_secs())]
struct Silence(Duration);

pub(super) fn unreachable(error: &BoxError) -> Unreachable {
    Unreachable { why: with_causes(&**error), may_pass: may_pass(error), obstacle: obstacle(error) }
}

fn obstacle(error: &BoxError) -> Obstacle {
    if let Some(code) = servers_word(error) {
        return code.obstacle();
    }
    if error.is::<Silence>() {
        return Obstacle::Silence;
    }
    if error.is::<io::Error>() {
        return Obstacle::Absence;
    }
    // The library has words for these, and no types.
    match with_causes(&**error) {
        words if words.contains("TLS handshake") => Obstacle::Tls,
        words if words.contains("password missing") => Obstacle::LogIn,
        _ => Obstacle::Other,
    }
}

/// Whether the same may succeed a little later. Who has a wrong password, or a certificate that is not trusted, has it then, too.
fn may_pass(error: &BoxError) -> bool {
    let is_distrust = |error: &(dyn Error + 'static)| {
        error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
    };
    let mut causes = successors(Some(&**error as &(dyn Error + 'static)), |&error| error.source());
    servers_word(error).map_or_else(|| !causes.any(is_distrust), SqlState::is_passing)
}
