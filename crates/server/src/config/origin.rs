//! Origins of web pages, as browsers write them.

use url::{Host, Url};

use super::Http;

/// Scheme, host and perhaps port, as a browser would write them in `Origin`; a slash at the end is forgiven.
pub(super) fn parse(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let (_, authority) = text.split_once("://")?;
    // User, path, query and fragment; and what the parser would quietly mend.
    let is_too_much = |letter: char| letter.is_whitespace() || letter.is_control() || "/\\@?#".contains(letter);
    if authority.ends_with(':') || text.starts_with(is_too_much) || authority.contains(is_too_much) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_sound = matches!(url.scheme(), "http" | "https") && url.port() != Some(0) && has_sound_host(&url);
    is_sound.then(|| url.origin().ascii_serialization())
}

/// The same, or the origin of an app: of a web view (`capacitor://localhost`, `tauri://localhost`), or of a browser's extension
/// (`chrome-extension://…`).
pub(super) fn parse_caller(text: &str) -> Option<String> {
    parse(text).or_else(|| parse_app(text))
}

/// As apps write it themselves: there is no rule for mending it.
fn parse_app(text: &str) -> Option<String> {
    /// These mean something else on the web, or nothing that could be told from another.
    const NOT_OF_APPS: [&str; 11] =
        ["http", "https", "ws", "wss", "ftp", "file", "data", "blob", "about", "javascript", "null"];
    let text = text.strip_suffix('/').unwrap_or(text);
    let (scheme, host) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_lowercase())
        && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
        && !NOT_OF_APPS.contains(&scheme);
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_host =
        !name.is_empty() && name.split('.').all(|label| !label.is_empty() && label.bytes().all(is_of_a_label));
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
    (is_scheme && is_host && is_port).then(|| text.to_owned())
}

/// Whether this origin, as [`parse`] gives it, is the machine that asks, whichever that is.
pub(crate) fn is_loopback(origin: &str) -> bool {
    let url = Url::parse(origin).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// The port of this origin, as [`parse`] gives it.
pub(super) fn port(origin: &str) -> Option<u16> {
    Url::parse(origin).ok()?.port_or_known_default()
}

/// The host of this origin, as [`parse`] gives it, if it is a name and no address.
pub(super) fn name(origin: &str) -> Option<String> {
    let url = Url::parse(origin).ok()?;
    let Some(Host::Domain(name)) = url.host() else { return None };
    Some(name.strip_suffix('.').unwrap_or(name).to_owned())
}

/// The same where browsers let pages use what only they may whom nobody can stand between: by TLS, or on this machine.
pub(super) fn secure_name(origin: &str) -> Option<String> {
    name(origin).filter(|_| origin.starts_with("https://") || origin.starts_with("http://") && is_loopback(origin))
}

/// The host of this origin, as [`parse`] gives it, if it is a domain that others know, too: one with a dot.
pub(super) fn domain(origin: &str) -> Option<String> {
    name(origin).filter(|name| name.contains('.') && !is_loopback(origin))
}

/// Where a browser on this machine finds a server that listens on this address.
pub(super) fn of_this_machine(http: &Http) -> String {
    let (scheme, address) = (http.scheme(), http.address);
    let is_named = !address.ip().to_canonical().is_unspecified();
    if is_named { format!("{scheme}://{address}") } else { format!("{scheme}://localhost:{}", address.port()) }
}

/// The parser is content with names that no name server knows.
fn has_sound_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name.split('.').all(|label| !label.is_empty() && label.bytes().all(is_of_a_label))
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    }
}

fn is_of_a_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_taken_as_a_browser_writes_it() {
        for (text, origin) in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://App.Example.com/", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://my_app:80", "http://my_app"),
            ("http://[::1]:5173", "http://[::1]:5173"),
            ("http://10.0.0.1:65535", "http://10.0.0.1:65535"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(origin), "{text}");
        }
    }

    #[test]
    fn apps_call_by_origins_of_their_own() {
        for (text, origin) in [
            ("capacitor://localhost", Some("capacitor://localhost")),
            ("ionic://localhost/", Some("ionic://localhost")),
            ("tauri://localhost", Some("tauri://localhost")),
            ("app://my-app:8080", Some("app://my-app:8080")),
            (
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
                Some("chrome-extension://abcdefghijklmnopabcdefghijklmnop"),
            ),
            (
                "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
                Some("moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc"),
            ),
            ("https://App.Example.com/", Some("https://app.example.com")),
            ("http://tauri.localhost", Some("http://tauri.localhost")),
            ("capacitor://", None),
            ("capacitor:localhost", None),
            ("Capacitor://localhost", None),
            ("capacitor://*", None),
            ("capacitor://localhost/app", None),
            ("capacitor://ann@localhost", None),
            ("capacitor://localhost:0", None),
            ("://localhost", None),
            ("file://localhost", None),
            ("ftp://example.com", None),
            ("javascript://localhost", None),
            ("https://a b.example", None),
            ("null", None),
            ("*", None),
        ] {
            assert_eq!(parse_caller(text).as_deref(), origin, "{text}");
        }
    }

    #[test]
    fn a_domain_is_a_name_that_others_know() {
        for (origin, name) in [
            ("https://app.example.com", Some("app.example.com")),
            ("https://app.example.com:8443", Some("app.example.com")),
            ("http://nas.local", Some("nas.local")),
            ("http://localhost:5173", None),
            ("http://app.localhost", None),
            ("http://my-app", None),
            ("http://10.0.0.1", None),
            ("http://[::1]:5173", None),
        ] {
            assert_eq!(domain(origin).as_deref(), name, "{origin}");
        }
    }

    #[test]
    fn what_is_no_origin_is_not_mended_into_one() {
        for text in [
            "",
            "app.example.com",
            "https:app.example.com",
            "https:///app.example.com",
            "https:\\\\app.example.com",
            "ftp://app.example.com",
            "https://",
            "https://:443",
            "https://...",
            "https://a..example",
            "https://[[:",
            "https://[::1",
            "https://[::g]",
            "https://*.example.com",
            "https://a'b.example",
            "https://a b.example",
            "https://a\tb.example",
            " https://a.example",
            "https://a.example ",
            "https://a.example:",
            "https://a.example:0",
            "https://a.example:99999",
            "https://a.example:http",
            "https://256.0.0.1",
            "https://ann@a.example",
            "https://@a.example",
            "https://ann:secret@a.example",
            "https://a.example/app",
            "https://a.example?",
            "https://a.example/?a=b",
            "https://a.example#top",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
