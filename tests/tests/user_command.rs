//! `ironplate user`: what an operator does with accounts, while a server runs on the same database.

use ironplate_tests::{Database, Finished, NEW_PASSWORD, PASSWORD, SUPERUSER, Setup, on_both_databases};
use serde_json::Value;

on_both_databases!(
    accounts_are_listed_shown_and_changed_and_each_act_is_the_operators,
    a_password_that_the_operator_sets_is_in_force_at_once,
    whoever_is_invited_again_is_told_of,
    the_last_superuser_stays_on_the_command_line_too,
    what_the_operator_does_is_a_line_as_in_a_servers_log,
    the_only_owner_of_an_organization_goes_with_it_or_not_at_all,
);

const ANN: &str = "ann@example.com";

async fn done(setup: &Setup, arguments: &[&str]) -> Finished {
    let finished = setup.run(arguments).await;
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished
}

async fn refused(setup: &Setup, arguments: &[&str]) -> String {
    let finished = setup.run(arguments).await;
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(1), ""), "{arguments:?}: {finished:?}");
    finished.stderr
}

async fn accounts_are_listed_shown_and_changed_and_each_act_is_the_operators(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let ann = server.client().sign_up(ANN).await;

    let table = done(&setup, &["user", "list"]).await.stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("ID ") && lines.len() == 3, "{table}");
    for column in ["ADDRESS", "STATE"] {
        let begins = lines[0].find(column).unwrap();
        assert!(
            lines.iter().all(|line| line.as_bytes()[begins - 1] == b' ' && line.as_bytes()[begins] != b' '),
            "{table}"
        );
    }
    let listed = done(&setup, &["user", "list", "--superusers", "--format", "json"]).await.stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["email"]), (1, &SUPERUSER.into()), "{listed}");

    let id = ann.id().await;
    let shown: Value =
        serde_json::from_str(&done(&setup, &["user", "show", &id, "--format", "json"]).await.stdout).unwrap();
    assert_eq!(shown["email"], ANN, "{shown}");
    assert!(refused(&setup, &["user", "show", "nobody@example.com"]).await.contains("nobody@example.com"));

    done(&setup, &["user", "promote", ANN]).await;
    assert!(done(&setup, &["user", "promote", ANN]).await.stdout.contains("already"));
    let _users = ann.get("users/").await.ok();
    done(&setup, &["user", "demote", ANN]).await;
    ann.get("users/me").await.assert_refused(403, "invalid_token");

    let ann = server.client().log_in(ANN).await;
    assert!(done(&setup, &["user", "sign-out", ANN]).await.stdout.starts_with("1 session"));
    ann.get("users/me").await.assert_refused(403, "invalid_token");
    let without = done(&setup, &["user", "reset-second-factor", ANN]).await.stdout;
    assert!(without.contains("has no second factor"), "{without}");
    done(&setup, &["user", "deactivate", &id]).await;
    server.client().ask_for_token(ANN, PASSWORD).await.assert_refused(400, "inactive_user");
    done(&setup, &["user", "activate", &id]).await;
    done(&setup, &["user", "verify", ANN]).await;
    assert!(done(&setup, &["user", "show", ANN]).await.stdout.contains("State         active\n"));

    assert!(refused(&setup, &["user", "delete", ANN]).await.contains("--yes"), "nobody is there to ask");
    done(&setup, &["user", "delete", ANN, "--yes"]).await;
    server.client().ask_for_token(ANN, PASSWORD).await.assert_refused(400, "incorrect_credentials");

    let events = done(&setup, &["audit", "export", "--person", &id]).await.stdout;
    let events: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (kind, count) in [("user.changed", 5), ("session.all_revoked", 1), ("user.deleted", 1)] {
        let of_kind: Vec<_> = events.iter().filter(|event| event["kind"] == kind).collect();
        assert_eq!(of_kind.len(), count, "{kind}: {events:?}");
        assert!(of_kind.iter().all(|event| event["actor_id"].is_null()), "{events:?}");
    }
}

async fn a_password_that_the_operator_sets_is_in_force_at_once(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let ann = server.client().sign_up(ANN).await;
    let command = ["user", "set-password", ANN, "--password-stdin"];
    let weak = setup.run_with_input(&command, "password1\n").await;
    assert_eq!((weak.code, weak.stdout.as_str()), (Some(1), ""), "{weak:?}");
    let two_lines = setup.run_with_input(&command, &format!("{NEW_PASSWORD}\nand more\n")).await;
    assert!(two_lines.code == Some(1) && two_lines.stderr.contains("more than one line"), "{two_lines:?}");
    let set = setup.run_with_input(&command, &format!("{NEW_PASSWORD}\n")).await;
    assert_eq!(set.code, Some(0), "{set:?}");
    assert!(!set.output().contains(NEW_PASSWORD), "{set:?}");
    ann.get("users/me").await.assert_refused(403, "invalid_token");
    server.client().ask_for_token(ANN, PASSWORD).await.assert_refused(400, "incorrect_credentials");
    let _token = server.client().ask_for_token(ANN, NEW_PASSWORD).await.ok();
}

