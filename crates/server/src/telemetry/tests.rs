//! Panics in each way in, told to a receiver on this machine.

use std::{panic, sync::Arc, time::Duration};

use actix_web::test::{TestRequest, call_service, init_service};
use async_trait::async_trait;
use ironplate_application::{
    Application, Ports,
    ports::{
        Clock, HashingError, MailTransport, OutgoingMail, PasswordHasher, SendError, Store, UnusableHash, Verdict,
    },
};
use ironplate_dashboard::{Dashboard, DashboardSettings, Templates};
use ironplate_domain::{
    AddressRange, MailTemplate, Message, MessageId, Password, PasswordAttempt, PasswordHash, PasswordRecipe,
};
use ironplate_http::{App, Settings};
use ironplate_measure::Rate;
use ironplate_testkit::{World, samples};
use ironplate_tests::{Mood, NEW_PASSWORD, Secrets, Sink};
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt;
use uuid::Uuid;

use super::*;
use crate::{
    lifecycle::Stop,
    logging::log_panic,
    worker::{Worker, WorkerLimits},
};

const ANN: &str = "ann@example.com";
const CLIENT: &str = "203.0.113.77";

/// Whatever it is asked, it panics, and quotes what it should not.
struct Broken(String);

impl Broken {
    fn panic(&self) -> ! {
        panic!("a bug near {ANN} at {CLIENT} with {}", self.0)
    }
}

#[async_trait]
impl PasswordHasher for Broken {
    async fn hash(&self, _: Password) -> Result<PasswordHash, HashingError> {
        self.panic()
    }

    async fn verify(
        &self,
        _: PasswordAttempt,
        _: Option<PasswordHash>,
        _: Option<AddressRange>,
    ) -> Result<Verdict, HashingError> {
        self.panic()
    }

    fn check(&self, _: &PasswordHash) -> Result<(), UnusableHash> {
        self.panic()
    }

    fn know(&self, _: &[PasswordRecipe]) {}
}

#[async_trait]
impl MailTransport for Broken {
    async fn send(&self, _: &OutgoingMail) -> Result<(), SendError> {
        self.panic()
    }
}

/// All on one thread, for whatever is logged on it is heard.
#[tokio::test]
async fn a_panic_is_reported_once_whichever_way_it_came_in() {
    let sink = Sink::start(Mood::Willing).await;
    let sample_rate: Rate = "1".parse().unwrap();
    report_to(&SentrySettings { dsn: sink.dsn().parse().unwrap(), environment: "staging".to_owned(), sample_rate })
        .unwrap();
    let _heard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer()));
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        log_panic(panic);
        usual(panic);
    }));

    let world = World::new().with_user(ANN).await;
    let token = world.token_for(&world.open_session(ANN).await);
    let service = async |ports: &Ports| {
        let application = Application::new(ports, &Arc::new(world.policy.clone()));
        let app = App::new(application, ports.store.clone(), ports.secrets.clone(), Settings::default());
        let dashboard = Dashboard::new(DashboardSettings::default(), Templates::load(None).unwrap());
        init_service(ironplate_http::service(app, |routes| {
            routes.configure(ironplate_dashboard::dashboard(dashboard));
        }))
        .await
    };
    let log_in =
        TestRequest::post().uri("/api/v1/session").set_json(json!({ "email": ANN, "password": samples::PASSWORD }));
    let answer = call_service(&service(&world.ports()).await, log_in.to_request()).await;
    let cookie = answer.headers().get("set-cookie").unwrap().to_str().unwrap().split(';').next().unwrap().to_owned();

    let mut secrets = Secrets::default();
    for text in [ANN, CLIENT, samples::PASSWORD, NEW_PASSWORD, "Bearer", "planted-in-a-query", &token] {
        secrets.add(text, text.as_bytes());
    }
    secrets.add("a cookie", cookie.split_once('=').unwrap().1.as_bytes());
    let broken = Arc::new(Broken(cookie.clone()));
    let service = service(&Ports { hasher: broken.clone(), ..world.ports() }).await;
    let change = json!({ "current_password": samples::PASSWORD, "new_password": NEW_PASSWORD });
    let form = [("current_password", samples::PASSWORD), ("new_password", NEW_PASSWORD)];
    let own = "/api/v1/users/me/password?x=planted-in-a-query";
    let bearer = ("authorization", format!("Bearer {token}"));
    let (cookies, origin) = (("cookie", cookie), ("sec-fetch-site", "same-origin"));
    for request in [
        TestRequest::patch().uri(own).insert_header(bearer).set_json(&change),
        TestRequest::patch().uri(own).insert_header(cookies.clone()).insert_header(origin).set_json(&change),
        TestRequest::post()
            .uri("/api/v1/login/access-token")
            .set_form([("username", ANN), ("password", samples::PASSWORD)]),
        TestRequest::post()
            .uri("/dashboard/settings/password?x=planted-in-a-query")
            .insert_header(cookies)
            .insert_header(origin)
            .set_form(form),
    ] {
        let request = request.peer_addr(format!("{CLIENT}:4711").parse().unwrap());
        assert_eq!(call_service(&service, request.to_request()).await.status(), 500);
    }
    let events = sink.events(4).await;
    let told = |way: &str| events.iter().filter(|event| event["transaction"] == way).count();
    let ways =
        ["PATCH /api/v1/users/me/password", "POST /api/v1/login/access-token", "POST /dashboard/settings/password"];
    assert_eq!(ways.map(told), [2, 1, 1], "{events:?}");

    let message =
        Message::new(MessageId(Uuid::from_u128(1)), MailTemplate::TestMail, samples::email(ANN), world.clock.now());
    let mut work = world.store.begin().await.unwrap();
    work.outbox().enqueue(&message).await.unwrap();
    work.commit().await.unwrap();
    let application = Application::new(&Ports { transport: broken, ..world.ports() }, &Arc::new(world.policy.clone()));
    let (_stopper, stop) = Stop::new();
    let limits = WorkerLimits { concurrency: 1, lease: Duration::from_mins(1) };
    let _worker = Worker::start(application, world.clock.clone(), limits, stop);
    let events = sink.events(5).await;
    assert_eq!(events[4]["tags"]["message_id"], message.id.to_string(), "{}", events[4]);

    for event in &events {
        let exception = &event["exception"]["values"][0];
        assert_eq!(exception["type"], "panicked", "{event}");
        assert!(exception["value"].as_str().unwrap().contains("a bug near [address] at [network address]"), "{event}");
        let frames = exception["stacktrace"]["frames"].as_array().unwrap();
        let is_there = |frame: &serde_json::Value| frame["function"].as_str().is_some_and(|it| it.contains("Broken"));
        assert!(frames.iter().any(is_there), "where it was: {frames:?}");
    }
    for posted in sink.received() {
        secrets.assert_absent("an envelope", &posted.bytes());
    }
}
