//! The operator's way in: a superuser is there.

use ironplate_application::{
    NewPasswordError, Operator,
    ports::{HashingError, StoreError},
    users::{CreateUserError, EnsureSuperuser, Ensured},
};
use ironplate_testkit::{
    FakeStore, World,
    samples::{PASSWORD, email, password},
};

use crate::{assert_fails, opens};

fn ensure(address: &str) -> EnsureSuperuser {
    EnsureSuperuser { email: email(address), password: password("open sesame") }
}

#[tokio::test]
async fn where_nobody_has_the_address_a_verified_superuser_is_made() {
    let world = World::new();
    assert_eq!(
        world.users().ensure_superuser(ensure("root@example.com"), &Operator::default()).await.unwrap(),
        Ensured::Created
    );
    let made = world.user("root@example.com");
    assert_eq!((made.is_active, made.is_superuser, made.is_verified), (true, true, true));
    assert!(opens(&world, "root@example.com", "open sesame").await);
}

#[tokio::test]
async fn whoever_has_the_address_stays_as_they_are() {
    let world = World::new().with_user("ann@example.com").await;
    let before = world.store.users();
    let outcome = world.users().ensure_superuser(ensure("ANN@example.com"), &Operator::default()).await.unwrap();
    assert_eq!(outcome, Ensured::AlreadyThere);
    assert_eq!(world.store.users(), before);
    assert_eq!(world.hasher.calls().hash, 0, "the hash is spared");
    assert!(opens(&world, "ann@example.com", PASSWORD).await);
}

#[tokio::test]
async fn a_server_that_starts_at_the_same_time_may_be_faster() {
    let world = World::new();
    world.hasher.meanwhile({
        let world = world.clone();
        async move {
            world.users().ensure_superuser(ensure("root@example.com"), &Operator::default()).await.unwrap();
        }
    });
    let outcome = world.users().ensure_superuser(ensure("root@example.com"), &Operator::default()).await.unwrap();
    assert_eq!(outcome, Ensured::AlreadyThere);
    assert_eq!(world.store.users().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_servers_that_start_at_once_one_makes_the_superuser() {
    let world = World::new();
    let servers: Vec<_> = (0..16)
        .map(|_| {
            let users = world.users();
            tokio::spawn(async move {
                users.ensure_superuser(ensure("root@example.com"), &Operator::default()).await.unwrap()
            })
        })
        .collect();
    let mut created = 0;
    for server in servers {
        created += usize::from(server.await.unwrap() == Ensured::Created);
    }
    assert_eq!((created, world.store.users().len()), (1, 1));
}

#[tokio::test]
async fn a_superuser_who_can_t_be_hashed_or_stored_is_not_made() {
    let world = World::new();
    world.hasher.busy();
    let outcome = world.users().ensure_superuser(ensure("root@example.com"), &Operator::default()).await;
    assert_fails!(outcome, CreateUserError::Password(NewPasswordError::Hashing(HashingError::Busy)));
    world.hasher.working();
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.users().ensure_superuser(ensure("root@example.com"), &Operator::default()).await;
        assert_fails!(outcome, CreateUserError::Store(StoreError::Unavailable(_)));
    }
    assert_eq!(world.store.users(), []);
}
