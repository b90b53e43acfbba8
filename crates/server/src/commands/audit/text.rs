//! Audit events as lines.

use ironplate_domain::{AuditEvent, UserAgent, device, is_invisible, spelled, steers};
use serde_json::{Map, Value, json};

pub(super) const CSV_HEADER: &str =
    "id,at,kind,outcome,actor_id,subject_id,organization_id,address,device,user_agent,request_id,details";

/// The fields of the API, but for addresses, which belong to accounts and not to the log.
pub(super) fn json(event: &AuditEvent) -> String {
    let client = &event.client;
    let line = json!({
        "id": event.id.to_string(),
        "at": event.at.to_string(),
        "kind": event.kind.name(),
        "outcome": event.outcome.name(),
        "actor_id": event.actor.map(|id| id.to_string()),
        "subject_id": event.subject.map(|id| id.to_string()),
        "organization_id": event.organization.map(|id| id.to_string()),
        "address": client.address.map(|address| address.to_string()),
        "device": client.user_agent.as_ref().map(|text| device(Some(text))),
        "user_agent": client.user_agent.as_ref().map(UserAgent::as_str),
        "request_id": client.request_id.as_ref().map(ToString::to_string),
        "details": details(event),
    });
    let line = line.to_string();
    if !line.contains(steers) {
        return line;
    }
    // It stands inside of a text, where it has another spelling.
    let escaped = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>();
    line.chars().map(|c| if steers(c) { escaped(c).concat() } else { c.to_string() }).collect()
}

pub(super) fn csv(event: &AuditEvent) -> String {
    let client = &event.client;
    let fields = [
        event.id.to_string(),
        event.at.to_string(),
        event.kind.name().to_owned(),
        event.outcome.name().to_owned(),
        event.actor.map(|id| id.to_string()).unwrap_or_default(),
        event.subject.map(|id| id.to_string()).unwrap_or_default(),
        event.organization.map(|id| id.to_string()).unwrap_or_default(),
        client.address.map(|address| address.to_string()).unwrap_or_default(),
        client.user_agent.as_ref().map(|text| device(Some(text))).unwrap_or_default(),
        client.user_agent.as_ref().map(ToString::to_string).unwrap_or_default(),
        client.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        if event.details.is_empty() { String::new() } else { details(event).to_string() },
    ];
    fields.map(|field| csv_field(&field)).join(",")
}

fn details(event: &AuditEvent) -> Value {
    let details = event.details.iter().map(|(detail, text)| (detail.name().to_owned(), text.as_str().into()));
    Value::Object(details.collect::<Map<_, _>>())
}

/// RFC 4180. What a spreadsheet would take for a formula, behind blanks too, gets an apostrophe in front: a client chooses its
/// own user agent.
fn csv_field(text: &str) -> String {
    let is_formula = text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_invisible).starts_with(FORMULA);
    let guard = if is_formula { "'" } else { "" };
    let text = spelled(text);
    if guard.is_empty() && !text.contains([',', '"']) {
        return text.into_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// The wide forms mean the same in some languages.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

#[cfg(test)]
mod tests {
    use ironplate_domain::{AuditDetail, AuditEventId, AuditKind, Client, OrganizationId, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn event(user_agent: &str) -> AuditEvent {
        let client = Client { user_agent: UserAgent::new(user_agent), ..Client::default() };
        AuditEvent::new(AuditEventId(Uuid::nil()), Timestamp::from_seconds(0), AuditKind::LogIn, &client)
    }

    #[test]
    fn a_line_of_values_has_as_many_as_its_header() {
        let line = csv(&event("curl/8"));
        assert_eq!(line.split(',').count(), CSV_HEADER.split(',').count());
        assert!(line.starts_with("00000000-0000-0000-0000-000000000000,1970-01-01T00:00:00Z,session.log_in,success"));
        let within = csv(&event("curl/8").within(OrganizationId(Uuid::nil())));
        assert!(within.contains(",success,,,00000000-0000-0000-0000-000000000000,,"), "{within}");
    }

    #[test]
    fn no_stranger_writes_a_formula_or_a_second_field() {
        let line = csv(&event("=HYPERLINK(\"https://evil.example\",1)"));
        assert!(line.contains(r#","'=HYPERLINK(""https://evil.example"",1)","#), "{line}");
        for text in ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n1", " =1", "\u{200b}=1", "＝1"] {
            assert!(csv_field(text).starts_with("\"'"), "{text:?}: {}", csv_field(text));
        }
        assert_eq!(csv_field("a=b"), "a=b");
    }

    #[test]
    fn no_stranger_turns_a_line_around() {
        let event = event("invoice\u{202e}fdp.exe\u{e0041}");
        for line in [csv(&event), json(&event)] {
            assert!(!line.contains(steers) && line.contains("202e"), "{line}");
        }
        let value: Value = serde_json::from_str(&json(&event)).unwrap();
        assert_eq!(value["user_agent"], "invoice\u{202e}fdp.exe\u{e0041}");
    }

    #[test]
    fn a_line_of_json_is_one_object() {
        let text = json(&event("a\"b").saying(AuditDetail::Reason, "x"));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&value["user_agent"], &value["details"]["reason"]), (&json!("a\"b"), &json!("x")));
    }
}
