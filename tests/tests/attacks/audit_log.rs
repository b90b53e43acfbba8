//! Attackers who would rather not be seen, and events that would tell too much.

use ironplate_tests::{Database, PASSWORD, Server, Setup, on_both_databases};
use serde_json::{Value, json};

use super::world::{ANN, BOB, WRONG};

on_both_databases!(
    every_event_is_one_line_of_the_log,
    what_an_attacker_does_is_recorded,
    events_of_a_deleted_user_keep_an_id_and_nothing_else,
    events_are_exported_since_a_moment_in_two_formats,
    events_are_exported_by_person_and_kind,
    events_of_an_organization_are_told_to_those_who_answer_for_it,
);

/// Ann logs in, and Bob tries what he may not.
async fn history(server: &Server) -> String {
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    visitor.ask_for_token(ANN, WRONG).await.assert_refused(400, "incorrect_credentials");
    let bob = visitor.sign_up(BOB).await;
    let user = ann.id().await;
    bob.delete(&format!("users/{user}")).await.assert_refused(403, "not_enough_privileges");
    user
}

async fn events(server: &Server) -> Vec<Value> {
    let root = server.superuser().await;
    root.get("audit?limit=1000").await.ok()["data"].as_array().unwrap().clone()
}

async fn every_event_is_one_line_of_the_log(database: Database) {
    let setup = Setup::on(&database).with("IRONPLATE__LOG__FORMAT", "json").with("RUST_LOG", "info");
    let server = setup.start().await;
    let _user = history(&server).await;
    let _acme = server.client().log_in(BOB).await.add_organization("acme").await;
    let recorded = events(&server).await;
    let log = server.stop().await;
    let lines = log.stderr.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    let lines: Vec<_> = lines.filter(|line| line["target"] == "audit").collect();
    for event in &recorded {
        let of_event: Vec<_> = lines.iter().filter(|line| line["event"] == event["id"]).collect();
        assert_eq!(of_event.len(), 1, "{event} has one line: {of_event:?}");
        let line = of_event[0];
        for (field, name) in [
            ("kind", "kind"),
            ("outcome", "outcome"),
            ("organization", "organization_id"),
            ("request", "request_id"),
            ("address", "address"),
        ] {
            assert_eq!(line[field], event[name], "{field} of {line}");
        }
        let told = line["details"].as_object().expect("an object").iter().map(|(name, value)| {
            // What is a number or a boolean is one in the log, for those who ask it questions.
            (name.clone(), value.as_str().map_or_else(|| json!(value.to_string()), |text| json!(text)))
        });
        assert_eq!(told.collect::<Value>(), event["details"], "{line}");
        assert_eq!((&line["actor"], &line["subject"]), (&event["actor_id"], &event["subject_id"]), "{line}");
    }
    assert_eq!(lines.len(), recorded.len());
}

async fn what_an_attacker_does_is_recorded(database: Database) {
    let server = Setup::on(&database).behind_proxy().with_limit("log_in_per_account", "2 per day").start().await;
    let user = history(&server).await;
    let attacker = server.client().at_address("203.0.113.66").with_header("user-agent", "guesser/1");
    for _ in 0..5 {
        let _refused = attacker.ask_for_token(ANN, WRONG).await;
    }
    let events = events(&server).await;
    let of = |kind: &str| events.iter().filter(|event| event["kind"] == kind).cloned().collect::<Vec<_>>();
    let guesses: Vec<_> = of("session.log_in").into_iter().filter(|event| event["address"] == "203.0.113.66").collect();
    assert!(!guesses.is_empty());
    for guess in &guesses {
        assert_eq!((&guess["outcome"], &guess["subject_id"]), (&json!("failure"), &json!(user)), "{guess}");
        assert_eq!((&guess["user_agent"], &guess["actor_id"]), (&json!("guesser/1"), &Value::Null), "{guess}");
    }
    assert_eq!(of("request.throttled")[0]["details"]["limit"], "log_in_per_account");
    let refused = &of("permission.refused")[0];
    assert_eq!((&refused["actor_email"], &refused["outcome"]), (&json!(BOB), &json!("failure")), "{refused}");
    let told = json!(events).to_string();
    assert!(!told.contains(WRONG) && !told.contains(PASSWORD));
}

async fn events_of_a_deleted_user_keep_an_id_and_nothing_else(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let user = history(&server).await;
    let ann = server.client().log_in(ANN).await;
    let _user = ann.patch("users/me", &json!({ "full_name": "Ann Elk" })).await.ok();
    let _message = ann.delete("users/me").await.ok();
    let events = events(&server).await;
    let hers: Vec<_> = events.iter().filter(|it| it["subject_id"] == *user || it["actor_id"] == *user).collect();
    assert!(hers.len() >= 4, "{events:?}");
    for event in hers {
        let told = event.to_string();
        assert!(!told.contains(ANN) && !told.contains("Elk"), "{event}");
        assert_eq!(event["subject_email"], Value::Null, "{event}");
    }
    let exported = setup.run(&["audit", "export"]).await;
    assert!(exported.stdout.contains(&user) && !exported.stdout.contains(ANN), "{exported:?}");
}

