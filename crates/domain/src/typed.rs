//! What people type off a screen or off paper.

use unicode_normalization::UnicodeNormalization;

/// The first `most` characters that are no blanks and no dashes, in the plain forms of letters and digits (NFKC): some keyboards write
/// digits of full width, and programs for text make other dashes of hyphens.
pub(crate) fn plain(text: &str, most: usize) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !is_dash(*c)).take(most).collect()
}

const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_as_it_was_meant() {
        assert_eq!(plain("123 456", 9), "123456");
        assert_eq!(plain("\u{ff11}\u{ff12}\u{ff13}\u{3000}\u{ff14}\u{ff15}\u{ff16}", 9), "123456");
        assert_eq!(plain("ab\u{2010}cd\u{2013}ef\u{2212}gh\u{a0}ij-kl\n", 99), "abcdefghijkl");
        assert_eq!(plain("1234567", 3), "123");
    }
}
