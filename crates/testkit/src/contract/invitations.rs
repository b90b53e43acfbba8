//! Invitations wait, are taken once, and end.

use std::sync::Arc;

use ironplate_application::ports::{
    Constraint, Count, InvitationOrder, Page, PageRequest, Repositories, Store, StoreResult,
};
use ironplate_domain::{Invitation, InvitationId, OrganizationId, Owner, Role, Timestamp, TokenDigest, User, UserId};
use uuid::Uuid;

use super::{
    checks::{checks, through},
    lists::{Listed, moment},
    organizations::founded,
    race::{RIVALS, assert_one_wins, race},
    rows::Row,
    subject::{Subject, all, alone, assert_internal, later, seen},
};
use crate::samples::email;

checks! { invitations of Invitation: rows, lists, invitation_lists;
    an_address_is_invited_once,
    an_expired_invitation_makes_room_for_another,
    a_link_belongs_to_one_invitation,
    an_invitation_is_of_who_is_there,
    an_invitation_is_found_by_its_newest_link_while_it_is_pending,
    an_invitation_is_taken_once,
    an_invitation_is_taken_while_it_is_pending_and_by_its_newest_link,
    an_invitation_is_removed_by_its_organization,
    invitations_go_with_who_sent_them,
    a_unit_that_failed_refuses_every_call_about_invitations,
}

/// All samples are to this one, and by this user.
const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(1));
const INVITER: UserId = UserId(Uuid::from_u128(2));

impl Row for Invitation {
    const OWNER: Option<Constraint> = None;

    fn sample(subject: &Subject, _: Owner, _: &str) -> Self {
        subject.new_invitation(ORGANIZATION, INVITER, &format!("{}@Example.com", subject.number()))
    }

    fn extremes(subject: &Subject, _: Owner) -> Vec<Self> {
        let plain = subject.new_invitation(ORGANIZATION, INVITER, "Ann.Smith+Tag@Bücher.example");
        let rich = Self {
            role: Role::Owner,
            digest: TokenDigest([0xff; 32]),
            created_at: Timestamp::from_micros(-1),
            expires_at: Timestamp::MAX,
            ..subject.new_invitation(ORGANIZATION, INVITER, "Grüße@example.com")
        };
        let viewer = Self { role: Role::Viewer, digest: TokenDigest([0; 32]), ..plain.clone() };
        let viewer = Self { id: InvitationId(subject.id_and_time().0), email: email("v@example.com"), ..viewer };
        vec![plain, rich, viewer]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        founded(work, ORGANIZATION).await?;
        if work.users().find(INVITER).await?.is_none() {
            work.users().insert(&User::new(INVITER, email("inviter@example.com"), moment(0))).await?;
        }
        work.invitations().add(self, self.created_at).await.map(drop)
    }

    through! { invitations; find }

    fn spelling(&self) -> Option<&str> {
        Some(self.email.as_str())
    }
}

impl Listed for Invitation {
    type Order = InvitationOrder;

    fn at_place(self, place: i64) -> Self {
        Self { created_at: moment(place), ..self }
    }

    async fn list(
        from: &mut dyn Repositories,
        _: Option<Owner>,
        page: &PageRequest<InvitationOrder>,
    ) -> StoreResult<Page<Self>> {
        from.invitations().list(ORGANIZATION, page).await
    }
}

/// In any spelling, also by many at once; another organisation may invite it as well.
async fn an_address_is_invited_once(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let spellings = ["bob@bücher.example", "BOB@Bücher.example", "bob@xn--bcher-kva.example"].into_iter().cycle();
    let outcomes = race(spellings.take(RIVALS).map(|spelling| {
        let subject = subject.clone();
        let invitation = subject.new_invitation(acme.id, ann.id, spelling);
        async move { alone!(subject, invitations().add(&invitation, ann.created_at)) }
    }));
    assert_one_wins(&outcomes.await);
    let page = seen!(subject, invitations().list(acme.id, &all(InvitationOrder::Newest)));
    assert_eq!((page.rows.len(), page.count), (1, Count::Exactly(1)));

    let again = subject.new_invitation(acme.id, ann.id, "Bob@bücher.example");
    assert!(!alone!(subject, invitations().add(&again, ann.created_at)).expect("an answer"));
    assert_eq!(subject.find(&page.rows[0]).await.as_ref(), Some(&page.rows[0]));
    let other = subject.organization("Other").await;
    subject.invitation(&other, &ann, "bob@bücher.example").await;
}

