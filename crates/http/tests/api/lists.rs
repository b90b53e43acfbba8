use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use serde_json::Value;

use crate::api::{ANN, Api, ROOT};

async fn with_items(titles: &[&str]) -> Api {
    let api = Api::new().await;
    for title in titles {
        let due_on = (*title == "b").then_some("2027-03-01");
        let body = serde_json::json!({ "title": title, "due_on": due_on }).to_string();
        assert_eq!(api.call("POST", "/items/", Some(ANN), Some(&body)).await.status, StatusCode::OK);
    }
    api
}

fn titles(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_walk_the_whole_list_in_every_order() {
    let api = with_items(&["b", "A", "b", "ä", "C", "a"]).await;
    for order in ["-created_at", "created_at", "title", "-title", "due_on", "-due_on"] {
        let whole = api.get(&format!("/items/?order_by={order}"), ANN).await.json();
        assert_eq!(whole["next"], Value::Null);
        let (mut walked, mut ids, mut path) =
            (Vec::new(), BTreeSet::new(), format!("/items/?order_by={order}&limit=2"));
        loop {
            let page = api.get(&path, ANN).await.json();
            assert_eq!(page["count"], 6);
            walked.extend(titles(&page).into_iter().map(ToOwned::to_owned));
            ids.extend(page["data"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/items/?order_by={order}&limit=2&after={next}");
        }
        assert_eq!(walked, titles(&whole), "{order}");
        assert_eq!(ids.len(), 6, "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_sort_without_regard_to_case() {
    let api = with_items(&["b", "A", "C"]).await;
    assert_eq!(titles(&api.get("/items/?order_by=title", ANN).await.json()), ["A", "b", "C"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_text_in_any_case_and_takes_signs_literally() {
    let api = with_items(&["Straße 50%", "ÄPFEL", "a_b", "axb"]).await;
    for (q, found) in
        [("%C3%A4pf", vec!["ÄPFEL"]), ("50%25", vec!["Straße 50%"]), ("a_b", vec!["a_b"]), ("zzz", vec![])]
    {
        let page = api.get(&format!("/items/?q={q}"), ANN).await.json();
        assert_eq!(titles(&page), found, "{q}");
        assert_eq!(page["count"], found.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn skip_and_limit_page_as_the_contract_has_it() {
    let api = with_items(&["1", "2", "3"]).await;
    let page = api.get("/items/?skip=1&limit=1", ANN).await.json();
    assert_eq!((titles(&page), &page["count"]), (vec!["2"], &3.into()));
    let none = api.get("/items/?limit=0", ANN).await.json();
    assert_eq!((titles(&none).len(), &none["count"]), (0, &3.into()));
    let beyond = api.get("/items/?skip=9223372036854775807&limit=1000", ANN).await.json();
    assert_eq!((titles(&beyond).len(), &beyond["count"]), (0, &3.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_out_of_bounds_are_refused() {
    let api = Api::new().await;
    let long = "x".repeat(256);
    let rows = [
        ("limit=1001", "less_than_equal"),
        ("limit=-1", "greater_than_equal"),
        ("skip=-1", "greater_than_equal"),
        ("skip=9223372036854775808", "less_than_equal"),
        ("limit=x", "int_parsing"),
        ("order_by=email", "literal_error"),
        ("after=x", "value_error"),
        ("q=%00", "value_error"),
        (&*format!("q={long}"), "string_too_long"),
    ];
    for (query, kind) in rows {
        let answer = api.get(&format!("/items/?{query}"), ANN).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(answer.json()["detail"][0]["type"], kind, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_their_own_items_and_a_superuser_all() {
    let api = with_items(&["hers"]).await;
    api.call("POST", "/items/", Some(ROOT), Some(r#"{"title":"his"}"#)).await;
    assert_eq!(api.get("/items/", ANN).await.json()["count"], 1);
    assert_eq!(api.get("/items/", ROOT).await.json()["count"], 2);
}
