//! An API to call, and answers to look at.

use std::sync::Arc;

use actix_web::{
    http::{Method, StatusCode, header::HeaderMap},
    test::{self, TestRequest},
    web::ServiceConfig,
};
use ironplate_http::{App, Settings};
use ironplate_testkit::World;
use serde_json::Value;

pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const ROOT: &str = "root@example.com";

/// A world, seen through the API.
pub(crate) struct Api {
    pub(crate) world: World,
    app: App,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {:?}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Api {
    /// With Ann, and Root who is superuser.
    pub(crate) async fn new() -> Self {
        Self::over(World::new().with_user(ANN).await.with_superuser(ROOT).await, Settings::default())
    }

    pub(crate) fn over(world: World, settings: Settings) -> Self {
        let store = Arc::new(world.store.clone());
        let app = App::new(world.application(), store, world.secrets.clone(), settings);
        Self { world, app }
    }

    pub(crate) async fn token(&self, email: &str) -> String {
        self.world.token_for(&self.world.open_session(email).await)
    }

    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        self.send_to(|_| {}, request).await
    }

    /// With more paths mounted.
    pub(crate) async fn send_to(
        &self,
        more: impl FnOnce(&mut ServiceConfig) + 'static,
        request: TestRequest,
    ) -> Answer {
        let service = test::init_service(ironplate_http::service(self.app.clone(), more)).await;
        let response = test::call_service(&service, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = test::read_body(response).await;
        Answer { status, headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    /// A call as `email`, or as nobody, with a JSON body, or none.
    pub(crate) async fn call(&self, method: &str, path: &str, email: Option<&str>, body: Option<&str>) -> Answer {
        let mut request = TestRequest::with_uri(&format!("/api/v1{path}")).method(method.parse::<Method>().unwrap());
        if let Some(email) = email {
            request = request.insert_header(("authorization", format!("Bearer {}", self.token(email).await)));
        }
        if let Some(body) = body {
            request = request.insert_header(("content-type", "application/json")).set_payload(body.to_owned());
        }
        self.send(request).await
    }

    /// A call as nobody.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, None, Some(&body.to_string())).await
    }

    pub(crate) async fn get(&self, path: &str, email: &str) -> Answer {
        self.call("GET", path, Some(email), None).await
    }
}
