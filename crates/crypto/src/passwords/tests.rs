use std::{
    future::Future,
    pin::{Pin, pin},
    sync::mpsc::{Sender, channel},
    task::Poll,
};

use super::*;

/// Cheap, so that tests are about behaviour and not about waiting.
const CHEAP: PasswordHashing =
    PasswordHashing { memory_kib: 64, iterations: 1, parallelism: 1, threads: NonZeroUsize::new(1), queue: 4 };

const PASSWORD: &str = "correct horse";

fn passwords() -> Passwords {
    Passwords::start(CHEAP).unwrap()
}

async fn verify(passwords: &Passwords, attempt: &str, hash: &str) -> Verdict {
    let hash = PasswordHash::new(hash.to_owned());
    passwords.verify(PasswordAttempt::new(attempt), Some(hash), None).await.unwrap()
}

#[tokio::test]
async fn a_hash_verifies_its_own_password_only() {
    let passwords = passwords();
    let hash = passwords.hash(Password::parse(PASSWORD).unwrap()).await.unwrap();
    assert_eq!(verify(&passwords, PASSWORD, hash.expose()).await, Verdict::Match);
    assert_eq!(verify(&passwords, "wrong horse", hash.expose()).await, Verdict::Mismatch);
}

#[tokio::test]
async fn two_hashes_of_one_password_differ() {
    let passwords = passwords();
    let password = Password::parse(PASSWORD).unwrap();
    assert_ne!(passwords.hash(password.clone()).await.unwrap(), passwords.hash(password).await.unwrap());
}

#[tokio::test]
async fn the_default_parameters_are_written_into_the_hash() {
    let passwords = Passwords::start(PasswordHashing::default()).unwrap();
    let hash = passwords.hash(Password::parse(PASSWORD).unwrap()).await.unwrap();
    assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.expose());
}

#[tokio::test]
async fn hashes_of_other_systems_verify() {
    let passwords = passwords();
    let rows = [
        ("$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI", false),
        ("$argon2id$v=16$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$3gGnVO0jcZRlIiftUe9LEaSHv0XBZAQ5/FZwo4t1bJg", true),
        ("$argon2i$v=19$m=1024,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$cSlTp1XhZJudMjw49+rx/1YsWFl8k+4R5wwzIWM/+Qk", true),
        ("$argon2d$v=19$m=1024,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$rt7RWUZNWlzYhX24e2EP7F7i/S0imrWTjKbrNFRPloQ", true),
        ("$2a$04$eH2qihGmfMKdoTbreKhsrOSneheMxJgvIz3VphfFoq8287/R3pzi.", true),
        ("$2b$04$FAl6uK2kuT0jfzyjibQH5uQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki", true),
        ("$2x$04$FAl6uK2kuT0jfzyjibQH5uQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki", true),
        ("$2y$04$FAl6uK2kuT0jfzyjibQH5uQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki", true),
    ];
    for (hash, weak) in rows {
        let right = if weak { Verdict::MatchButWeak } else { Verdict::Match };
        assert_eq!(verify(&passwords, PASSWORD, hash).await, right, "{hash}");
        assert_eq!(verify(&passwords, "wrong horse", hash).await, Verdict::Mismatch, "{hash}");
    }
}

#[tokio::test]
async fn a_hash_is_weak_when_today_asks_for_more() {
    let hash = passwords().hash(Password::parse(PASSWORD).unwrap()).await.unwrap();
    for stronger in [PasswordHashing { memory_kib: 128, ..CHEAP }, PasswordHashing { iterations: 2, ..CHEAP }] {
        let passwords = Passwords::start(stronger).unwrap();
        assert_eq!(verify(&passwords, PASSWORD, hash.expose()).await, Verdict::MatchButWeak, "{stronger:?}");
    }
}

#[tokio::test]
async fn a_malformed_or_absurd_hash_is_a_mismatch_and_never_run() {
    let passwords = passwords();
    let salt_and_output = "MDEyMzQ1Njc4OWFiY2RlZg$L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI";
    let rows = [
        String::new(),
        PASSWORD.to_owned(),
        "!".to_owned(),
        "$argon2id$".to_owned(),
        "$argon2id$v=19$m=1024,t=2,p=1$$".to_owned(),
        "$argon2id$v=19$m=1024,t=2,p=1$£$£".to_owned(),
        format!("$argon2id$v=99$m=1024,t=2,p=1${salt_and_output}"),
        format!("$argon2id$v=19$t=2,p=1${salt_and_output}"),
        format!("$argon2id$v=19$m=1,t=2,p=1${salt_and_output}"),
        format!("$argon2id$v=19$m=4194304,t=2,p=1${salt_and_output}"),
        format!("$argon2id$v=19$m=4294967295,t=4294967295,p=1${salt_and_output}"),
        format!("$argon2id$v=19$m=1024,t=4294967295,p=1${salt_and_output}"),
        format!("$argon2id$v=19$m=1024,t=1,p=128${salt_and_output}"),
        "$2b$31$FAl6uK2kuT0jfzyjibQH5uQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki".to_owned(),
        "$2b$04$short".to_owned(),
        "$2b$04$aaaaaaaaaaaaaaaaaaaaa£aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "$2z$04$FAl6uK2kuT0jfzyjibQH5uQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki".to_owned(),
    ];
    for hash in rows {
        assert_eq!(verify(&passwords, PASSWORD, &hash).await, Verdict::Mismatch, "{hash}");
    }
}

