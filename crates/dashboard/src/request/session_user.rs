//! Somebody who is logged in, and what they send.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

use std::{ops::Deref, pin::Pin, sync::Arc};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use ironplate_application::{
    Application, Fault, Unproved,
    ports::AtHand,
    sessions::{AuthenticateError, Authenticated, Credential, Reach},
};
use ironplate_domain::{
    Action, Actor, Client, Organization, OrganizationId, Owner, Resource, SessionId, Timestamp, User, can,
};
use ironplate_web::{CrossSite, Failed, Host, RequestHead as _, from_no_other_site, from_our_page};
use serde::Serialize;

use super::{Fields, Form, RequestContext, cross_site, resource::id_of, scope::organization_named};
use crate::{
    fault::{CookieFault, InternalError, PageError, Rejection},
    resources::{ADMINISTERED, OWN, SHARED},
    shell::{PageResponse, at_hand},
    words,
};

/// Somebody who is logged in and asks for a page.
pub(crate) struct SessionUser {
    context: RequestContext,
    pub(crate) account: Arc<User>,
    /// The organisation that they have at hand, if they are in it.
    pub(crate) at: Option<Arc<AtHand>>,
    /// The one that they chose to have at hand, where a page does not say.
    chosen: Option<OrganizationId>,
    pub(crate) session: SessionId,
    /// Until then they are shown nothing that may be old.
    fresh_until: Timestamp,
    is_proved: bool,
}

/// Whoever was recognised, as far as the shell of pages shows them.
#[derive(Clone)]
pub(crate) struct Recognised {
    account: Arc<User>,
    at: Option<Arc<AtHand>>,
}

impl Recognised {
    /// The organisation that the page is of, if that asks its members for a second factor and they have none.
    pub(crate) fn barred_from(&self) -> Option<OrganizationId> {
        self.at.as_deref().filter(|at| at.is_barred).map(|at| at.organization.id)
    }
}

/// A form that somebody sent, from a page of ours.
pub(crate) struct PostedForm<Who> {
    pub(crate) by: Who,
    pub(crate) form: Form,
}

/// Those who may send forms.
pub(crate) trait FormSender: Sized {
    async fn recognise(request: &HttpRequest) -> Result<Self, PageError>;
}

/// The user, as the shell of pages shows them.
#[derive(Serialize)]
struct CurrentUserView<'a> {
    id: String,
    email: &'a str,
    full_name: Option<&'a str>,
    initials: String,
    is_superuser: bool,
}

/// The organisation at hand, as the shell of pages shows it.
#[derive(Serialize)]
struct AtHandView<'a> {
    id: String,
    name: &'a str,
    initials: String,
}

impl SessionUser {
    pub(crate) fn actor(&self) -> Actor {
        self.account
            .actor()
            .by(self.session)
            .shown_fresh_until(self.fresh_until)
            .within(self.at.as_deref().map(AtHand::role))
    }

    /// Whether they proved lately who they are: pages ask for that before what they lead to does.
    ///
    /// # Errors
    /// They did not, and are led to where they do.
    pub(crate) fn check_proved(&self) -> Result<(), PageError> {
        if self.is_proved { Ok(()) } else { Err(Unproved::NotRecent.into()) }
    }

    /// Whether pages offer this to them. The use case that does it asks again, and records a refusal.
    pub(crate) fn may(&self, action: Action, resource: Resource) -> bool {
        can(self.actor(), action, resource)
    }

    /// The organisation of this id, which its members had read when they were recognised.
    pub(crate) async fn organization(&self, id: &str) -> Result<Organization, PageError> {
        let id = id_of(id, OrganizationId)?;
        match self.at.as_deref() {
            Some(at) if at.organization.id == id && !at.is_barred => Ok(at.organization.clone()),
            _ => self.act(|app, actor, client| async move { app.organizations.read(actor, id, &client).await }).await,
        }
    }

    /// Has the organisation at hand that the page turned out to be of, if they are in it.
    pub(crate) fn take_at_hand(&mut self, at: Option<&AtHand>) {
        if let Some(at) = at {
            self.at = Some(Arc::new(at.clone()));
        }
    }

    /// Whether it goes without saying that a page is of this owner.
    pub(crate) fn has_chosen(&self, owner: Owner) -> bool {
        match owner {
            Owner::User(user) => user != self.account.id || self.chosen.is_none(),
            Owner::Organization(id) => self.chosen == Some(id),
        }
    }

