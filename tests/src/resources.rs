//! The resources of the API: what is said of one here, every test that walks over the document follows.

use std::sync::atomic::{AtomicUsize, Ordering};

use ironplate_domain::Owners;
use serde_json::{Value, json};

use crate::{Client, Operation};

/// Something that users own. One row here, and its rows in the table of roles, are all that the tests ask for.
#[derive(Debug, Clone, Copy)]
pub struct Resource {
    /// Its list below `/api/v1/`, where one is made, too.
    pub list: &'static str,
    /// What stands in paths for the id of one.
    pub placeholder: &'static str,
    /// A body with this text in it, to make one and to change one.
    pub body: fn(&str) -> Value,
    /// Who may own one.
    pub owners: Owners,
    /// What contradicts what is stored, if anything does.
    pub conflict: Option<Conflict>,
}

/// What makes a new one, or a change of one, contradict what is stored: 409.
#[derive(Debug, Clone, Copy)]
pub enum Conflict {
    /// The second of an owner is one too many, where this variable says so.
    Second(&'static str),
    /// Another one of the user has the same text.
    SameText,
}

/// Items.
pub const ITEMS: Resource = Resource {
    list: "items/",
    placeholder: "{id}",
    body: |title| json!({ "title": title }),
    owners: Owners::Either,
    conflict: Some(Conflict::Second("IRONPLATE__ITEMS__MOST_PER_USER")),
};

/// All of them.
pub const RESOURCES: &[Resource] = &[ITEMS];

/// What one can't be made without: which resource, by which field, needs which other one.
pub const REFERENCES: &[(&Resource, &str, &Resource)] = &[];

impl Resource {
    /// The operations on it, in an order in which one caller can do all of them to one: what deletes comes last.
    #[must_use]
    pub fn operations(&self, of: &[Operation]) -> Vec<Operation> {
        let list = format!("/api/v1/{}", self.list);
        let mut operations: Vec<_> = of.iter().filter(|it| it.path.starts_with(&list)).cloned().collect();
        assert!(!operations.is_empty(), "the document has nothing below {list}: mend its row in resources.rs");
        operations.sort_by_key(|operation| operation.method == "DELETE");
        operations
    }

    /// A body to make one with this text in it, for an organisation if one is named; but for what it refers to.
    #[must_use]
    pub fn body_for(&self, organization: Option<&str>, text: &str) -> Value {
        let mut body = (self.body)(text);
        if let Some(id) = organization {
            body["organization_id"] = id.into();
        }
        body
    }

    /// The fields by which it has to refer to others, and to which.
    pub fn needs(&self) -> impl Iterator<Item = (&'static str, &'static Self)> + use<> {
        let list = self.list;
        REFERENCES.iter().filter(move |(from, ..)| from.list == list).map(|(_, field, to)| (*field, *to))
    }

    /// The resources that have to refer to one of it, and by which fields.
    pub fn needed_by(&self) -> impl Iterator<Item = (&'static Self, &'static str)> + use<> {
        let list = self.list;
        REFERENCES.iter().filter(move |(.., to)| to.list == list).map(|(from, field, _)| (*from, *field))
    }
}

impl Client {
    /// A new one with this text in it; answers its id.
    pub async fn add(&self, resource: &Resource, text: &str) -> String {
        let organization = self.owner_of_new(resource).await;
        self.add_to(organization.as_deref(), resource, text).await
    }

    /// The same, of an organisation if one is named.
    pub async fn add_to(&self, organization: Option<&str>, resource: &Resource, text: &str) -> String {
        let made = self.post(resource.list, &self.body_of_new(organization, resource, text).await).await.ok();
        made["id"].as_str().expect("an id").to_owned()
    }

    /// A body to make one with this text in it, for an organisation if one is named, with new ones of what it refers to.
    pub async fn body_of_new(&self, organization: Option<&str>, resource: &Resource, text: &str) -> Value {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let mut body = resource.body_for(organization, text);
        for (field, to) in resource.needs() {
            let text = format!("{text} {}", MADE.fetch_add(1, Ordering::Relaxed));
            body[field] = Box::pin(self.add_to(organization, to, &text)).await.into();
        }
        body
    }

    /// Who has to be named where a new one can't be one's own: an organisation of theirs, a new one if they have none.
    pub async fn owner_of_new(&self, resource: &Resource) -> Option<String> {
        if resource.owners != Owners::Organizations {
            return None;
        }
        let own = self.get("organizations/?limit=1").await.ok();
        if let Some(id) = own["data"][0]["id"].as_str() {
            return Some(id.to_owned());
        }
        // Of such a name no slug follows that another one may have.
        let made = self.post("organizations/", &json!({ "name": "牛乳" })).await.ok();
        made["id"].as_str().map(str::to_owned)
    }

    /// A new item with this title; answers its id.
    pub async fn add_item(&self, title: &str) -> String {
        self.add(&ITEMS, title).await
    }
}
