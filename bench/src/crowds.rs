//! What crowds take of a server's memory: who stay and ask for nothing, who take nothing of what they asked for, and who come from
//! everywhere.

use std::net::SocketAddr;

use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinSet, time::sleep};

use crate::{
    Outcome,
    database::Database,
    figures::count,
    http::Connection,
    measure::{A_MOMENT, CONNECTIONS, ITEMS, USERS_ME},
    plan::Plan,
    requests,
    subject::{Binaries, People},
    table::Table,
};

pub(crate) const COMMAND: &str = "crowds";

/// Without what is off in all other measurements: every client has its limit, and is believed to be where its proxy says.
const SETTINGS: [(&str, &str); 2] =
    [("IRONPLATE__LIMITS__REQUESTS_PER_CLIENT", "6000 per minute"), ("IRONPLATE__HTTP__TRUSTED_PROXIES", "127.0.0.1")];

#[derive(Clone, Copy)]
enum Crowd {
    Idle,
    Slow,
    Networks,
}

impl Crowd {
    const ALL: [(Self, &str, usize); 3] = [
        (Self::Idle, "connections that ask once and stay", 5_000),
        (Self::Slow, "connections that ask for fifty lists of 100 items and read nothing", 1_000),
        (Self::Networks, "IPv6 networks, out of each of which somebody asks", 90_000),
    ];

    /// Until all of them are there, for as long as what is returned is kept.
    async fn come(self, many: usize, server: SocketAddr, reader: &str) -> Outcome<Vec<TcpStream>> {
        match self {
            Self::Idle => connect(server, many, &requests::get_anonymously("/livez")).await,
            Self::Slow => connect(server, many, &requests::get(ITEMS, reader).repeat(50)).await,
            Self::Networks => ask_from(many, server).await.map(|()| Vec::new()),
        }
    }
}

pub(crate) async fn measure(database: Database, binaries: &Binaries, plan: &Plan) -> Outcome<()> {
    let mut table = Table::new(["", "before, MiB", "most, MiB", "each, KiB", "after, MiB"]);
    let (first, _) = binaries.product(&database).await?;
    let reader = People::invite(first.address).await?.reader;
    drop(first);
    for (crowd, name, many) in Crowd::ALL {
        let server = binaries.product_with(&database, &SETTINGS).await?;
        // What is made for the first of all requests is no crowd's.
        Connection::open(server.address).await?.exchange(&requests::get(ITEMS, &reader)).await?;
        sleep(A_MOMENT).await;
        let before = server.memory()?;
        let coming = async {
            let there = crowd.come(many, server.address, &reader).await?;
            sleep(plan.flood * 2).await;
            Ok(there)
        };
        let (there, most) = server.most_memory_during(coming).await?;
        drop(there);
        sleep(plan.rest).await;
        let each = (most - before) * 1024.0 / count(many);
        let [before, most, after] = [before, most, server.memory()?].map(|memory| format!("{memory:.1}"));
        table.add([format!("{many} {name}"), before, most, format!("{each:.2}"), after]);
    }
    println!("\n{}: memory of a server under crowds", database.engine());
    table.print();
    database.remove().await
}

/// So many connections, each of which sends this and reads nothing.
async fn connect(server: SocketAddr, many: usize, request: &[u8]) -> Outcome<Vec<TcpStream>> {
    let mut open = Vec::new();
    for _ in 0..many {
        let mut stream = TcpStream::connect(server).await?;
        stream.write_all(request).await?;
        open.push(stream);
    }
    Ok(open)
}

/// One request from each of so many networks, which a proxy tells of.
async fn ask_from(many: usize, server: SocketAddr) -> Outcome<()> {
    let mut asking = JoinSet::new();
    for place in 0..CONNECTIONS {
        let mut connection = Connection::open(server).await?;
        asking.spawn(async move {
            for network in (place..many).step_by(CONNECTIONS) {
                let from = format!("x-forwarded-for: 2a00:{:x}:{:x}::1\r\n", network >> 16, network & 0xffff);
                connection.exchange_for(403, &requests::get_with(USERS_ME, "nobody's", &from)).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(asked) = asking.join_next().await {
        asked??;
    }
    Ok(())
}
