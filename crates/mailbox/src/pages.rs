//! Pages out of templates, all of them inside the binary.

use std::sync::LazyLock;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
};
use ironplate_domain::spelled_in_lines;
use serde::Serialize;
use tera::{Context, Tera, TeraResult, escape_html};

const TEMPLATES: [(&str, &str); 4] = [
    ("layout.html", include_str!("../../../templates/pages/mailbox/layout.html")),
    ("list.html", include_str!("../../../templates/pages/mailbox/list.html")),
    ("mail.html", include_str!("../../../templates/pages/mailbox/mail.html")),
    ("error.html", include_str!("../../../templates/pages/mailbox/error.html")),
];

/// Styles, images and frames come from this server; nothing else comes from anywhere, and no script from nowhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

static PAGES: LazyLock<Tera> = LazyLock::new(|| {
    parsed().unwrap_or_else(|error| {
        tracing::error!(%error, "the templates are broken");
        Tera::new()
    })
});

fn parsed() -> TeraResult<Tera> {
    let mut tera = Tera::new();
    // Nor does what is printed turn the direction of what is beside it.
    tera.set_escape_fn(|text, out| escape_html(&spelled_in_lines(text), out));
    // What a name in `.html` renders is escaped.
    tera.add_raw_templates(TEMPLATES)?;
    Ok(tera)
}

/// A page of the mailbox: this template, filled in.
pub(crate) fn page(status: StatusCode, template: &str, content: &impl Serialize) -> HttpResponse {
    let rendered = Context::from_serialize(content).and_then(|context| PAGES.render(template, &context));
    match rendered {
        Ok(html) => bare(status, ContentType::html(), POLICY, html),
        Err(error) => {
            tracing::error!(template, %error, "page not rendered");
            HttpResponse::InternalServerError().content_type(ContentType::plaintext()).body("Internal Server Error")
        }
    }
}

/// An answer with the headers that every page of ours has.
pub(crate) fn bare(status: StatusCode, content_type: ContentType, policy: &'static str, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_sound() {
        parsed().unwrap();
    }
}
