//! The stack of a panic, as Sentry takes it.

use sentry_types::protocol::v7::{Frame, Stacktrace};

use crate::logging::OURS;

/// Out of the lines that the standard library writes, the latest call first: the function, and where it is if the binary knows that.
pub(super) fn read(text: &str) -> Option<Stacktrace> {
    let mut frames: Vec<Frame> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(place) = line.strip_prefix("at ") {
            let mut parts = place.rsplitn(3, ':');
            let (column, row, file) = (parts.next(), parts.next(), parts.next());
            if let Some(frame) = frames.last_mut() {
                frame.filename = file.map(ToOwned::to_owned);
                frame.lineno = row.and_then(|text| text.parse().ok());
                frame.colno = column.and_then(|text| text.parse().ok());
            }
        } else if let Some((_, function)) = line.split_once(": ") {
            let in_app = Some(function.contains(OURS));
            frames.push(Frame { function: Some(function.to_owned()), in_app, ..Frame::default() });
        }
    }
    Stacktrace::from_frames_reversed(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_call_is_first_and_has_its_place() {
        let text = "   0: core::panicking::panic\n             at /rustc/library/core/src/panicking.rs:80:5\n   \
                    1: ironplate_http::items::create\n   2: main\n";
        let frames = read(text).unwrap().frames;
        let told: Vec<_> = frames.iter().map(|frame| (frame.function.as_deref().unwrap(), frame.lineno)).collect();
        assert_eq!(
            told,
            [("main", None), ("ironplate_http::items::create", None), ("core::panicking::panic", Some(80))]
        );
        assert_eq!(frames.iter().map(|frame| frame.in_app).collect::<Vec<_>>(), [Some(false), Some(true), Some(false)]);
    }
}
