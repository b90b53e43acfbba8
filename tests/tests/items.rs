//! Items, as clients of the API keep them, alone and in organisations; and whom they are told to.

use futures::{
    StreamExt,
    future::{join, join_all},
    stream,
};
use ironplate_tests::{Client, Database, SUPERUSER, Setup, on_both_databases, without_ownership};
use serde_json::{Value, json};

on_both_databases!(
    items_are_made_listed_changed_and_deleted,
    strangers_are_refused,
    an_item_is_deleted_once,
    nobody_has_more_than_the_most_by_two_servers,
    they_go_with_their_owner,
    who_lacks_the_second_factor_of_an_organization_does_nothing_to_what_it_has,
    what_is_done_to_those_of_an_organization_is_in_its_log,
);

without_ownership!(items_are_made_listed_changed_and_deleted, strangers_are_refused, they_go_with_their_owner);

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const RIVALS: usize = 16;

/// A new item of this organisation; answers its id.
pub(crate) async fn add_to(organization: &str, client: &Client) -> String {
    let made = client.post("items/", &json!({ "title": "Milk", "organization_id": organization })).await.ok();
    made["id"].as_str().expect("an id").to_owned()
}

async fn items_are_made_listed_changed_and_deleted(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let milk = ann.post("items/", &json!({ "title": "Milk", "description": "The blue one" })).await.ok();
    assert_eq!(milk["owner_id"], ann.id().await);
    let bread = ann.post("items/", &json!({ "title": "Bread" })).await.ok();
    assert_eq!(bread["description"], Value::Null);

    let list = ann.get("items/").await.ok();
    assert_eq!((&list["data"], &list["count"]), (&json!([bread, milk]), &json!(2)), "newest first");
    let page = ann.get("items/?skip=1&limit=1").await.ok();
    assert_eq!((&page["data"], &page["count"]), (&json!([milk]), &json!(2)));

    let path = format!("items/{}", milk["id"].as_str().unwrap());
    let changed = ann.put(&path, &json!({ "title": "Oat milk" })).await.ok();
    assert_eq!((&changed["title"], &changed["description"]), (&json!("Oat milk"), &json!("The blue one")));
    let changed = ann.put(&path, &json!({ "description": null })).await.ok();
    assert_eq!((&changed["title"], &changed["description"]), (&json!("Oat milk"), &Value::Null));
    assert_eq!(ann.get(&path).await.ok(), changed);

    let done = ann.post(&format!("{path}/complete"), &json!({})).await.ok();
    assert_eq!((&changed["status"], &done["status"]), (&json!("open"), &json!("done")));
    assert_eq!(ann.post(&format!("{path}/reopen"), &json!({})).await.ok(), changed);
    let due = ann.put(&path, &json!({ "due_on": "2027-03-01", "status": "done" })).await.ok();
    assert_eq!(
        (&due["due_on"], &due["status"]),
        (&json!("2027-03-01"), &json!("open")),
        "a status changes by an action"
    );
    assert_eq!(ann.put(&path, &json!({ "title": "Oat milk" })).await.ok(), due, "what is left out stays");
    let list = ann.get("items/?order_by=due_on").await.ok();
    assert_eq!(list["data"], json!([due, bread]), "what is never due comes last");
    assert_eq!(ann.put(&path, &json!({ "due_on": null })).await.ok()["due_on"], Value::Null);

    let _message = ann.delete(&path).await.ok();
    ann.get(&path).await.assert_refused(404, "item_not_found");
    ann.delete(&path).await.assert_refused(404, "item_not_found");
    assert_eq!(ann.get("items/").await.ok()["data"], json!([bread]));
}

async fn strangers_are_refused(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let id = ann.add_item("Milk").await;
    let item = format!("items/{id}");
    bob.get(&item).await.assert_refused(403, "not_enough_permissions");
    bob.put(&item, &json!({ "title": "Mine" })).await.assert_refused(403, "not_enough_permissions");
    bob.post(&format!("{item}/complete"), &json!({})).await.assert_refused(403, "not_enough_permissions");
    bob.delete(&item).await.assert_refused(403, "not_enough_permissions");
    assert_eq!(bob.get("items/").await.ok()["count"], 0);
    let visitor = server.client();
    visitor.get(&item).await.assert_refused(401, "not_authenticated");
    visitor.post("items/", &json!({ "title": "Mine" })).await.assert_refused(401, "not_authenticated");
    assert_eq!(ann.get(&item).await.ok()["title"], "Milk", "and nothing came of all that");
    let root = server.client().log_in(SUPERUSER).await;
    assert_eq!(root.get("items/").await.ok()["data"][0]["id"], id, "superusers see everybody's");
    assert_eq!(root.get(&item).await.ok()["title"], "Milk");
}