/// Of the old one nothing is left, nor of its link.
async fn an_expired_invitation_makes_room_for_another(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let bob = subject.user("bob@example.com").await;
    let old = subject.invitation(&acme, &ann, "cid@example.com").await;
    let new = Invitation { role: Role::Admin, ..subject.new_invitation(acme.id, bob.id, "CID@example.com") };
    assert!(!alone!(subject, invitations().add(&new, later(old.expires_at, -1))).expect("an answer"));
    assert!(alone!(subject, invitations().add(&new, old.expires_at)).expect("an answer"));
    super::rows::assert_same(subject.find(&new).await.as_ref(), &new);
    assert_eq!(subject.find(&old).await, None);
    assert_eq!(seen!(subject, invitations().find_by_digest(old.digest, old.created_at)), None);
    assert_eq!(seen!(subject, invitations().list(acme.id, &all(InvitationOrder::Newest))).rows, [new]);
}

/// Links are made to be unique, so a second use is a fault.
async fn a_link_belongs_to_one_invitation(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let bobs = subject.invitation(&acme, &ann, "bob@example.com").await;
    let cids = subject.invitation(&acme, &ann, "cid@example.com").await;
    let same = Invitation { digest: bobs.digest, ..subject.new_invitation(acme.id, ann.id, "dan@example.com") };
    assert_internal!(alone!(subject, invitations().add(&same, same.created_at)));
    assert_internal!(alone!(subject, invitations().renew(cids.id, ann.id, bobs.digest, cids.expires_at)));
    assert_eq!(subject.find(&cids).await, Some(cids));
}

/// Whoever adds it has locked both, so that one of them is missing is a fault.
async fn an_invitation_is_of_who_is_there(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let (nothing, nobody) = (OrganizationId(Uuid::nil()), UserId(Uuid::nil()));
    for (organization, user) in [(nothing, ann.id), (acme.id, nobody)] {
        let invitation = subject.new_invitation(organization, user, "bob@example.com");
        assert_internal!(alone!(subject, invitations().add(&invitation, invitation.created_at)));
        assert_eq!(subject.find(&invitation).await, None);
    }
}

/// Whatever it was before, and not by another's.
async fn an_invitation_is_found_by_its_newest_link_while_it_is_pending(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let old = subject.invitation(&acme, &ann, "bob@example.com").await;
    let cids = subject.invitation(&acme, &ann, "cid@example.com").await;
    let found = async |digest, now| seen!(subject, invitations().find_by_digest(digest, now));
    assert_eq!(found(old.digest, later(old.expires_at, -1)).await.as_ref(), Some(&old));
    assert_eq!(found(old.digest, old.expires_at).await, None);

    let dan = subject.user("dan@example.com").await;
    let Invitation { digest, expires_at, .. } = subject.new_invitation(acme.id, ann.id, "bob@example.com");
    assert!(alone!(subject, invitations().renew(old.id, dan.id, digest, expires_at)).expect("an answer"));
    let renewed = Invitation { invited_by: dan.id, digest, expires_at, ..old.clone() };
    assert_eq!(found(digest, later(expires_at, -1)).await.as_ref(), Some(&renewed));
    assert_eq!(found(old.digest, old.created_at).await, None);
    assert_eq!(subject.find(&renewed).await.as_ref(), Some(&renewed));
    assert_eq!(subject.find(&cids).await.as_ref(), Some(&cids));
    let nothing = InvitationId(Uuid::nil());
    assert!(
        !alone!(subject, invitations().renew(nothing, dan.id, TokenDigest([9; 32]), expires_at)).expect("an answer")
    );
}

/// Of many who try at once, one gets it, by its link or by its id.
async fn an_invitation_is_taken_once(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let (bobs, cids) = (
        subject.invitation(&acme, &ann, "bob@example.com").await,
        subject.invitation(&acme, &ann, "cid@example.com").await,
    );
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, bobs) = (subject.clone(), bobs.clone());
        let digest = (n % 2 == 0).then_some(bobs.digest);
        async move {
            let taken = alone!(subject, invitations().take(bobs.id, digest, bobs.created_at))?;
            assert!(taken.is_none() || taken.as_ref() == Some(&bobs));
            Ok(taken.is_some())
        }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(subject.find(&bobs).await, None);
    assert_eq!(subject.find(&cids).await, Some(cids));
}

