//! `ironplate serve`.

use std::net::{SocketAddr, TcpListener};

use actix_web::HttpServer;
use ironplate_application::{
    Application,
    users::{EnsureSuperuser, Ensured},
};
use ironplate_domain::Email;
use ironplate_http::{App, Settings};
use tokio::net::TcpSocket;

use super::migrate_on_start;
use crate::{
    banner::{Banner, Superuser},
    config::{Config, FirstSuperuser},
    development,
    failure::Failure,
    lifecycle, logging,
    terminal::say,
    wiring::Wiring,
};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    logging::start(&config.log)?;
    // First of all: a server that can't listen must not have made a superuser whose password nobody saw.
    let listener = listen(config.http.address)?;
    migrate_on_start(&config).await?;
    let wiring = Wiring::new(&config)?;
    let application = wiring.application();
    let superuser = match &config.superuser {
        Some(first) => Some(ensure_superuser(&application, first).await?),
        None => None,
    };

    let app = App::new(application, wiring.store.clone(), wiring.secrets.clone(), settings(&config));
    let address = listener.local_addr().unwrap_or(config.http.address);
    let mut server = HttpServer::new(move || ironplate_http::service(app.clone()))
        .shutdown_timeout(config.http.shutdown_timeout.as_secs())
        .disable_signals();
    if let Some(workers) = config.http.workers {
        server = server.workers(workers.get());
    }
    let server = server.listen(listener).map_err(|error| Failure::because("The server could not start", &error))?;
    let server = server.run();
    tokio::spawn(lifecycle::stop_on_signal(server.handle()));
    tracing::info!(%address, environment = %config.environment, database = %config.database.url, "listening");
    if !config.environment.is_production() {
        say(Banner { config: &config, address, superuser });
    }
    server.await.map_err(|error| Failure::because("The server stopped", &error))?;
    tracing::info!("stopped");
    Ok(())
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    bound().map_err(|error| {
        Failure(format!(
            "Can't listen on {address}: {error}.\nChoose another address with --address or IRONPLATE__HTTP__ADDRESS."
        ))
    })
}

fn settings(config: &Config) -> Settings {
    let mut cors_origins = vec![config.web.frontend_host.clone()];
    cors_origins.extend(config.http.cors_origins.iter().cloned());
    Settings {
        project_name: config.project.name.clone(),
        cors_origins,
        trusted_proxies: config.http.trusted_proxies.clone(),
    }
}

async fn ensure_superuser(application: &Application, first: &FirstSuperuser) -> Result<Superuser, Failure> {
    let FirstSuperuser { email, password } = first;
    let (password, made_up) = if let Some(password) = password {
        (password.clone(), None)
    } else {
        let made_up = development::password();
        let (password, text) = made_up.map_err(|error| Failure::because("Making up a password failed", &error))?;
        (password, Some(text))
    };
    let command = EnsureSuperuser { email: Email::clone(email), password };
    let ensured = application.users.ensure_superuser(command).await;
    let ensured = ensured.map_err(|error| Failure::because("The first superuser could not be made", &error))?;
    Ok(Superuser { email: email.clone(), password: made_up.filter(|_| ensured == Ensured::Created) })
}
