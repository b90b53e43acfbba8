//! Access tokens with a false signature, a false header, or claims that are not what they should be.

use ironplate_tests::{Client, Database, Forgery, SIGNING_KEY, SUPERUSER, Server, Setup, on_both_databases};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::world::{ANN, BOB};

on_both_databases!(
    a_signature_that_is_not_ours_counts_for_nothing,
    no_header_but_our_own_is_believed,
    every_claim_has_its_type_and_value,
    a_token_counts_for_its_own_user_and_session_alone,
    a_token_from_before_a_key_was_dropped_is_dead,
);

struct World {
    server: Server,
    ann: Client,
    good: Forgery,
}

impl World {
    async fn on(database: &Database) -> Self {
        let server = Setup::on(database).start().await;
        let ann = server.client().sign_up(ANN).await;
        let good = Forgery::of(ann.token().unwrap());
        let world = Self { server, ann, good };
        // Else what is refused below proves nothing.
        let _me = world.with(&world.good.signed()).get("users/me").await.ok();
        world
    }

    fn with(&self, token: &str) -> Client {
        self.server.client().with_token(token)
    }

    async fn assert_refused(&self, token: &str) {
        let answer = self.with(token).get("users/me").await;
        answer.assert_refused(403, "invalid_token");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
    }
}

async fn a_signature_that_is_not_ours_counts_for_nothing(database: Database) {
    let world = World::on(&database).await;
    let (good, token) = (&world.good, world.ann.token().unwrap());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    for forged in [
        good.signed_with("another key, long enough for HS256", Algorithm::HS256),
        good.signed_with("", Algorithm::HS256),
        good.signed_with(SIGNING_KEY, Algorithm::HS384),
        good.signed_with(SIGNING_KEY, Algorithm::HS512),
        good.unsigned(),
        message.to_owned(),
        format!("{message}.{flipped}{}", &signature[1..]),
        format!("{message}.{signature}="),
        format!("{message}.{signature}.{signature}"),
        format!("{message}.{}", &signature[..signature.len() - 4]),
        format!("{token}.."),
    ] {
        world.assert_refused(&forged).await;
    }
}

async fn no_header_but_our_own_is_believed(database: Database) {
    let world = World::on(&database).await;
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("hs256")),
        ("alg", json!("HS384")),
        ("alg", json!("RS256")),
        ("alg", json!("ES256")),
        ("alg", json!(["HS256"])),
        ("alg", Value::Null),
        ("typ", json!("at+jwt")),
        ("kid", Value::Null),
        ("kid", json!("")),
        ("kid", json!(0)),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("x' UNION SELECT 'key' --")),
        ("kid", json!("https://evil.example/key")),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/key.pem")),
        ("jwk", json!({ "kty": "oct", "k": "AAAA" })),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
    ] {
        let forgery = world.good.clone().with_header(name, value);
        world.assert_refused(&forgery.signed()).await;
        world.assert_refused(&forgery.unsigned()).await;
    }
}

async fn every_claim_has_its_type_and_value(database: Database) {
    let world = World::on(&database).await;
    let id = world.good.claim("sub").as_str().unwrap().to_owned();
    let soon = world.good.claim("exp").as_i64().unwrap();
    let spoilt = [
        ("sub", vec![json!(ANN), json!(1), json!([id]), json!({ "id": id }), json!(""), json!(true), json!(SUPERUSER)]),
        ("sid", vec![json!(""), json!(0), json!([]), json!({}), json!("*"), json!("' OR 1=1 --")]),
        ("jti", vec![json!(1), json!("x"), json!([])]),
        ("exp", vec![json!(soon.to_string()), json!(1e20), json!(0), json!(-1), json!("never"), json!([soon])]),
        ("iat", vec![json!(soon + 600), json!("1"), json!(1e300)]),
        ("nbf", vec![json!(soon + 600), json!("0"), json!({})]),
        ("iss", vec![json!("somebody"), json!(["ironplate"]), json!(1)]),
        ("aud", vec![json!("another-api"), json!(["ironplate-api", "another-api"]), json!({})]),
    ];
    for (claim, values) in spoilt {
        for value in values.into_iter().chain([Value::Null]) {
            world.assert_refused(&world.good.clone().with_claim(claim, value).signed()).await;
        }
    }
}

async fn a_token_counts_for_its_own_user_and_session_alone(database: Database) {
    let world = World::on(&database).await;
    let bob = world.server.client().sign_up(BOB).await;
    let root = Forgery::of(world.server.superuser().await.token().unwrap());
    let bob = Forgery::of(bob.token().unwrap());
    for victim in [&bob, &root] {
        // Somebody else's id with one's own session, and the other way round.
        world.assert_refused(&world.good.clone().with_claim("sub", victim.claim("sub").clone()).signed()).await;
        world.assert_refused(&world.good.clone().with_claim("sid", victim.claim("sid").clone()).signed()).await;
    }
    // What a token says beyond that gives no right.
    let boastful = world.good.clone().with_claim("is_superuser", json!(true)).with_claim("role", json!("admin"));
    world.with(&boastful.signed()).get("users/").await.assert_refused(403, "not_enough_privileges");
}

async fn a_token_from_before_a_key_was_dropped_is_dead(database: Database) {
    let world = World::on(&database).await;
    let token = world.ann.token().unwrap().to_owned();
    let _stopped = world.server.stop().await;
    let server = Setup::on(&database).with("SECRET_KEY", "Zt7qWm2Ks9Lx4Vb6Nc1Hd8Pf3Jg5Rr0Y").start().await;
    server.client().with_token(&token).assert_logged_out().await;
}
