//! Faults on their way to Sentry, built field by field: what is not put in here is in no event.

use std::{
    io,
    time::{Duration, Instant},
};

use http::{HeaderName, HeaderValue};
use ironplate_measure::{Audience, LoggedError, Rate, Work, WorkKind, redacted};
use sentry_types::{
    Dsn,
    protocol::v7::{Envelope, Event, Exception, Map, User, Values},
};

use super::{
    courier::{Courier, Route},
    post::Post,
    stack,
};

const RELEASE: &str = concat!("ironplate@", env!("CARGO_PKG_VERSION"));

const AUTH: HeaderName = HeaderName::from_static("x-sentry-auth");

const ROUTE: Route = Route { name: "sentry", capacity: 64, gather: Duration::ZERO };

/// Fields that say what went wrong, by one of these names.
const CAUSES: [&str; 4] = ["cause", "reason", "error", "panic"];

/// Where faults are reported, and as whose.
pub(crate) struct SentrySettings {
    pub(crate) dsn: Dsn,
    pub(crate) environment: String,
    /// Of all faults, so many are reported.
    pub(crate) sample_rate: Rate,
}

/// A project at Sentry.
pub(super) struct Sentry {
    courier: Courier<Event<'static>>,
    environment: String,
    server: Option<String>,
    sample_rate: Rate,
}

impl Sentry {
    /// # Errors
    /// There can be no more threads.
    pub(super) fn start(settings: &SentrySettings) -> io::Result<Self> {
        let SentrySettings { dsn, environment, sample_rate } = settings;
        let auth = HeaderValue::try_from(dsn.to_auth(Some(RELEASE)).to_string()).map_err(io::Error::other)?;
        let mut post = Post::to("Sentry", dsn.envelope_api_url().to_string(), vec![(AUTH, auth)]);
        let courier = Courier::start(&ROUTE, move |events: Vec<Event<'static>>| {
            let is_lost = |event: Event<'static>| {
                let mut body = Vec::new();
                // Into memory, which fails for nobody.
                let _ = Envelope::from(event).to_writer(&mut body);
                !post.post(&body)
            };
            events.into_iter().map(is_lost).filter(|is_lost| *is_lost).count()
        })?;
        let server = hostname::get().ok().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { courier, environment: environment.clone(), server, sample_rate: *sample_rate })
    }

    /// Reports a fault, with what is known of the work that met it.
    pub(super) fn report(&self, fault: &LoggedError, work: Option<&Work>) {
        let event = self.event(fault, work);
        if self.sample_rate.takes(event.event_id) {
            self.courier.give(event);
        }
    }

    /// Whether all was sent by this moment.
    pub(super) fn finish(&self, latest: Instant) -> bool {
        self.courier.finish(latest)
    }

    fn event(&self, fault: &LoggedError, work: Option<&Work>) -> Event<'static> {
        let is_cause = |name: &str| CAUSES.contains(&name);
        let value =
            fault.details.iter().find(|(name, _)| is_cause(name)).map(|(_, text)| redacted(text, Audience::Outside));
        let extra = fault.details.iter().filter(|(name, _)| !is_cause(name) && *name != "trace");
        let stacktrace = fault.stack.as_deref().and_then(stack::read);
        let exception = Exception { ty: fault.what.clone(), value, stacktrace, ..Exception::default() };
        Event {
            exception: Values { values: vec![exception] },
            extra: extra.map(|(name, text)| ((*name).to_owned(), redacted(text, Audience::Outside).into())).collect(),
            tags: work.map(tags).unwrap_or_default(),
            transaction: work.map(name),
            user: work.and_then(Work::user).map(|id| User { id: Some(id.to_string()), ..User::default() }),
            release: Some(RELEASE.into()),
            environment: Some(self.environment.clone().into()),
            server_name: self.server.clone().map(Into::into),
            platform: "native".into(),
            ..Event::default()
        }
    }
}

/// What was done, without what it was done to.
fn name(work: &Work) -> String {
    match work.kind {
        WorkKind::Request(method) => format!("{method} {}", work.known_route().unwrap_or("?")),
        WorkKind::Mail(template) => format!("mail {template}"),
    }
}

fn tags(work: &Work) -> Map<String, String> {
    let tags = match work.kind {
        WorkKind::Request(method) => {
            vec![("request_id", &*work.id), ("method", method), ("route", work.known_route().unwrap_or_default())]
        }
        WorkKind::Mail(template) => vec![("message_id", &*work.id), ("template", template)],
    };
    tags.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
