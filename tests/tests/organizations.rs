//! Organisations from outside: who is in them, who owns them, and what many do to them at once.

use futures::future::{join, join_all};
use ironplate_tests::{Answer, Client, Database, Server, Setup, SmtpServer, on_both_databases, on_postgres_only};
use serde_json::{Value, json};

on_both_databases!(
    a_removed_member_is_a_stranger_at_the_next_request,
    a_slug_goes_to_one_of_many,
    members_are_told_by_mail_what_becomes_of_them,
    an_owner_is_left_whoever_goes_at_once,
    an_owner_is_left_however_many_go_at_once,
);

on_postgres_only!(
    a_slug_goes_to_one_of_many_on_two_servers,
    an_owner_is_left_whoever_goes_at_once_on_two_servers,
    an_owner_is_left_however_many_go_at_once_on_two_servers,
    a_member_who_is_removed_on_one_server_is_a_stranger_on_the_other,
);

const RIVALS: usize = 16;

async fn a_removed_member_is_a_stranger_at_the_next_request(database: Database) {
    let server = Setup::on(&database).start().await;
    assert_strange_once_removed(&database, &server, &server).await;
}

async fn a_member_who_is_removed_on_one_server_is_a_stranger_on_the_other(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_strange_once_removed(&database, &here, &there).await;
}

/// With a token and with a cookie, and on pages.
async fn assert_strange_once_removed(database: &Database, here: &Server, there: &Server) {
    let (ann, bob) = (here.client().sign_up("ann@example.com").await, there.client().sign_up("bob@example.com").await);
    let (id, user) = (ann.add_organization("acme").await, bob.id().await);
    let (path, member) = (format!("organizations/{id}"), format!("organizations/{id}/members/{user}"));
    let (browser, page) = (bob.browse("bob@example.com").await, format!("/dashboard/{path}/members"));
    for _ in 0..3 {
        database.join(&id, &user, "admin").await;
        for bob in [&bob, &browser] {
            assert_eq!(bob.get(&path).await.ok()["role"], "admin");
        }
        assert_eq!(browser.get(&page).await.status, 200);
        let _message = ann.delete(&member).await.ok();
        for bob in [&bob, &browser] {
            bob.get(&path).await.assert_refused(404, "organization_not_found");
            bob.get(&format!("{path}/members/")).await.assert_refused(404, "organization_not_found");
            bob.patch(&path, &json!({ "name": "Mine" })).await.assert_refused(404, "organization_not_found");
        }
        assert_eq!(browser.get(&page).await.status, 404);
    }
}

async fn a_slug_goes_to_one_of_many(database: Database) {
    let server = Setup::on(&database).start().await;
    assert_one_of_many_gets_a_slug(&[&server]).await;
}

async fn a_slug_goes_to_one_of_many_on_two_servers(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_one_of_many_gets_a_slug(&[&here, &there]).await;
}

async fn assert_one_of_many_gets_a_slug(servers: &[&Server]) {
    let ann = servers[0].client().sign_up("ann@example.com").await;
    let rivals = (0..RIVALS).map(|n| {
        let client = ann.at(servers[n % servers.len()].address());
        let slug = if n % 3 == 0 { "ACME" } else { "acme" };
        async move { client.post("organizations/", &json!({ "name": "Acme", "slug": slug })).await }
    });
    let mut statuses: Vec<u16> = join_all(rivals).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1..].iter().all(|status| *status == 409)), (200, true), "{statuses:?}");
    assert_eq!(ann.get("organizations/").await.ok()["count"], 1);
}

async fn members_are_told_by_mail_what_becomes_of_them(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let (ann, bob) =
        (server.client().sign_up("ann@example.com").await, server.client().sign_up("bob@example.com").await);
    let (id, user) = (ann.add_organization("acme").await, bob.id().await);
    database.join(&id, &user, "member").await;
    let member = format!("organizations/{id}/members/{user}");
    let _admin = ann.patch(&member, &json!({ "role": "admin" })).await.ok();
    let _owner = ann.post(&format!("organizations/{id}/transfer"), &json!({ "user_id": user })).await.ok();
    let _deleted = bob.delete(&format!("organizations/{id}?name=acme")).await.ok();

    let subjects = async |email: &str, count| {
        let mails = smtp.wait_for_mails_to(email, count).await;
        let mut subjects: Vec<_> = mails.iter().map(|mail| mail.subject.clone()).collect();
        subjects.retain(|subject| subject.contains("acme"));
        subjects.sort_unstable();
        subjects
    };
    // Each got a link to confirm their address, too.
    assert_eq!(subjects("bob@example.com", 3).await, ["Ironplate - New role in acme", "Ironplate - You own acme"]);
    assert_eq!(subjects("ann@example.com", 3).await, ["Ironplate - New owner of acme", "Ironplate - acme was deleted"]);
}

async fn an_owner_is_left_whoever_goes_at_once(database: Database) {
    let server = Setup::on(&database).start().await;
    assert_an_owner_is_left(&database, &server, &server).await;
}

async fn an_owner_is_left_whoever_goes_at_once_on_two_servers(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_an_owner_is_left(&database, &here, &there).await;
}

