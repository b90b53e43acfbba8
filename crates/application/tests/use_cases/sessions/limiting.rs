//! Log-ins are limited by place and by account, and nobody locks anybody else out.

use std::time::Duration;

use ironplate_application::{
    limits::{Limit, LimitError},
    recovery::ResetPassword,
    sessions::LogInError,
};
use ironplate_domain::{AuditDetail, AuditKind, Client, MailTemplate};
use ironplate_testkit::{
    HasherCalls, World,
    samples::{PASSWORD, client_at, email, password},
    secret_in, user,
};

use crate::{assert_fails, log_in};

const ANN: &str = "ann@example.com";
const HOME: &str = "203.0.113.7";
const ATTACKER: &str = "198.51.100.66";

async fn try_at(world: &World, address: &str, email: &str, password: &str) -> Result<(), LogInError> {
    world.sessions().log_in(log_in(email, password), &client_at(address)).await.map(drop)
}

macro_rules! assert_throttled {
    ($outcome:expr) => {
        assert_fails!($outcome, LogInError::Limit(LimitError::Throttled(_)))
    };
}

#[tokio::test]
async fn log_ins_from_one_place_are_limited_whoever_they_are_for() {
    let world =
        World::new().limiting(Limit::LogInPerAddress, 3).with_user(ANN).await.with_user("bob@example.com").await;
    assert!(try_at(&world, ATTACKER, ANN, PASSWORD).await.is_ok());
    assert_fails!(try_at(&world, ATTACKER, "bob@example.com", "a wrong one").await, LogInError::Incorrect);
    assert!(try_at(&world, ATTACKER, ANN, PASSWORD).await.is_ok(), "a success gives none back, either");
    assert_throttled!(try_at(&world, ATTACKER, ANN, PASSWORD).await);
    assert!(try_at(&world, HOME, ANN, PASSWORD).await.is_ok());
    world.clock.advance(Duration::from_hours(8));
    assert!(try_at(&world, ATTACKER, ANN, PASSWORD).await.is_ok());
    assert_throttled!(try_at(&world, ATTACKER, ANN, PASSWORD).await);
}

#[tokio::test]
async fn a_network_of_ipv6_addresses_is_one_place() {
    let world = World::new().limiting(Limit::LogInPerAddress, 2).with_user(ANN).await;
    assert!(try_at(&world, "2001:db8:1:2::1", ANN, PASSWORD).await.is_ok());
    assert!(try_at(&world, "2001:db8:1:2::2", ANN, PASSWORD).await.is_ok());
    assert_throttled!(try_at(&world, "2001:db8:1:2:ffff::3", ANN, PASSWORD).await);
}

/// A provider gives one customer so many.
#[tokio::test]
async fn all_networks_of_a_customer_are_limited_together() {
    let world = World::new().limiting(Limit::LogInPerAddress, 1).with_user(ANN).await;
    let admitted = async |networks: std::ops::Range<u32>| {
        let mut admitted = 0;
        for n in networks {
            admitted += u32::from(try_at(&world, &format!("2001:db8:1:{n:x}::1"), ANN, PASSWORD).await.is_ok());
        }
        admitted
    };
    assert_eq!(admitted(0..0x100).await, 4, "256 networks of 64 bits in one of 56");
    assert_eq!(admitted(0x100..0x1000).await, 12, "all others in the same one of 48");
    assert!(try_at(&world, "2001:db8:2::1", ANN, PASSWORD).await.is_ok());
    assert!(try_at(&world, HOME, ANN, PASSWORD).await.is_ok());
    assert_eq!(world.events(AuditKind::Throttled).len(), 1, "and told of once");
}

