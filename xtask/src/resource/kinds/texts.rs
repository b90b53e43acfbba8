//! Texts: what people know one by, some lines, an address of a page, an address of mail.

use super::{About, Column, Field, Order, or_none};
use crate::resource::words::{article, words};

/// As PostgreSQL compares it byte by byte.
const SORTED: &str = "text COLLATE \"C\"";

/// Signs that are hard to keep, as code writes them.
const RICH: [&str; 19] = [
    "Ä",
    "r",
    "g",
    "e",
    "r",
    " ",
    "😀",
    " ",
    r"\u{1F468}",
    r"\u{200D}",
    r"\u{1F469}",
    " ",
    "'",
    r#"\""#,
    r"\\",
    "%",
    "_",
    r"\r",
    r"\n",
];

/// As much of a text as there is room for.
fn cut(text: &str, max: u32) -> String {
    text.chars().take(max as usize).collect::<String>().trim_end().to_owned()
}

fn text_column(name: String, optional: bool, postgres: &'static str) -> Column {
    Column { name, optional, postgres, sqlite: "TEXT", diesel: "Text", references: None }
}

impl Field {
    /// What people know one by.
    pub(super) fn title(self, max: u32, about: &About<'_>) -> Self {
        let name = self.name.clone();
        let own = self.own_type(about);
        let nouns = about.nouns;
        let text = self.text(&own, 1, max, true);
        Self {
            doc: "What it is called.".into(),
            type_doc: format!("What {} {} is called, 1 to {max} code points.", article(about.noun), words(about.noun)),
            json: format!("{:?}", about.example),
            form: ".limited()".into(),
            some: "text(\"a\")".into(),
            rich: r#"text(" ΑΣ😀 \u{FFFD} ")"#.into(),
            poor: String::new(),
            change: "text(\"b\")".into(),
            change_back: "text(\"Ç\")".into(),
            order: Some(Order {
                up: text.camel.clone(),
                down: format!("{}Descending", text.camel),
                up_doc: format!("By folded {}.", text.words),
                down_doc: format!("By folded {} backwards.", text.words),
                key: format!("Text(fold({}.{name}.as_str()))", about.noun),
                stored_key: "&str",
                column: format!("{nouns}::{name}_folded"),
                postgres: format!("{name}_folded"),
                sqlite: format!("{name}_folded"),
                at_place: "",
            }),
            ..text
        }
    }

    /// Some lines.
    pub(super) fn lines(self, max: u32, about: &About<'_>) -> Self {
        let optional = self.optional;
        let own = self.own_type(about);
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let min = u32::from(!optional);
        let bound = if optional { format!("at most {max}") } else { format!("1 to {max}") };
        let type_doc =
            format!("The {} of {} {}, {bound} code points.", self.words, article(about.noun), words(about.noun));
        Self {
            type_doc,
            json: format!("{:?}", cut("In a few words", max)),
            form: ".area().limited()".into(),
            row: "String".into(),
            to_row: maybe("ROW.map(String::from).filter(|text| !shows_nothing(text))", "ROW.into()"),
            told: "text".into(),
            typed: cut("Two litres", max),
            some: format!("text({:?})", cut("in a few words", max)),
            rich: format!("text(\"{}\")", RICH.into_iter().take(max as usize).collect::<String>()),
            poor: maybe("text(\"\")", "text(\"x\")"),
            change: "text(\"d\")".into(),
            change_back: maybe("text(\"\")", "text(\"e\")"),
            json_test: format!("{:?}", cut("In a few words", max)),
            ..self.text(&own, min, max, about.is_searched)
        }
    }

    /// An address of a page.
    pub(super) fn url(self, about: &About<'_>) -> Self {
        let optional = self.optional;
        let own = self.own_type(about);
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let cell = |shown: &str| if optional { or_none(shown) } else { shown.to_owned() };
        Self {
            type_doc: format!(
                "A web address, 1 to 2048 code points: the {} of {} {}.",
                self.words,
                article(about.noun),
                words(about.noun)
            ),
            check: ", check_web_address".into(),
            json: "\"https://example.com/\"".into(),
            form: ".hint(\"Such as https://example.com\")".into(),
            row: "String".into(),
            to_row: maybe("ROW.map(String::from)", "ROW.into()"),
            told: "text".into(),
            cell: cell("<bdi>{{ ROW }}</bdi>"),
            typed: "https://example.com/path".into(),
            some: "text(\"https://example.com/\")".into(),
            rich: r#"text("https://example.com/ΑΣ😀?a='%_")"#.into(),
            poor: "text(\"http://a\")".into(),
            change: "text(\"https://b.example/\")".into(),
            change_back: "text(\"https://c.example/\")".into(),
            json_test: "\"https://example.com/\"".into(),
            ..self.text(&own, 1, 2048, false)
        }
    }

    /// An address of mail.
    pub(super) fn email(self) -> Self {
        let name = self.name.clone();
        let optional = self.optional;
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let cell = |shown: &str| if optional { or_none(shown) } else { shown.to_owned() };
        Self {
            value: "Email".into(),
            wire: "String".into(),
            to_wire: maybe(&format!("{name}.map(|{name}| {name}.to_string())"), &format!("{name}.to_string()")),
            json: "\"ann@example.com\"".into(),
            row: "String".into(),
            to_row: maybe("ROW.map(|it| it.to_string())", "ROW.to_string()"),
            told: "text".into(),
            cell: cell("<bdi>{{ ROW }}</bdi>"),
            typed: "bob@example.org".into(),
            columns: vec![
                text_column(name.clone(), optional, "text"),
                text_column(format!("{name}_canonical"), optional, SORTED),
            ],
            kept: format!("{name}, {name}_canonical"),
            some: "email(\"bob@example.org\")".into(),
            rich: "email(\"Ä@example.com\")".into(),
            poor: "email(\"a@b.example\")".into(),
            change: maybe("email(\"Bob@example.org\")", "email(\"Ann@example.org\")"),
            change_back: "email(\"carol@example.org\")".into(),
            json_test: "\"bob@example.org\"".into(),
            ..self
        }
    }

    /// A text of its own type; kept folded once more where it is searched or sorted.
    fn text(self, own: &str, min: u32, max: u32, is_folded: bool) -> Self {
        let (name, optional) = (self.name.clone(), self.optional);
        let mut columns = vec![text_column(name.clone(), optional, "text")];
        if is_folded {
            columns.push(text_column(format!("{name}_folded"), optional, SORTED));
        }
        Self {
            value: own.to_owned(),
            min,
            max,
            wire: "String".into(),
            to_wire: if optional { format!("{name}.map(String::from)") } else { format!("{name}.into()") },
            kept: if is_folded { format!("{name} + {name}_folded") } else { name },
            columns,
            ..self
        }
    }
}
