//! Items come, change and go.

use std::sync::Arc;

use ironplate_application::{
    items::ItemOrder,
    ports::{Constraint, Store},
};
use ironplate_domain::{Date, Item, ItemChanges, ItemId, ItemStatus, Owner, Timestamp};
use uuid::Uuid;

use super::{
    checks::{checks, through},
    lists::{Listed, moment},
    resource::Resource,
    rows::Row,
    subject::{Subject, seen},
};
use crate::samples::{date, text};

checks! { items of Item: owned_resource;
    of_many_items_at_once_no_more_are_added_than_fit,
}

impl Row for Item {
    const OWNER: Option<Constraint> = Some(Constraint::ItemOwner);
    const OWNING_ORGANIZATION: Option<Constraint> = Some(Constraint::ItemOwningOrganization);

    fn sample(subject: &Subject, owner: Owner, name: &str) -> Self {
        let (id, created_at) = subject.id_and_time();
        Self::new(ItemId(id), owner, text(name), created_at)
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let rich = Self {
            id: ItemId(subject.id_and_time().0),
            owner,
            title: text(" ΑΣ😀 \u{FFFD} "),
            description: Some(text("Ärger 😀 \u{1F468}\u{200D}\u{1F469} '\"\\%_\r\n")),
            status: ItemStatus::Done,
            due_on: Some(Date::MIN),
            created_at: Timestamp::from_micros(-62_135_596_799_999_999),
        };
        let empty = Self::sample(subject, owner, "empty");
        vec![rich, Self { description: Some(text("")), due_on: Some(Date::MAX), ..empty }]
    }

    through! { items; insert, find }
}

impl Listed for Item {
    type Order = ItemOrder;

    fn at_place(self, place: i64) -> Self {
        // What has none comes last.
        let due_on = (place < 2).then(|| Date::from_days(20_000 + place));
        Self { created_at: moment(place), due_on, ..self }
    }

    through! { items; list }
}

impl Resource for Item {
    type Changes = ItemChanges;

    const SEARCHED: &'static [fn(&mut Self, &str)] =
        &[|item, it| item.title = text(it), |item, it| item.description = Some(text(it))];

    fn id(&mut self) -> &mut Uuid {
        &mut self.id.0
    }

    fn changes() -> Vec<ItemChanges> {
        vec![
            ItemChanges { title: Some(text("b")), ..ItemChanges::default() },
            ItemChanges { description: Some(Some(text("d"))), ..ItemChanges::default() },
            ItemChanges { status: Some(ItemStatus::Done), ..ItemChanges::default() },
            ItemChanges { due_on: Some(Some(date("2027-03-01"))), ..ItemChanges::default() },
            ItemChanges {
                title: Some(text("Ç")),
                description: Some(Some(text(""))),
                status: Some(ItemStatus::Open),
                due_on: Some(Some(date("1969-12-31"))),
            },
            ItemChanges { description: Some(None), ..ItemChanges::default() },
            ItemChanges { due_on: Some(None), ..ItemChanges::default() },
        ]
    }

    fn changes_to(words: &str) -> ItemChanges {
        let description = Some(Some(text(words)));
        ItemChanges { title: Some(text(words)), description, ..ItemChanges::default() }
    }

    through! { items; update_owned, delete_owned }
}

/// As use cases do it: whoever counts has locked the owner.
async fn of_many_items_at_once_no_more_are_added_than_fit(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await.id, subject.organization("Acme").await.id);
    let rivals: Vec<_> = (0..24)
        .map(|n| {
            let owner: Owner = if n % 4 == 0 { ann.into() } else { acme.into() };
            let (store, item) = (subject.store.clone(), Item::sample(&subject, owner, &format!("item {n}")));
            tokio::spawn(async move {
                let mut work = store.begin().await.expect("a unit of work");
                let is_there = match owner {
                    Owner::User(user) => work.users().lock(user).await.expect("an answer").is_some(),
                    Owner::Organization(organization) => {
                        work.organizations().lock(organization).await.expect("an answer").is_some()
                    }
                };
                assert!(is_there, "{owner:?}");
                if work.items().count_of(owner).await.expect("a count") < 5 {
                    work.items().insert(&item).await.expect("a new item");
                    work.commit().await.expect("a commit");
                }
            })
        })
        .collect();
    for rival in rivals {
        rival.await.expect("a rival");
    }
    assert_eq!(seen!(subject, items().count_of(ann.into())), 5);
    assert_eq!(seen!(subject, items().count_of(acme.into())), 5);
}
