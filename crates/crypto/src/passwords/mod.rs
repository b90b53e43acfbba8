//! Password hashing: Argon2id made, older formats understood.

mod argon2;
mod decoys;
mod networks;
mod stored;
mod threads;

use std::{io, num::NonZeroUsize};

use async_trait::async_trait;
use ironplate_application::ports::{HashingError, PasswordHasher, UnusableHash, Verdict};
use ironplate_domain::{AddressRange, Password, PasswordAttempt, PasswordHash, PasswordRecipe};

use self::{
    argon2::Cost,
    decoys::Decoys,
    networks::KnownNetworks,
    stored::Stored,
    threads::{Memory, Queue, Threads},
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
    /// Passwords that may wait for a thread; beyond that callers are told [`HashingError::Busy`]. So many more may wait that come
    /// from where a right one came lately, and these go first.
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
    decoys: Decoys,
    known: KnownNetworks,
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
        let decoy = Stored::parse(&argon2::decoy(cost).map_err(io::Error::other)?).map_err(io::Error::other)?;
        let threads = Threads::start(threads, queue, cost.blocks())?;
        Ok(Self { cost, decoys: Decoys::new(decoy), known: KnownNetworks::default(), threads })
    }
}

#[async_trait]
impl PasswordHasher for Passwords {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashingError> {
        let cost = self.cost;
        let text = self
            .threads
            .run(Queue::Anybody, move |memory| argon2::hash(password.expose().as_bytes(), cost, memory))
            .await?;
        text.map(PasswordHash::new).map_err(|error| HashingError::Failed(error.into()))
    }

    async fn verify(
        &self,
        attempt: PasswordAttempt,
        hash: Option<PasswordHash>,
        from: Option<AddressRange>,
    ) -> Result<Verdict, HashingError> {
        let (cost, decoys) = (self.cost, self.decoys.all());
        let queue = if from.is_some_and(|from| self.known.has(from)) { Queue::Known } else { Queue::Anybody };
        let verdict =
            self.threads.run(queue, move |memory| verdict(&attempt, hash.as_ref(), &decoys, cost, memory)).await?;
        if let Some(from) = from.filter(|_| verdict != Verdict::Mismatch) {
            self.known.remember(from);
        }
        Ok(verdict)
    }

    fn check(&self, hash: &PasswordHash) -> Result<(), UnusableHash> {
        Stored::parse(hash.expose()).map(drop)
    }

    fn know(&self, recipes: &[PasswordRecipe]) {
        self.decoys.know(recipes);
    }
}

fn verdict(
    attempt: &PasswordAttempt,
    hash: Option<&PasswordHash>,
    decoys: &[Stored],
    cost: Cost,
    memory: &mut Memory,
) -> Verdict {
    let stored = hash.and_then(|hash| {
        let parsed = Stored::parse(hash.expose());
        // The hash itself stays out of the log.
        parsed.inspect_err(|reason: &UnusableHash| tracing::warn!(%reason, "stored password hash refused")).ok()
    });
    let candidate = stored
        .as_ref()
        .and_then(|stored| attempt.candidates().find(|candidate| stored.matches(candidate.as_bytes(), memory)));
    match stored.as_ref().zip(candidate) {
        None => {
            decoys::finish(decoys, stored.as_ref(), attempt, memory);
            Verdict::Mismatch
        }
        Some((stored, found)) if !stored.proves(found) => Verdict::Match,
        Some((stored, found)) if found != attempt.expose() || stored.is_weaker_than(cost) => Verdict::MatchButWeak,
        Some(_) => Verdict::Match,
    }
}

#[cfg(test)]
mod tests;
