//! What templates can say.

use ironplate_application::ports::TemplateContext;
use ironplate_domain::Fact;
use secrecy::ExposeSecret;
use tera::Context;

use super::{TemplateFault, words};

/// All there are. Each is defined in every mail; what a mail has nothing to say about is empty, or false.
pub(super) const NAMES: [&str; 18] = [
    "product",
    "frontend_host",
    "to",
    "link",
    "happened_at",
    "valid_for",
    "expires_at",
    "new_address",
    "is_pending",
    "device",
    "address",
    "factor",
    "factor_kind",
    "left",
    "organization",
    "role",
    "new_owner",
    "by",
];

/// The variables of one mail.
///
/// # Errors
/// When it was caused, or the end of its link's time, is no point in time.
pub(super) fn of(context: &TemplateContext, product: &str, frontend_host: &str) -> Result<Context, TemplateFault> {
    let fault = |reason: &str| TemplateFault::new(context.template.name(), None, reason);
    let happened_at = words::second(context.created_at.seconds())
        .ok_or_else(|| fault("the message was caused in no year that can be told"))?;
    let (mut valid_for, mut expires_at) = (String::new(), String::new());
    if let Some(text) = context.fact(Fact::ExpiresAt) {
        let end = words::moment(text).ok_or_else(|| fault("the message's end of time is not written as RFC 3339"))?;
        valid_for = words::span(end.unix_timestamp().saturating_sub(context.created_at.seconds()));
        expires_at = words::date_and_time(end);
    }
    let mut variables = Context::new();
    variables.insert("product", product);
    variables.insert("frontend_host", frontend_host);
    variables.insert("to", context.to.as_str());
    variables.insert("link", context.link.expose_secret());
    variables.insert("happened_at", &words::date_and_time(happened_at));
    variables.insert("valid_for", &valid_for);
    variables.insert("expires_at", &expires_at);
    variables.insert("new_address", context.fact(Fact::NewAddress).unwrap_or_default());
    variables.insert("is_pending", &(context.fact(Fact::IsPending) == Some("true")));
    variables.insert("device", context.fact(Fact::Device).unwrap_or_default());
    variables.insert("address", context.fact(Fact::Address).unwrap_or_default());
    variables.insert("factor", context.fact(Fact::Factor).unwrap_or_default());
    variables.insert("factor_kind", context.fact(Fact::FactorKind).unwrap_or_default());
    variables.insert("left", context.fact(Fact::Left).unwrap_or_default());
    variables.insert("organization", context.fact(Fact::Organization).unwrap_or_default());
    variables.insert("role", context.fact(Fact::Role).unwrap_or_default());
    variables.insert("new_owner", context.fact(Fact::NewOwner).unwrap_or_default());
    variables.insert("by", context.fact(Fact::By).unwrap_or_default());
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::super::Samples;
    use super::*;

    #[test]
    fn every_name_is_defined_in_every_mail() {
        for sample in Samples::all() {
            let variables = of(&sample, "Ironplate", "https://app.example.com").unwrap();
            assert!(NAMES.iter().all(|name| variables.contains_key(name)));
        }
    }
}
