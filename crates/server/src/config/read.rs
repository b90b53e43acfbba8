//! From settings to typed values.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::Duration,
};

use ipnet::IpNet;
use ironplate_application::{OrganizationPolicy, RegistrationMode, SessionPolicy, ports::RelyingParty};
use ironplate_crypto::{MinimumScore, PasswordHashing, PasswordRules};
use ironplate_dashboard::{ClientPages, Templates};
use ironplate_domain::{Email, Password};
use ironplate_http::Docs;
use ironplate_persistence::{DatabaseUrl, PostgresUrl, StoreOptions};
use ironplate_web_client::WebClient;
use secrecy::{ExposeSecret, SecretString};
use tracing_subscriber::EnvFilter;

use super::{
    Accounts, Config, ConnectionTimes, Database, Environment, FirstSuperuser, Http, LimitSettings, Log, LogFormat,
    Mail, Outbox, Parts, Project, Security, TraceSettings, Web, accounts, limits, mail, organizations, origin, outbox,
    passkeys,
    reader::{Read, Reader, Refused},
    secrets, sentry, sessions, tls, traces, warnings,
};
use crate::telemetry::SentrySettings;

const MINUTES_OF_A_YEAR: u64 = 366 * 24 * 60;

/// Every section, read or refused.
pub(super) struct Sections {
    environment: Environment,
    project: Read<Project>,
    http: Read<Http>,
    web: Read<Web>,
    relying_party: Read<Option<RelyingParty>>,
    database: Read<Database>,
    security: Read<Security>,
    superuser: Read<Option<FirstSuperuser>>,
    registration: Read<RegistrationMode>,
    accounts: Read<Accounts>,
    mail: Read<Mail>,
    outbox: Read<Outbox>,
    passwords: Read<PasswordRules>,
    password_hashing: Read<PasswordHashing>,
    sessions: Read<SessionPolicy>,
    limits: Read<LimitSettings>,
    organizations: Read<OrganizationPolicy>,
    most_items: Read<u32>,
    most_items_of_organization: Read<u32>,
    keep_audit: Read<Option<Duration>>,
    log: Read<Log>,
    metrics: Read<Option<SocketAddr>>,
    redirect: Read<Option<SocketAddr>>,
    sentry: Read<Option<SentrySettings>>,
    traces: Read<Option<TraceSettings>>,
}

/// Every section is read before the first refusal counts, so that all faults are told.
pub(super) fn sections(environment: Environment, reader: &mut Reader<'_>) -> Sections {
    let project = project(reader);
    let http = http(reader);
    let web = web(reader, &http);
    let relying_party = passkeys::read(reader, &project, &http, &web);
    let keep_audit = keep_audit(reader);
    let (database, security) = (database(environment, reader, keep_audit), security(environment, reader));
    let (superuser, password_hashing) = (superuser(environment, reader), password_hashing(reader));
    let (log, metrics) = (log(reader), metrics(reader, &http));
    let (redirect, sentry) = (tls::redirect(reader, &http, &web, &metrics), sentry::read(environment, reader));
    let traces = traces::read(environment, reader, &project);
    let mail = mail::read(environment, reader, &project, &http, &web);
    let outbox = outbox::read(reader);
    let (sessions, limits) = (sessions::read(reader), limits::read(reader));
    let organizations = organizations::read(reader);
    let most_items = reader.within("items.most_per_user", 1..=10_000_000);
    let most_items_of_organization = reader.within("items.most_per_organization", 1..=10_000_000);
    let passwords = passwords(reader, &project);
    let (registration, accounts) = (accounts::registration(reader, &mail), accounts::read(reader, &mail));
    Sections {
        environment,
        project,
        http,
        web,
        relying_party,
        database,
        security,
        superuser,
        registration,
        accounts,
        mail,
        outbox,
        passwords,
        password_hashing,
        sessions,
        limits,
        organizations,
        most_items,
        most_items_of_organization,
        keep_audit,
        log,
        metrics,
        redirect,
        sentry,
        traces,
    }
}

