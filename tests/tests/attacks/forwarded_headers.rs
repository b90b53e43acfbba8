//! Headers that claim to tell where a request came from.

use ironplate_tests::{Answer, Client, Database, Setup, on_both_databases};
use reqwest::Method;
use serde_json::Value;

use super::world::NOBODY;

on_both_databases!(
    nobody_but_a_trusted_proxy_is_believed,
    behind_a_proxy_the_rightmost_stranger_counts,
    a_network_of_ipv6_addresses_is_one_client,
    the_audit_log_names_the_address_that_counts,
);

const LIMIT: &str = "recovery_per_address";

/// Asks for a recovery with these headers.
async fn ask(client: &Client, headers: &[(&str, &str)]) -> Answer {
    let request = client.request(Method::POST, "password-recovery").json(&serde_json::json!({ "email": NOBODY }));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Client::send(request).await.expect("an answer")
}

async fn nobody_but_a_trusted_proxy_is_believed(database: Database) {
    for proxies in ["", "192.0.2.0/24"] {
        let setup = Setup::on(&database).with("IRONPLATE__HTTP__TRUSTED_PROXIES", proxies);
        let server = setup.with_limit(LIMIT, "1 per day").start().await;
        let client = server.client();
        let first = ask(&client, &[]).await.status;
        assert!([200, 429].contains(&first), "429 on the second server, which shares the count");
        for claim in [
            [("x-forwarded-for", "198.51.100.1"), ("x-real-ip", "198.51.100.1")],
            [("x-forwarded-for", "192.0.2.1, 198.51.100.2"), ("forwarded", "for=198.51.100.2")],
            [("x-client-ip", "198.51.100.3"), ("cf-connecting-ip", "198.51.100.3")],
            [("true-client-ip", "198.51.100.4"), ("x-forwarded-for", "127.0.0.1")],
        ] {
            ask(&client, &claim).await.assert_refused(429, "too_many_attempts");
        }
    }
}

async fn behind_a_proxy_the_rightmost_stranger_counts(database: Database) {
    let setup = Setup::on(&database).with("IRONPLATE__HTTP__TRUSTED_PROXIES", "127.0.0.1/32,10.0.0.0/8");
    let server = setup.with_limit(LIMIT, "1 per day").start().await;
    let client = server.client();
    let _first = ask(&client, &[("x-forwarded-for", "198.51.100.1")]).await.ok();
    // Whatever the client wrote itself stands to the left of what the proxies added.
    for claim in [
        &[("x-forwarded-for", "203.0.113.1, 198.51.100.1")][..],
        &[("x-forwarded-for", "127.0.0.1, 198.51.100.1")],
        &[("x-forwarded-for", "203.0.113.2,198.51.100.1, 10.1.2.3")],
        &[("x-forwarded-for", "203.0.113.3"), ("x-forwarded-for", "198.51.100.1")],
        &[("x-forwarded-for", "nonsense, 198.51.100.1:4711")],
        &[("x-forwarded-for", "203.0.113.4, ::ffff:198.51.100.1")],
        &[("x-real-ip", "203.0.113.5"), ("x-forwarded-for", "198.51.100.1")],
        &[("forwarded", "for=203.0.113.6"), ("x-forwarded-for", "198.51.100.1")],
    ] {
        ask(&client, claim).await.assert_refused(429, "too_many_attempts");
    }
    let _other = ask(&client, &[("x-forwarded-for", "198.51.100.1, 198.51.100.2")]).await.ok();
}

async fn a_network_of_ipv6_addresses_is_one_client(database: Database) {
    let server = Setup::on(&database).behind_proxy().with_limit(LIMIT, "1 per day").start().await;
    let client = server.client();
    let _first = ask(&client, &[("x-forwarded-for", "2001:db8:1:2::1")]).await.ok();
    for same in ["2001:db8:1:2::2", "2001:db8:1:2:ffff:ffff:ffff:ffff", "[2001:db8:1:2::3]:443", "2001:DB8:1:2:0:0:0:9"]
    {
        ask(&client, &[("x-forwarded-for", same)]).await.assert_refused(429, "too_many_attempts");
    }
    let _neighbour = ask(&client, &[("x-forwarded-for", "2001:db8:1:3::1")]).await.ok();
}

async fn the_audit_log_names_the_address_that_counts(database: Database) {
    let server = Setup::on(&database).behind_proxy().start().await;
    let _answer = ask(&server.client(), &[("x-forwarded-for", "6.6.6.6, 203.0.113.9")]).await.ok();
    let root = server.superuser().await;
    let events = root.get("audit?kind=account.recovery_requested").await.ok();
    assert_eq!(events["data"][0]["address"], "203.0.113.9", "{events}");
    assert_eq!(events["data"].as_array().map(Vec::len), Some(1));
    let all: Value = root.get("audit").await.ok();
    assert!(!all.to_string().contains("6.6.6.6"), "{all}");
}
