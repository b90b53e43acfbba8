//! `ironplate serve`.

use std::{pin::pin, sync::Arc, time::Duration};

use ironplate_application::{
    Application, NewPasswordError,
    users::{CreateUserError, EnsureSuperuser, Ensured},
};
use ironplate_dashboard::{Dashboard, DashboardSettings, MailDestination};
use ironplate_domain::Email;
use ironplate_http::{App, Settings};
use ironplate_web::{Bodies, Cookies, Network, Stage};
use ironplate_web_client::WebClient;
use tokio::select;
use tokio_rustls::TlsAcceptor;

use super::{prepare_database, weak_superuser};
use crate::{
    banner::{Banner, Superuser},
    certificate::CurrentCertificate,
    clock_watch,
    config::{self, Config, FirstSuperuser, Transport, origin},
    development,
    failure::Failure,
    lifecycle::{Shutdown, ignore_meaningless_signals},
    logging,
    mailbox_visibility::{MailSummary, MailboxVisibility},
    metrics, operator,
    output::Output,
    recipes, redirect,
    server::{Bound, Server},
    service_manager,
    wiring::Wiring,
    worker::{Worker, WorkerLimits, absence},
};

/// For so long browsers reach the host over TLS alone. Its subdomains are left alone: they may be others'.
const STRICT_TRANSPORT: Duration = Duration::from_hours(365 * 24);

pub(super) async fn run(config: Config, output: &Output, shutdown: Shutdown) -> Result<(), Failure> {
    logging::start(&config, output)?;
    let (version, environment, database) = (env!("CARGO_PKG_VERSION"), config.environment, &config.database.url);
    tracing::info!(version, %environment, %database, "starting");
    ignore_meaningless_signals()?;
    match shutdown.unless_stopped(prepare(&config, &shutdown)).await {
        Some(prepared) => Box::pin(serve(config, prepared?, output, shutdown)).await,
        None => Ok(()),
    }
}

/// What a server has before it answers.
struct Prepared {
    address: Bound,
    tls: Option<(Arc<CurrentCertificate>, TlsAcceptor)>,
    wiring: Wiring,
}

async fn prepare(config: &Config, shutdown: &Shutdown) -> Result<Prepared, Failure> {
    // The address is ours from here on, but nobody connects before somebody answers: others are not kept waiting while
    // migrations run.
    let address = Bound::to(config.http.address)?;
    let tls = acceptor(config, shutdown)?;
    prepare_database(config).await?;
    let wiring = Wiring::new(config)?;
    Ok(Prepared { address, tls, wiring })
}

/// As long as there is one, its certificate is kept fresh.
fn acceptor(config: &Config, shutdown: &Shutdown) -> Result<Option<(Arc<CurrentCertificate>, TlsAcceptor)>, Failure> {
    let Some(files) = &config.http.tls else { return Ok(None) };
    let certificate = CurrentCertificate::load(files.clone());
    let certificate = certificate.map_err(|error| Failure::because(files.setting(&error), &error))?;
    let acceptor = certificate.acceptor().map_err(|error| Failure::because("TLS can't be spoken", &error))?;
    tokio::spawn(certificate.clone().keep_fresh(shutdown.soft.clone()));
    Ok(Some((certificate, acceptor)))
}

