//! Argon2 in memory that is kept between hashes.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use password_hash::phc;
use subtle::ConstantTimeEq;

use super::threads::Memory;
use crate::secrets::random;

const SALT_BYTES: usize = 16;
const OUTPUT_BYTES: usize = 32;

/// What a new hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) iterations: u32,
    parallelism: u32,
}

impl Cost {
    pub(super) fn new(memory_kib: u32, iterations: u32, parallelism: u32) -> Option<Self> {
        let cost = Self { memory_kib, iterations, parallelism };
        cost.params(OUTPUT_BYTES).map(|_| cost)
    }

    fn params(self, output: usize) -> Option<Params> {
        Params::new(self.memory_kib, self.iterations, self.parallelism, Some(output)).ok()
    }

    /// How many blocks of 1 KiB it takes.
    pub(super) fn blocks(self) -> usize {
        self.params(OUTPUT_BYTES).map_or(0, |params| params.block_count())
    }
}

/// Which Argon2 a stored hash asks for.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    pub(super) algorithm: Algorithm,
    pub(super) version: Version,
    pub(super) cost: Cost,
    pub(super) salt: phc::Salt,
    pub(super) output: phc::Output,
}

impl Recipe {
    pub(super) fn matches(&self, attempt: &[u8], memory: &mut Memory) -> bool {
        let Some(params) = self.cost.params(self.output.len()) else { return false };
        let mut computed = vec![0; self.output.len()];
        let argon2 = Argon2::new(self.algorithm, self.version, params);
        compute(&argon2, attempt, &self.salt, &mut computed, memory).is_ok()
            && bool::from(computed.ct_eq(self.output.as_bytes()))
    }
}

/// A new hash in PHC string form, with a salt of its own.
pub(super) fn hash(password: &[u8], cost: Cost, memory: &mut Memory) -> Result<String, String> {
    let salt = new_salt()?;
    let mut output = [0; OUTPUT_BYTES];
    let params = cost.params(OUTPUT_BYTES).ok_or("parameters out of bounds")?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    compute(&argon2, password, &salt, &mut output, memory).map_err(|error| error.to_string())?;
    text(cost, &salt, &output)
}

/// What looks like a hash of this cost, and is the hash of nothing.
pub(super) fn decoy(cost: Cost) -> Result<String, String> {
    text(cost, &new_salt()?, &random::<OUTPUT_BYTES>())
}

fn new_salt() -> Result<phc::Salt, String> {
    phc::Salt::new(&random::<SALT_BYTES>()).map_err(|error| error.to_string())
}

fn text(cost: Cost, salt: &phc::Salt, output: &[u8]) -> Result<String, String> {
    let output = phc::Output::new(output).map_err(|error| error.to_string())?;
    let Cost { memory_kib, iterations, parallelism } = cost;
    let salt = salt.to_salt_string();
    Ok(format!("$argon2id$v=19$m={memory_kib},t={iterations},p={parallelism}${salt}${output}"))
}

fn compute(
    argon2: &Argon2<'_>,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
    memory: &mut Memory,
) -> argon2::Result<()> {
    let blocks: &mut [Block] = memory.blocks(argon2.params().block_count());
    argon2.hash_password_into_with_memory(password, salt, output, blocks)
}