/// How an owner is one no longer.
#[derive(Debug, Clone, Copy)]
enum Way {
    Demoted,
    Removed,
    Leaves,
    HandsOver,
    Deactivated,
    Deleted,
}

impl Way {
    const ALL: [Self; 6] =
        [Self::Demoted, Self::Removed, Self::Leaves, Self::HandsOver, Self::Deactivated, Self::Deleted];

    /// By the other owner, by themselves, or by a superuser.
    async fn go(self, owner: &Client, other: &Client, root: &Client, path: &str, ids: (&str, &str)) -> Answer {
        let (user, heir) = ids;
        let member = format!("{path}/members/{user}");
        match self {
            Self::Demoted => other.patch(&member, &json!({ "role": "member" })).await,
            Self::Removed => other.delete(&member).await,
            Self::Leaves => owner.post(&format!("{path}/leave"), &Value::Null).await,
            Self::HandsOver => owner.post(&format!("{path}/transfer"), &json!({ "user_id": heir })).await,
            Self::Deactivated => root.patch(&format!("users/{user}"), &json!({ "is_active": false })).await,
            Self::Deleted => owner.delete("users/me").await,
        }
    }
}

/// Two owners go at once, each in one of the ways, each pair of them; somebody who can log in owns it afterwards, nobody waits for
/// somebody who waits for them, and nothing of ours fails.
async fn assert_an_owner_is_left(database: &Database, here: &Server, there: &Server) {
    let (root, root_there) = (here.superuser().await, there.superuser().await);
    let mut number = 0;
    for one in Way::ALL {
        for other in Way::ALL {
            number += 1;
            let name = |who: &str| format!("{who}{number}@example.com");
            let (ann, bob) = (here.client().sign_up(&name("ann")).await, there.client().sign_up(&name("bob")).await);
            let (ann_id, bob_id) = (ann.id().await, bob.id().await);
            let cy_id = here.client().sign_up(&name("cy")).await.id().await;
            let id = ann.add_organization(&format!("acme-{number}")).await;
            database.join(&id, &bob_id, "owner").await;
            database.join(&id, &cy_id, "member").await;
            let path = format!("organizations/{id}");
            let (by_one, by_other) = join(
                one.go(&ann, &bob, &root, &path, (&ann_id, &cy_id)),
                other.go(&bob, &ann, &root_there, &path, (&bob_id, &cy_id)),
            )
            .await;
            for answer in [&by_one, &by_other] {
                // Who was deleted is told that there is no such user, who was deactivated that they are.
                assert!([200, 400, 403, 404, 409].contains(&answer.status), "{one:?} and {other:?}: {answer:?}");
            }
            let owners = root.get(&format!("{path}/members/?role=owner")).await.ok();
            let owners = owners["data"].as_array().unwrap();
            assert!(
                owners.iter().any(|owner| owner["is_active"] == true),
                "{one:?}: {by_one:?}; {other:?}: {by_other:?}"
            );
        }
    }
}

async fn an_owner_is_left_however_many_go_at_once(database: Database) {
    let server = Setup::on(&database).start().await;
    assert_an_owner_is_left_of_many(&database, &[&server]).await;
}

async fn an_owner_is_left_however_many_go_at_once_on_two_servers(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_an_owner_is_left_of_many(&database, &[&here, &there]).await;
}

/// All owners go at once, on servers in turn: all of them in each way, and then each in another one. Where each goes by what they
/// or a superuser do, all but one are gone.
async fn assert_an_owner_is_left_of_many(database: &Database, servers: &[&Server]) {
    let root = servers[0].superuser().await;
    let rounds = Way::ALL.map(|way| vec![way]).into_iter().chain([Way::ALL.to_vec()]);
    for (round, ways) in rounds.enumerate() {
        let mut owners = Vec::new();
        for n in 0..RIVALS {
            let owner = servers[n % servers.len()].client().sign_up(&format!("owner{n}-of-{round}@example.com")).await;
            let id = owner.id().await;
            owners.push((owner, id));
        }
        let id = owners[0].0.add_organization(&format!("acme-{round}")).await;
        for (_, user) in &owners[1..] {
            database.join(&id, user, "owner").await;
        }
        let path = format!("organizations/{id}");
        let rivals = owners.iter().zip(owners.iter().cycle().skip(1)).enumerate();
        let answers = join_all(rivals.map(|(n, ((owner, user), (other, heir)))| {
            let (address, way) = (servers[n % servers.len()].address(), ways[n % ways.len()]);
            let (owner, other, root) = (owner.at(address), other.at(address), root.at(address));
            let path = &path;
            async move { way.go(&owner, &other, &root, path, (user, heir)).await }
        }))
        .await;
        for answer in &answers {
            assert!([200, 400, 403, 404, 409].contains(&answer.status), "{ways:?}: {answer:?}");
        }
        let left = root.get(&format!("{path}/members/?role=owner")).await.ok();
        let left = left["data"].as_array().unwrap().iter().filter(|owner| owner["is_active"] == true).count();
        let refused = answers.iter().filter(|answer| answer.status == 409).count();
        let expected = match *ways {
            [Way::Leaves | Way::Deactivated | Way::Deleted] => left == 1 && refused == 1,
            _ => left >= 1,
        };
        assert!(expected, "{ways:?} leave {left}: {answers:?}");
    }
}
