//! The product's name in all its spellings: read from the workspace's manifest, which is the one place that says it, and made of
//! what somebody wishes.

use std::{fs, path::Path};

use super::Wishes;
use crate::{
    failure::{Failure, Outcome, refuse},
    keywords::is_keyword,
};

pub(super) const MANIFEST: &str = "Cargo.toml";

/// The table that says how the product is called.
const SECTION: &str = "[workspace.metadata.product]";

const LONGEST: usize = 50;
const LONGEST_PACKAGE: usize = 30;

/// What no crate, no binary and no folder of build output may be called, besides words of Rust.
const RESERVED: &str = "alloc build core deps examples incremental main proc-macro std test xtask";

/// The spellings of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    /// As people read it.
    pub(crate) name: String,
    /// Packages, the binary, files; with underscores in code and in metrics.
    pub(crate) package: String,
    /// What variables of the environment begin with.
    pub(crate) variables: String,
    /// What names of types and alerts begin with.
    pub(crate) types: String,
    /// Who holds the copyright.
    pub(crate) holder: String,
    /// Where the source is.
    pub(crate) repository: String,
}

impl Names {
    /// What the product is called now.
    pub(crate) fn current(root: &Path) -> Outcome<Self> {
        let manifest = fs::read_to_string(root.join(MANIFEST)).map_err(Failure::at(Path::new(MANIFEST)))?;
        let manifest: toml::Table =
            manifest.parse().map_err(|error| Failure(format!("{MANIFEST} can't be read: {error}")))?;
        let text = |path: &[&str]| {
            let mut value = manifest.get("workspace");
            for key in path {
                value = value.and_then(|value| value.get(key));
            }
            let text = value.and_then(toml::Value::as_str).map(str::to_owned);
            text.ok_or_else(|| Failure(format!("{MANIFEST} has no workspace.{}", path.join("."))))
        };
        let product = |key| text(&["metadata", "product", key]);
        Ok(Self {
            name: product("name")?,
            package: product("package")?,
            variables: product("variables")?,
            types: product("types")?,
            holder: product("holder")?,
            repository: text(&["package", "repository"])?,
        })
    }

    /// What it shall be called; what nobody wishes otherwise follows from the name.
    pub(super) fn wished(wishes: Wishes) -> Outcome<Self> {
        let Wishes { name, package, variables, types, holder, repository } = wishes;
        check_name(&name)?;
        let package = package.unwrap_or_else(|| slug(&name));
        check_package(&package)?;
        let variables = variables.unwrap_or_else(|| package.replace('-', "_").to_uppercase());
        if !is_word(&variables, |letter| letter.is_ascii_uppercase(), |letter| letter == '_') {
            refuse!(
                "variables can't begin with \"{variables}\": capital letters, digits and underscores, a letter first"
            );
        }
        let types = types.unwrap_or_else(|| words(&name).map(capitalised).collect());
        if !is_word(&types, |letter| letter.is_ascii_uppercase(), |letter| letter.is_ascii_lowercase()) {
            refuse!("types can't begin with \"{types}\": letters and digits, a capital letter first");
        }
        let holder = holder.unwrap_or_else(|| format!("The {name} authors"));
        let repository = repository.unwrap_or_else(|| format!("https://github.com/{package}/{package}"));
        for text in [&holder, &repository] {
            if text.is_empty() || text.contains(|letter: char| letter.is_control() || "\"\\<>".contains(letter)) {
                refuse!("\"{text}\" has signs that a file can't hold");
            }
        }
        Ok(Self { name, package, variables, types, holder, repository })
    }

    /// In code: crates, and what metrics begin with.
    pub(crate) fn in_code(&self) -> String {
        self.package.replace('-', "_")
    }

    /// In the cookie of sessions, which is called after what people read.
    pub(super) fn cookie(&self) -> String {
        slug(&self.name)
    }

    /// In the address of an authenticator app.
    pub(super) fn in_address(&self) -> String {
        self.name.replace(' ', "%20")
    }

    /// The manifest with these names as the product's own.
    pub(super) fn written_into(&self, manifest: &str) -> String {
        let mut inside = false;
        let line = |line: &str| {
            inside = if line.starts_with('[') { line.trim_end() == SECTION } else { inside };
            let key = line.split_once(" = ").map_or("", |(key, _)| key);
            match key {
                "name" if inside => set(line, &self.name),
                "package" if inside => set(line, &self.package),
                "variables" if inside => set(line, &self.variables),
                "types" if inside => set(line, &self.types),
                "holder" if inside => set(line, &self.holder),
                _ => line.to_owned(),
            }
        };
        manifest.split_inclusive('\n').map(line).collect()
    }
}

/// The line with another value, and its comment.
fn set(line: &str, value: &str) -> String {
    let mut parts = line.splitn(3, '"');
    let (key, _, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
    format!("{key}\"{value}\"{rest}")
}

fn check_name(name: &str) -> Outcome<()> {
    if name.is_empty() {
        refuse!("a product has a name");
    }
    if name.len() > LONGEST {
        refuse!("\"{name}\" is too long: {LONGEST} letters are enough for a name");
    }
    let is_fine = |word: &str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphanumeric());
    if !(name.starts_with(|letter: char| letter.is_ascii_uppercase()) && name.split([' ', '-']).all(is_fine)) {
        refuse!(
            "\"{name}\" can't be a name of files and code: words of letters and digits (A to Z, 0 to 9), a capital letter first. \
             What people read may be another text, by the setting project.name"
        );
    }
    Ok(())
}

fn check_package(package: &str) -> Outcome<()> {
    let is_fine = |word: &str| {
        !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    if !(package.starts_with(|letter: char| letter.is_ascii_lowercase()) && package.split('-').all(is_fine)) {
        refuse!("\"{package}\" can't be the name of a package: small letters, digits and hyphens, a letter first");
    }
    if package.len() > LONGEST_PACKAGE {
        refuse!("\"{package}\" is too long for a package and a user of a machine: say a shorter one by --package");
    }
    if is_keyword(package) || RESERVED.split_whitespace().any(|reserved| reserved == package) {
        refuse!("\"{package}\" means something to Rust or cargo: say another one by --package");
    }
    Ok(())
}

fn is_word(text: &str, first: impl Fn(char) -> bool, other: impl Fn(char) -> bool) -> bool {
    text.starts_with(&first) && text.chars().all(|letter| first(letter) || other(letter) || letter.is_ascii_digit())
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split([' ', '-'])
}

fn slug(name: &str) -> String {
    words(name).collect::<Vec<_>>().join("-").to_lowercase()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
