//! Names that change when their content does.

/// As bundlers name what they make: `assets/index-BzR7dZ4k.js`, `main.3f9c2a1b.css`. What is not known as such is asked about
/// each time, which costs a question; to keep what may change for a year would cost the change.
pub(super) fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, _)) = file.rsplit_once('.') else { return false };
    let in_hex = stem.split(['-', '.']).skip(1).any(is_hex_digest);
    let (before, last) = stem.split_at_checked(stem.len().saturating_sub(8)).unwrap_or_default();
    in_hex || (before.ends_with(['-', '.']) && is_base64_digest(last))
}

/// Eight digits or more, some of them letters: a date has none.
fn is_hex_digest(part: &str) -> bool {
    let is_hex = part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_hex && part.len() >= 8 && part.bytes().any(|byte| byte.is_ascii_digit()) && part.bytes().any(|byte| byte >= b'a')
}

/// In both cases, and not as a word that begins with a capital.
fn is_base64_digest(part: &str) -> bool {
    let is_base64 = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let has_lower = part.bytes().any(|byte| byte.is_ascii_lowercase());
    is_base64 && has_lower && part.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn names_that_change_with_their_content_are_known() {
        for name in [
            "assets/index-BzR7dZ4k.js",
            "main.3f9c2a1b.css",
            "a/b/chunk-DkLmNoPq.js",
            "x-aB_cdEfg.woff2",
            "assets/index-B_x-9Kq1.js",
            "a.3f9c2a1b4d5e6f70.chunk.js",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "favicon.ico",
            "robots.txt",
            "icon-180.png",
            "some-document.pdf",
            "site.webmanifest",
            "img/og-image-1200x630.png",
            "icon-1024x1024.png",
            "Product-Handbook.pdf",
            "report-20261126.pdf",
            "a-é-éééé.js",
            "short.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