async fn an_item_is_deleted_once(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up(ANN).await;
    let item = format!("items/{}", ann.add_item("Milk").await);
    let answers = join_all((0..RIVALS).map(|_| ann.delete(&item))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "{won:?}");
    for answer in lost {
        answer.assert_refused(404, "item_not_found");
    }
}

/// Far from it each is added by one statement, and within a thousand of it they wait for one another.
async fn nobody_has_more_than_the_most_by_two_servers(database: Database) {
    const MOST: usize = 1_040;
    let setup = Setup::on(&database).with("IRONPLATE__ITEMS__MOST_PER_USER", &MOST.to_string());
    let (here, there) = join(setup.start(), setup.start()).await;
    let ann = here.client().sign_up(ANN).await;
    let clients = [&ann, &ann.at(there.address())];
    let milk = json!({ "title": "Milk" });
    let asked = clients.into_iter().cycle().take(MOST + RIVALS).map(|client| client.post("items/", &milk));
    let answers: Vec<_> = stream::iter(asked).buffer_unordered(RIVALS).collect().await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(made.len(), MOST);
    for answer in refused {
        answer.assert_refused(409, "too_many_items");
    }
    assert_eq!(ann.get("items/?limit=1").await.ok()["count"], MOST);
}

async fn they_go_with_their_owner(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let root = server.superuser().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let [anns, bobs] = [ann.add_item("Milk").await, bob.add_item("Milk").await].map(|id| format!("items/{id}"));
    let _message = ann.delete("users/me").await.ok();
    root.get(&anns).await.assert_refused(404, "item_not_found");
    let _message = root.delete(&format!("users/{}", bob.id().await)).await.ok();
    bob.post("items/", &json!({ "title": "Milk" })).await.assert_refused(404, "user_not_found");
    root.get(&bobs).await.assert_refused(404, "item_not_found");

    let carl = server.client().sign_up("carl@example.com").await;
    let _item = carl.add_item("Milk").await;
    let shown = setup.run(&["user", "show", "carl@example.com", "--format", "json"]).await.stdout;
    assert_eq!(serde_json::from_str::<Value>(&shown).expect("JSON")["items"], 1, "{shown}");
    let deleted = setup.run(&["user", "delete", "carl@example.com", "--yes"]).await.stdout;
    assert!(deleted.contains("is deleted, with 1 items."), "{deleted}");
}

async fn who_lacks_the_second_factor_of_an_organization_does_nothing_to_what_it_has(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (ann, bob) = (visitor.sign_up(ANN).await, visitor.sign_up(BOB).await);
    let acme = ann.add_organization("acme").await;
    database.join(&acme, &bob.id().await, "admin").await;
    let (milk, mine) = (add_to(&acme, &ann).await, bob.add_item("Mine").await);
    database.prove_addresses().await;
    let _app = ann.add_app("phone").await;
    let _acme = ann.patch(&format!("organizations/{acme}"), &json!({ "requires_second_factor": true })).await.ok();
    let browser = visitor.browse(BOB).await;
    for bob in [&bob, &browser] {
        for refused in [
            bob.get(&format!("items/?organization_id={acme}")).await,
            bob.post("items/", &json!({ "title": "Milk", "organization_id": acme })).await,
            bob.get(&format!("items/{milk}")).await,
            bob.put(&format!("items/{milk}"), &json!({ "title": "Butter" })).await,
            bob.delete(&format!("items/{milk}")).await,
            bob.post(&format!("items/{mine}/move"), &json!({ "organization_id": acme })).await,
        ] {
            refused.assert_refused(403, "organization_requires_second_factor");
        }
        let _mine = bob.get("items/").await.ok();
    }
    let _app = bob.add_app("phone").await;
    let _milk = bob.get(&format!("items/{milk}")).await.ok();
}

async fn what_is_done_to_those_of_an_organization_is_in_its_log(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let (acme, bobs) = (ann.add_organization("acme").await, bob.id().await);
    database.join(&acme, &bobs, "admin").await;
    let item = add_to(&acme, &ann).await;
    let _message = bob.delete(&format!("items/{item}")).await.ok();
    let log = format!("organizations/{acme}/audit?kind=item.deleted&actor={bobs}");
    let told = ann.get(&log).await.ok()["data"].as_array().unwrap().clone();
    let [event] = &told[..] else { panic!("one event: {told:?}") };
    assert_eq!((&event["actor_email"], &event["address"]), (&json!(BOB), &json!(null)), "where somebody was is theirs");
    assert_eq!(event["organization_id"], acme);
}
