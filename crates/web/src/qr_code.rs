//! QR codes, as pictures.

use qrcode::{EcLevel, QrCode, render::svg};

/// How large it is at the least, in pixels: phones read it off any screen.
const SIZE: u32 = 240;

/// A text as an SVG element, to stand in a page: dark on white whatever the theme, with the margin that cameras need. `None` for
/// what is too long to be one.
#[must_use]
pub fn qr_code(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (dark, light) = (svg::Color("#000"), svg::Color("#fff"));
    let picture = code.render().min_dimensions(SIZE, SIZE).dark_color(dark).light_color(light).build();
    // A document of its own begins with an XML declaration, which no element does.
    picture.find("<svg").and_then(|begin| picture.get(begin..)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_one_element_without_style_or_script() {
        let uri = "otpauth://totp/Shop:ann%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop";
        let picture = qr_code(uri).unwrap();
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>"), "{picture}");
        assert!(picture.contains(r##"fill="#fff""##) && !picture.contains("style") && !picture.contains("script"));
        assert_ne!(qr_code("another"), qr_code(uri));
    }

    #[test]
    fn a_text_may_be_too_long() {
        assert_eq!(qr_code(&"x".repeat(9_999)), None);
    }
}
