//! Values: true or false, a number, one of a few.

use super::{About, Field, Literal, NONE, Order, Variant, or_none};
use crate::resource::words::{camel, capitalised, words};

impl Field {
    /// True or false.
    pub(super) fn boolean(self) -> Self {
        let name = self.name.clone();
        Self {
            value: "bool".into(),
            doc: format!("Whether it is {}.", self.words),
            change_doc: format!("Whether it is {} from now on.", self.words),
            default: "false".into(),
            wire: "bool".into(),
            to_wire: name.clone(),
            presence_made: "Flag<false>".into(),
            json: "true".into(),
            row: "bool".into(),
            to_row: "ROW".into(),
            told: "bool".into(),
            cell: "{{ \"Yes\" if ROW else \"No\" }}".into(),
            typed: "true".into(),
            columns: self.column("boolean", "INTEGER", "Bool"),
            before: Some(Literal { postgres: "false".into(), sqlite: "0".into() }),
            some: "true".into(),
            rich: "true".into(),
            poor: "false".into(),
            change: "true".into(),
            change_back: "false".into(),
            json_test: "true".into(),
            ..self
        }
    }

    /// A whole number.
    pub(super) fn integer(self, about: &About<'_>) -> Self {
        let name = self.name.clone();
        let optional = self.optional;
        Self {
            value: "i64".into(),
            wire: "i64".into(),
            to_wire: name.clone(),
            json: "7".into(),
            row: "i64".into(),
            to_row: "ROW".into(),
            told: "number".into(),
            cell: if optional {
                format!("{{% if ROW is none %}}{NONE}{{% else %}}{{{{ ROW }}}}{{% endif %}}")
            } else {
                "{{ ROW }}".into()
            },
            typed: "7".into(),
            columns: self.column("bigint", "INTEGER", "BigInt"),
            before: Some(Literal::of_both("0")),
            some: "7".into(),
            rich: "i64::MIN".into(),
            poor: "i64::MAX".into(),
            change: "8".into(),
            change_back: "-9".into(),
            json_test: "7".into(),
            order: self.by_amount(about, &format!("{}.{name}", about.noun), "place"),
            ..self
        }
    }

    /// An amount.
    pub(super) fn decimal(self, digits: u32, about: &About<'_>) -> Self {
        let name = self.name.clone();
        let optional = self.optional;
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let units = |units: &str| format!("Decimal::from_units({units})");
        Self {
            value: format!("Decimal<{digits}>"),
            wire: "String".into(),
            to_wire: maybe(&format!("{name}.map(|{name}| {name}.to_string())"), &format!("{name}.to_string()")),
            json: "\"12.5\"".into(),
            row: "String".into(),
            to_row: maybe("ROW.map(|it| it.to_string())", "ROW.to_string()"),
            told: "text".into(),
            cell: if optional { or_none("{{ ROW }}") } else { "{{ ROW }}".into() },
            typed: format!("12.{:0<width$}", 5, width = digits as usize),
            columns: self.column("bigint", "INTEGER", "BigInt"),
            before: Some(Literal::of_both("0")),
            some: units("1_250"),
            rich: units("i64::MIN"),
            poor: units("i64::MAX"),
            change: units("8"),
            change_back: units("-9"),
            json_test: "\"12.5\"".into(),
            order: self.by_amount(about, &format!("{}.{name}.units()", about.noun), "Decimal::from_units(place)"),
            ..self
        }
    }

    /// By a number, which is always there.
    fn by_amount(&self, about: &About<'_>, key: &str, at_place: &'static str) -> Option<Order> {
        (!self.optional).then(|| Order {
            up: format!("Least{}", self.camel),
            down: format!("Greatest{}", self.camel),
            up_doc: format!("The least {} first.", self.words),
            down_doc: format!("The greatest {} first.", self.words),
            key: format!("Number({key})"),
            stored_key: "i64",
            column: format!("{}::{}", about.nouns, self.name),
            postgres: self.name.clone(),
            sqlite: self.name.clone(),
            at_place,
        })
    }

    /// One of these.
    pub(super) fn one_of(self, variants: &[String], about: &About<'_>) -> Self {
        let name = self.name.clone();
        let optional = self.optional;
        let own = self.own_type(about);
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let cell = |shown: &str| if optional { or_none(shown) } else { shown.to_owned() };
        let variant = |variant: &String| Variant {
            name: variant.clone(),
            camel: camel(variant),
            words: words(variant),
            label: capitalised(&words(variant)),
        };
        let variants: Vec<Variant> = variants.iter().map(variant).collect();
        let path =
            |variant: Option<&Variant>| variant.map_or(String::new(), |variant| format!("{own}::{}", variant.camel));
        let (first, last) = (path(variants.first()), path(variants.last()));
        let first_name = variants.first().map_or("", |variant| &variant.name).to_owned();
        let last_name = variants.last().map_or("", |variant| &variant.name).to_owned();
        let good = about.good.map_or(String::from("\"\""), |good| {
            format!("{{\"good\" if ROW == \"{}\" else \"\"}}", capitalised(&words(good)))
        });
        Self {
            default: maybe("None", &first),
            from_made: maybe(&self.from_made, &format!("{name}.unwrap_or({first})")),
            wire: "&'static str".into(),
            to_wire: maybe(&format!("{name}.map({own}::name)"), &format!("{name}.name()")),
            presence_made: maybe("", &format!("Optional<{own}>")),
            json: format!("{last_name:?}"),
            row: "&'static str".into(),
            to_row: maybe(&format!("ROW.map({name}_label)"), &format!("{name}_label(ROW)")),
            told: format!("\"{}\"", variants.first().map_or("", |variant| &variant.label)),
            cell: cell(&format!("<span>{{{{ <badge text={{ROW}} tone={good}/> }}}}</span>")),
            typed: last_name,
            columns: self.column("text", "TEXT", "Text"),
            before: Some(Literal::of_both(format!("'{first_name}'"))),
            some: last.clone(),
            rich: last.clone(),
            poor: first.clone(),
            change: last,
            change_back: first,
            json_test: format!("{:?}", variants.last().map_or("", |variant| &variant.name)),
            value: own,
            variants,
            ..self
        }
    }
}
