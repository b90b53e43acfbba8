#![doc = include_str!("../README.md")]

mod accounts;
mod fault;
mod items;
mod no_mail;
mod request;
mod wiring;

use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    path::Path,
};

use axum::{
    Router,
    routing::{get, post},
};
use tokio::net::TcpListener;

/// Serves on the address that is the first argument, and keeps its database in the folder that is the second.
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let folder = arguments.next().unwrap_or_else(|| "var/axum".to_owned());
    std::fs::create_dir_all(&folder)?;
    let host = wiring::open(Path::new(&folder)).await?;
    let routes = Router::new()
        .route("/sign-up", post(accounts::sign_up))
        .route("/log-in", post(accounts::log_in))
        .route("/log-out", post(accounts::log_out))
        .route("/me", get(accounts::me))
        .route("/items", get(items::list).post(items::create))
        .with_state(host);
    let listener = TcpListener::bind(address).await?;
    writeln!(io::stdout(), "Listening on http://{}", listener.local_addr()?)?;
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
