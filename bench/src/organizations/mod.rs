//! What organisations cost whoever is in them, and whether lists of a large one are as cheap as those of a small one.

mod world;

use std::net::SocketAddr;

use serde::Deserialize;

use self::world::{LARGE, SMALL};
use crate::{
    Outcome,
    database::Database,
    figures::Cost,
    http::Connection,
    load::Load,
    measure::{CONNECTIONS, ITEMS, ITEMS_PAGE, USERS_ME},
    plan::Plan,
    process::Server,
    requests,
    rounds::{Contender, Costs},
    subject::{Binaries, sign_in},
    table::{Aim, Table},
    walk::deep,
};

pub(crate) const COMMAND: &str = "organizations";

/// How far into a list a deep page is: that many pages of a hundred.
const DEEP: usize = 90;

/// Something that is asked, and what it is held against: the row of that number.
struct Question {
    name: &'static str,
    request: Vec<u8>,
    against: usize,
    aim: Aim,
}

pub(crate) async fn measure(name: &str, database: Database, binaries: &Binaries, plan: &Plan) -> Outcome<()> {
    let (server, _) = binaries.product(&database).await?;
    let people = People::sign_up(server.address).await?;
    // What it knows of its tables is of empty ones.
    drop(server);
    database.run(&world::sql(&database.url)).await?;
    let (server, _) = binaries.product(&database).await?;
    let questions = people.questions(server.address).await?;
    let costs = ask(&server, &questions, &database, plan).await?;
    println!("\n{name}: organisations, of a world of a thousand with a million items");
    table(&questions, &costs).print();
    drop(server);
    database.remove().await
}

async fn ask(server: &Server, questions: &[Question], database: &Database, plan: &Plan) -> Outcome<Vec<Costs>> {
    let mut costs: Vec<Costs> = questions.iter().map(|_| Costs::default()).collect();
    for round in 0..=plan.rounds {
        for (question, costs) in questions.iter().zip(&mut costs) {
            let load = Load::flat_out(server.address, vec![question.request.clone()], CONNECTIONS);
            let cost = Contender { server, load }.measure(database, plan).await?;
            // The first round warms up.
            if round > 0 {
                costs.add(cost);
            }
        }
    }
    Ok(costs)
}

/// Of the server and the database behind it.
fn all(cost: &Cost) -> f64 {
    cost.cpu + if cost.database.is_nan() { 0.0 } else { cost.database }
}

fn table(questions: &[Question], costs: &[Costs]) -> Table<6> {
    let mut table = Table::new(["", "", "ratio", "aim", "", "CPU µs"]);
    for (number, (question, mine)) in questions.iter().zip(costs).enumerate() {
        let of = if question.against == number { String::new() } else { format!("of {}", question.against + 1) };
        let ratio = costs.get(question.against).map_or(f64::NAN, |other| mine.ratio(other, all));
        let [aim, verdict] = question.aim.judge(ratio, " x");
        let name = format!("{} {}", number + 1, question.name);
        table.add([name, of, format!("{ratio:.2} x"), aim, verdict, format!("{:.0}", mine.median(all))]);
    }
    table
}

/// One who is in no organisation and has a hundred items, one in ten organisations, and one in a thousand; by their tokens.
struct People {
    alone: String,
    ten: String,
    thousand: String,
}

#[derive(Deserialize)]
struct Listed {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: Option<String>,
    slug: Option<String>,
}

impl People {
    async fn sign_up(server: SocketAddr) -> Outcome<Self> {
        let mut connection = Connection::open(server).await?;
        let alone = sign_in(&mut connection, "alone@example.com").await?;
        for _ in 0..100 {
            connection.exchange(&requests::create_item(&alone)).await?;
        }
        let ten = sign_in(&mut connection, "ten@example.com").await?;
        let thousand = sign_in(&mut connection, "thousand@example.com").await?;
        Ok(Self { alone, ten, thousand })
    }

    async fn questions(&self, server: SocketAddr) -> Outcome<Vec<Question>> {
        let mut connection = Connection::open(server).await?;
        let Self { alone, ten, thousand } = self;
        let mine: Listed = connection.exchange_json(&requests::get("/api/v1/organizations/?limit=100", ten)).await?;
        let id = |slug: &str| {
            let found = mine.data.iter().find(|row| row.slug.as_deref() == Some(slug));
            found.and_then(|row| row.id.clone()).ok_or("an organisation is missing")
        };
        let (small, large) = (id(SMALL)?, id(LARGE)?);
        let items_of = |id: &str| format!("{ITEMS}&organization_id={id}");
        let members = format!("/api/v1/organizations/{large}/members/?limit=100");
        let own = "/api/v1/organizations/?limit=100";
        let first = |list: Listed| list.data.into_iter().find_map(|row| row.id).ok_or("a list is empty");
        let my_item = first(connection.exchange_json(&requests::get(ITEMS, alone)).await?)?;
        let our_item = first(connection.exchange_json(&requests::get(&items_of(&small), ten)).await?)?;
        let deep_items = deep(&mut connection, &items_of(&large), ten, DEEP).await?;
        let deep_members = deep(&mut connection, &members, ten, DEEP).await?;
        let deep_own = deep(&mut connection, own, thousand, 9).await?;
        let item = |id: &str| format!("/api/v1/items/{id}");
        let cookie = format!("cookie: organization={small}\r\n");
        let rows = [
            ("users/me of somebody in none", requests::get(USERS_ME, alone), 0, 1.0),
            ("users/me of somebody in ten", requests::get(USERS_ME, ten), 0, 1.03),
            ("a hundred items of one's own, all there are", requests::get(ITEMS, alone), 2, 1.0),
            ("a hundred of an organisation, all there are", requests::get(&items_of(&small), ten), 2, 1.05),
            ("the first hundred of a hundred thousand", requests::get(&items_of(&large), ten), 3, 1.3),
            ("a hundred of them, nine thousand deep", requests::get(&deep_items, ten), 3, 1.05),
            ("one's own item", requests::get(&item(&my_item), alone), 6, 1.0),
            ("an organisation's", requests::get(&item(&our_item), ten), 6, 1.1),
            ("the first hundred of ten thousand members", requests::get(&members, ten), 8, 1.0),
            ("a hundred of them, nine thousand deep", requests::get(&deep_members, ten), 8, 1.05),
            ("the first hundred of one's thousand organisations", requests::get(own, thousand), 10, 1.0),
            ("the last hundred", requests::get(&deep_own, thousand), 10, 1.05),
            ("the dashboard's page of one's own items", requests::get(ITEMS_PAGE, alone), 12, 1.0),
            ("of an organisation's", requests::get_with(ITEMS_PAGE, ten, &cookie), 12, 1.05),
        ];
        let question = |(name, request, against, most)| Question { name, request, against, aim: Aim::AtMost(most) };
        Ok(rows.map(question).into())
    }
}
