//! The certificate of TLS and its key: read from files, and read anew when these change.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use ironplate_application::{ports::Clock, with_causes};
use ironplate_crypto::SystemClock;
use ironplate_domain::Timestamp;
use rustls::{
    ServerConfig,
    client::verify_server_name,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    server::{ClientHello, ParsedCertificate, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    select,
    signal::unix::{SignalKind, signal},
    task::spawn_blocking,
    time::{Instant, sleep},
};
use tokio_rustls::TlsAcceptor;
use url::Url;
use x509_cert::{Certificate, der::Decode, time::Time};

use crate::{file, lifecycle::Stop};

/// As ALPN names it.
pub(crate) const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// The settings that name the files.
pub(crate) const CERTIFICATE_FILE: &str = "http.tls_certificate";
pub(crate) const KEY_FILE: &str = "http.tls_key";

/// Between two looks at the files.
const PAUSE: Duration = Duration::from_secs(5);

/// In which files are read that are on this machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whoever renews by themselves has done so by then.
pub(crate) const SOON: Duration = Duration::from_hours(14 * 24);

/// Between two warnings of one that is over soon.
const WARN_AGAIN: Duration = Duration::from_hours(24);

/// Where a certificate and its key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateFiles {
    /// The certificate itself, and behind it those between it and an authority.
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// Why nothing can be made of the files.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateError {
    #[error("{} can't be read", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    #[error("{} holds no certificate in PEM", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} holds no key in PEM, or one that is encrypted", .0.display())]
    NoKey(PathBuf),
    #[error("the certificate is over since {0}")]
    Over(Timestamp),
    #[error("the certificate is not good before {0}")]
    Early(Timestamp),
    #[error("certificate and key can't be used together")]
    Unfit(#[from] rustls::Error),
}

impl CertificateFiles {
    /// What they hold at this moment.
    ///
    /// # Errors
    /// They can't be read, or don't fit together; the first fault that there is.
    pub(crate) fn load(&self) -> Result<CertifiedKey, CertificateError> {
        fitting(self.chain()?, self.private_key()?)
    }

    /// All that is wrong with them, each with the setting that names the file.
    pub(crate) fn faults(&self) -> Vec<(&'static str, CertificateError)> {
        let errors = match (self.chain(), self.private_key()) {
            (Ok(chain), Ok(key)) => [fitting(chain, key).err(), None],
            (chain, key) => [chain.err(), key.err()],
        };
        errors.into_iter().flatten().map(|error| (self.setting(&error), error)).collect()
    }

    /// Where the file is named that has this fault. Of two that don't fit, it is the key that has to.
    pub(crate) fn setting(&self, error: &CertificateError) -> &'static str {
        match error {
            CertificateError::Unfit(rustls::Error::InvalidCertificate(_)) => CERTIFICATE_FILE,
            CertificateError::NoKey(_) | CertificateError::Unfit(_) => KEY_FILE,
            CertificateError::Unreadable(path, _) if *path != self.certificate => KEY_FILE,
            _ => CERTIFICATE_FILE,
        }
    }

    fn chain(&self) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(&self.certificate)?).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        chain.ok_or_else(|| CertificateError::NoCertificate(self.certificate.clone()))
    }

    fn private_key(&self) -> Result<PrivateKeyDer<'static>, CertificateError> {
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?);
        key.map_err(|_| CertificateError::NoKey(self.key.clone()))
    }
}

fn fitting(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<CertifiedKey, CertificateError> {
    Ok(CertifiedKey::from_der(chain, key, &ring::default_provider())?)
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    file::read(path).map_err(|error| CertificateError::Unreadable(path.to_owned(), error))
}

/// From when on it is good, and when it is over.
fn validity(certified: &CertifiedKey) -> Option<[Timestamp; 2]> {
    let validity = Certificate::from_der(certified.cert.first()?).ok()?.tbs_certificate.validity;
    let at = |time: Time| Some(Timestamp::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).ok()?));
    Some([at(validity.not_before)?, at(validity.not_after)?])
}

/// When it is over.
pub(crate) fn ends_at(certified: &CertifiedKey) -> Option<Timestamp> {
    validity(certified).map(|[_, end]| end)
}

/// # Errors
/// It is over, or not good yet.
pub(crate) fn in_its_time(certified: &CertifiedKey, now: Timestamp) -> Result<(), CertificateError> {
    match validity(certified) {
        Some([begin, _]) if now < begin => Err(CertificateError::Early(begin)),
        Some([_, end]) if now >= end => Err(CertificateError::Over(end)),
        _ => Ok(()),
    }
}

