//! Lists of invitations: an organisation's, those to an address, those that somebody sent.

use std::sync::Arc;

use ironplate_application::ports::{Count, InvitationOrder, PageRequest, Store};
use ironplate_domain::Invitation;

use super::{
    checks::checks,
    searches::with,
    subject::{Subject, all, alone, later, seen},
};
use crate::samples::email;

checks! { invitation_lists;
    invitations_are_listed_and_counted_by_organization,
    invitations_are_found_by_their_address,
    invitations_are_found_and_removed_by_who_sent_them,
    expired_invitations_are_pruned_in_order,
}

/// The list has those that have expired, too; the count has not.
async fn invitations_are_listed_and_counted_by_organization(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let bobs = subject.invitation(&acme, &ann, "Bob@Bücher.example").await;
    let cids = subject.invitation(&acme, &ann, "cid@example.com").await;
    let elsewhere = subject.invitation(&other, &ann, "bob@bücher.example").await;
    for (search, expected) in
        [("", vec![&bobs, &cids]), ("BÜCHER", vec![&bobs]), ("D@EX", vec![&cids]), ("_", vec![]), ("\0", vec![])]
    {
        let page = PageRequest { order: InvitationOrder::Oldest, ..with::<Invitation>(search) };
        let found = seen!(subject, invitations().list(acme.id, &page));
        assert_eq!(found.rows.iter().collect::<Vec<_>>(), expected, "{search:?}");
        assert_eq!(found.count, Count::Exactly(expected.len() as u64), "{search:?}");
    }
    assert_eq!(seen!(subject, invitations().list(other.id, &all(InvitationOrder::Newest))).rows, [elsewhere]);
    for (now, count) in [(later(bobs.expires_at, -1), 2), (bobs.expires_at, 1), (cids.expires_at, 0)] {
        assert_eq!(seen!(subject, invitations().count_of(acme.id, now)), count);
    }
}

/// In any spelling and of all organisations, by their ids, while they are pending.
async fn invitations_are_found_by_their_address(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let mut bobs = Vec::new();
    for (organization, spelling) in
        [("1", "bob@bücher.example"), ("2", "BOB@bücher.example"), ("3", "bob@xn--bcher-kva.example")]
    {
        let organization = subject.organization(organization).await;
        bobs.push(subject.invitation(&organization, &ann, spelling).await);
        subject.invitation(&organization, &ann, "bob@bucher.example").await;
    }
    let (address, now) = (email("Bob@Bücher.example"), bobs[0].created_at);
    let found = async |now, limit| seen!(subject, invitations().list_for(&address, now, limit));
    assert_eq!(found(now, 9).await, bobs);
    assert_eq!(found(now, 2).await, bobs[..2]);
    assert_eq!(found(bobs[1].expires_at, 9).await, bobs[2..]);
}

/// In lots, by their ids; removed are those of one organisation.
async fn invitations_are_found_and_removed_by_who_sent_them(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let mut sent = Vec::new();
    for n in 0..5 {
        let organization = if n < 3 { &acme } else { &other };
        sent.push(subject.invitation(organization, &ann, &format!("{n}@example.com")).await);
    }
    let bobs = subject.invitation(&acme, &bob, "5@example.com").await;
    let (mut met, mut after) = (Vec::new(), None);
    while let lot = seen!(subject, invitations().sent_by(ann.id, after, 2))
        && !lot.is_empty()
    {
        assert!(lot.len() <= 2);
        after = lot.last().map(|last| last.id);
        met.extend(lot);
    }
    assert_eq!(met, sent);
    assert_eq!(alone!(subject, invitations().remove_by(acme.id, ann.id)).expect("an answer"), 3);
    assert_eq!(seen!(subject, invitations().sent_by(ann.id, None, 9)), sent[3..]);
    assert_eq!(seen!(subject, invitations().sent_by(bob.id, None, 9)), [bobs]);
    assert_eq!(alone!(subject, invitations().remove_by(acme.id, ann.id)).expect("an answer"), 0);
}

/// Those first that expired first, and no other.
async fn expired_invitations_are_pruned_in_order(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let now = ann.created_at;
    let mut invitations = Vec::new();
    for (n, expires_at) in [later(now, -1), later(now, -3), later(now, 1), now, later(now, -2)].into_iter().enumerate()
    {
        let new = subject.new_invitation(acme.id, ann.id, &format!("{n}@example.com"));
        invitations.push(Invitation { expires_at, ..new });
    }
    for invitation in &invitations {
        assert!(alone!(subject, invitations().add(invitation, now)).expect("an answer"));
    }
    let left = async || {
        let page = PageRequest { order: InvitationOrder::Oldest, ..all(InvitationOrder::Oldest) };
        seen!(subject, invitations().list(acme.id, &page)).rows
    };
    assert_eq!(alone!(subject, invitations().prune(now, 2)).expect("an answer"), 2);
    assert_eq!(left().await, [invitations[0].clone(), invitations[2].clone(), invitations[3].clone()]);
    assert_eq!(alone!(subject, invitations().prune(now, 9)).expect("an answer"), 2);
    assert_eq!(left().await, [invitations[2].clone()]);
    assert_eq!(alone!(subject, invitations().prune(now, 9)).expect("an answer"), 0);
}