    /// Runs a use case as this user, from this client.
    pub(crate) async fn act<T, E, F>(
        &self,
        use_case: impl FnOnce(Arc<Application>, Actor, Client) -> F,
    ) -> Result<T, PageError>
    where
        T: Send + 'static,
        E: Fault,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let (actor, client) = (self.actor(), self.client.clone());
        self.run(|app| use_case(app, actor, client)).await
    }

    /// Whoever is logged in, for pages that serve others, too.
    pub(crate) async fn if_any(request: &HttpRequest) -> Result<Option<Self>, PageError> {
        match Self::recognise(request).await {
            Ok(user) => Ok(Some(user)),
            Err(PageError::LogInRequired(_) | PageError::Rejected(Rejection { code: "cross_site", .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A page inside the shell, under this entry of its menu.
    pub(crate) fn page(
        &self,
        entry: &'static str,
        template: &'static str,
        content: impl Serialize,
    ) -> PageResponse<'_> {
        self.context.page(template, content).within_shell(entry, &self.recognised())
    }

    fn recognised(&self) -> Recognised {
        Recognised { account: self.account.clone(), at: self.at.clone() }
    }

    /// Who asked, if they were recognised before something went wrong.
    pub(crate) fn who_was_recognised(request: &HttpRequest) -> Option<Recognised> {
        request.extensions().get::<Recognised>().cloned()
    }
}

impl PageResponse<'_> {
    /// Inside the shell of this user, under this entry of its menu.
    pub(crate) fn within_shell(mut self, entry: &'static str, Recognised { account, at }: &Recognised) -> Self {
        self.insert("page", &entry);
        self.insert("me", &CurrentUserView::from(&**account));
        self.insert("at", &at.as_deref().map(AtHandView::from));
        self.insert("menu", &[OWN, SHARED].concat());
        self.insert("administered", &ADMINISTERED);
        self
    }
}

impl<'a> From<&'a User> for CurrentUserView<'a> {
    fn from(user: &'a User) -> Self {
        let email = user.email.as_str();
        let full_name = words::full_name(user.full_name.as_ref());
        Self {
            id: user.id.to_string(),
            email,
            full_name,
            initials: words::initials(full_name.unwrap_or(email)),
            is_superuser: user.is_superuser,
        }
    }
}

impl<'a> From<&'a AtHand> for AtHandView<'a> {
    fn from(AtHand { organization, .. }: &'a AtHand) -> Self {
        let name = organization.name.as_str();
        Self { id: organization.id.to_string(), name, initials: words::initials(name) }
    }
}

impl Deref for SessionUser {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.context
    }
}

impl FormSender for RequestContext {
    async fn recognise(request: &HttpRequest) -> Result<Self, PageError> {
        // Or a stranger's page could log people in to an account of the stranger's.
        from_no_other_site(request).map_err(|CrossSite(reason)| cross_site::page_error(reason, request))?;
        Self::of(request)
    }
}

impl FormSender for SessionUser {
    async fn recognise(request: &HttpRequest) -> Result<Self, PageError> {
        from_our_page(request).map_err(|CrossSite(reason)| cross_site::page_error(reason, request))?;
        let context = RequestContext::of(request)?;
        let credential =
            ironplate_web::credential(request).map_err(|CrossSite(reason)| cross_site::page_error(reason, request))?;
        let Some(credential) = credential else {
            return Err(PageError::LogInRequired(CookieFault::Missing));
        };
        let chosen = at_hand::chosen(request);
        let named = of_page(request, &context.query);
        let at = named.unwrap_or(chosen);
        let Authenticated { user, session, at, is_proved, .. } = match authenticate(request, credential, at).await? {
            Ok(known) => known,
            Err(cookies) => return Err(PageError::LogInRequired(cookies)),
        };
        // Of an organisation that bars them they are told where a page is about it, and nowhere else.
        let at = at.filter(|at| named.is_some() || !at.is_barred);
        let (account, at) = (Arc::new(user), at.map(Arc::new));
        let (session, fresh_until) = (session.id, session.fresh_until());
        let recognised = Self { context, account, at, chosen, session, fresh_until, is_proved };
        request.extensions_mut().insert(recognised.recognised());
        Ok(recognised)
    }
}

/// Pages of whoever must have a second factor and has none: what leads to one, and what is needed on the way there. With all that
/// is below them.
const BEFORE_ENROLMENT: [&str; 4] = [
    "/dashboard/settings/security",
    "/dashboard/settings/confirm",
    "/dashboard/settings/appearance",
    "/dashboard/log-out",
];

/// Whether the request is after one of those.
fn reach(request: &HttpRequest) -> Reach {
    let is_below =
        |page: &str| request.path().strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if BEFORE_ENROLMENT.into_iter().any(is_below) { Reach::Enrolment } else { Reach::Everything }
}

/// What the part of an address is called that names an organisation.
pub(crate) const ORGANIZATION: &str = "organization";

/// The organisation that a page is of, where its path, its form or its address names one.
fn of_page(request: &HttpRequest, query: &Fields) -> Option<Option<OrganizationId>> {
    match request.match_info().get(ORGANIZATION) {
        Some(id) => Some(id.parse().ok().map(OrganizationId)),
        None => organization_named(request, query).map(Some),
    }
}

async fn authenticate(
    request: &HttpRequest,
    credential: Credential,
    at: Option<OrganizationId>,
) -> Result<Result<Authenticated, CookieFault>, PageError> {
    let host = Host::of(request).ok_or(InternalError("the host is not wired"))?;
    match host.authenticate(reach(request), request.intent(), credential, at, &ironplate_web::client(request)).await {
        Ok(known) => Ok(Ok(known)),
        Err(Failed::Refused(AuthenticateError::Store(error))) => Err(error.into()),
        Err(Failed::Refused(error @ AuthenticateError::EnrolmentRequired(_))) => Err(error.into()),
        Err(Failed::Refused(AuthenticateError::TwoAccounts)) => Ok(Err(CookieFault::OfTwoAccounts)),
        // Over, gone or switched off: the form for logging in says which, to whoever knows the password.
        Err(Failed::Refused(_)) => Ok(Err(CookieFault::Stale)),
        Err(Failed::Panicked(message)) => Err(InternalError(&message).into()),
    }
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, PageError>>>>;

impl FromRequest for SessionUser {
    type Error = PageError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::recognise(&request).await })
    }
}

impl<Who: FormSender + 'static> FromRequest for PostedForm<Who> {
    type Error = PageError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let sent = Fields::receive(&request, payload).await?;
            request.extensions_mut().insert(sent.clone());
            let by = Who::recognise(&request).await?;
            Ok(Self { by, form: Form::of(sent) })
        })
    }
}
