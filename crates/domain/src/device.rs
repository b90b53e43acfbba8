//! A device in plain words, out of what a program calls itself.

use crate::UserAgent;

/// Said of a client that does not tell.
const UNKNOWN: &str = "Unknown device";

/// First match wins: nearly every browser also claims to be some other one.
const PROGRAMS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Headless Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("PostmanRuntime/", "Postman"),
    ("python-requests/", "Python"),
    ("python-httpx/", "Python"),
    ("okhttp/", "okhttp"),
    ("Go-http-client/", "Go"),
    ("node", "Node.js"),
];

/// First match wins: iPhones claim to be like a Mac, Android and ChromeOS to be a Linux.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Darwin", "Mac"),
    ("Linux", "Linux"),
    ("X11", "Linux"),
];

impl UserAgent {
    /// Program and system in plain words, as people would name them: `Firefox on Windows`. Without versions, which change
    /// by themselves. What is not known is named by its own first word.
    #[must_use]
    pub fn device(&self) -> String {
        let text = self.as_str();
        let known =
            |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
        match (known(PROGRAMS), known(SYSTEMS)) {
            (Some(program), Some(system)) => format!("{program} on {system}"),
            (Some(program), None) => program.to_owned(),
            (None, Some(system)) => format!("A program on {system}"),
            (None, None) => first_word(text).unwrap_or(UNKNOWN).to_owned(),
        }
    }
}

/// The device behind what a client says of itself, if it says anything.
#[must_use]
pub fn device(user_agent: Option<&UserAgent>) -> String {
    user_agent.map_or_else(|| UNKNOWN.to_owned(), UserAgent::device)
}

/// Nothing that a mail program would make a link of.
fn first_word(text: &str) -> Option<&str> {
    let word = text.split(['/', ' ', '(']).next()?;
    let is_plain = word.chars().all(|character| character.is_alphanumeric() || "-_".contains(character));
    (!word.is_empty() && word.len() <= 40 && is_plain).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_as_people_name_them() {
        const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) ";
        const KHTML: &str = "AppleWebKit/537.36 (KHTML, like Gecko) ";
        for (user_agent, expected) in [
            (format!("{WINDOWS}Gecko/20100101 Firefox/140.0").as_str(), "Firefox on Windows"),
            (format!("{WINDOWS}{KHTML}Chrome/140.0.0.0 Safari/537.36").as_str(), "Chrome on Windows"),
            (format!("{WINDOWS}{KHTML}Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0").as_str(), "Edge on Windows"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 14; K) {KHTML}Chrome/140.0.0.0 Mobile Safari/537.36").as_str(),
                "Chrome on Android",
            ),
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {KHTML}HeadlessChrome/140.0.0.0 Safari/537.36").as_str(),
                "Headless Chrome on Linux",
            ),
            ("curl/8.5.0", "curl"),
            ("PostmanRuntime/7.43", "Postman"),
            ("Mozilla/5.0 (Windows NT 10.0) Something", "A program on Windows"),
            ("AcmeSync/2.1 (build 7)", "AcmeSync"),
            ("/", "Unknown device"),
            ("evil.example", "Unknown device"),
        ] {
            assert_eq!(UserAgent::new(user_agent).unwrap().device(), expected, "{user_agent}");
        }
        assert_eq!(device(None), "Unknown device");
    }
}
