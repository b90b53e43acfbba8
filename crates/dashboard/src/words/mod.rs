//! Plain words for what the domain names.

pub(crate) mod roles;
mod when;

use ironplate_application::ports::Count;
use ironplate_domain::{FullName, MailTemplate, SECONDS_OF_A_DAY, shows_nothing};
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

pub(crate) use when::{Day, When};

/// What the field of this name is called.
pub(crate) fn field(name: &str) -> String {
    let plain = name.trim_start_matches("is_").trim_start_matches("full_").trim_end_matches("_on");
    let words = plain.replace('_', " ");
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

pub(crate) const fn mail(template: MailTemplate) -> &'static str {
    match template {
        MailTemplate::ResetPassword => "Reset password",
        MailTemplate::SetPassword => "Invitation",
        MailTemplate::FinishSignUp => "Finish sign-up",
        MailTemplate::VerifyAddress => "Confirm address",
        MailTemplate::ConfirmNewAddress => "Confirm new address",
        MailTemplate::AddressChanged => "Address changed",
        MailTemplate::PasswordChanged => "Password changed",
        MailTemplate::AlreadyRegistered => "Already registered",
        MailTemplate::NewDevice => "New device",
        MailTemplate::SessionReuse => "Session ended for safety",
        MailTemplate::SecondFactorAdded => "Second factor added",
        MailTemplate::SecondFactorRemoved => "Second factor removed",
        MailTemplate::RecoveryCodesMade => "New recovery codes",
        MailTemplate::RecoveryCodeUsed => "Recovery code used",
        MailTemplate::SecondFactorsReset => "Second factors reset",
        MailTemplate::SecondFactorGuessed => "Wrong codes",
        MailTemplate::PasskeyCopied => "Passkey perhaps copied",
        MailTemplate::AccountDeleted => "Account deleted",
        MailTemplate::Invitation => "Invitation to an organisation",
        MailTemplate::JoinedOrganization => "Joined an organisation",
        MailTemplate::RoleChanged => "New role",
        MailTemplate::RemovedFromOrganization => "Removed from an organisation",
        MailTemplate::OwnershipMoved => "Ownership moved",
        MailTemplate::SecondFactorRequired => "Second factor required",
        MailTemplate::OrganizationDeleted => "Organisation deleted",
        MailTemplate::TestMail => "Test mail",
    }
}

/// What something is called, where that has to be seen.
pub(crate) fn title(title: &str) -> &str {
    if shows_nothing(title) { "Untitled" } else { title }
}

/// The name, of whoever has one to be seen.
pub(crate) fn full_name(name: Option<&FullName>) -> Option<&str> {
    name.map(FullName::as_str).filter(|name| !shows_nothing(name))
}

/// The first letters of the first and the last word, as people see letters: whole graphemes. None of what is no letter by
/// itself, or more than one.
pub(crate) fn initials(name: &str) -> String {
    let letter = |word: &'_ str| {
        let mut graphemes = word.graphemes(true).filter(|grapheme| !shows_nothing(grapheme));
        graphemes.next().filter(|grapheme| is_letter(grapheme)).map(str::to_uppercase)
    };
    let mut words = name.split_whitespace().filter_map(letter);
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).collect()
}

/// The longest that mean something are families of four, each with a colour.
const LONGEST_LETTER: usize = 12;

fn is_letter(grapheme: &str) -> bool {
    let is_mark = grapheme.chars().next().is_none_or(is_combining_mark);
    !is_mark && grapheme.chars().nth(LONGEST_LETTER).is_none()
}

/// A number with its thousands apart, by a space that does not break.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut parted = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            parted.push('\u{a0}');
        }
        parted.push(digit);
    }
    parted
}

/// How many rows a list has: `312`, or `1 000+` where no more were counted.
pub(crate) fn count(count: Count) -> String {
    match count {
        Count::Exactly(rows) => number(rows),
        Count::AtLeast(rows) => number(rows) + "+",
    }
}

/// So many of something.
pub(crate) fn plural(count: u64, one: &str) -> String {
    let many = if count == 1 { "" } else { "s" };
    format!("{} {one}{many}", number(count))
}

/// Several in one sentence: `items, projects and notes`.
pub(crate) fn enumerated(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// How long, in the largest unit that tells enough.
pub(crate) fn span(seconds: u64) -> String {
    let is_whole = |unit: u64| seconds > 0 && seconds.is_multiple_of(unit);
    match seconds {
        172_800.. => plural(seconds / SECONDS_OF_A_DAY, "day"),
        _ if is_whole(SECONDS_OF_A_DAY) => plural(seconds / SECONDS_OF_A_DAY, "day"),
        7_200.. => plural(seconds / 3_600, "hour"),
        _ if is_whole(3_600) => plural(seconds / 3_600, "hour"),
        120.. => plural(seconds / 60, "minute"),
        _ if is_whole(60) => plural(seconds / 60, "minute"),
        _ => plural(seconds, "second"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Ann Lindqvist", "AL"),
            ("Ann Maria Lindqvist", "AL"),
            ("ann@example.com", "A"),
            ("ßen", "SS"),
            ("e\u{301}mile Zola", "E\u{301}Z"),
            ("🇩🇪 Germany", "🇩🇪G"),
            ("👨\u{200D}👩\u{200D}👧 Family", "👨\u{200D}👩\u{200D}👧F"),
            ("\u{202e}Ann \u{200b}Lee", "AL"),
            ("\u{301} Ann", "A"),
            ("\u{3164}", ""),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
        assert_eq!(initials(&format!("a{} b", "\u{301}".repeat(99))), "B");
    }

    #[test]
    fn what_nobody_sees_is_no_title() {
        assert_eq!(["\u{200b}", "\u{3164}\u{2800}", "Milk"].map(title), ["Untitled", "Untitled", "Milk"]);
    }

    #[test]
    fn thousands_stand_apart() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1\u{a0}000"), (1_234_567, "1\u{a0}234\u{a0}567")] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn several_stand_in_one_sentence() {
        for (names, text) in [(&["a"][..], "a"), (&["a", "b"], "a and b"), (&["a", "b", "c"], "a, b and c"), (&[], "")]
        {
            assert_eq!(enumerated(names), text);
        }
    }

    #[test]
    fn spans_are_told_roughly() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (119, "119 seconds"),
            (300, "5 minutes"),
            (3_600, "1 hour"),
            (5_400, "90 minutes"),
            (86_400, "1 day"),
            (90_000, "25 hours"),
            (2_592_000, "30 days"),
        ] {
            assert_eq!(span(seconds), text);
        }
    }
}