async fn serve(config: Config, prepared: Prepared, output: &Output, shutdown: Shutdown) -> Result<(), Failure> {
    let Prepared { address, tls, wiring } = prepared;
    let (certificate, tls) = tls.unzip();
    if let Some(address) = config.metrics {
        metrics::start(address, wiring.application(), wiring.ports.store.clone(), certificate, &config.http)?;
    }
    if let Some(address) = config.redirect {
        redirect::start(address, &config.web.dashboard_host, &config.http)?;
    }
    let listener = address.listen()?;
    let (application, Wiring { ports, mailbox, .. }) = (wiring.application(), &wiring);
    let stage = Stage::starting();
    let app = App::new(application, ports.store.clone(), ports.secrets.clone(), settings(&config, &stage));
    let address = listener.local_addr().unwrap_or(config.http.address);
    let visibility = MailboxVisibility::of(&config, address);
    let mailbox = mailbox.clone().zip(visibility.visitors());
    let client = config.web.client.clone();
    for left_out in client.iter().flat_map(WebClient::left_out) {
        tracing::warn!(left_out, "web.spa_dir: not served");
    }
    let dashboard = dashboard(&config, mailbox.is_some());
    let (threads, here) = (config.http.threads(), wiring.clone());
    let server = Server::start(listener, tls, &config.http, &stage, move || {
        let app = here.application_for_one_of(threads).map_or_else(|| app.clone(), |application| app.here(application));
        let (mailbox, dashboard, client) = (mailbox.clone(), dashboard.clone(), client.clone());
        ironplate_http::service(app, move |routes| {
            routes.configure(ironplate_dashboard::dashboard(dashboard));
            if let Some((mailbox, visitors)) = mailbox {
                routes.configure(ironplate_mailbox::mailbox(mailbox, visitors));
            }
            // Last of all: these answer whatever is left.
            if let Some(client) = client {
                routes
                    .configure(ironplate_web_client::web_client(client, || ironplate_http::wrong_method("GET, HEAD")));
            }
            routes.configure(ironplate_dashboard::nowhere);
        })
    });
    let server = server.map_err(|error| Failure::because("The server could not start", &error))?;
    let mut answering = pin!(server.run(shutdown.clone()));

    // A server that can't listen must not have made a superuser whose password nobody saw.
    let superuser = select! {
        superuser = ensure_superuser(wiring.application(), config.superuser.as_ref()) => superuser?,
        ended = &mut answering => {
            ports.store.close().await;
            return ended.map_err(|error| Failure::because("The server stopped", &error));
        }
    };
    stage.serve();
    tokio::spawn(clock_watch::watch(Arc::new(wiring.application()), shutdown.soft.clone()));
    tokio::spawn(recipes::keep_learning(wiring.application().sessions, shutdown.soft.clone()));
    let worker = config.outbox.worker.then(|| {
        let (concurrency, lease) = (config.outbox.concurrency, config.outbox.delivery.lease);
        let limits = WorkerLimits { concurrency, lease };
        let worker = Worker::start(wiring.application(), ports.clock.clone(), limits, shutdown.soft.clone());
        // Both have the same time to finish, not one after the other.
        tokio::spawn(worker.ended(shutdown.clone(), config.http.shutdown_timeout))
    });
    if worker.is_none() && !config.mail.is_off() {
        tokio::spawn(absence::watch(wiring.application().outbox, shutdown.soft.clone()));
    }
    let (environment, database) = (config.environment, &config.database.url);
    let mail = MailSummary { transport: &config.mail.transport, visibility };
    tracing::info!(%address, %environment, %database, %mail, worker = worker.is_some(), "listening");
    service_manager::ready(config::service_manager(), shutdown.soft.clone());
    if !config.environment.is_production() {
        output.say(Banner { config: &config, address, visibility, superuser });
    }
    answering.await.map_err(|error| Failure::because("The server stopped", &error))?;
    if let Some(worker) = worker {
        worker.await.map_err(|error| Failure::because("The mail worker stopped", &error))?;
    }
    ports.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn settings(config: &Config, stage: &Stage) -> Settings {
    let mut origins = vec![config.web.frontend_host.clone(), config.web.dashboard_host.clone()];
    origins.extend(config.http.cors_origins.iter().cloned());
    let speaks_tls = config.http.tls.is_some();
    let is_over_tls = speaks_tls || config.environment.is_production() && !config.web.allow_plain_http;
    let cookies = if is_over_tls { Cookies::default() } else { Cookies::over_plain_http(&config.project.name) };
    let trusted_proxies = config.http.trusted_proxies.clone();
    // Only where nobody could log in without TLS anyway, and where people are sent to a name that has it and that no other program
    // has, too.
    let host = &config.web.frontend_host;
    let is_strict = cookies.is_secure() && host.starts_with("https://") && !origin::is_loopback(host);
    let strict_transport = is_strict.then_some(STRICT_TRANSPORT);
    Settings {
        project_name: config.project.name.clone(),
        network: Network { trusted_proxies, origins, cookies, speaks_tls, strict_transport },
        bodies: Bodies::new(config.http.body_memory, config.http.body_timeout),
        docs: config.http.docs,
        requests_per_client: config.limits.requests_per_client,
        too_many: Some(ironplate_dashboard::too_many),
        stage: stage.clone(),
    }
}

fn dashboard(config: &Config, shows_mailbox: bool) -> Dashboard {
    let (mail, sender) = match &config.mail.transport {
        Transport::Smtp(settings) => (MailDestination::Out, Some(&settings.from)),
        Transport::Mailbox(sender) => (MailDestination::IntoMailbox, Some(sender)),
        Transport::Off => (MailDestination::Nowhere, None),
    };
    let pages = DashboardSettings {
        product: config.project.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        environment: config.environment.to_string(),
        shows_mailbox,
        web_client: config.web.client.as_ref().map(|_| config.web.client_pages.clone()),
        mail,
        mail_from: sender.map_or_else(String::new, |from| format!("{} <{}>", from.name, from.address)),
        sends_mail_itself: config.outbox.worker,
        access_token_lifetime: config.security.access_token_lifetime,
        requests_per_client: config.limits.requests_per_client,
        wrong_method: Some(ironplate_http::wrong_method),
    };
    Dashboard::new(pages, config.web.templates.clone())
}

async fn ensure_superuser(
    application: Application,
    first: Option<&FirstSuperuser>,
) -> Result<Option<Superuser>, Failure> {
    let Some(FirstSuperuser { email, password }) = first else { return Ok(None) };
    let (password, made_up) = if let Some(password) = password {
        (password.clone(), None)
    } else {
        let made_up = development::password();
        let (password, text) = made_up.map_err(|error| Failure::because("Making up a password failed", &error))?;
        (password, Some(text))
    };
    let command = EnsureSuperuser { email: Email::clone(email), password };
    let ensured = application.users.ensure_superuser(command, &operator::of_this_machine()).await;
    let ensured = ensured.map_err(|error| match error {
        CreateUserError::Password(NewPasswordError::Weak { weakness, .. }) => weak_superuser(&weakness),
        error => Failure::because("The first superuser could not be made", &error),
    })?;
    Ok(Some(Superuser { email: email.clone(), password: made_up.filter(|_| ensured == Ensured::Created) }))
}
