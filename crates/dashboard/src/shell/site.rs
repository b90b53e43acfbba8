//! What all pages of one server share.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse};

use super::{ClientPages, Flash, Templates, Theme, assets::Assets};
use crate::headers::referrer_policy;

/// What the pages say of the server they come from.
#[derive(Debug, Clone, Default)]
pub struct DashboardSettings {
    /// The product's name.
    pub product: String,
    /// The server's version.
    pub version: &'static str,
    /// Where it runs, in a word.
    pub environment: String,
    /// The development mailbox is there to be looked at.
    pub shows_mailbox: bool,
    /// A web client is served at `/`, and has these pages.
    pub web_client: Option<ClientPages>,
    /// Where mail goes.
    pub mail: MailDestination,
    /// Whom mail comes from.
    pub mail_from: String,
    /// This server sends mail itself, besides workers that do nothing else.
    pub sends_mail_itself: bool,
    /// How long an access token holds.
    pub access_token_lifetime: Duration,
    /// How often one client may ask this server in all: so often at once, and all of it again after so long.
    pub requests_per_client: Option<(NonZeroU32, Duration)>,
    /// How programs are told that an address is asked by these methods alone; without it, by a code.
    pub wrong_method: Option<fn(&'static str) -> HttpResponse>,
}

/// Where mail goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MailDestination {
    /// To a mail server.
    Out,
    /// Into the development mailbox.
    IntoMailbox,
    /// Nowhere: none is written.
    #[default]
    Nowhere,
}

impl MailDestination {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Out => "smtp",
            Self::IntoMailbox => "mailbox",
            Self::Nowhere => "off",
        }
    }
}

/// The dashboard of one server; cheap to clone.
#[derive(Clone)]
pub struct Dashboard(Arc<Site>);

/// What a page is made with.
pub(crate) struct Site {
    pub(crate) settings: DashboardSettings,
    pub(crate) templates: Templates,
    pub(crate) assets: Assets,
}

/// The frame of the pages that answer one request.
pub(crate) struct Shell {
    dashboard: Dashboard,
    pub(crate) theme: Theme,
    /// What the page before left to be said.
    pub(crate) flash: Option<Flash>,
    /// What requests that the page causes tell of its address.
    pub(crate) referrer: &'static str,
}

impl Shell {
    /// What this request is answered with; nothing where no dashboard is mounted.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let dashboard = Dashboard::of(request)?.clone();
        let (theme, flash, referrer) = (Theme::of(request), Flash::of(request), referrer_policy(request));
        Some(Self { dashboard, theme, flash, referrer })
    }

    pub(crate) fn site(&self) -> &Site {
        self.dashboard.site()
    }
}

impl Dashboard {
    /// Pages out of these templates.
    #[must_use]
    pub fn new(settings: DashboardSettings, templates: Templates) -> Self {
        let assets = Assets::of(&templates);
        Self(Arc::new(Site { settings, templates, assets }))
    }

    /// The dashboard that answers this request.
    pub(crate) fn of(request: &HttpRequest) -> Option<&Self> {
        request.app_data::<Self>()
    }

    pub(crate) fn site(&self) -> &Site {
        &self.0
    }
}
