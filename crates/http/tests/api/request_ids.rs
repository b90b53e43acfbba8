use actix_web::test::TestRequest;
use ironplate_http::Settings;
use ironplate_testkit::World;
use ironplate_web::Network;

use crate::api::{Answer, Api};

async fn answer_to(peer: &str, id: &str) -> Answer {
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let settings = Settings { network: Network { trusted_proxies, ..Network::default() }, ..Settings::default() };
    let request = TestRequest::get().uri("/nope").peer_addr(peer.parse().unwrap()).insert_header(("x-request-id", id));
    Api::over(World::new(), settings).send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_names_the_request() {
    let answer = answer_to("10.1.2.3:4000", "from-the-proxy").await;
    assert_eq!(answer.header("x-request-id"), Some("from-the-proxy"));
    for id in ["0199f3c2-7c1e-7d35-9f5b-3c5c86b1a001", &"x".repeat(64), "Node_1.A-b"] {
        assert_eq!(answer_to("10.1.2.3:4000", id).await.header("x-request-id"), Some(id));
    }
    assert_eq!(answer.json()["request_id"], "from-the-proxy");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_does() {
    let answer = answer_to("192.0.2.1:4000", "from-a-stranger").await;
    assert_ne!(answer.header("x-request-id"), Some("from-a-stranger"));
    assert!(!answer.header("x-request-id").unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_could_forge_log_lines_or_tell_an_address_is_not_taken_over() {
    for id in
        ["", "with blank", "tab\there", &"x".repeat(65), "ann@example.com", "a\",\"level\":\"ERROR", "a/b", "a%40b"]
    {
        let answer = answer_to("10.1.2.3:4000", id).await;
        assert_ne!(answer.header("x-request-id"), Some(id));
    }
}
