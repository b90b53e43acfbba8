//! One setting at a time: from its text to a typed value, or to a fault.

use std::{net::SocketAddr, ops::RangeInclusive, str::FromStr, time::Duration};

use ironplate_domain::SECONDS_OF_A_DAY;
use ironplate_measure::Rate;
use toml::Value;

use super::{
    Faults,
    layers::{Layers, Setting},
};

/// A setting was refused; why is noted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused;

pub(super) type Read<T> = Result<T, Refused>;

pub(super) struct Reader<'a> {
    layers: &'a Layers,
    faults: &'a mut Faults,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layers: &'a Layers, faults: &'a mut Faults) -> Self {
        Self { layers, faults }
    }

    /// What may have been given in a file that can't be read is not refused once more: that file is told.
    pub(super) fn refuse(&mut self, key: &str, problem: &str, fix: &str) -> Refused {
        if !self.layers.may_be_unread(key) {
            let name = self.name(key);
            self.faults.add(name, problem, fix);
        }
        Refused
    }

    /// How a setting was given, and which it is.
    pub(super) fn name(&self, key: &str) -> String {
        let given = self.layers.get(key).map_or_else(|| key.to_owned(), |setting| setting.source.name(key));
        if given.contains(key) { given } else { format!("{given} ({key})") }
    }

    fn setting(&mut self, key: &str) -> Read<&'a Setting> {
        let layers = self.layers;
        layers.get(key).ok_or_else(|| self.refuse(key, "is missing", "see config/default.toml"))
    }

    /// Whether somebody said so, rather than what the binary brings along.
    pub(super) fn is_given(&self, key: &str) -> bool {
        self.layers.get(key).is_some_and(|setting| !setting.source.is_shipped())
    }

    /// What stands there, without a word about it.
    pub(super) fn peek(&self, key: &str) -> Option<String> {
        self.layers.get(key).map(|setting| plain(&setting.value))
    }

    pub(super) fn optional_text(&mut self, key: &str) -> Read<Option<String>> {
        match &self.setting(key)?.value {
            Value::String(text) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Value::Array(_) | Value::Table(_) => Err(self.refuse(key, "is no single value", "one text")),
            value => Ok(Some(value.to_string())),
        }
    }

    pub(super) fn text(&mut self, key: &str) -> Read<String> {
        self.optional_text(key)?.ok_or_else(|| self.refuse(key, "is missing", "see config/default.toml"))
    }

    pub(super) fn parsed<T: FromStr<Err: ToString>>(&mut self, key: &str, fix: &str) -> Read<T> {
        let text = self.text(key)?;
        text.parse().map_err(|error: T::Err| self.refuse(key, &error.to_string(), fix))
    }

    /// An address with its port.
    pub(super) fn socket(&mut self, key: &str, fix: &str) -> Read<SocketAddr> {
        self.text(key)?.parse().map_err(|_| self.refuse(key, "is no address with a port", fix))
    }

    /// Also as other programs write it: `True`, `yes`, `1`.
    pub(super) fn switch(&mut self, key: &str) -> Read<bool> {
        match self.text(key)?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(self.refuse(key, "is neither true nor false", "true or false")),
        }
    }

    pub(super) fn number<T: FromStr>(&mut self, key: &str) -> Read<T> {
        self.number_like(key, "a whole number, 0 or greater")
    }

    pub(super) fn number_like<T: FromStr>(&mut self, key: &str, fix: &str) -> Read<T> {
        let text = self.text(key)?;
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let problem = if is_number { "is more than can work" } else { "is no whole number" };
        text.parse().map_err(|_| self.refuse(key, problem, fix))
    }

    pub(super) fn within(&mut self, key: &str, bounds: RangeInclusive<u32>) -> Read<u32> {
        let number = self.number(key)?;
        if bounds.contains(&number) {
            return Ok(number);
        }
        let fix = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        Err(self.refuse(key, "is out of bounds", &fix))
    }

    pub(super) fn rate(&mut self, key: &str) -> Read<Rate> {
        self.parsed(key, "a share from 0 (none) to 1 (all), such as 0.25")
    }

    pub(super) fn hours(&mut self, key: &str, bounds: RangeInclusive<u32>) -> Read<Duration> {
        Ok(Duration::from_hours(self.within(key, bounds)?.into()))
    }

    pub(super) fn up_to(&mut self, key: &str, max: usize) -> Read<usize> {
        let number = self.number(key)?;
        if number <= max {
            return Ok(number);
        }
        Err(self.refuse(key, "is more than can work", &format!("a whole number up to {max}")))
    }

    pub(super) fn seconds(&mut self, key: &str) -> Read<Duration> {
        let seconds: u64 = self.number(key)?;
        if (1..=SECONDS_OF_A_DAY).contains(&seconds) {
            return Ok(Duration::from_secs(seconds));
        }
        Err(self.refuse(key, "is no time that anybody would wait", "seconds, from 1 to 86400"))
    }

    /// A TOML list, or a text: separated by commas or as a JSON list, which is TOML as well.
    pub(super) fn list<T>(&mut self, key: &str, fix: &str, parse: impl Fn(&str) -> Option<T>) -> Read<Vec<T>> {
        let texts: Vec<String> = match &self.setting(key)?.value {
            Value::Array(values) => values.iter().map(plain).collect(),
            Value::String(text) if text.trim_start().starts_with('[') => {
                let list = format!("list = {text}").parse::<toml::Table>().ok();
                let values = list.and_then(|mut table| table.remove("list"));
                match values {
                    Some(Value::Array(values)) => values.iter().map(plain).collect(),
                    _ => return Err(self.refuse(key, "is no list", fix)),
                }
            }
            value => {
                plain(value).split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
            }
        };
        let mut parsed = Vec::with_capacity(texts.len());
        for (place, text) in texts.iter().enumerate() {
            // By its place: there may be a password in it.
            let problem = || format!("has an entry that can't be used: the {}. of {}", place + 1, texts.len());
            parsed.push(parse(text).ok_or_else(|| self.refuse(key, &problem(), fix))?);
        }
        Ok(parsed)
    }
}

pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
