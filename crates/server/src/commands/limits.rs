//! `ironplate limits …`.

use std::net::IpAddr;

use ironplate_application::{
    ports::{Store, StoreError},
    system::{LimitInForce, Limited, System},
};
use serde_json::{Value, json};

use super::{check_database, reach_database};
use crate::{
    cli::{ClearLimits, Format, LimitsCommand, ListLimits, Person},
    config::Config,
    failure::Failure,
    operator,
    table::{Table, moment},
    terminal::say,
    wiring::Wiring,
};

/// Limits that are looked at.
const MOST: u32 = 10_000;

pub(super) async fn run(config: &Config, command: LimitsCommand) -> Result<(), Failure> {
    reach_database(config).await?;
    let wiring = Wiring::new(config)?;
    let store = &*wiring.ports.store;
    check_database(config, store).await?;
    let system = wiring.application().system;
    match command {
        LimitsCommand::List(ListLimits { client, account, format }) => {
            list(&system, &limited(client, account, store).await?, format).await
        }
        LimitsCommand::Clear(ClearLimits { client, account, .. }) => {
            clear(&system, &limited(client, account, store).await?).await
        }
    }
}

async fn limited(client: Option<IpAddr>, account: Option<Person>, store: &dyn Store) -> Result<Limited, Failure> {
    if let Some(address) = client {
        return Ok(Limited::Address(address));
    }
    let Some(person) = account else { return Ok(Limited::All) };
    let find = async {
        let mut reader = store.read().await?;
        match &person {
            Person::Id(id) => reader.users().find(*id).await,
            Person::Address(address) => reader.users().find_by_email(address).await,
        }
    };
    let user =
        find.await.map_err(|error: StoreError| Failure::because("The account could not be looked up", &error))?;
    match (user, person) {
        (Some(user), _) => Ok(Limited::Account(Box::new(user))),
        (None, Person::Address(address)) => Ok(Limited::Mailbox(address)),
        (None, Person::Id(id)) => Err(Failure(format!("No account has the id {id}."))),
    }
}

async fn list(system: &System, of: &Limited, format: Format) -> Result<(), Failure> {
    let limits = system.limits_in_force(of, MOST).await;
    let limits = limits.map_err(|error| Failure::because("The limits could not be looked at", &error))?;
    match format {
        Format::Json => say(format_args!("{:#}", Value::Array(limits.iter().map(told).collect()))),
        Format::Text if limits.is_empty() => say("No permit is taken."),
        Format::Text => {
            say(Table { head: ["LIMIT", "WHOSE", "TAKEN", "ALL ARE BACK"], rows: limits.iter().map(row).collect() });
        }
    }
    Ok(())
}

async fn clear(system: &System, of: &Limited) -> Result<(), Failure> {
    let cleared = system.clear_limits(of, &operator::of_this_machine()).await;
    let cleared = cleared.map_err(|error| Failure::because("The limits could not be cleared", &error))?;
    say(match cleared {
        0 => "No permit was taken; nothing was changed.".to_owned(),
        1 => "The permits of 1 limit were given back.".to_owned(),
        count => format!("The permits of {count} limits were given back."),
    });
    Ok(())
}

/// Whose it is, the database does not know: --client and --account ask for theirs.
fn row(limit: &LimitInForce) -> [String; 4] {
    let whose = limit.whose.clone().unwrap_or_else(|| "?".to_owned());
    let taken = format!("{} of {}", limit.used, limit.permits);
    [limit.limit.name().to_owned(), whose, taken, moment(limit.full_at)]
}

fn told(limit: &LimitInForce) -> Value {
    json!({
        "limit": limit.limit.name(),
        "whose": limit.whose,
        "taken": limit.used,
        "permits": limit.permits,
        "full_at": limit.full_at.to_string(),
    })
}
