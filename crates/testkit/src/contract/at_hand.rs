//! Whoever is recognised comes with what they are in the organisation that they ask for.

use std::sync::Arc;

use ironplate_application::ports::{AtHand, SessionHolder, Store};
use ironplate_domain::{Organization, OrganizationId, Role, Session, SessionId, SessionKind, User};
use uuid::Uuid;

use super::{
    checks::checks,
    subject::{Subject, alone, seen},
};
use crate::samples::session_digests;

checks! { at_hand;
    a_member_comes_with_the_organization_that_they_ask_for,
    a_stranger_comes_with_none,
    an_organization_is_at_hand_whatever_the_session,
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
    let holder = seen!(subject, sessions().find_holder(session.user, session.id, Some(at))).expect("a holder");
    assert_eq!(holder.session.as_ref(), Some(session));
    let by_cookie = seen!(subject, sessions().find_holder_of_cookie(secret, Some(at)));
    assert_eq!(by_cookie.as_ref(), Some(&holder));
    let by_cookies = seen!(subject, sessions().find_holders_of_cookies(&[secret], Some(at)));
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
    assert_eq!(found, Some(AtHand { organization: acme.clone(), role: Role::Admin }));
    let found = at_hand(&subject, &session, other.id).await;
    assert_eq!(found, Some(AtHand { organization: other, role: Role::Viewer }));
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
    let holder = seen!(subject, sessions().find_holder(ann.id, none, Some(acme.id))).expect("ann");
    assert_eq!(holder.session, None);
    assert_eq!(holder.at, Some(AtHand { organization: acme, role: Role::Member }));
}
