//! Whoever is recognised comes with what they are in the organisation that they ask for.

use std::sync::Arc;

use ironplate_application::ports::{AtHand, Beside, SessionHolder, Store};
use ironplate_domain::{Organization, OrganizationId, Role, Session, SessionId, SessionKind, User};
use uuid::Uuid;

use super::{
    authenticator_apps::{counting, waiting},
    checks::checks,
    subject::{Subject, alone, seen},
};
use crate::samples::session_digests;

checks! { at_hand;
    a_member_comes_with_the_organization_that_they_ask_for,
    a_stranger_comes_with_none,
    an_organization_is_at_hand_whatever_the_session,
    an_organization_bars_who_lacks_the_second_factor_that_it_asks_for,
    who_lacks_a_second_factor_is_told_where_that_is_asked,
}

/// Somebody with a session that shows itself by a cookie.
async fn somebody(subject: &Subject, email: &str) -> (User, Session) {
    let user = subject.user(email).await;
    let session = Session { kind: SessionKind::Cookie, ..subject.new_session(&user) };
    subject.store(&[&session]).await;
    (user, session)
}

/// What each of the three look-ups answers.
async fn at_hand(subject: &Subject, session: &Session, at: OrganizationId) -> Option<AtHand> {
    let secret = session_digests(session).secret;
    let holder = seen!(subject, sessions().find_holder(session.user, session.id, Beside::membership(Some(at))))
        .expect("a holder");
    assert_eq!(holder.session.as_ref(), Some(session));
    let by_cookie = seen!(subject, sessions().find_holder_of_cookie(secret, Beside::membership(Some(at))));
    assert_eq!(by_cookie.as_ref(), Some(&holder));
    let by_cookies = seen!(subject, sessions().find_holders_of_cookies(&[secret], Beside::membership(Some(at))));
    assert_eq!(by_cookies.first(), Some(&holder));
    let SessionHolder { at, .. } = holder;
    at
}

/// As both are at this moment.
async fn a_member_comes_with_the_organization_that_they_ask_for(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, session) = somebody(&subject, "ann@example.com").await;
    let (maker, acme) = (subject.user("maker@example.com").await, subject.new_organization("Äcme 😀"));
    let acme = Organization { created_by: Some(maker.id), ..acme };
    subject.store(&[&acme]).await;
    let other = subject.organization("Other").await;
    subject.join(&acme, &ann, Role::Admin).await;
    subject.join(&other, &ann, Role::Viewer).await;
    let found = at_hand(&subject, &session, acme.id).await;
    assert_eq!(found, Some(AtHand { organization: acme.clone(), role: Role::Admin, is_barred: false }));
    let found = at_hand(&subject, &session, other.id).await;
    assert_eq!(found, Some(AtHand { organization: other, role: Role::Viewer, is_barred: false }));
    alone!(subject, memberships().set_role(acme.id, ann.id, Role::Admin, Role::Owner)).expect("an answer");
    assert_eq!(at_hand(&subject, &session, acme.id).await.map(|at| at.role), Some(Role::Owner));
    alone!(subject, memberships().remove(acme.id, ann.id)).expect("an answer");
    assert_eq!(at_hand(&subject, &session, acme.id).await, None);
}

/// Whether it exists or not, and whoever else is a member.
async fn a_stranger_comes_with_none(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (_, session) = somebody(&subject, "ann@example.com").await;
    let (acme, empty) = (subject.organization("Acme").await, subject.organization("Empty").await);
    subject.member(&acme, Role::Owner, "bob@example.com").await;
    for organization in [acme.id, empty.id, OrganizationId(Uuid::nil())] {
        assert_eq!(at_hand(&subject, &session, organization).await, None);
    }
}

/// Whether that is good is the use case's to say.
async fn an_organization_is_at_hand_whatever_the_session(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let acme = subject.organization("Acme").await;
    let ann = subject.member(&acme, Role::Member, "ann@example.com").await;
    let none = SessionId(Uuid::nil());
    let holder = seen!(subject, sessions().find_holder(ann.id, none, Beside::membership(Some(acme.id)))).expect("ann");
    assert_eq!(holder.session, None);
    assert_eq!(holder.at, Some(AtHand { organization: acme, role: Role::Member, is_barred: false }));
}

/// An app that waits for its first code is none.
async fn an_organization_bars_who_lacks_the_second_factor_that_it_asks_for(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, session) = somebody(&subject, "ann@example.com").await;
    let acme = Organization { requires_second_factor: true, ..subject.new_organization("Acme") };
    subject.store(&[&acme]).await;
    let other = subject.organization("Other").await;
    subject.join(&acme, &ann, Role::Admin).await;
    subject.join(&other, &ann, Role::Admin).await;
    let is_barred = async |at: OrganizationId| at_hand(&subject, &session, at).await.expect("a member").is_barred;
    assert_eq!((is_barred(acme.id).await, is_barred(other.id).await), (true, false));
    subject.store(&[&waiting(&subject, ann.id, "phone")]).await;
    assert!(is_barred(acme.id).await);
    subject.store(&[&counting(&subject, ann.id, "tablet")]).await;
    assert_eq!((is_barred(acme.id).await, is_barred(other.id).await), (false, false));
}

/// By all three look-ups; whatever others have.
async fn who_lacks_a_second_factor_is_told_where_that_is_asked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ((ann, session), (bob, _)) =
        (somebody(&subject, "ann@example.com").await, somebody(&subject, "bob@example.com").await);
    subject.store(&[&counting(&subject, bob.id, "tablet")]).await;
    let acme = subject.organization("Acme").await;
    let lacks = async |beside: Beside| {
        let secret = session_digests(&session).secret;
        let holder = seen!(subject, sessions().find_holder(session.user, session.id, beside)).expect("a holder");
        assert_eq!(seen!(subject, sessions().find_holder_of_cookie(secret, beside)).as_ref(), Some(&holder));
        assert_eq!(seen!(subject, sessions().find_holders_of_cookies(&[secret], beside)).first(), Some(&holder));
        holder.lacks_second_factor
    };
    let asked = Beside { second_factor: true, ..Beside::NOTHING };
    let asked_at = Beside { at: Some(acme.id), ..asked };
    assert!(lacks(asked).await && lacks(asked_at).await);
    assert!(!lacks(Beside::NOTHING).await && !lacks(Beside::membership(Some(acme.id))).await);
    subject.store(&[&counting(&subject, ann.id, "tablet")]).await;
    assert!(!lacks(asked).await && !lacks(asked_at).await);
}