/// Whatever is refused leaves it there, and so does a unit that is dropped.
async fn an_invitation_is_taken_while_it_is_pending_and_by_its_newest_link(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let bobs = subject.invitation(&acme, &ann, "bob@example.com").await;
    let cids = subject.invitation(&acme, &ann, "cid@example.com").await;
    let now = later(bobs.expires_at, -1);
    for (id, digest, now) in [
        (bobs.id, None, bobs.expires_at),
        (bobs.id, Some(bobs.digest), bobs.expires_at),
        (bobs.id, Some(cids.digest), now),
        (InvitationId(Uuid::nil()), Some(bobs.digest), now),
        (InvitationId(Uuid::nil()), None, now),
    ] {
        assert_eq!(alone!(subject, invitations().take(id, digest, now)).expect("an answer"), None);
    }
    let mut work = subject.begin().await;
    assert_eq!(work.invitations().take(bobs.id, None, now).await.expect("an answer").as_ref(), Some(&bobs));
    drop(work);
    let taken = alone!(subject, invitations().take(bobs.id, Some(bobs.digest), now)).expect("an answer");
    super::rows::assert_same(taken.as_ref(), &bobs);
    assert_eq!(alone!(subject, invitations().take(cids.id, None, now)).expect("an answer"), Some(cids));
}

/// And by no other; also one that has expired.
async fn an_invitation_is_removed_by_its_organization(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let bobs = subject.invitation(&acme, &ann, "bob@example.com").await;
    assert_eq!(alone!(subject, invitations().remove(other.id, bobs.id)).expect("an answer"), None);
    let nothing = InvitationId(Uuid::nil());
    assert_eq!(alone!(subject, invitations().remove(acme.id, nothing)).expect("an answer"), None);
    assert_eq!(alone!(subject, invitations().remove(acme.id, bobs.id)).expect("an answer").as_ref(), Some(&bobs));
    assert_eq!(subject.find(&bobs).await, None);
    let past = Invitation { expires_at: bobs.created_at, ..bobs };
    subject.store(&[&past]).await;
    assert_eq!(alone!(subject, invitations().remove(acme.id, past.id)).expect("an answer"), Some(past));
}

/// And nobody else's.
async fn invitations_go_with_who_sent_them(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let acme = subject.organization("Acme").await;
    let anns = subject.invitation(&acme, &ann, "cid@example.com").await;
    let bobs = subject.invitation(&acme, &bob, "ann@example.com").await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_eq!(subject.find(&bobs).await, Some(bobs));
    subject.store(&[&ann]).await;
    assert_eq!(subject.find(&anns).await, None, "it has waited for its sender to come back");
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_invitations(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, acme) = (subject.user("ann@example.com").await, subject.organization("Acme").await);
    let bobs = subject.invitation(&acme, &ann, "bob@example.com").await;
    let (next, now) = (subject.new_invitation(acme.id, ann.id, "cid@example.com"), bobs.created_at);
    let mut work = subject.failed_unit().await;
    assert_internal!(work.invitations().add(&next, now).await);
    assert_internal!(work.invitations().find(bobs.id).await);
    assert_internal!(work.invitations().find_by_digest(bobs.digest, now).await);
    assert_internal!(work.invitations().renew(bobs.id, ann.id, next.digest, now).await);
    assert_internal!(work.invitations().take(bobs.id, None, now).await);
    assert_internal!(work.invitations().take(bobs.id, Some(bobs.digest), now).await);
    assert_internal!(work.invitations().remove(acme.id, bobs.id).await);
    assert_internal!(work.invitations().count_of(acme.id, now).await);
    assert_internal!(work.invitations().list(acme.id, &all(InvitationOrder::Newest)).await);
    assert_internal!(work.invitations().list_for(&bobs.email, now, 9).await);
    assert_internal!(work.invitations().remove_by(acme.id, ann.id).await);
    assert_internal!(work.invitations().sent_by(ann.id, None, 9).await);
    assert_internal!(work.invitations().prune(now, 9).await);
}
