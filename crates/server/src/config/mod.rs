//! From files, environment and flags to one typed value; every fault is told at once.

mod accounts;
mod environment;
mod faults;
mod layers;
mod limits;
mod mail;
mod organizations;
pub(crate) mod origin;
mod outbox;
mod passkeys;
mod read;
mod reader;
mod secrets;
mod sentry;
mod sessions;
mod shown;
mod spelling;
#[cfg(test)]
mod tests;
mod tls;
mod traces;
mod variables;
mod warnings;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    num::NonZeroUsize,
    path::{Path, PathBuf, absolute},
    thread::available_parallelism,
    time::Duration,
};

use ipnet::IpNet;
use ironplate_application::{Links, OrganizationPolicy, Policy, RegistrationMode, SessionPolicy, ports::RelyingParty};
use ironplate_crypto::{PasswordHashing, PasswordRules};
use ironplate_dashboard::{ClientPages, Templates};
use ironplate_domain::{Email, Password};
use ironplate_http::Docs;
use ironplate_persistence::{DatabaseUrl, PostgresUrl, StoreOptions};
use ironplate_web_client::WebClient;
use secrecy::SecretString;

pub(crate) use self::{
    accounts::Accounts,
    environment::{Environment, service_manager},
    faults::Faults,
    limits::LimitSettings,
    mail::{Mail, Transport},
    outbox::Outbox,
    shown::{ShownSetting, show},
    traces::TraceSettings,
};
use self::{layers::Layers, reader::Reader};
use crate::{certificate::CertificateFiles, cli::Overrides, telemetry::SentrySettings};

/// Everything that can be set; `config/default.toml` explains each.
pub(crate) struct Config {
    pub(crate) environment: Environment,
    /// The settings file that was read, if one was named.
    pub(crate) file: Option<PathBuf>,
    pub(crate) project: Project,
    pub(crate) http: Http,
    pub(crate) web: Web,
    /// For whom passkeys sign, if they are used.
    pub(crate) relying_party: Option<RelyingParty>,
    pub(crate) database: Database,
    pub(crate) security: Security,
    pub(crate) superuser: Option<FirstSuperuser>,
    pub(crate) registration: RegistrationMode,
    pub(crate) accounts: Accounts,
    pub(crate) mail: Mail,
    pub(crate) outbox: Outbox,
    pub(crate) passwords: PasswordRules,
    pub(crate) password_hashing: PasswordHashing,
    pub(crate) sessions: SessionPolicy,
    pub(crate) limits: LimitSettings,
    pub(crate) organizations: OrganizationPolicy,
    /// So many items one user may have.
    pub(crate) most_items: u32,
    /// So many items one organisation may have.
    pub(crate) most_items_of_organization: u32,
    /// How long audit events are kept; `None` keeps them for good.
    pub(crate) keep_audit: Option<Duration>,
    pub(crate) log: Log,
    /// Where metrics are told, if anywhere.
    pub(crate) metrics: Option<SocketAddr>,
    /// Where whoever asks without TLS is told to ask with it, if anywhere.
    pub(crate) redirect: Option<SocketAddr>,
    /// Where faults are reported, if anywhere.
    pub(crate) sentry: Option<SentrySettings>,
    /// Where traces are sent, if anywhere.
    pub(crate) traces: Option<TraceSettings>,
    /// The files that secrets came from.
    pub(crate) secret_files: BTreeSet<PathBuf>,
    /// What may be a mistake, though it can be done.
    pub(crate) warnings: Vec<String>,
}

/// What can be looked at where the whole has a fault: `None` is what that fault is in, or what is not used.
pub(crate) struct Parts {
    pub(crate) environment: Environment,
    pub(crate) http: Option<Http>,
    pub(crate) web: Option<Web>,
    pub(crate) database: Option<Database>,
    pub(crate) mail: Option<Mail>,
    pub(crate) traces: Option<TraceSettings>,
    pub(crate) secret_files: BTreeSet<PathBuf>,
}

impl Config {
    /// For which environment these settings are, and of which file, lest they are others than was meant.
    pub(crate) fn origin(&self) -> String {
        let file = self.file.as_ref().map_or_else(
            || "without a settings file (--config)".to_owned(),
            |file| format!("with {}", absolute(file).unwrap_or_else(|_| file.clone()).display()),
        );
        format!("for {}, {file}", self.environment)
    }

    /// What use cases need to know of it.
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            registration: self.registration,
            confirm_email_change: self.accounts.confirm_email_change,
            ask_again: self.accounts.ask_again,
            second_factor: self.accounts.second_factor,
            links: Links {
                frontend_host: self.web.frontend_host.clone(),
                dashboard_host: self.web.dashboard_host.clone(),
                client_pages: self.web.client_pages.paths().collect(),
            },
            relying_party: self.relying_party.clone(),
            lifetimes: self.accounts.lifetimes,
            sends_mail: !self.mail.is_off(),
            delivery: self.outbox.delivery,
            sessions: self.sessions,
            limits: self.limits.shared.clone(),
            organizations: self.organizations,
            stale_reads: (!self.database.replicas.is_empty()).then_some(self.database.replica_lag),
            most_items: self.most_items,
            most_items_of_organization: self.most_items_of_organization,
            keep_audit: self.keep_audit,
        }
    }
}

pub(crate) struct Project {
    pub(crate) name: String,
}

pub(crate) struct Http {
    pub(crate) address: SocketAddr,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) workers: Option<NonZeroUsize>,
    /// In bytes.
    pub(crate) body_memory: usize,
    pub(crate) docs: Docs,
    /// Of TLS, if this server speaks it.
    pub(crate) tls: Option<CertificateFiles>,
    /// Connections at the most.
    pub(crate) connections: usize,
    pub(crate) times: ConnectionTimes,
    /// How long a body may take, from its first byte to its last.
    pub(crate) body_timeout: Duration,
    /// For how long a server that stops still takes requests.
    pub(crate) drain: Duration,
    pub(crate) shutdown_timeout: Duration,
}