/// Whoever knows the part that bcrypt sees gets in, as they did before. But their ending must not become the password.
#[tokio::test]
async fn what_bcrypt_does_not_see_of_a_password_is_not_proved() {
    let passwords = passwords();
    let seen = "x".repeat(72);
    let hash = bcrypt::hash(format!("{seen}the owner's"), 4).unwrap();
    for attempt in [&format!("{seen}the owner's"), &format!("{seen}another's"), &seen] {
        assert_eq!(verify(&passwords, attempt, &hash).await, Verdict::Match, "{attempt}");
    }
    assert_eq!(verify(&passwords, &seen[1..], &hash).await, Verdict::Mismatch);

    let whole = "ä".repeat(35) + "x";
    let hash = bcrypt::hash(&whole, 4).unwrap();
    assert_eq!(verify(&passwords, &whole, &hash).await, Verdict::MatchButWeak, "71 bytes and their end");
    let repeated = bcrypt::hash(PASSWORD, 4).unwrap();
    let attempt = format!("{PASSWORD}\0{PASSWORD}");
    assert_ne!(verify(&passwords, &attempt, &repeated).await, Verdict::MatchButWeak, "bcrypt repeats what is short");
}

#[tokio::test]
async fn a_password_opens_its_hash_in_any_spelling_and_one_of_another_is_replaced() {
    let passwords = passwords();
    let (composed, apart) = ("pass\u{f6}rd \u{e9}\u{e8}", "passo\u{308}rd\u{a0}e\u{301}e\u{300}");
    let todays = passwords.hash(Password::parse(apart).unwrap()).await.unwrap();
    for typed in [composed, apart] {
        assert_eq!(verify(&passwords, typed, todays.expose()).await, Verdict::Match, "{typed}");
    }
    assert_eq!(verify(&passwords, "passord ee", todays.expose()).await, Verdict::Mismatch);

    let cost = Cost::new(CHEAP.memory_kib, CHEAP.iterations, CHEAP.parallelism).unwrap();
    let of_before = passwords
        .threads
        .run(Queue::Anybody, move |memory| argon2::hash(apart.as_bytes(), cost, memory))
        .await
        .unwrap();
    assert_eq!(verify(&passwords, apart, &of_before.unwrap()).await, Verdict::MatchButWeak);
}

#[tokio::test]
async fn no_hash_is_a_mismatch() {
    let verdict = passwords().verify(PasswordAttempt::new(PASSWORD), None, None).await.unwrap();
    assert_eq!(verdict, Verdict::Mismatch);
}

#[tokio::test]
async fn beyond_the_queue_callers_are_told_at_once() {
    let threads = Threads::start(NonZeroUsize::MIN, 1, 0).unwrap();
    let (running, finish) = occupied(&threads).await;
    let mut waiting = pin!(threads.run(Queue::Anybody, |_| ()));
    assert!(poll_once(waiting.as_mut()).await.is_pending());

    assert!(matches!(threads.run(Queue::Anybody, |_| ()).await, Err(HashingError::Busy)));

    finish.send(()).unwrap();
    running.await;
    assert!(waiting.await.is_ok());
}

/// Keeps the only thread until the sender is used.
async fn occupied(threads: &Threads) -> (Pin<Box<impl Future + use<'_>>>, Sender<()>) {
    let ((started, has_started), (finish, may_finish)) = (channel(), channel());
    let mut running = Box::pin(threads.run(Queue::Anybody, move |_| {
        started.send(()).unwrap();
        may_finish.recv().unwrap();
    }));
    assert!(poll_once(running.as_mut()).await.is_pending());
    has_started.recv().unwrap();
    (running, finish)
}