async fn whoever_is_invited_again_is_told_of(database: Database) {
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let invite = ["user", "invite", "ann@example.com"];
    let first = done(&setup, &[&invite[..], &["--name", "Ann"]].concat()).await.stdout;
    assert!(first.contains("is invited") && !first.contains("is gone"), "{first}");
    let again = done(&setup, &invite).await.stdout;
    let former = first.split(['(', ')']).nth(1).unwrap();
    assert!(again.contains(&format!("The account {former} ")) && again.contains("is gone"), "{again}");
    let ann = done(&setup, &["user", "show", ANN]).await.stdout;
    assert!(ann.contains("Name          Ann\n"), "she keeps her name: {ann}");

    let invite = ["user", "invite", "bob@example.com", "--superuser"];
    done(&setup, &invite).await;
    let said = refused(&setup, &invite).await;
    assert!(said.contains("was invited before, as a superuser") && said.contains("Forgot password"), "{said}");
    let bob = done(&setup, &["user", "show", "bob@example.com"]).await.stdout;
    assert!(bob.contains("invited, unverified") && bob.contains("superuser"), "{bob}");
}

async fn the_last_superuser_stays_on_the_command_line_too(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    for command in [
        &["user", "demote", SUPERUSER][..],
        &["user", "deactivate", SUPERUSER],
        &["user", "delete", SUPERUSER, "--yes"],
    ] {
        let said = refused(&setup, command).await;
        assert!(said.contains("The last active superuser can't be demoted, deactivated or deleted.\n"), "{said}");
    }
    let _users = server.superuser().await.get("users/").await.ok();
}

async fn what_the_operator_does_is_a_line_as_in_a_servers_log(database: Database) {
    let setup = Setup::on(&database).with("IRONPLATE__LOG__FORMAT", "json");
    let server = setup.start().await;
    let id = server.client().sign_up(ANN).await.id().await;
    let deleted = done(&setup, &["user", "delete", ANN, "--yes"]).await;
    let lines = deleted.stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let [line] = &lines.collect::<Vec<_>>()[..] else { panic!("one line: {deleted:?}") };
    assert_eq!((&line["kind"], &line["subject"]), (&"user.deleted".into(), &id.as_str().into()), "{line}");
    assert!(line["details"]["operator"].is_string(), "{line}");
    assert_eq!(deleted.stderr.matches(ANN).count(), 0, "{deleted:?}");
}

async fn the_only_owner_of_an_organization_goes_with_it_or_not_at_all(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let ann = server.client().sign_up(ANN).await;
    ann.add_organization("acme").await;
    let shared = server.superuser().await.add_organization("shared").await;
    database.join(&shared, &ann.id().await, "owner").await;

    let shown = done(&setup, &["user", "show", ANN]).await.stdout;
    assert!(
        shown.contains("acme (acme), as owner, the only one") && shown.contains("shared (shared), as owner\n"),
        "{shown}"
    );
    let shown = done(&setup, &["user", "show", ANN, "--format", "json"]).await.stdout;
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let mut sole: Vec<_> =
        shown["organizations"].as_array().unwrap().iter().map(|one| (&one["slug"], &one["is_only_owner"])).collect();
    sole.sort_by_key(|(slug, _)| slug.to_string());
    assert_eq!(sole, [(&"acme".into(), &true.into()), (&"shared".into(), &false.into())]);

    for command in [&["user", "deactivate", ANN][..], &["user", "delete", ANN, "--yes"]] {
        let said = refused(&setup, command).await;
        assert!(said.contains("only owner of acme") && !said.contains("shared"), "{said}");
    }
    let said = refused(&setup, &["user", "deactivate", ANN]).await;
    assert!(said.contains(&format!("ironplate user set-password {ANN}")), "it says what helps: {said}");
    let _me = ann.get("users/me").await.ok();
    let deleted = done(&setup, &["user", "delete", ANN, "--with-organizations", "--yes"]).await.stdout;
    assert!(deleted.contains("the organisation acme"), "{deleted}");
    let left = server.superuser().await.get("organizations/all").await.ok();
    assert_eq!((&left["count"], &left["data"][0]["slug"]), (&1.into(), &"shared".into()), "{left}");
}
