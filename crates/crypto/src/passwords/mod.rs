//! Password hashing: Argon2id made, older formats understood.

mod argon2;
mod stored;
mod threads;

use std::{io, num::NonZeroUsize};

use async_trait::async_trait;
use ironplate_application::ports::{HashingError, PasswordHasher, Verdict};
use ironplate_domain::{Password, PasswordAttempt, PasswordHash};

use self::{
    argon2::Cost,
    stored::{Stored, Unusable},
    threads::{Memory, Threads},
};

/// How passwords are hashed. The default is OWASP's first recommendation for Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordHashing {
    /// Memory of one hash, in KiB (`m`).
    pub memory_kib: u32,
    /// Passes over the memory (`t`).
    pub iterations: u32,
    /// Lanes (`p`); computed one after the other here, whatever their number.
    pub parallelism: u32,
    /// Threads that hash; `None` means one a core.
    pub threads: Option<NonZeroUsize>,
    /// Passwords that may wait for a thread; beyond that callers are told [`HashingError::Busy`].
    pub queue: usize,
}

impl Default for PasswordHashing {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1, threads: None, queue: 128 }
    }
}

/// Argon2id on threads of its own; see the crate's page.
pub struct Passwords {
    cost: Cost,
    /// What attempts on nobody's account are compared with, by the very steps of a stored hash. Its salt stays the same, as
    /// theirs do: with a new one each time, log-ins were told apart by time (`bench/README.md`).
    decoy: PasswordHash,
    threads: Threads,
}

impl Passwords {
    /// Starts the threads.
    ///
    /// # Errors
    /// The parameters are out of Argon2's bounds, or a thread can't be started.
    pub fn start(hashing: PasswordHashing) -> io::Result<Self> {
        let PasswordHashing { memory_kib, iterations, parallelism, threads, queue } = hashing;
        let cost = Cost::new(memory_kib, iterations, parallelism)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "Argon2 parameters out of bounds"))?;
        let threads = match threads {
            Some(threads) => threads,
            None => std::thread::available_parallelism()?,
        };
        let decoy = PasswordHash::new(argon2::decoy(cost).map_err(io::Error::other)?);
        Ok(Self { cost, decoy, threads: Threads::start(threads, queue, cost.blocks())? })
    }
}

#[async_trait]
impl PasswordHasher for Passwords {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashingError> {
        let cost = self.cost;
        let text = self.threads.run(move |memory| argon2::hash(password.expose().as_bytes(), cost, memory)).await?;
        text.map(PasswordHash::new).map_err(|error| HashingError::Failed(error.into()))
    }

    async fn verify(&self, attempt: PasswordAttempt, hash: Option<PasswordHash>) -> Result<Verdict, HashingError> {
        let (cost, decoy) = (self.cost, self.decoy.clone());
        self.threads.run(move |memory| verdict(&attempt, hash.as_ref(), &decoy, cost, memory)).await
    }
}

fn verdict(
    attempt: &PasswordAttempt,
    hash: Option<&PasswordHash>,
    decoy: &PasswordHash,
    cost: Cost,
    memory: &mut Memory,
) -> Verdict {
    let stored = hash.and_then(|hash| {
        let parsed = Stored::parse(hash.expose());
        // The hash itself stays out of the log.
        parsed.inspect_err(|reason: &Unusable| tracing::warn!(%reason, "stored password hash refused")).ok()
    });
    let Some(stored) = stored else {
        if let Ok(decoy) = Stored::parse(decoy.expose()) {
            for candidate in attempt.candidates() {
                // Nothing can match it, and nothing may come of it.
                let _ = decoy.matches(candidate.as_bytes(), memory);
            }
        }
        return Verdict::Mismatch;
    };
    match attempt.candidates().find(|candidate| stored.matches(candidate.as_bytes(), memory)) {
        None => Verdict::Mismatch,
        Some(found) if !stored.proves(found) => Verdict::Match,
        Some(found) if found != attempt.expose() || stored.is_weaker_than(cost) => Verdict::MatchButWeak,
        Some(_) => Verdict::Match,
    }
}

#[cfg(test)]
mod tests;