impl Sections {
    /// With what is hardly wise where real people's data is.
    pub(super) fn whole(self, reader: &Reader<'_>) -> Result<Config, Box<Parts>> {
        let mut config = match self {
            Self {
                environment,
                project: Ok(project),
                http: Ok(http),
                web: Ok(web),
                relying_party: Ok(relying_party),
                registration: Ok(registration),
                accounts: Ok(accounts),
                mail: Ok(mail),
                outbox: Ok(outbox),
                database: Ok(database),
                security: Ok(security),
                superuser: Ok(superuser),
                passwords: Ok(passwords),
                password_hashing: Ok(password_hashing),
                sessions: Ok(sessions),
                limits: Ok(limits),
                organizations: Ok(organizations),
                most_items: Ok(most_items),
                most_items_of_organization: Ok(most_items_of_organization),
                keep_audit: Ok(keep_audit),
                log: Ok(log),
                metrics: Ok(metrics),
                redirect: Ok(redirect),
                sentry: Ok(sentry),
                traces: Ok(traces),
            } => Config {
                environment,
                file: None,
                project,
                http,
                web,
                relying_party,
                registration,
                accounts,
                mail,
                outbox,
                database,
                security,
                superuser,
                passwords,
                password_hashing,
                sessions,
                limits,
                organizations,
                most_items,
                most_items_of_organization,
                keep_audit,
                log,
                metrics,
                redirect,
                sentry,
                traces,
                secret_files: BTreeSet::new(),
                warnings: Vec::new(),
            },
            refused => return Err(Box::new(refused.parts(reader))),
        };
        if config.environment.is_production() {
            config.warnings = warnings::of(&config, reader);
        }
        Ok(config)
    }

    /// What can be used by itself. A file of a database that nobody named and that is not there is no fault beside others.
    pub(super) fn parts(self, reader: &Reader<'_>) -> Parts {
        let is_meant = |database: &Database| match &database.url {
            DatabaseUrl::Sqlite(path) => reader.is_given("database.url") || path.exists(),
            DatabaseUrl::Postgres(_) => true,
        };
        Parts {
            environment: self.environment,
            http: self.http.ok(),
            web: self.web.ok(),
            database: self.database.ok().filter(is_meant),
            mail: self.mail.ok(),
            traces: self.traces.ok().flatten(),
            secret_files: BTreeSet::new(),
        }
    }
}

pub(super) fn project(reader: &mut Reader<'_>) -> Read<Project> {
    let name = reader.text("project.name")?;
    if name.trim().is_empty() {
        return Err(reader.refuse("project.name", "is blank", "what people should see as the product's name"));
    }
    Ok(Project { name })
}

pub(super) fn http(reader: &mut Reader<'_>) -> Read<Http> {
    let address = reader.socket("http.address", "an address and a port, such as 127.0.0.1:8000");
    let cors_origins =
        reader.list("http.cors_origins", "origins such as https://app.example.com", origin::parse_caller);
    let trusted_proxies = reader.list("http.trusted_proxies", "addresses, or ranges such as 10.0.0.0/8", address_range);
    let workers = reader.up_to("http.workers", 512);
    let body_memory = reader.within("http.body_memory", 1..=65_536);
    let docs = reader.switch("http.docs");
    let tls = tls::files(reader);
    let connections = reader.within("http.connections", 1..=1_000_000);
    let keep_alive = reader.within("http.keep_alive_seconds", 1..=3_600);
    let (head, write) = (reader.seconds("http.head_timeout"), reader.seconds("http.write_timeout"));
    let body_timeout = reader.seconds("http.body_timeout");
    let drain = reader.within("http.drain_seconds", 0..=3_600);
    let shutdown_timeout = reader.seconds("http.shutdown_timeout");
    Ok(Http {
        address: address?,
        cors_origins: cors_origins?,
        trusted_proxies: trusted_proxies?,
        workers: NonZeroUsize::new(workers?),
        body_memory: usize::try_from(body_memory?).unwrap_or(usize::MAX) << 20,
        docs: if docs? { Docs::Shown } else { Docs::Hidden },
        tls: tls?,
        connections: usize::try_from(connections?).unwrap_or(usize::MAX),
        times: ConnectionTimes { keep_alive: Duration::from_secs(keep_alive?.into()), head: head?, write: write? },
        body_timeout: body_timeout?,
        drain: Duration::from_secs(drain?.into()),
        shutdown_timeout: shutdown_timeout?,
    })
}

