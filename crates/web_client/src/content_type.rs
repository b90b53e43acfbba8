//! What a file is, by its name.

/// What a file is.
#[derive(Debug, Clone, Copy)]
pub(super) struct ContentType {
    pub(super) name: &'static str,
    /// Text, or what is not compressed in itself.
    pub(super) is_compressible: bool,
}

/// Files that are known by their whole names.
const NAMED: [(&str, &str); 3] = [
    ("apple-app-site-association", "application/json"),
    ("apple-developer-merchantid-domain-association", "text/plain; charset=utf-8"),
    ("openid-configuration", "application/json"),
];

/// Browsers are told not to guess, so what is unknown is only to be downloaded.
pub(super) fn of(name: &str) -> ContentType {
    let file = name.rsplit('/').next().unwrap_or(name);
    let named = NAMED.iter().find(|(known, _)| *known == file).map(|(_, name)| *name);
    let ending = file.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
    let name = named.unwrap_or_else(|| by_ending(&ending));
    let is_text = name.starts_with("text/") || name.ends_with("json") || name.ends_with("xml");
    let is_loose = matches!(ending.as_str(), "wasm" | "ttf" | "otf" | "eot" | "ico" | "bmp");
    ContentType { name, is_compressible: is_text || is_loose }
}

fn by_ending(ending: &str) -> &'static str {
    match ending {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" | "cjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "jsonld" => "application/ld+json",
        "geojson" => "application/geo+json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "apng" => "image/apng",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "eot" => "application/vnd.ms-fontobject",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "vtt" => "text/vtt; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "xml" => "application/xml",
        "rss" => "application/rss+xml",
        "atom" => "application/atom+xml",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "mov" => "video/quicktime",
        _ => "application/octet-stream",
    }
}
