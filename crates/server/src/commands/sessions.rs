//! `ironplate sessions end`.

use serde_json::json;

use super::{check_database, person::id_of, reach_database};
use crate::{
    cli::{EndSessions, Format},
    config::Config,
    failure::Failure,
    operator,
    terminal::say,
    wiring::Wiring,
};

pub(super) async fn end(config: &Config, EndSessions { whose, format }: EndSessions) -> Result<(), Failure> {
    reach_database(config).await?;
    let wiring = Wiring::new(config)?;
    let store = &*wiring.ports.store;
    check_database(config, store).await?;
    let (sessions, by) = (wiring.application().sessions, operator::of_this_machine());
    let failed = |error: &dyn std::error::Error| Failure::because("No session was ended", error);
    let ended = match whose.user {
        Some(person) => sessions.end_all_of(id_of(&person, store).await?, &by).await.map_err(|error| failed(&error))?,
        None => sessions.end_everybodys(&by).await.map_err(|error| failed(&error))?,
    };
    if format == Format::Json {
        say(format_args!("{:#}", json!({ "ended": ended })));
        return Ok(());
    }
    say(match ended {
        0 => "There was no session to end.".to_owned(),
        1 => "1 session was ended.".to_owned(),
        count => format!("{count} sessions were ended."),
    });
    Ok(())
}
