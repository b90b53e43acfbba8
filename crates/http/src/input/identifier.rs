//! Identifiers in the path, and what the contract says of those that are none.

use uuid::Uuid;

const GROUPS: usize = 5;

/// The groups of the hyphenated form but the last: where each starts, and its length.
const LEADING_GROUPS: [(usize, usize); GROUPS - 1] = [(0, 8), (9, 4), (14, 4), (19, 4)];

const LAST_GROUP_START: usize = 24;
const LAST_GROUP_LENGTH: usize = 12;
const HYPHENATED_LENGTH: usize = LAST_GROUP_START + LAST_GROUP_LENGTH;
const SIMPLE_LENGTH: usize = 32;

/// Reads an identifier: hyphenated, in braces or after `urn:uuid:` too, or 32 digits in a row;
/// digits in either case.
///
/// # Errors
/// The contract's text for the first fault, which follows `Input should be a valid UUID, ` in the
/// answer's `msg` and is its `ctx.error`.
pub(crate) fn path_uuid(text: &str) -> Result<Uuid, String> {
    let text = measured(text);
    let (body, prefix) = unwrapped(text);
    refuse_characters(body, prefix)?;
    let hyphens: Vec<usize> = body.match_indices('-').map(|(offset, _)| offset).collect();
    if hyphens.is_empty() && prefix == 0 {
        refuse_length(text)?;
    } else {
        refuse_groups(text, body, &hyphens)?;
    }
    Uuid::try_parse(body).map_err(|error| error.to_string())
}

/// What the contract counts positions in: the inside alone of a wrapped text of the right length,
/// the whole text otherwise.
fn measured(text: &str) -> &str {
    match unwrapped(text) {
        (body, _) if body.len() == HYPHENATED_LENGTH => body,
        _ => text,
    }
}

/// The text inside of braces or after the prefix, and how many bytes come before it.
fn unwrapped(text: &str) -> (&str, usize) {
    const PREFIX: &str = "urn:uuid:";
    let in_braces = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match (in_braces, text.strip_prefix(PREFIX)) {
        (Some(body), _) => (body, 1),
        (None, Some(body)) => (body, PREFIX.len()),
        (None, None) => (text, 0),
    }
}

/// A bad character comes before bad lengths, and is counted from one.
fn refuse_characters(body: &str, prefix: usize) -> Result<(), String> {
    let foreign = |(_, character): &(usize, char)| *character != '-' && !character.is_ascii_hexdigit();
    match body.char_indices().find(foreign) {
        None => Ok(()),
        Some((offset, character)) => {
            let position = prefix + offset + 1;
            Err(format!("invalid character: found `{character}` at {position}"))
        }
    }
}

fn refuse_length(text: &str) -> Result<(), String> {
    match text.len() {
        SIMPLE_LENGTH => Ok(()),
        found => Err(format!("invalid length: expected length {SIMPLE_LENGTH} for simple format, found {found}")),
    }
}

fn refuse_groups(text: &str, body: &str, hyphens: &[usize]) -> Result<(), String> {
    let found = hyphens.len() + 1;
    if found != GROUPS {
        return Err(format!("invalid group count: expected {GROUPS}, found {found}"));
    }
    for (group, ((start, expected), hyphen)) in LEADING_GROUPS.iter().zip(hyphens).enumerate() {
        // The groups before this one are right, so it starts where it should.
        let found = hyphen - start;
        if found != *expected {
            return Err(group_length(group, *expected, found));
        }
    }
    if body.len() != HYPHENATED_LENGTH {
        // The contract measures the last group in the whole text, with the braces or the prefix.
        let found = text.len() - LAST_GROUP_START;
        return Err(group_length(GROUPS - 1, LAST_GROUP_LENGTH, found));
    }
    Ok(())
}

fn group_length(group: usize, expected: usize, found: usize) -> String {
    format!("invalid group length in group {group}: expected {expected}, found {found}")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::path_uuid;

    const HYPHENATED: &str = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
    const SIMPLE: &str = "0a1b2c3d4e5f4a6b8c7d9e0f1a2b3c4d";

    fn assert_refused(text: &str, reason: &str) {
        assert_eq!(path_uuid(text), Err(reason.to_owned()), "{text:?}");
    }

    #[test]
    fn an_identifier_may_be_written_in_four_ways() {
        let expected = Uuid::from_u128(0x0a1b_2c3d_4e5f_4a6b_8c7d_9e0f_1a2b_3c4d);
        for text in [
            HYPHENATED.to_owned(),
            HYPHENATED.to_uppercase(),
            SIMPLE.to_owned(),
            SIMPLE.to_uppercase(),
            format!("{{{HYPHENATED}}}"),
            format!("urn:uuid:{HYPHENATED}"),
        ] {
            assert_eq!(path_uuid(&text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_bad_character_is_named_with_its_place() {
        assert_refused("not-a-uuid", "invalid character: found `n` at 1");
        assert_refused("urn", "invalid character: found `u` at 1");
        assert_refused("urn:uuid:x", "invalid character: found `x` at 10");
        assert_refused("{x}", "invalid character: found `x` at 2");
        assert_refused("a\u{e9}", "invalid character: found `\u{e9}` at 2");
        assert_refused("\0", "invalid character: found `\0` at 1");
        assert_refused(&format!("{{{HYPHENATED}"), "invalid character: found `{` at 1");
        assert_refused(&format!("{HYPHENATED} "), "invalid character: found ` ` at 37");
        assert_refused(&format!("URN:UUID:{HYPHENATED}"), "invalid character: found `U` at 1");
    }

    #[test]
    fn places_are_counted_inside_of_a_wrapping_around_the_right_length() {
        let faulty = HYPHENATED.replace('2', "x");
        let reason = "invalid character: found `x` at 5";
        assert_refused(&faulty, reason);
        assert_refused(&format!("{{{faulty}}}"), reason);
        assert_refused(&format!("urn:uuid:{faulty}"), reason);
    }

    #[test]
    fn digits_without_hyphens_are_measured_whole() {
        for (text, found) in [("", 0), ("abc", 3), (&SIMPLE[..31], 31)] {
            let reason = format!("invalid length: expected length 32 for simple format, found {found}");
            assert_refused(text, &reason);
        }
    }

    #[test]
    fn groups_are_counted_before_they_are_measured() {
        for (text, found) in [("-", 2), ("a-b-c", 3), ("-----", 6), ("{}", 1), ("urn:uuid:", 1)] {
            let reason = format!("invalid group count: expected 5, found {found}");
            assert_refused(text, &reason);
        }
        assert_refused(&format!("{{{SIMPLE}}}"), "invalid group count: expected 5, found 1");
    }

    #[test]
    fn the_first_group_of_a_wrong_length_is_named() {
        assert_refused("----", "invalid group length in group 0: expected 8, found 0");
        assert_refused("0a1b2c3d-4e5-4a6b-8c7d-9e0f1a2b3c4d", "invalid group length in group 1: expected 4, found 3");
        assert_refused("0a1b2c3d-4e5f-4a6b-8c7d9-9e0f1a2b3c4d", "invalid group length in group 3: expected 4, found 5");
        assert_refused(&HYPHENATED[..35], "invalid group length in group 4: expected 12, found 11");
    }

    #[test]
    fn the_last_group_is_measured_to_the_end_of_the_text() {
        assert_refused(&format!("{{{HYPHENATED}0}}"), "invalid group length in group 4: expected 12, found 15");
    }
}
