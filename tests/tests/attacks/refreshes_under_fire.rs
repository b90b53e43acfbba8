//! Refreshes all at once, through several servers, and while a server dies.

use futures::future::{join, join_all};
use ironplate_tests::{Client, Database, PASSWORD, Setup, Tokens, on_both_databases, on_postgres_only};

use super::world::ANN;

on_both_databases!(
    ten_tabs_at_once_leave_one_live_lineage,
    of_many_replays_at_once_none_gets_through,
    a_killed_server_loses_no_token_that_it_answered,
);

on_postgres_only!(ten_tabs_on_two_servers_leave_one_live_lineage, a_refresh_on_one_server_counts_on_the_other);

const TABS: usize = 10;

async fn assert_one_lineage(clients: &[Client]) {
    let visitor = &clients[0];
    let _user = visitor.ask_for_account(ANN).await.ok();
    let mut tokens = visitor.open_session(ANN).await;
    for _ in 0..5 {
        let tabs = clients.iter().cycle().take(TABS);
        let answers = join_all(tabs.map(|tab| tab.ask_for_refresh(&tokens.refresh))).await;
        let all: Vec<_> = answers.iter().map(Tokens::of).collect();
        let next = all[0].clone();
        for tab in &all {
            assert_eq!(tab.refresh, next.refresh, "one lineage");
            assert_ne!(tab.refresh, tokens.refresh, "a new token");
            let _me = visitor.with_token(&tab.access).get("users/me").await.ok();
        }
        tokens = next;
    }
    let sessions = visitor.with_token(&tokens.access).sessions().await;
    assert_eq!(sessions.len(), 1, "{sessions:?}");
}

async fn ten_tabs_at_once_leave_one_live_lineage(database: Database) {
    let server = Setup::on(&database).start().await;
    assert_one_lineage(&[server.client()]).await;
}

async fn ten_tabs_on_two_servers_leave_one_live_lineage(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_one_lineage(&[here.client(), there.client()]).await;
}

async fn of_many_replays_at_once_none_gets_through(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let first = visitor.open_session(ANN).await;
    let second = visitor.refresh(&first.refresh).await;
    let third = visitor.refresh(&second.refresh).await;
    for answer in join_all((0..TABS).map(|_| visitor.ask_for_refresh(&first.refresh))).await {
        answer.assert_refused(403, "invalid_refresh_token");
    }
    visitor.ask_for_refresh(&third.refresh).await.assert_refused(403, "invalid_refresh_token");
    let root = server.superuser().await;
    let events = root.get("audit?kind=session.refresh_reused").await.ok();
    assert_eq!(events["data"].as_array().unwrap().len(), 1, "it ended once: {events}");
}

async fn a_refresh_on_one_server_counts_on_the_other(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    let _user = here.client().ask_for_account(ANN).await.ok();
    let mut tokens = here.client().open_session(ANN).await;
    for n in 0..20 {
        let (asks, uses) = if n % 2 == 0 { (&here, &there) } else { (&there, &here) };
        tokens = asks.client().refresh(&tokens.refresh).await;
        let _me = uses.client().with_token(&tokens.access).get("users/me").await.ok();
    }
    let older = tokens.clone();
    let newer = there.client().refresh(&here.client().refresh(&tokens.refresh).await.refresh).await;
    here.client().ask_for_refresh(&older.refresh).await.assert_refused(403, "invalid_refresh_token");
    there.client().with_token(&newer.access).assert_logged_out().await;
}

/// Refreshes until the server is gone; the last token that it answered.
async fn refresh_until_gone(client: &Client, mut token: String) -> (String, usize) {
    let mut count = 0;
    loop {
        let body = serde_json::json!({ "refresh_token": token });
        let Ok(answer) = client.try_post("login/refresh", &body).await else { return (token, count) };
        token = Tokens::of(&answer).refresh;
        count += 1;
    }
}

async fn a_killed_server_loses_no_token_that_it_answered(database: Database) {
    const SESSIONS: usize = 8;
    let setup = Setup::on(&database).with("IRONPLATE__SESSIONS__REFRESH_REUSE_SECONDS", "600");
    let mut server = setup.start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let log_ins = join_all((0..SESSIONS).map(|_| visitor.ask_for_token(ANN, PASSWORD))).await;
    let mut tokens: Vec<String> = log_ins.iter().map(|answer| Tokens::of(answer).refresh).collect();
    let mut refreshed = 0;
    for _ in 0..3 {
        let client = server.client();
        let running = tokens.into_iter().map(|token| {
            let client = client.clone();
            tokio::spawn(async move { refresh_until_gone(&client, token).await })
        });
        let running: Vec<_> = running.collect();
        // The server dies in the middle of what it does then: some were answered, some are on their way.
        let _answer = client.open_session(ANN).await;
        let _answer = client.open_session(ANN).await;
        server.kill();
        let answered: Vec<_> = join_all(running).await.into_iter().map(Result::unwrap).collect();
        refreshed += answered.iter().map(|(_, count)| count).sum::<usize>();

        server = setup.start().await;
        let visitor = server.client();
        let again = join_all(answered.iter().map(|(token, _)| visitor.ask_for_refresh(token))).await;
        tokens = again.iter().map(|answer| Tokens::of(answer).refresh).collect();
    }
    assert!(refreshed > SESSIONS, "there was something to lose: {refreshed}");
}