/// Whether it is for the host of this address; what is no address is none of its business.
pub(crate) fn is_for(certified: &CertifiedKey, address: &str) -> bool {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    let name = host.and_then(|host| ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).ok());
    let certificate = certified.cert.first().and_then(|certificate| ParsedCertificate::try_from(certificate).ok());
    name.zip(certificate).is_none_or(|(name, certificate)| verify_server_name(&certificate, &name).is_ok())
}

/// The certificate that is shown to whoever connects.
pub(crate) struct CurrentCertificate {
    files: CertificateFiles,
    shown: RwLock<Arc<CertifiedKey>>,
}

impl CurrentCertificate {
    /// # Errors
    /// The files can't be read, or don't fit together.
    pub(crate) fn load(files: CertificateFiles) -> Result<Arc<Self>, CertificateError> {
        let shown = RwLock::new(Arc::new(files.load()?));
        Ok(Arc::new(Self { files, shown }))
    }

    /// For TLS 1.2 and 1.3, and whichever version of HTTP the client likes better.
    ///
    /// # Errors
    /// Never, with the algorithms of this build.
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_no_client_auth().with_cert_resolver(self.clone());
        config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
        Ok(Arc::new(config).into())
    }

    /// Reads the files anew at SIGHUP, and when they change. What can't be used is told, and what was shown stays.
    pub(crate) async fn keep_fresh(self: Arc<Self>, mut stop: Stop) {
        let Ok(mut hang_up) = signal(SignalKind::hangup()) else { return };
        let (mut told, mut warned) = (None, None);
        loop {
            self.warn_of_end(&mut warned);
            let is_asked = select! {
                _ = hang_up.recv() => true,
                () = sleep(PAUSE) => false,
                () = stop.wanted() => return,
            };
            let files = self.files.clone();
            let mut loading = spawn_blocking(move || files.load());
            let loaded = select! {
                loaded = &mut loading => loaded,
                () = sleep(PATIENCE) => {
                    tracing::error!("the files of the certificate can't be read: nothing comes; the old one stays");
                    select! {
                        loaded = loading => loaded,
                        () = stop.wanted() => return,
                    }
                }
                () = stop.wanted() => return,
            };
            match loaded.map(|loaded| loaded.and_then(|fresh| self.no_worse(fresh))) {
                Ok(Ok(fresh)) => {
                    if told.take().is_some() && fresh.cert == self.shown().cert {
                        tracing::info!("the files have a certificate that can be used again");
                    }
                    if is_asked || fresh.cert != self.shown().cert {
                        self.show(fresh);
                    }
                }
                Ok(Err(error)) => {
                    let error = with_causes(&error);
                    if is_asked || told.as_ref() != Some(&error) {
                        tracing::error!(error, "the new certificate can't be used; the old one stays");
                    }
                    told = Some(error);
                }
                // It panicked, which is told by itself.
                Err(_) => {}
            }
        }
    }

    /// What is over or not good yet is better than nothing, and no better than one that is good.
    fn no_worse(&self, fresh: CertifiedKey) -> Result<CertifiedKey, CertificateError> {
        let (shown, now) = (self.shown(), SystemClock.now());
        if fresh.cert != shown.cert && in_its_time(&shown, now).is_ok() {
            in_its_time(&fresh, now)?;
        }
        Ok(fresh)
    }

    /// Once a day, while nobody renews it.
    fn warn_of_end(&self, warned: &mut Option<Instant>) {
        let Some(ends_at) = ends_at(&self.shown()) else { return };
        if SystemClock.now() < ends_at.before(SOON) {
            *warned = None;
        } else if warned.is_none_or(|at| at.elapsed() >= WARN_AGAIN) {
            tracing::warn!(%ends_at, "the certificate is over soon, or already: nobody renewed it");
            *warned = Some(Instant::now());
        }
    }

    fn show(&self, fresh: CertifiedKey) {
        let ends_at = ends_at(&fresh).map(tracing::field::display);
        tracing::info!(ends_at, "the certificate was read");
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
    }

    pub(crate) fn shown(&self) -> Arc<CertifiedKey> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for CurrentCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown())
    }
}

impl fmt::Debug for CurrentCertificate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CurrentCertificate({})", self.files.certificate.display())
    }
}
