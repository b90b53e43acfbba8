//! What strangers are told of items of an organisation: the same, whether there are any or not.

use ironplate_tests::{Client, Database, Document, Setup, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::{enumeration::assert_alike, world::ANN};
use crate::items::add_to;

on_both_databases!(those_of_an_organization_tell_strangers_nothing);

const BOB: &str = "bob@example.com";

async fn those_of_an_organization_tell_strangers_nothing(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let own = bob.add_organization("own").await;
    let mut of_which = Vec::new();
    for slug in ["existing", "former", "deleted"] {
        let organization = ann.add_organization(slug).await;
        let item = add_to(&organization, &ann).await;
        of_which.push((organization, item));
    }
    let (former, deleted) = (&of_which[1].0, &of_which[2].0);
    database.join(former, &bob.id().await, "admin").await;
    let _message = ann.delete(&format!("organizations/{former}/members/{}", bob.id().await)).await.ok();
    let _message = ann.delete(&format!("organizations/{deleted}?name=deleted")).await.ok();
    let nothing = "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11".to_owned();
    of_which.push((nothing.clone(), nothing));

    let mine = bob.add_item("Bread").await;
    let operations = Document::of(&bob).await.operations();
    let mut asked = 0;
    for operation in operations.iter().filter(|it| it.path.starts_with("/api/v1/items/{id}")) {
        let mut answers = Vec::new();
        for (_, item) in &of_which {
            let request = bob.request(operation.method.parse().unwrap(), &operation.path.replace("{id}", item));
            let body = json!({ "title": "Mine", "organization_id": own });
            let request = if operation.takes.is_some() { request.json(&body) } else { request };
            answers.push(Client::send(request).await.unwrap());
        }
        answers[0].assert_refused(404, "item_not_found");
        assert_alike(&answers);
        asked += 1;
    }
    assert!(asked >= 6, "the document has such operations: {asked}");
    for (organization, _) in &of_which {
        let listed = Client::send(bob.request(Method::GET, "items/").query(&[("organization_id", organization)])).await;
        listed.unwrap().assert_refused(404, "organization_not_found");
        let at = json!({ "title": "Mine", "organization_id": organization });
        bob.post("items/", &at).await.assert_refused(404, "organization_not_found");
        let to = json!({ "organization_id": organization });
        bob.post(&format!("items/{mine}/move"), &to).await.assert_refused(404, "organization_not_found");
    }
}
