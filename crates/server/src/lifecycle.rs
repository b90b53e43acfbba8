//! How the server ends.

use actix_web::dev::ServerHandle;
use tokio::{
    select,
    signal::unix::{Signal, SignalKind, signal},
};

/// SIGTERM and Ctrl-C: accept no more, answer what was asked, end. Another one: end at once.
pub(crate) async fn stop_on_signal(server: ServerHandle) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals can't be received; only SIGKILL will end this server");
        return;
    };
    either(&mut terminate, &mut interrupt).await;
    tracing::info!("stopping: answering what was asked; another signal stops at once");
    select! {
        () = server.stop(true) => {}
        () = either(&mut terminate, &mut interrupt) => server.stop(false).await,
    }
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