#[tokio::test]
async fn those_of_the_known_go_first() {
    let threads = Threads::start(NonZeroUsize::MIN, 2, 0).unwrap();
    let (_running, finish) = occupied(&threads).await;
    let (told, order) = channel();
    let mut waiting = Vec::new();
    for queue in [Queue::Anybody, Queue::Known, Queue::Anybody, Queue::Known] {
        let told = told.clone();
        let mut one = Box::pin(threads.run(queue, move |_| told.send(queue).unwrap()));
        assert!(poll_once(one.as_mut()).await.is_pending());
        waiting.push(one);
    }
    finish.send(()).unwrap();
    for one in waiting {
        one.await.unwrap();
    }
    let order: Vec<_> = order.try_iter().collect();
    assert_eq!(order, [Queue::Known, Queue::Known, Queue::Anybody, Queue::Anybody]);
}

#[tokio::test]
async fn where_a_right_password_came_from_lately_the_next_finds_room() {
    let passwords = passwords();
    let hash = passwords.hash(Password::parse(PASSWORD).unwrap()).await.unwrap();
    let [office, elsewhere] =
        ["192.0.2.7", "192.0.2.8"].map(|address| Some(AddressRange::of(address.parse().unwrap())));
    let ask = |attempt: &str, from| passwords.verify(PasswordAttempt::new(attempt), Some(hash.clone()), from);
    assert_eq!(ask(PASSWORD, office).await.unwrap(), Verdict::Match);
    assert_eq!(ask("wrong horse", elsewhere).await.unwrap(), Verdict::Mismatch);

    let (_running, finish) = occupied(&passwords.threads).await;
    let mut waiting: Vec<_> = (0..CHEAP.queue).map(|_| Box::pin(ask("wrong horse", elsewhere))).collect();
    for one in &mut waiting {
        assert!(poll_once(one.as_mut()).await.is_pending());
    }
    assert!(matches!(ask(PASSWORD, elsewhere).await, Err(HashingError::Busy)), "there is no room for anybody");
    let mut known = pin!(ask("wrong horse", office));
    assert!(poll_once(known.as_mut()).await.is_pending());
    finish.send(()).unwrap();
    assert_eq!(known.await.unwrap(), Verdict::Mismatch);
}

#[tokio::test]
async fn a_panic_fails_its_own_caller_only() {
    let threads = Threads::start(NonZeroUsize::MIN, 1, 0).unwrap();
    assert!(matches!(
        threads.run(Queue::Anybody, |_| panic!("as intended")).await,
        Err::<(), _>(HashingError::Failed(_))
    ));
    assert_eq!(threads.run(Queue::Anybody, |_| 1).await.unwrap(), 1);
}

async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

#[test]
fn a_decoy_costs_what_a_hash_of_today_costs() {
    let cost = Cost::new(CHEAP.memory_kib, CHEAP.iterations, CHEAP.parallelism).unwrap();
    let Ok(Stored::Argon2(recipe)) = Stored::parse(&argon2::decoy(cost).unwrap()) else { panic!("no decoy") };
    assert_eq!((recipe.cost, recipe.algorithm), (cost, ::argon2::Algorithm::Argon2id));
    assert!(!Stored::Argon2(recipe).is_weaker_than(cost));
}

/// Counts comparisons by how much they cost, which is what takes the time.
#[tokio::test]
async fn a_failure_costs_one_comparison_with_each_recipe_that_is_stored() {
    let passwords = passwords();
    let recipes = ["$2b$05$", "$2a$05$", "$2b$04$", "$argon2id$v=19$m=128,t=2,p=1$", "$argon2id$v=19$m=1,t=0$", "!"];
    passwords.know(&recipes.map(|recipe| PasswordRecipe(recipe.to_owned())));
    let decoys: Vec<u64> = passwords.decoys.all().iter().map(Stored::price).collect();
    let todays = passwords.decoys.all().iter().filter(|decoy| decoy.price() == 64).count();
    assert_eq!((decoys.as_slice(), todays), (&[1_600, 800, 256, 64][..], 1), "one of each price, the dearest first");
    for hash in ["$2b$04$FAl6uK2kuT0jfzyjibQH5uQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki", "!"] {
        assert_eq!(verify(&passwords, "wrong horse", hash).await, Verdict::Mismatch);
    }
    passwords.know(&[]);
    assert_eq!(passwords.decoys.all().len(), 1, "those of today are always known");
}

#[test]
fn no_number_of_recipes_makes_a_failure_endless() {
    let passwords = passwords();
    let recipes: Vec<_> = (1..60).map(|t| PasswordRecipe(format!("$argon2id$v=19$m=1024,t={t},p=1$"))).collect();
    passwords.know(&recipes);
    let prices: Vec<u64> = passwords.decoys.all().iter().map(|decoy| decoy.price() / 1024).collect();
    assert_eq!(prices, [59, 58, 57, 56]);
}
