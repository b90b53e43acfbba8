//! What a stored hash says, and whether it may be run.

use std::str::FromStr;

use argon2::{Algorithm, Version};
use ironplate_application::ports::UnusableHash;
use password_hash::phc;

use super::{
    argon2::{Cost, Recipe},
    threads::Memory,
};

/// Dearer hashes are refused: 256 MiB, and the work of 1 GiB filled once. A row in the database must not be able to
/// take the server down.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_WORK_KIB: u64 = 1024 * 1024;
const MAX_PARALLELISM: u32 = 16;

/// Every step doubles the work; 2^15 rounds take about two seconds.
const MAX_BCRYPT_COST: u32 = 15;

/// Salt and output of hashes of nothing.
const BCRYPT_DECOY: &str = "eH2qihGmfMKdoTbreKhsrOQxYX0FIS8sUGDDwXHkXtaYyffZ4yyki";
const ARGON2_DECOY: &str = "MDEyMzQ1Njc4OWFiY2RlZg$3gGnVO0jcZRlIiftUe9LEaSHv0XBZAQ5/FZwo4t1bJg";

/// A hash in a format that is understood and affordable.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    Argon2(Recipe),
    /// Variants 2a, 2b, 2x and 2y, to be replaced at the next log-in.
    Bcrypt(String),
}

impl Stored {
    pub(super) fn parse(text: &str) -> Result<Self, UnusableHash> {
        if text.starts_with("$argon2") {
            argon2(text).map(Self::Argon2)
        } else if ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
            bcrypt(text)
        } else {
            Err(UnusableHash::UnknownFormat)
        }
    }

    /// What looks like a hash of this recipe, and is the hash of nothing.
    pub(super) fn decoy(recipe: &str) -> Option<Self> {
        let rest = if recipe.starts_with("$2") { BCRYPT_DECOY } else { ARGON2_DECOY };
        Self::parse(&format!("{recipe}{rest}")).ok()
    }

    /// What a comparison costs: about a microsecond each, on one core of 2026.
    pub(super) fn price(&self) -> u64 {
        match self {
            Self::Argon2(Recipe { cost, .. }) => u64::from(cost.memory_kib) * u64::from(cost.iterations),
            Self::Bcrypt(hash) => hash.parse().map_or(0, |parts: bcrypt::HashParts| 50 << parts.get_cost().min(32)),
        }
    }

    pub(super) fn matches(&self, attempt: &[u8], memory: &mut Memory) -> bool {
        match self {
            Self::Argon2(recipe) => recipe.matches(attempt, memory),
            Self::Bcrypt(hash) => bcrypt::verify(attempt, hash).unwrap_or(false),
        }
    }

    /// Whether a match proves all of this text to be the password. bcrypt sees 72 bytes and takes a NUL for the end, or for
    /// the beginning of a repetition; which of these, its implementations disagree about.
    pub(super) fn proves(&self, candidate: &str) -> bool {
        match self {
            Self::Argon2(_) => true,
            // At 72 bytes, the NUL that marks the end is beyond what it sees.
            Self::Bcrypt(_) => candidate.len() < 72 && !candidate.contains('\0'),
        }
    }

    /// Whether today's hash would be harder to break.
    pub(super) fn is_weaker_than(&self, today: Cost) -> bool {
        match self {
            Self::Bcrypt(_) => true,
            Self::Argon2(recipe) => {
                recipe.algorithm != Algorithm::Argon2id
                    || recipe.version != Version::V0x13
                    || recipe.cost.memory_kib < today.memory_kib
                    || recipe.cost.iterations < today.iterations
                    || recipe.salt.len() < 16
                    || recipe.output.len() < 32
            }
        }
    }
}

fn argon2(text: &str) -> Result<Recipe, UnusableHash> {
    let parsed = phc::PasswordHash::new(text).map_err(|_| UnusableHash::Malformed)?;
    let algorithm = Algorithm::from_str(parsed.algorithm.as_str()).map_err(|_| UnusableHash::UnknownFormat)?;
    let version = match parsed.version {
        None => Version::V0x10,
        Some(version) => Version::try_from(version).map_err(|_| UnusableHash::Malformed)?,
    };
    let param = |name: &str| parsed.params.get_decimal(name).ok_or(UnusableHash::Malformed);
    let (memory_kib, iterations, parallelism) = (param("m")?, param("t")?, param("p")?);
    let work = u64::from(memory_kib) * u64::from(iterations);
    if memory_kib > MAX_MEMORY_KIB || work > MAX_WORK_KIB || parallelism > MAX_PARALLELISM {
        return Err(UnusableHash::TooDear);
    }
    let cost = Cost::new(memory_kib, iterations, parallelism).ok_or(UnusableHash::Malformed)?;
    let (salt, output) = parsed.salt.zip(parsed.hash).ok_or(UnusableHash::Malformed)?;
    Ok(Recipe { algorithm, version, cost, salt, output })
}

fn bcrypt(text: &str) -> Result<Stored, UnusableHash> {
    let parts: bcrypt::HashParts = text.parse().map_err(|_| UnusableHash::Malformed)?;
    if parts.get_cost() > MAX_BCRYPT_COST {
        return Err(UnusableHash::TooDear);
    }
    Ok(Stored::Bcrypt(text.to_owned()))
}
