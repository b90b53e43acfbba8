//! Something between a server and its database that can fail.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};

/// Passes connections on, until it is told otherwise.
pub struct Proxy {
    address: SocketAddr,
    target: Arc<(String, u16)>,
    tasks: JoinSet<()>,
    silent: watch::Sender<bool>,
}

impl Proxy {
    /// Starts passing on to this host and port.
    pub async fn to(target: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut proxy =
            Self { address, target: Arc::new(target), tasks: JoinSet::new(), silent: watch::Sender::new(false) };
        proxy.serve(listener);
        proxy
    }

    /// Where it listens; the same after a pause.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes all connections and refuses new ones.
    pub async fn close(&mut self) {
        self.tasks.shutdown().await;
    }

    /// Passes on again.
    pub async fn open(&mut self) {
        // The port is ours until others take it, which they do only when told to.
        let listener = TcpListener::bind(self.address).await.expect("the port that it had");
        self.serve(listener);
    }

    /// Keeps all connections and takes new ones, but lets nothing through.
    pub fn fall_silent(&self) {
        self.silent.send_replace(true);
    }

    /// Lets everything through that was held back, and what comes.
    pub fn speak(&self) {
        self.silent.send_replace(false);
    }

    fn serve(&mut self, listener: TcpListener) {
        let (target, silent) = (self.target.clone(), self.silent.clone());
        self.tasks.spawn(async move {
            // Dropped with the task, and every connection with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(pass_on(stream, target.clone(), silent.subscribe()));
            }
        });
    }
}

async fn pass_on(client: TcpStream, target: Arc<(String, u16)>, silent: watch::Receiver<bool>) {
    let Ok(server) = TcpStream::connect((target.0.as_str(), target.1)).await else { return };
    let ((client_says, client_hears), (server_says, server_hears)) = (client.into_split(), server.into_split());
    // When one side has said its last, both connections end.
    tokio::select! {
        () = carry(client_says, server_hears, silent.clone()) => {}
        () = carry(server_says, client_hears, silent) => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut silent: watch::Receiver<bool>) {
    let mut buffer = [0; 8192];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else { return };
        if silent.wait_for(|silent| !silent).await.is_err() || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