async fn events_are_exported_since_a_moment_in_two_formats(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let _user = history(&server).await;
    let mut recorded = events(&server).await;
    recorded.reverse();
    let since = recorded[2]["at"].as_str().unwrap().to_owned();
    let expected: Vec<_> = recorded[2..].iter().map(|event| event["id"].as_str().unwrap()).collect();

    let jsonl = setup.run(&["audit", "export", "--since", &since, "--format", "jsonl"]).await;
    assert_eq!(jsonl.code, Some(0), "{jsonl:?}");
    let lines: Vec<Value> = jsonl.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (last, before) = lines.split_last().expect("events");
    assert_eq!(before.iter().map(|line| line["id"].as_str().unwrap()).collect::<Vec<_>>(), expected);
    // That an export is made is recorded first.
    assert_eq!(last["kind"], "audit.exported");

    let day = &since[..10];
    let of_today = setup.run(&["audit", "export", "--since", day, "--until", day]).await.stdout;
    assert!(recorded.iter().all(|event| of_today.contains(event["id"].as_str().unwrap())), "the day is taken in");

    let csv = setup.run(&["audit", "export", "--since", &since, "--format", "csv"]).await;
    assert_eq!(csv.code, Some(0), "{csv:?}");
    let mut lines = csv.stdout.lines();
    let header: Vec<_> = lines.next().expect("a header").split(',').collect();
    assert_eq!(header[..4], ["id", "at", "kind", "outcome"]);
    let ids: Vec<_> = lines.map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(ids[..expected.len()], expected);
    assert_eq!(ids.len(), expected.len() + 3);
    assert_eq!(setup.run(&["audit", "export", "--since", "3000-01-01"]).await.stdout, "");
    assert_eq!(setup.run(&["audit", "export", "--since", "yesterday"]).await.code, Some(2));
}

async fn events_are_exported_by_person_and_kind(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let _bob = server.client().sign_up("bob@example.com").await;
    let id = ann.id().await;
    let export = async |filters: &[&str]| -> Vec<Value> {
        let exported = setup.run(&[&["audit", "export"], filters].concat()).await;
        assert_eq!(exported.code, Some(0), "{exported:?}");
        exported.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let by_id = export(&["--person", &id]).await;
    assert_eq!(by_id, export(&["--person", "ANN@example.com"]).await);
    assert!(!by_id.is_empty() && by_id.iter().all(|event| event["actor_id"] == *id || event["subject_id"] == *id));
    let of_kind = export(&["--kind", "session.log_in"]).await;
    assert!(of_kind.len() >= 2 && of_kind.iter().all(|event| event["kind"] == "session.log_in"), "{of_kind:?}");
    assert_eq!(export(&["--kind", "session.log_in", "--person", &id]).await.len(), 1);
    for filters in [["--person", "nobody@example.com"], ["--person", "nobody"], ["--kind", "nothing"]] {
        let refused = setup.run(&[&["audit", "export"][..], &filters].concat()).await;
        assert!(refused.code != Some(0) && refused.stdout.is_empty(), "{refused:?}");
    }
}

async fn events_of_an_organization_are_told_to_those_who_answer_for_it(database: Database) {
    let setup = Setup::on(&database).behind_proxy();
    let server = setup.start().await;
    let ann = server.client().at_address("203.0.113.1").sign_up(ANN).await;
    let bob = server.client().at_address("203.0.113.2").sign_up(BOB).await;
    let eve = server.client().at_address("203.0.113.3").sign_up("eve@example.com").await;
    let (acme, _other) = (ann.add_organization("acme").await, bob.add_organization("bobs").await);
    let (path, log, bobs) = (format!("organizations/{acme}"), format!("organizations/{acme}/audit"), bob.id().await);
    database.join(&acme, &bobs, "admin").await;
    eve.get(&log).await.assert_refused(404, "organization_not_found");
    let _acme = bob.patch(&path, &json!({ "name": "Umbrella" })).await.ok();
    let _acme = bob.patch(&path, &json!({ "slug": "umbrella" })).await.ok();

    let told = bob.get(&log).await.ok()["data"].as_array().unwrap().clone();
    let kinds: Vec<_> = told.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["organization.changed", "organization.changed", "permission.refused", "organization.created"]);
    let actors: Vec<_> = told.iter().map(|event| (&event["actor_email"], &event["address"])).collect();
    let (bobs_own, unknown) = ((&json!(BOB), &json!("203.0.113.2")), &Value::Null);
    assert_eq!(actors, [bobs_own, bobs_own, (unknown, unknown), (&json!(ANN), unknown)]);
    assert_eq!(told[2]["actor_id"], eve.id().await);
    assert!(told.iter().all(|event| event["organization_id"] == acme));
    let of_kind = ann.get(&format!("{log}?kind=organization.changed&actor={bobs}")).await.ok();
    assert_eq!((of_kind["data"].as_array().unwrap().len(), &of_kind["data"][0]["address"]), (2, unknown));

    let root = server.superuser().await;
    let all = root.get(&format!("audit?organization={acme}")).await.ok()["data"].as_array().unwrap().clone();
    assert_eq!(all.len(), told.len());
    assert_eq!((&all[2]["actor_email"], &all[2]["address"]), (&json!("eve@example.com"), &json!("203.0.113.3")));
    let exported = setup.run(&["audit", "export", "--organization", &acme]).await;
    let exported: Vec<Value> = exported.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let ids = |events: &[Value]| events.iter().map(|event| event["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&exported).into_iter().rev().collect::<Vec<_>>(), ids(&all));
    assert!(exported.iter().all(|event| event["organization_id"] == acme), "{exported:?}");
    assert_eq!(setup.run(&["audit", "export", "--organization", "acme"]).await.code, Some(2));
}
