//! What is sent back: pages, and ways to other pages.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY,
            SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
};
use ironplate_application::with_causes;
use serde::Serialize;
use tera::Context;

use crate::{
    flash::Flash,
    form::Form,
    refusal::{Broken, Refusal},
    visit::Visit,
};

/// What a handler gives.
pub(crate) type Answer = Result<HttpResponse, Refusal>;

/// Everything comes from this server: style, script, images and frames from their own addresses, nothing inline; forms
/// go nowhere else.
pub(crate) const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// A page about to be rendered.
pub(crate) struct Page<'a> {
    visit: &'a Visit,
    template: &'static str,
    context: Result<Context, String>,
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(visit: &'a Visit, template: &'static str, said: &impl Serialize) -> Self {
        let context = Context::from_serialize(said).map_err(|error| with_causes(&error));
        let mut page = Self { visit, template, context, status: StatusCode::OK, headers: Vec::new() };
        let site = visit.site();
        page.insert("product", &site.settings.product);
        page.insert("assets", &site.assets.version);
        page.insert("theme", &visit.theme);
        page.insert("flash", &visit.flash);
        if visit.flash.is_some() {
            page.headers.push((SET_COOKIE, Flash::take()));
        }
        page
    }

    pub(crate) fn insert(&mut self, name: &'static str, value: &impl Serialize) {
        if let Ok(context) = &mut self.context {
            context.insert(name, value);
        }
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With what was typed, and what is wrong with it.
    pub(crate) fn form(mut self, form: &Form) -> Self {
        self.insert("form", &form.told());
        if let Some(status) = form.status() {
            self.status = status;
        }
        self.headers.extend(form.headers());
        self
    }

    pub(crate) fn answer(self) -> Answer {
        let Self { visit, template, context, status, headers } = self;
        let context = context.map_err(|cause| Refusal::from(Broken(&cause)))?;
        let rendered = visit.site().templates.render(template, &context);
        let html = rendered.map_err(|error| Refusal::from(Broken(&format!("{template}: {}", with_causes(&error)))))?;
        let mut response = HttpResponse::build(status);
        response.content_type(ContentType::html());
        for (name, value) in headers {
            response.append_header((name, value));
        }
        Ok(private(&mut response, POLICY).body(html))
    }
}

/// The headers of everything that is for one reader alone.
pub(crate) fn private(
    response: &mut actix_web::HttpResponseBuilder,
    policy: HeaderValue,
) -> &mut actix_web::HttpResponseBuilder {
    response
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .insert_header((X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
}

/// On to another page, which a reload then loads: nothing is sent twice.
pub(crate) struct Redirect(HttpResponse);

impl Redirect {
    /// To a page of ours: a literal, ids, or an [`OwnPath`](crate::own_path::OwnPath).
    pub(crate) fn to(path: &str) -> Self {
        let mut response = HttpResponse::SeeOther();
        let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/dashboard"));
        Self(private(response.insert_header((LOCATION, location)), POLICY).finish())
    }

    /// Which says this first.
    pub(crate) fn saying(self, flash: Flash) -> Self {
        self.cookie(Some(flash.leave()))
    }

    pub(crate) fn cookie(mut self, cookie: Option<HeaderValue>) -> Self {
        if let Some(cookie) = cookie {
            self.0.headers_mut().append(SET_COOKIE, cookie);
        }
        self
    }

    pub(crate) fn answer(self) -> HttpResponse {
        self.0
    }
}
