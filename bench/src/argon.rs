//! Argon2id and nothing else: what log-ins are held against.

use std::{
    num::NonZeroUsize,
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::Deserialize;

use crate::{
    Outcome,
    figures::{Cost, count, micros_each},
    process::cpu_of,
    requests::PASSWORD,
};

/// The server's own defaults.
#[derive(Deserialize)]
pub(crate) struct Hashing {
    memory_kib: u32,
    iterations: u32,
    parallelism: u32,
    threads: usize,
}

#[derive(Deserialize)]
struct Settings {
    password_hashing: Hashing,
}

impl Hashing {
    pub(crate) fn of_the_server() -> Outcome<Self> {
        let settings: Settings = toml::from_str(include_str!("../../config/default.toml"))?;
        Ok(settings.password_hashing)
    }

    /// Verifies one password over and over, on as many threads as the server has for that.
    pub(crate) fn measure(&self, time: Duration) -> Outcome<Cost> {
        let threads = NonZeroUsize::new(self.threads).map_or_else(thread::available_parallelism, Ok)?;
        let params = Params::new(self.memory_kib, self.iterations, self.parallelism, None);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(|error| error.to_string())?);
        let (cpu, begun) = (cpu_of("self")?, Instant::now());
        let verified: Outcome<Vec<usize>> = thread::scope(|scope| {
            let start = |_| scope.spawn(|| verify_until(begun + time, &argon2));
            let running: Vec<_> = (0..threads.get()).map(start).collect();
            running.into_iter().map(|thread| thread.join().map_err(|_| "a hashing thread panicked")?).collect()
        });
        let verified = verified?.iter().sum();
        let rate = count(verified) / begun.elapsed().as_secs_f64();
        let cpu = micros_each(cpu_of("self")?.saturating_sub(cpu), verified);
        Ok(Cost { rate, cpu, database: f64::NAN, generator: f64::NAN })
    }
}

/// In memory that is kept from one to the next.
fn verify_until(end: Instant, argon2: &Argon2<'_>) -> Outcome<usize> {
    let mut memory = vec![Block::new(); argon2.params().block_count()];
    let mut hash = |password: &str| {
        let mut output = [0; 32];
        let hashed =
            argon2.hash_password_into_with_memory(password.as_bytes(), b"sixteen bytes of", &mut output, &mut memory);
        hashed.map(|()| output).map_err(|error| error.to_string())
    };
    let stored = hash(PASSWORD)?;
    let mut verified = 1;
    while Instant::now() < end {
        if hash(PASSWORD)? != stored {
            return Err("one password, two hashes".into());
        }
        verified += 1;
    }
    Ok(verified)
}