#[tokio::test]
async fn failed_log_ins_to_one_account_are_limited_wherever_they_come_from() {
    let world =
        World::new().limiting(Limit::LogInPerAccount, 3).with_user(ANN).await.with_user("bob@example.com").await;
    for n in 1..=3 {
        assert_fails!(try_at(&world, &format!("198.51.100.{n}"), ANN, "a wrong one").await, LogInError::Incorrect);
    }
    assert_throttled!(try_at(&world, "198.51.100.4", ANN, "a wrong one").await);
    assert_throttled!(try_at(&world, "198.51.100.4", "ANN@Example.com", PASSWORD).await);
    assert_eq!(world.hasher.calls().verify, 3, "the account was compared with no more");
    assert!(try_at(&world, "198.51.100.4", "bob@example.com", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn successes_cost_the_account_nothing() {
    let world = World::new().limiting(Limit::LogInPerAccount, 2).with_user(ANN).await;
    for n in 1..=9 {
        assert!(try_at(&world, &format!("198.51.100.{n}"), ANN, PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn neither_an_inactive_account_nor_a_full_queue_costs_the_account_anything() {
    let world = World::new().limiting(Limit::LogInPerAccount, 1).with(user(ANN).inactive()).await;
    assert_fails!(try_at(&world, HOME, ANN, PASSWORD).await, LogInError::Inactive);
    world.hasher.busy();
    assert_fails!(try_at(&world, HOME, ANN, PASSWORD).await, LogInError::Hashing(_));
    assert_fails!(try_at(&world, HOME, ANN, PASSWORD).await, LogInError::Hashing(_));
}

/// By answers, no more than by words can an account be told from none.
#[tokio::test]
async fn an_unknown_account_is_limited_like_a_known_one() {
    let world = World::new().limiting(Limit::LogInPerAccount, 2).with_user(ANN).await;
    for email in [ANN, "nobody@example.com"] {
        assert_fails!(try_at(&world, ATTACKER, email, "a wrong one").await, LogInError::Incorrect);
        assert_fails!(try_at(&world, ATTACKER, email, "a wrong one").await, LogInError::Incorrect);
        assert_throttled!(try_at(&world, ATTACKER, email, "a wrong one").await);
    }
}

#[tokio::test]
async fn an_attacker_can_not_lock_out_a_client_that_the_account_knows() {
    let limits = World::new().limiting(Limit::LogInPerAccount, 2).limiting(Limit::LogInPerKnownClient, 2);
    let world = limits.with_user(ANN).await;
    try_at(&world, HOME, ANN, PASSWORD).await.unwrap();
    for _ in 0..2 {
        assert_fails!(try_at(&world, ATTACKER, ANN, "a wrong one").await, LogInError::Incorrect);
    }
    assert_throttled!(try_at(&world, ATTACKER, ANN, PASSWORD).await);
    for _ in 0..5 {
        assert!(try_at(&world, HOME, ANN, PASSWORD).await.is_ok());
    }
    for _ in 0..2 {
        assert_throttled!(try_at(&world, HOME, ANN, "a wrong one").await);
    }
    assert_throttled!(try_at(&world, HOME, ANN, PASSWORD).await);
}

/// Nor does the time that it takes: one comparison each.
#[tokio::test]
async fn who_shares_the_owners_network_does_not_learn_that_there_is_an_account() {
    let limits = World::new().limiting(Limit::LogInPerAccount, 2).limiting(Limit::LogInPerKnownClient, 1);
    let world = limits.with_user(ANN).await;
    try_at(&world, HOME, ANN, PASSWORD).await.unwrap();
    let answers = async |email: &str| {
        let mut answers = Vec::new();
        for address in [HOME, ATTACKER, HOME, HOME, HOME, ATTACKER] {
            let before = world.hasher.calls();
            let outcome = try_at(&world, address, email, "a wrong one").await.unwrap_err();
            let HasherCalls { hash, verify, dummy } = world.hasher.calls();
            let compared = (hash - before.hash, verify + dummy - before.verify - before.dummy);
            answers.push(format!("{outcome:?} after {compared:?}"));
        }
        answers
    };
    assert_eq!(answers(ANN).await, answers("nobody@example.com").await);
}

#[tokio::test]
async fn whoever_has_no_address_is_on_this_machine_and_not_counted_by_place() {
    let world = World::new().limiting(Limit::LogInPerAddress, 1).with_user(ANN).await;
    for _ in 0..3 {
        assert!(world.sessions().log_in(log_in(ANN, PASSWORD), &Client::default()).await.is_ok());
    }
}

#[tokio::test]
async fn a_flood_is_noted_once_a_minute() {
    let world = World::new().limiting(Limit::LogInPerAddress, 1).with_user(ANN).await;
    for _ in 0..5 {
        let _outcome = try_at(&world, ATTACKER, ANN, PASSWORD).await;
    }
    let [event] = &world.events(AuditKind::Throttled)[..] else { panic!("one event") };
    assert_eq!(event.details.get(&AuditDetail::Limit).map(String::as_str), Some("log_in_per_address"));
    world.clock.advance(Duration::from_mins(1));
    let _outcome = try_at(&world, ATTACKER, ANN, PASSWORD).await;
    assert_eq!(world.events(AuditKind::Throttled).len(), 2);
}

/// Or an attacker who is at it all the time would keep the owner out of every place where they were not before.
#[tokio::test]
async fn whoever_sets_a_password_by_the_mailbox_is_let_in_from_there() {
    let world = World::new().limiting(Limit::LogInPerAccount, 2).with_user(ANN).await;
    for _ in 0..2 {
        assert_fails!(try_at(&world, ATTACKER, ANN, "a wrong one").await, LogInError::Incorrect);
    }
    assert_throttled!(try_at(&world, HOME, ANN, PASSWORD).await);
    world.recovery().request(Some(&email(ANN)), &client_at(ATTACKER)).await.unwrap();
    let token = secret_in(&world.mail(MailTemplate::ResetPassword, ANN).await);
    let reset = ResetPassword { token, new_password: password("another fine password") };
    world.recovery().reset_password(reset, &client_at(HOME)).await.unwrap();
    for _ in 0..2 {
        assert_fails!(try_at(&world, ATTACKER, ANN, "a wrong one").await, LogInError::Incorrect);
    }
    assert!(try_at(&world, HOME, ANN, "another fine password").await.is_ok(), "the attacker is at it again");
}

#[tokio::test]
async fn a_throttled_attempt_on_an_account_names_it() {
    let world = World::new().limiting(Limit::LogInPerAccount, 1).with_user(ANN).await;
    for _ in 0..2 {
        let _outcome = try_at(&world, ATTACKER, ANN, "a wrong one").await;
    }
    let [event] = &world.events(AuditKind::Throttled)[..] else { panic!("one event") };
    assert_eq!((event.actor, event.subject), (None, Some(world.user(ANN).id)));
}
