//! A browser that knows cookies and forms, and what it sees.

use std::collections::BTreeMap;

use actix_web::{
    App,
    http::{
        Method, StatusCode,
        header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, HeaderMap, LOCATION, ORIGIN, SET_COOKIE},
    },
    middleware::from_fn,
    test::{self, TestRequest},
};
use ironplate_dashboard::{Dashboard, DashboardSettings, Templates, dashboard};
use ironplate_testkit::{World, samples};
use ironplate_web::{Bodies, Cookies, Host, Network};
use std::sync::Arc;

pub(crate) const ANN: &str = "ann@example.com";
/// The cookie of a log-in.
pub(crate) const SESSION: &str = "ironplate-session";
pub(crate) const ROOT: &str = "root@example.com";

/// One of any number, all in the same world.
pub(crate) struct Browser {
    pub(crate) world: World,
    cookies: BTreeMap<String, String>,
    pages: Dashboard,
    pub(crate) network: Network,
    /// Where its pages were loaded from.
    pub(crate) origin: &'static str,
    /// What reaches the server as `Host`.
    pub(crate) host: &'static str,
}

#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Browser {
    /// In a world with Ann, and Root who is superuser.
    pub(crate) async fn new() -> Self {
        Self::within(World::new().with_user(ANN).await.with_superuser(ROOT).await)
    }

    pub(crate) fn within(world: World) -> Self {
        let settings = DashboardSettings { product: "Ironplate".to_owned(), ..DashboardSettings::default() };
        let network = Network { cookies: Cookies::over_plain_http(&settings.product), ..Network::default() };
        let pages = Dashboard::new(settings, Templates::load(None).unwrap());
        let (origin, host) = ("http://localhost:8000", "localhost:8000");
        Self { world, cookies: BTreeMap::new(), pages, network, origin, host }
    }

    /// Logged in as this user.
    pub(crate) async fn of(email: &str) -> Self {
        let mut browser = Self::new().await;
        browser.log_in(email).await;
        browser
    }

    pub(crate) async fn log_in(&mut self, email: &str) {
        let seen = self.post("/dashboard/log-in", &[("email", email), ("password", samples::PASSWORD)]).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&mut self, path: &str) -> Seen {
        self.send(TestRequest::with_uri(path).insert_header((ACCEPT, "text/html"))).await
    }

    /// By a form of a page of ours.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.send(form(path, fields).insert_header((ORIGIN, self.origin))).await
    }

    /// By a form of a page of ours, and on to where it leads.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let seen = self.post(path, fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
        let next = seen.location().to_owned();
        self.get(&next).await
    }

    pub(crate) async fn send(&mut self, request: TestRequest) -> Seen {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.insert_header((HOST, self.host)).insert_header((COOKIE, cookies.join("; ")));
        let request = request.peer_addr("203.0.113.7:4711".parse().unwrap());
        let network = self.network.clone();
        let host =
            Host::new(Arc::new(self.world.application()), self.world.secrets.clone(), network, Bodies::default());
        let app = App::new().app_data(host).configure(dashboard(self.pages.clone())).wrap(from_fn(ironplate_web::log));
        let service = test::init_service(app).await;
        let response = test::call_service(&service, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.into(), value.into())
            };
        }
        let text = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        Seen { status, headers, text }
    }
}

/// A form from somewhere.
pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> TestRequest {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    TestRequest::with_uri(path)
        .method(Method::POST)
        .insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload(body)
}

impl Seen {
    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that these come in this order, on a page of this status.
    pub(crate) fn shows(&self, status: u16, texts: &[&str]) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location(), self.text);
        let mut rest = &*self.text;
        for text in texts {
            let found = rest.split_once(text);
            rest = found.unwrap_or_else(|| panic!("no {text:?} (there) in {}", self.text)).1;
        }
        self
    }

    pub(crate) fn leads_to(&self, location: &str) {
        assert_eq!((self.status, self.location()), (StatusCode::SEE_OTHER, location), "{}", self.text);
    }

    pub(crate) fn hides(&self, text: &str) {
        assert!(!self.text.contains(text), "{text:?} in {}", self.text);
    }
}