/// An address alone is a range of one.
fn address_range(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn web(reader: &mut Reader<'_>, http: &Read<Http>) -> Read<Web> {
    let given = reader.optional_text("web.frontend_host");
    let allow_plain_http = reader.switch("web.allow_plain_http");
    let frontend_host = match given? {
        Some(text) => origin::parse(&text).ok_or_else(|| {
            reader.refuse("web.frontend_host", "is no origin", "scheme and host, such as https://app.example.com")
        }),
        None => http.as_ref().map(origin::of_this_machine).map_err(|refused| *refused),
    };
    let (templates, client, client_pages) = (page_templates(reader), web_client(reader), client_pages(reader));
    let dashboard_host = dashboard_host(reader, http, &frontend_host);
    Ok(Web {
        frontend_host: frontend_host?,
        dashboard_host: dashboard_host?,
        allow_plain_http: allow_plain_http?,
        templates: templates?,
        client: client?,
        client_pages: client_pages?,
    })
}

/// Unless it is said, this server is where the front end is. But not if that is another server of this machine, as where a web
/// client is worked on; a server that others reach as well may be another to them.
fn dashboard_host(reader: &mut Reader<'_>, http: &Read<Http>, frontend_host: &Read<String>) -> Read<String> {
    let key = "web.dashboard_host";
    if let Some(text) = reader.optional_text(key)? {
        let fix = "scheme and host where this server is reached, such as https://api.example.com";
        return origin::parse(&text).ok_or_else(|| reader.refuse(key, "is no origin", fix));
    }
    let (Ok(http), Ok(frontend_host)) = (http, frontend_host) else { return Err(Refused) };
    let is_beside = http.address.ip().to_canonical().is_loopback()
        && origin::is_loopback(frontend_host)
        && origin::port(frontend_host) != Some(http.address.port());
    Ok(if is_beside { origin::of_this_machine(http) } else { frontend_host.clone() })
}

fn page_templates(reader: &mut Reader<'_>) -> Read<Templates> {
    let key = "web.templates_folder";
    let folder = reader.optional_text(key)?.map(PathBuf::from);
    Templates::load(folder.as_deref()).map_err(|faults| {
        let fix = "mend the file; or remove it, and the template inside the binary is used";
        let refused = faults.0.iter().map(|fault| reader.refuse(key, &fault.to_string(), fix));
        refused.last().unwrap_or(Refused)
    })
}

fn web_client(reader: &mut Reader<'_>) -> Read<Option<WebClient>> {
    let Some(folder) = reader.optional_text("web.spa_dir")? else { return Ok(None) };
    WebClient::load(Path::new(&folder)).map(Some).map_err(|error| {
        reader.refuse(
            "web.spa_dir",
            &error.to_string(),
            "a folder with an index.html and what that needs, such as web/dist",
        )
    })
}

fn client_pages(reader: &mut Reader<'_>) -> Read<ClientPages> {
    let known: Vec<&str> = ClientPages::known().collect();
    let parse = |text: &str| known.contains(&text).then(|| text.to_owned());
    let pages = reader.list("web.spa_pages", &format!("some of {}", known.join(", ")), parse)?;
    Ok(ClientPages::of(&pages))
}

fn database(environment: Environment, reader: &mut Reader<'_>, keep_audit: Read<Option<Duration>>) -> Read<Database> {
    let fix = "sqlite:PATH, or postgres://user:password@host:5432/name";
    let url: Read<DatabaseUrl> = reader.parsed("database.url", fix);
    let password = url.as_ref().ok().and_then(DatabaseUrl::password);
    if environment.is_production() && password.is_some_and(|password| secrets::is_sample(&password)) {
        reader.refuse("database.url", "holds a sample password", "give the database user a password of its own");
    }
    let connections = reader.up_to("database.connections", 1000);
    if connections.is_ok_and(|connections| connections == 0) {
        reader.refuse("database.connections", "is 0: nobody could be served", "a whole number from 1 to 1000");
    }
    let replicas = replicas(reader, url.as_ref().ok());
    let replica_lag = reader.within("database.replica_lag_seconds", 1..=60);
    let acquire_timeout = reader.seconds("database.acquire_timeout");
    let statement_timeout = reader.seconds("database.statement_timeout");
    let migration_lock_timeout = reader.seconds("database.migration_lock_timeout");
    let migrate_on_start = reader.switch("database.migrate_on_start");
    let wait = reader.within("database.wait_seconds", 0..=86_400);
    let options = StoreOptions {
        connections: connections?,
        acquire_timeout: acquire_timeout?,
        statement_timeout: statement_timeout?,
        migration_lock_timeout: migration_lock_timeout?,
        keep_audit: keep_audit?,
    };
    let wait = Duration::from_secs(wait?.into());
    let replica_lag = Duration::from_secs(replica_lag?.into());
    Ok(Database { url: url?, replicas: replicas?, replica_lag, options, migrate_on_start: migrate_on_start?, wait })
}

fn replicas(reader: &mut Reader<'_>, of: Option<&DatabaseUrl>) -> Read<Vec<PostgresUrl>> {
    let parse = |text: &str| match text.parse::<DatabaseUrl>() {
        Ok(DatabaseUrl::Postgres(url)) => Some(url),
        _ => None,
    };
    let replicas =
        reader.list("database.replica_urls", "postgres://user:password@host:5432/name for each standby", parse)?;
    if !replicas.is_empty() && matches!(of, Some(DatabaseUrl::Sqlite(_))) {
        let fix = "leave it empty, or name the PostgreSQL server that they follow in database.url";
        return Err(reader.refuse("database.replica_urls", "names replicas, and SQLite has none", fix));
    }
    Ok(replicas)
}

fn security(environment: Environment, reader: &mut Reader<'_>) -> Read<Security> {
    let secret_key = reader.optional_text("security.secret_key");
    let fix = "at least 32 random bytes, for example from `openssl rand -base64 48`";
    match &secret_key {
        Ok(None) if environment.is_production() => {
            reader.refuse("security.secret_key", "is missing", fix);
        }
        Ok(Some(key)) => {
            if let Some(problem) = secrets::weakness_of_key(key) {
                reader.refuse("security.secret_key", problem, fix);
            }
        }
        _ => {}
    }
    let previous = reader.list("security.previous_secret_keys", fix, |key| {
        secrets::weakness_of_key(key).is_none().then(|| SecretString::from(key))
    });
    if let (Ok(Some(key)), Ok(previous)) = (&secret_key, &previous)
        && previous.iter().any(|previous| previous.expose_secret() == key)
    {
        let fix = "a new key in security.secret_key, and here those that it takes the place of";
        reader.refuse("security.previous_secret_keys", "has the key in it that is in use", fix);
    }
    let minutes: Read<u64> = reader.number("security.access_token_minutes");
    if minutes.is_ok_and(|minutes| !(1..=MINUTES_OF_A_YEAR).contains(&minutes)) {
        let problem = "would make tokens that never hold, or for more than a year";
        reader.refuse("security.access_token_minutes", problem, "minutes, such as 15");
    }
    let clock_tolerance = reader.within("security.clock_tolerance_seconds", 0..=3_600);
    Ok(Security {
        secret_key: secret_key?.map(SecretString::from),
        previous_secret_keys: previous?,
        access_token_lifetime: Duration::from_secs(minutes?.min(MINUTES_OF_A_YEAR) * 60),
        clock_tolerance: Duration::from_secs(clock_tolerance?.into()),
    })
}

fn superuser(environment: Environment, reader: &mut Reader<'_>) -> Read<Option<FirstSuperuser>> {
    let email = reader.optional_text("superuser.email");
    let password = reader.optional_text("superuser.password");
    if environment.is_production() && matches!((&email, &password), (Ok(None), Ok(Some(_)))) {
        let fix = "set FIRST_SUPERUSER as well, or neither";
        return Err(reader.refuse("superuser.password", "is set, but nobody is named whose it is", fix));
    }
    let Some(email) = email? else { return Ok(None) };
    let email = Email::parse(&email)
        .map_err(|error| reader.refuse("superuser.email", &error.to_string(), "an address such as ann@example.com"));
    let fix = "8 to 128 characters that nobody can guess; or leave both unset and run `ironplate create-superuser`";
    let password = match password? {
        None if environment.is_production() => Err(reader.refuse("superuser.password", "is missing", fix)),
        None => Ok(None),
        Some(text) if environment.is_production() && secrets::is_sample(&text) => {
            Err(reader.refuse("superuser.password", "is a sample that everybody knows", fix))
        }
        Some(text) => Password::parse(&text)
            .map(Some)
            .map_err(|error| reader.refuse("superuser.password", &format!("can't be used: {error}"), fix)),
    };
    Ok(Some(FirstSuperuser { email: email?, password: password? }))
}

fn passwords(reader: &mut Reader<'_>, project: &Read<Project>) -> Read<PasswordRules> {
    let score = reader.number("passwords.minimum_score").map(MinimumScore::new);
    let refuses_commonest = reader.switch("passwords.refuse_commonest");
    let minimum_score = score?.ok_or_else(|| {
        reader.refuse("passwords.minimum_score", "is no score", "0 (any password will do), 1, 2, 3 or 4")
    });
    let product = project.as_ref().map(|project| project.name.clone()).map_err(|refused| *refused);
    Ok(PasswordRules { minimum_score: minimum_score?, refuses_commonest: refuses_commonest?, product: product? })
}

/// Zero keeps them for good.
fn keep_audit(reader: &mut Reader<'_>) -> Read<Option<Duration>> {
    let days = reader.within("audit.keep_days", 0..=36_600)?;
    Ok((days > 0).then(|| Duration::from_hours(24 * u64::from(days))))
}

fn password_hashing(reader: &mut Reader<'_>) -> Read<PasswordHashing> {
    let memory_kib = reader.number("password_hashing.memory_kib");
    let iterations = reader.number("password_hashing.iterations");
    let parallelism = reader.number("password_hashing.parallelism");
    let threads = reader.up_to("password_hashing.threads", 1024);
    let queue = reader.up_to("password_hashing.queue", 65_536);
    let (memory_kib, iterations, parallelism): (u32, u32, u32) = (memory_kib?, iterations?, parallelism?);
    let sound = (1..=16).contains(&parallelism)
        && (parallelism * 8..=256 * 1024).contains(&memory_kib)
        && (1..=100).contains(&iterations);
    if !sound {
        let problem = "these parameters are out of bounds";
        let fix = "parallelism from 1 to 16, memory_kib from 8 times that to 262144, iterations from 1 to 100";
        return Err(reader.refuse("password_hashing.memory_kib", problem, fix));
    }
    let threads = NonZeroUsize::new(threads?);
    Ok(PasswordHashing { memory_kib, iterations, parallelism, threads, queue: queue? })
}

fn log(reader: &mut Reader<'_>) -> Read<Log> {
    let format = match reader.text("log.format")?.as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(reader.refuse("log.format", &format!("{other:?} is no format"), "text or json")),
    };
    let filter = reader.text("log.filter").and_then(|filter| match EnvFilter::try_new(&filter) {
        Ok(_) => Ok(filter),
        Err(error) => Err(reader.refuse("log.filter", &error.to_string(), "a level, or info,ironplate_http=debug")),
    });
    let slow = reader.within("log.slow_milliseconds", 0..=3_600_000).map(u64::from);
    let slow = slow.map(|millis| (millis > 0).then(|| Duration::from_millis(millis)));
    Ok(Log { format: format?, filter: filter?, slow: slow? })
}

/// Never where everybody asks.
fn metrics(reader: &mut Reader<'_>, http: &Read<Http>) -> Read<Option<SocketAddr>> {
    let (key, fix) = ("metrics.address", "an address and a port of their own, such as 127.0.0.1:9100");
    if reader.optional_text(key)?.is_none() {
        return Ok(None);
    }
    let address = reader.socket(key, fix)?;
    if address.port() != 0 && http.as_ref().is_ok_and(|http| http.address.port() == address.port()) {
        return Err(reader.refuse(key, "has the port of http.address: everybody would read them", fix));
    }
    Ok(Some(address))
}
