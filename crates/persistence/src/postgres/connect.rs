//! Connections to PostgreSQL: time limits and TLS.

use std::{fmt::Write, fs, io, sync::Arc};

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool},
};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres::{
    Config, NoTls,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

use crate::{OpenError, StoreOptions};

/// How to connect: the driver's settings, and TLS unless the address does without.
#[derive(Clone)]
struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

pub(super) fn pool(url: &Url, options: StoreOptions) -> Result<Pool<AsyncPgConnection>, OpenError> {
    let mut connector = Connector::new(url)?;
    connector.limit_time(options);
    let mut manager = ManagerConfig::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |_| {
        let connector = connector.clone();
        Box::pin(async move { connector.connect().await })
    });
    Pool::builder(AsyncDieselConnectionManager::new_with_config("", manager))
        .max_size(options.connections)
        .build()
        .map_err(|error| OpenError(error.to_string()))
}

/// One connection without limits on time, for migrations.
pub(super) async fn single(url: &Url) -> ConnectionResult<AsyncPgConnection> {
    let connector = Connector::new(url).map_err(|error| ConnectionError::InvalidConnectionUrl(error.to_string()))?;
    connector.connect().await
}

impl Connector {
    fn new(url: &Url) -> Result<Self, OpenError> {
        let mut url = url.clone();
        let (mut mode, mut root_cert, mut rest) = (None, None, Vec::new());
        for (key, value) in url.query_pairs() {
            match &*key {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => root_cert = Some(value.into_owned()),
                _ => rest.push((key.into_owned(), value.into_owned())),
            }
        }
        // The driver reads `+` literally, so spaces are written as %20.
        let rest: Vec<String> = rest.iter().map(|(key, value)| format!("{key}={}", percent_encoded(value))).collect();
        url.set_query((!rest.is_empty()).then(|| rest.join("&")).as_deref());

        let mut config: Config = url.as_str().parse().map_err(|error| OpenError(format!("{error}")))?;
        if config.get_application_name().is_none() {
            config.application_name("ironplate");
        }
        let mode = mode.as_deref().unwrap_or(if is_local(&config) { "disable" } else { "verify-full" });
        let verify = match mode {
            "disable" => {
                config.ssl_mode(SslMode::Disable);
                return Ok(Self { config, tls: None });
            }
            "prefer" => {
                config.ssl_mode(SslMode::Prefer);
                true
            }
            "require" | "verify-ca" | "verify-full" => {
                config.ssl_mode(SslMode::Require);
                true
            }
            "no-verify" => {
                config.ssl_mode(SslMode::Require);
                false
            }
            other => {
                return Err(OpenError(format!(
                    "sslmode={other} is not known; use verify-full, prefer, no-verify or disable"
                )));
            }
        };
        let tls = MakeRustlsConnect::new(tls_config(root_cert.as_deref(), verify)?);
        Ok(Self { config, tls: Some(tls) })
    }

    /// A statement that hangs gives its connection back; a client that vanishes inside a transaction frees its locks.
    fn limit_time(&mut self, options: StoreOptions) {
        let mut settings = self.config.get_options().unwrap_or_default().to_owned();
        let millis = options.statement_timeout.as_millis();
        // Writing to a String can't fail.
        let _ = write!(settings, " -c statement_timeout={millis} -c idle_in_transaction_session_timeout={millis}");
        self.config.options(settings.trim_start());
        self.config.connect_timeout(options.acquire_timeout);
    }

    async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let failed = |error: tokio_postgres::Error| {
            // "error connecting to server" says little; its source says why.
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            ConnectionError::BadConnection(cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")))
        };
        let Some(tls) = &self.tls else {
            let (client, connection) = self.config.connect(NoTls).await.map_err(failed)?;
            return AsyncPgConnection::try_from_client_and_connection(client, connection).await;
        };
        let (client, connection) = self.config.connect(tls.clone()).await.map_err(failed)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}

fn percent_encoded(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A socket or a loopback address: nothing on the way could listen.
fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => true,
    })
}

fn tls_config(root_cert: Option<&str>, verify: bool) -> Result<ClientConfig, OpenError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError(error.to_string()))?;
    if !verify {
        let verifier = Arc::new(NoVerification(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
    }
    let roots = match root_cert {
        Some(path) => roots_from(path).map_err(|error| OpenError(format!("sslrootcert {path}: {error}")))?,
        None => native_roots(),
    };
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn native_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn roots_from(path: &str) -> io::Result<RootCertStore> {
    let pem = fs::read(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| io::Error::other(error.to_string()))?;
        roots.add(certificate).map_err(io::Error::other)?;
    }
    Ok(roots)
}

/// `sslmode=no-verify`: encrypted, but to whom is anybody's guess. Only for whoever asks for it by name.
#[derive(Debug)]
struct NoVerification(Arc<CryptoProvider>);

impl ServerCertVerifier for NoVerification {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
