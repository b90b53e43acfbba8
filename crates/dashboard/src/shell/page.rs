//! A page, rendered.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ContentType, HeaderName, HeaderValue, REFERRER_POLICY, SET_COOKIE},
    },
};
use ironplate_application::logged;
use ironplate_web::Reason;
use serde::Serialize;
use tera::Context;

use super::{Flash, Shell};
use crate::{
    fault::{InternalError, PageError},
    headers::{POLICY, private},
};

/// What a handler answers.
pub(crate) type PageResult = Result<HttpResponse, PageError>;

/// A page about to be rendered.
pub(crate) struct PageResponse<'a> {
    shell: &'a Shell,
    template: &'static str,
    context: Result<Context, String>,
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    reason: Option<Reason>,
}

impl<'a> PageResponse<'a> {
    pub(crate) fn new(shell: &'a Shell, template: &'static str, view: &impl Serialize) -> Self {
        let context = Context::from_serialize(view).map_err(|error| logged(&error));
        let mut page = Self { shell, template, context, status: StatusCode::OK, headers: Vec::new(), reason: None };
        let site = shell.site();
        page.insert("product", &site.settings.product);
        page.insert("assets", &site.assets.version);
        page.insert("theme", &shell.theme);
        page.insert("flash", &shell.flash);
        page.insert("referrer", &shell.referrer);
        if shell.flash.is_some() {
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

    /// Why it is not what was asked for.
    pub(crate) fn because(self, code: &'static str) -> Self {
        Self { reason: Some(Reason(code.into())), ..self }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn answer(self) -> PageResult {
        let Self { shell, template, context, status, headers, reason } = self;
        let context = context.map_err(|cause| PageError::from(InternalError(&cause)))?;
        let rendered = shell.site().templates.render(template, &context);
        let html =
            rendered.map_err(|error| PageError::from(InternalError(&format!("{template}: {}", logged(&error)))))?;
        let mut response = HttpResponse::build(status);
        response.content_type(ContentType::html());
        for (name, value) in headers {
            response.append_header((name, value));
        }
        let response = private(&mut response, POLICY);
        let mut response = response.insert_header((REFERRER_POLICY, shell.referrer)).body(html);
        if let Some(reason) = reason {
            response.extensions_mut().insert(reason);
        }
        Ok(response)
    }
}
