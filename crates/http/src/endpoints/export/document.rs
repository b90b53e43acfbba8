//! A JSON object that is written piece by piece.

use actix_web::web::Bytes;

/// A piece of the document: the name of its member, and JSON.
pub(super) enum Member {
    Value(&'static str, String),
    /// Some rows of a list, which may go on in the next piece.
    Rows(&'static str, Vec<String>),
}

/// A JSON object whose members come in pieces: `{"a":{…},"b":[…,…],…}`.
#[derive(Default)]
pub(super) struct Document {
    /// The list that was begun last, if there was one.
    list: Option<&'static str>,
    is_empty_list: bool,
    has_begun: bool,
    pub(super) has_ended: bool,
}

impl Document {
    pub(super) fn add(&mut self, member: Member) -> Bytes {
        match member {
            Member::Value(name, value) => (self.next_member(name) + &value).into(),
            Member::Rows(name, rows) => self.rows(name, &rows),
        }
    }

    fn rows(&mut self, name: &'static str, rows: &[String]) -> Bytes {
        let mut text = String::new();
        if self.list != Some(name) {
            text = self.next_member(name) + "[";
            (self.list, self.is_empty_list) = (Some(name), true);
        }
        for row in rows {
            if !self.is_empty_list {
                text.push(',');
            }
            self.is_empty_list = false;
            text.push_str(row);
        }
        text.into()
    }

    pub(super) fn end(&mut self) -> Bytes {
        self.has_ended = true;
        Bytes::from_static(if self.list.is_some() { b"]}" } else { b"}" })
    }

    fn next_member(&mut self, name: &'static str) -> String {
        let before = match (self.has_begun, self.list) {
            (false, _) => "{",
            (true, None) => ",",
            (true, Some(_)) => "],",
        };
        self.has_begun = true;
        format!(r#"{before}"{name}":"#)
    }
}
