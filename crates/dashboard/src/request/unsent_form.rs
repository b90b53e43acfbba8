//! What somebody sent and what was not done: they see it again, and can send it again.

use serde::Serialize;

use super::{Fields, OwnPath, fields::is_password, form::WAS};
use crate::words;

/// Before the names of fields that wait for their owner to log in.
pub(crate) const KEPT: &str = "kept.";

/// Before the names of those that are not kept, and have to be typed again.
pub(crate) const AGAIN: &str = "again.";

/// As templates take it.
#[derive(Default, Serialize)]
pub(crate) struct UnsentForm {
    /// Where it was sent, if it may be sent there again.
    action: Option<OwnPath>,
    /// What was typed.
    shown: Vec<TypedField>,
    /// What is sent again.
    kept: Vec<HiddenField>,
    /// Passwords, which nobody keeps: they have to be typed again.
    again: Vec<PasswordField>,
}

#[derive(Serialize)]
struct TypedField {
    name: String,
    value: String,
}

/// A field, to be sent along unseen.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct HiddenField {
    name: String,
    text: String,
}

#[derive(Serialize)]
struct PasswordField {
    name: String,
    label: String,
}

/// Who sent more than this typed it nowhere. A page holds it twice, and for as long as its reader takes to load it.
const MAX_BYTES: usize = 16 * 1024;

/// Fields that nobody typed.
const OURS: [&str; 19] = [
    "answer",
    "assertion",
    "back",
    "challenge",
    "has_app",
    "has_recovery_codes",
    "move_to",
    "next",
    "organization",
    "owner",
    "passkey_options",
    "registration",
    "resume",
    "theme",
    "token",
    "trust_days",
    "trust_device",
    "username",
    "why",
];

impl UnsentForm {
    /// What these fields hold; nothing where nobody typed anything that could be kept: a button is pressed again, and a
    /// password is typed again, on the page where that is done.
    pub(crate) fn of(fields: &Fields) -> Option<Self> {
        if fields.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>() > MAX_BYTES {
            return None;
        }
        let typed = fields.iter().filter(|(name, text)| is_typed(fields, name, text)).map(shown);
        let shown: Vec<TypedField> = typed.chain(fields.iter().filter_map(|field| unticked(fields, field))).collect();
        let passwords = fields.iter().filter(|(name, text)| needs_typing(name) && !text.is_empty());
        let again =
            passwords.map(|(name, _)| PasswordField { name: name.to_owned(), label: words::field(name) }).collect();
        let kept = fields.iter().filter_map(|(name, text)| kept(name, text)).collect();
        (!shown.is_empty()).then_some(Self { action: None, shown, kept, again })
    }

    /// To be sent there again.
    pub(crate) fn to(self, action: OwnPath) -> Self {
        Self { action: Some(action), ..self }
    }

    /// These fields, while their owner logs in.
    pub(crate) fn waiting(fields: &Fields) -> Fields {
        let waiting = fields.iter().filter_map(|(name, text)| {
            let name = if is_password(name) { format!("{AGAIN}{name}") } else { format!("{KEPT}{name}") };
            kept(&name, text).filter(|field| !field.text.is_empty() || name.starts_with(KEPT))
        });
        waiting.fold(Fields::default(), |fields, field| fields.holding(&field.name, field.text))
    }

    /// What waits among these fields, to go on waiting.
    pub(crate) fn still_waiting(fields: &Fields) -> Vec<HiddenField> {
        let waits = |name: &str| name.starts_with(KEPT) || name.starts_with(AGAIN);
        fields.iter().filter(|(name, _)| waits(name)).filter_map(|(name, text)| kept(name, text)).collect()
    }

    /// What waited among these fields.
    pub(crate) fn no_more_waiting(fields: &Fields) -> Fields {
        let waited = fields.iter().filter_map(|(name, text)| {
            let name = name.strip_prefix(KEPT).or_else(|| name.strip_prefix(AGAIN))?;
            Some((name, text))
        });
        waited.fold(Fields::default(), |fields, (name, text)| fields.holding(name, text))
    }
}

/// What has a dot in its name is another field's, or waits for another form.
fn is_typed(fields: &Fields, name: &str, text: &str) -> bool {
    let is_emptied = || fields.find(&format!("{WAS}{name}")).is_some_and(|was| !was.is_empty());
    !is_password(name) && !name.contains('.') && !OURS.contains(&name) && (!text.trim().is_empty() || is_emptied())
}

/// A box that is not ticked any more is not sent; only that it was.
fn unticked(fields: &Fields, (name, was): (&str, &str)) -> Option<TypedField> {
    let name = name.strip_prefix(WAS).filter(|name| was == "true" && fields.find(name).is_none())?;
    Some(TypedField { name: words::field(name), value: "No".to_owned() })
}

fn needs_typing(name: &str) -> bool {
    is_password(name) && !name.starts_with(AGAIN)
}

/// A password is never sent back; that one has to be typed again is.
fn kept(name: &str, text: &str) -> Option<HiddenField> {
    let text = match (is_password(name), name.starts_with(AGAIN)) {
        (true, false) => return None,
        (_, true) if text.is_empty() => "",
        (_, true) => "true",
        (false, false) => text,
    };
    Some(HiddenField { name: name.to_owned(), text: text.to_owned() })
}

fn shown((name, text): (&str, &str)) -> TypedField {
    let value = match text {
        "true" if name.starts_with("is_") => "Yes",
        "" => "–",
        text => text,
    };
    TypedField { name: words::field(name), value: value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(query: &str) -> Fields {
        Fields::parse(query.as_bytes())
    }

    #[test]
    fn passwords_are_kept_by_nobody() {
        let sent = fields("title=Milk&password=secret&current_password=secret&new_password=");
        let waiting = UnsentForm::waiting(&sent);
        assert!(waiting.iter().all(|(_, text)| text != "secret"), "{:?}", waiting.iter().collect::<Vec<_>>());
        let names: Vec<_> = waiting.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["kept.title", "again.password", "again.current_password"]);
        for hostile in ["again.password=secret", "kept.password=secret", "password=secret&title=x"] {
            let sent = fields(hostile);
            assert!(UnsentForm::still_waiting(&sent).iter().all(|kept| kept.text != "secret"), "{hostile}");
            let unsent = serde_json::to_string(&UnsentForm::of(&sent)).unwrap();
            assert!(!unsent.contains("secret"), "{hostile}: {unsent}");
        }
    }

    #[test]
    fn what_was_typed_is_shown_and_nothing_else() {
        let sent = fields(
            "title=true&is_superuser=true&full_name=&was.full_name=Ann&was.title=x&back=%2Fdashboard&note=&was.is_active=true",
        );
        let unsent = UnsentForm::of(&sent).unwrap();
        let shown: Vec<_> = unsent.shown.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
        assert_eq!(shown, [("Title", "true"), ("Superuser", "Yes"), ("Name", "–"), ("Active", "No")]);
        for nothing in ["", "back=x", "password=secret", "kept.title=x", "token=secret"] {
            assert!(UnsentForm::of(&fields(nothing)).is_none(), "{nothing}");
        }
    }
}