impl Http {
    /// How many threads answer.
    pub(crate) fn threads(&self) -> NonZeroUsize {
        self.workers.or_else(|| available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }

    /// How addresses at this server begin.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

/// How long is waited on a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionTimes {
    /// For a request.
    pub(crate) keep_alive: Duration,
    /// For a handshake of TLS, or the head of a request, from its first byte to its last.
    pub(crate) head: Duration,
    /// For a client that takes nothing of its answer.
    pub(crate) write: Duration,
}

pub(crate) struct Web {
    /// Scheme, host and perhaps port, without a slash at the end.
    pub(crate) frontend_host: String,
    /// The same for this server, where it is not at `frontend_host`.
    pub(crate) dashboard_host: String,
    /// Links may begin with `http:` in production, too.
    pub(crate) allow_plain_http: bool,
    /// What the pages of the dashboard are made of.
    pub(crate) templates: Templates,
    /// What is served at `/`; without, the dashboard has that place.
    pub(crate) client: Option<WebClient>,
    /// Those of the pages behind mailed links that the web client has.
    pub(crate) client_pages: ClientPages,
}

pub(crate) struct Database {
    pub(crate) url: DatabaseUrl,
    /// Standbys of its server.
    pub(crate) replicas: Vec<PostgresUrl>,
    /// How old may be what they answer.
    pub(crate) replica_lag: Duration,
    pub(crate) options: StoreOptions,
    pub(crate) migrate_on_start: bool,
    /// How long a start waits for somebody to answer there.
    pub(crate) wait: Duration,
}

pub(crate) struct Security {
    /// `None` outside production only: a key of this folder is used.
    pub(crate) secret_key: Option<SecretString>,
    pub(crate) previous_secret_keys: Vec<SecretString>,
    pub(crate) access_token_lifetime: Duration,
    pub(crate) clock_tolerance: Duration,
}

pub(crate) struct FirstSuperuser {
    pub(crate) email: Email,
    /// `None` outside production only: one is made up.
    pub(crate) password: Option<Password>,
}

pub(crate) struct Log {
    pub(crate) format: LogFormat,
    pub(crate) filter: String,
    /// From when on a request or a statement is slow; `None` tells of none.
    pub(crate) slow: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// What a configuration is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To serve, which takes the files of TLS as well.
    Serving,
    Other,
}

/// The configuration of this process.
pub(crate) fn load(overrides: &Overrides) -> Result<Config, Faults> {
    from_parts(&environment::variables(), overrides, Purpose::Other)
}

/// The same for a server: what is wrong with the files of TLS is a fault like all others.
pub(crate) fn load_to_serve(overrides: &Overrides) -> Result<Config, Faults> {
    from_parts(&environment::variables(), overrides, Purpose::Serving)
}

/// The same; with its faults, what has none.
pub(crate) fn load_or_parts(overrides: &Overrides) -> Result<Config, (Faults, Box<Parts>)> {
    read_all(&environment::variables(), overrides, Purpose::Other)
}

/// The name of the product alone, so that nothing else has to be configured.
pub(crate) fn load_project(overrides: &Overrides) -> Result<Project, Faults> {
    let mut faults = Faults::default();
    let layers = Layers::gather(Environment::Development, &environment::variables(), overrides, &mut faults);
    read::project(&mut Reader::new(&layers, &mut faults)).map_err(|_| faults)
}

/// Only where the server listens and how, whatever else is missing.
pub(crate) fn load_http(overrides: &Overrides) -> Result<Http, Faults> {
    let mut faults = Faults::default();
    let variables = environment::variables();
    let environment = Environment::choose(&variables, overrides, &mut faults);
    let layers = Layers::gather(environment, &variables, overrides, &mut faults);
    read::http(&mut Reader::new(&layers, &mut faults)).map_err(|_| faults)
}

/// What these variables alone say.
#[cfg(test)]
pub(crate) fn from_variables(variables: &[(&str, &str)]) -> Result<Config, Faults> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    from_parts(&variables, &Overrides::default(), Purpose::Other)
}

fn from_parts(variables: &BTreeMap<String, String>, overrides: &Overrides, purpose: Purpose) -> Result<Config, Faults> {
    read_all(variables, overrides, purpose).map_err(|(faults, _)| faults)
}

fn read_all(
    variables: &BTreeMap<String, String>,
    overrides: &Overrides,
    purpose: Purpose,
) -> Result<Config, (Faults, Box<Parts>)> {
    let mut faults = Faults::default();
    let environment = Environment::choose(variables, overrides, &mut faults);
    let layers = Layers::gather(environment, variables, overrides, &mut faults);
    let slips = spelling::slips(variables, &layers);
    let secret_files = layers.secret_files(variables);
    let mut reader = Reader::new(&layers, &mut faults);
    let sections = read::sections(environment, &mut reader);
    if purpose == Purpose::Serving {
        tls::check(&mut reader);
    }
    if !faults.is_empty() {
        let parts = sections.parts(&Reader::new(&layers, &mut faults));
        faults.warn(slips);
        return Err((faults, Box::new(Parts { secret_files, ..parts })));
    }
    match sections.whole(&Reader::new(&layers, &mut faults)) {
        Ok(config) => {
            let warnings = [config.warnings, slips].concat();
            let file = layers::file_of(variables, overrides).map(Path::to_owned);
            Ok(Config { file, secret_files, warnings, ..config })
        }
        Err(parts) => Err((faults, parts)),
    }
}
