//! Details of an audit event as the object that they stand for, which no field of a log line can be.

use ironplate_domain::AuditDetail;
use serde_json::Value;

/// Out of `limit=log_in_per_address passed_over=3`: a word begins a detail if it begins with the name of one.
pub(super) fn object(details: &str) -> Value {
    let mut pairs: Vec<(AuditDetail, String)> = Vec::new();
    for word in details.split(' ') {
        match word.split_once('=').and_then(|(name, text)| Some((AuditDetail::from_name(name)?, text))) {
            Some((detail, text)) => pairs.push((detail, text.to_owned())),
            None => {
                if let Some((_, text)) = pairs.last_mut() {
                    *text = format!("{text} {word}");
                }
            }
        }
    }
    pairs.into_iter().flat_map(|(detail, text)| fields(detail, text)).collect()
}

/// Numbers and booleans of what always is one: a text that looks like one stays a text. What something was before it changed is a
/// field of its own, so that each has one type.
fn fields(detail: AuditDetail, text: String) -> Vec<(String, Value)> {
    use AuditDetail::{Count, IsActive, IsSuperuser, IsVerified, PassedOver};
    let name = detail.name();
    let typed = |text: &str| text.parse().unwrap_or_else(|_| Value::from(text));
    match (detail, text.split_once(" -> ")) {
        (IsActive | IsSuperuser | IsVerified, Some((before, now))) => {
            vec![(name.to_owned(), typed(now)), (format!("{name}_before"), typed(before))]
        }
        (IsActive | IsSuperuser | IsVerified | Count | PassedOver, _) => vec![(name.to_owned(), typed(&text))],
        _ => vec![(name.to_owned(), Value::String(text))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_member_of_its_own_type() {
        for (details, expected) in [
            ("", r"{}"),
            ("reason=incorrect_credentials", r#"{"reason":"incorrect_credentials"}"#),
            ("count=2 fields=email full_name", r#"{"count":2,"fields":"email full_name"}"#),
            ("is_active=true is_superuser=false", r#"{"is_active":true,"is_superuser":false}"#),
            // A name that somebody chose stays a text.
            ("operator=true passed_over=70", r#"{"operator":"true","passed_over":70}"#),
            (
                r#"is_active=false -> true operator=a\b" =c"#,
                r#"{"is_active":true,"is_active_before":false,"operator":"a\\b\" =c"}"#,
            ),
        ] {
            assert_eq!(object(details).to_string(), expected, "{details}");
        }
    }
}
