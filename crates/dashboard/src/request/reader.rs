//! Somebody who is logged in, and what they send.

use std::{ops::Deref, pin::Pin, sync::Arc};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use ironplate_application::sessions::{AuthenticateError, Credential};
use ironplate_domain::{Actor, SessionId, User};
use ironplate_web::{CrossSite, Failed, Host, from_no_other_site, from_our_page};
use serde::Serialize;

use super::{Fields, Form, Visit, cross_site};
use crate::{
    fault::{Broken, Cookies, Refusal, Said},
    shell::Page,
    words,
};

/// A logged-in user who asks for a page.
pub(crate) struct Reader {
    visit: Visit,
    pub(crate) user: Arc<User>,
    pub(crate) session: SessionId,
}

/// A form that somebody sent, from a page of ours.
pub(crate) struct Posted<Who> {
    pub(crate) by: Who,
    pub(crate) form: Form,
}

/// Those who may send forms.
pub(crate) trait Sender: Sized {
    async fn recognise(request: &HttpRequest) -> Result<Self, Refusal>;
}

/// The reader, as the shell of pages shows them.
#[derive(Serialize)]
struct Me<'a> {
    id: String,
    email: &'a str,
    full_name: Option<&'a str>,
    initials: String,
    is_superuser: bool,
}

impl Reader {
    pub(crate) fn actor(&self) -> Actor {
        self.user.actor().by(self.session)
    }

    /// Whoever is logged in, for pages that serve others, too.
    pub(crate) async fn if_any(request: &HttpRequest) -> Result<Option<Self>, Refusal> {
        match Self::recognise(request).await {
            Ok(reader) => Ok(Some(reader)),
            Err(Refusal::LogInFirst(_) | Refusal::Said(Said { code: "cross_site", .. })) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// A page inside the shell, under this entry of its menu.
    pub(crate) fn page(&self, entry: &'static str, template: &'static str, content: impl Serialize) -> Page<'_> {
        self.visit.page(template, content).within_shell(entry, &self.user)
    }

    /// Who asked, if they were recognised before something went wrong.
    pub(crate) fn who_was_recognised(request: &HttpRequest) -> Option<Arc<User>> {
        request.extensions().get::<Arc<User>>().cloned()
    }
}

impl Page<'_> {
    /// Inside the shell of this user, under this entry of its menu.
    pub(crate) fn within_shell(mut self, entry: &'static str, user: &User) -> Self {
        self.insert("page", &entry);
        self.insert("me", &Me::from(user));
        self
    }
}

impl<'a> From<&'a User> for Me<'a> {
    fn from(user: &'a User) -> Self {
        let email = user.email.as_str();
        let full_name = words::full_name(user);
        Self {
            id: user.id.to_string(),
            email,
            full_name,
            initials: words::initials(full_name.unwrap_or(email)),
            is_superuser: user.is_superuser,
        }
    }
}

impl Deref for Reader {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl Sender for Visit {
    async fn recognise(request: &HttpRequest) -> Result<Self, Refusal> {
        // Or a stranger's page could log people in to an account of the stranger's.
        from_no_other_site(request).map_err(|CrossSite(doubt)| cross_site::refusal(doubt, request))?;
        Self::of(request)
    }
}

impl Sender for Reader {
    async fn recognise(request: &HttpRequest) -> Result<Self, Refusal> {
        from_our_page(request).map_err(|CrossSite(doubt)| cross_site::refusal(doubt, request))?;
        let visit = Visit::of(request)?;
        let credential =
            ironplate_web::credential(request).map_err(|CrossSite(doubt)| cross_site::refusal(doubt, request))?;
        let Some(credential) = credential else {
            return Err(Refusal::LogInFirst(Cookies::Missing));
        };
        let (user, session) = match authenticate(request, credential).await? {
            Ok(known) => known,
            Err(cookies) => return Err(Refusal::LogInFirst(cookies)),
        };
        let user = Arc::new(user);
        request.extensions_mut().insert(user.clone());
        Ok(Self { visit, user, session })
    }
}

async fn authenticate(
    request: &HttpRequest,
    credential: Credential,
) -> Result<Result<(User, SessionId), Cookies>, Refusal> {
    let host = Host::of(request).ok_or(Broken("the host is not wired"))?;
    match host.authenticate(credential, &ironplate_web::client(request)).await {
        Ok(known) => Ok(Ok((known.user, known.session.id))),
        Err(Failed::Refused(AuthenticateError::Store(error))) => Err(error.into()),
        Err(Failed::Refused(AuthenticateError::TwoAccounts)) => Ok(Err(Cookies::OfTwoAccounts)),
        // Over, gone or switched off: the form for logging in says which, to whoever knows the password.
        Err(Failed::Refused(_)) => Ok(Err(Cookies::Stale)),
        Err(Failed::Panicked(message)) => Err(Broken(&message).into()),
    }
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

impl FromRequest for Reader {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::recognise(&request).await })
    }
}

impl<Who: Sender + 'static> FromRequest for Posted<Who> {
    type Error = Refusal;
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
