//! Password hashing that takes no time.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    mem,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use ironplate_application::ports::{HashingError, PasswordHasher, UnusableHash, Verdict};
use ironplate_domain::{AddressRange, Password, PasswordAttempt, PasswordHash, PasswordRecipe};

/// What a hasher was asked to do so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HasherCalls {
    /// New passwords hashed.
    pub hash: usize,
    /// Attempts compared with a stored hash.
    pub verify: usize,
    /// Attempts compared with nothing, for an account that is not there.
    pub dummy: usize,
}

/// Hashes at once and insecurely; never two hashes of one password alike. What begins with `weak:` is a weak hash.
#[derive(Default)]
pub struct FakeHasher(Mutex<State>);

type Event = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Default)]
struct State {
    calls: HasherCalls,
    salts: u64,
    condition: Condition,
    meanwhile: Option<Event>,
    recipes: Vec<PasswordRecipe>,
}

#[derive(Clone, Copy, Default)]
enum Condition {
    #[default]
    Working,
    Busy,
    Broken,
}

const FAKE: &str = "fake:";
const WEAK: &str = "weak:";

impl FakeHasher {
    /// A hash of this password, as [`PasswordHasher::hash`] makes them; counts as no call.
    #[must_use]
    pub fn hash_of(&self, password: &str) -> PasswordHash {
        let mut state = self.state();
        state.salts += 1;
        PasswordHash::new(salted(state.salts, password))
    }

    /// A hash of this password that wants replacing.
    #[must_use]
    pub fn weak_hash_of(&self, password: &str) -> PasswordHash {
        PasswordHash::new(format!("{WEAK}{}", self.hash_of(password).expose()))
    }

    /// What was asked so far; refused calls are not counted.
    #[must_use]
    pub fn calls(&self) -> HasherCalls {
        self.state().calls
    }

    /// The recipes that it was told of last.
    #[must_use]
    pub fn recipes(&self) -> Vec<PasswordRecipe> {
        self.state().recipes.clone()
    }

    /// From here on too many passwords wait.
    pub fn busy(&self) {
        self.state().condition = Condition::Busy;
    }

    /// From here on every call fails.
    pub fn broken(&self) {
        self.state().condition = Condition::Broken;
    }

    /// Works again.
    pub fn working(&self) {
        self.state().condition = Condition::Working;
    }

    /// Lets something happen while the next hash is computed or compared.
    pub fn meanwhile(&self, event: impl Future<Output = ()> + Send + 'static) {
        self.state().meanwhile = Some(Box::pin(event));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn work(&self, count: fn(&mut HasherCalls) -> &mut usize) -> Result<(), HashingError> {
        let event = {
            let mut state = self.state();
            match state.condition {
                Condition::Working => *count(&mut state.calls) += 1,
                Condition::Busy => return Err(HashingError::Busy),
                Condition::Broken => return Err(HashingError::Failed("the hasher is broken".into())),
            }
            mem::take(&mut state.meanwhile)
        };
        if let Some(event) = event {
            event.await;
        }
        Ok(())
    }
}

#[async_trait]
impl PasswordHasher for FakeHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashingError> {
        self.work(|calls| &mut calls.hash).await?;
        Ok(self.hash_of(password.expose()))
    }

    async fn verify(
        &self,
        attempt: PasswordAttempt,
        hash: Option<PasswordHash>,
        _: Option<AddressRange>,
    ) -> Result<Verdict, HashingError> {
        let Some(hash) = hash else {
            self.work(|calls| &mut calls.dummy).await?;
            return Ok(Verdict::Mismatch);
        };
        self.work(|calls| &mut calls.verify).await?;
        let (verdict, text) = match hash.expose().strip_prefix(WEAK) {
            Some(text) => (Verdict::MatchButWeak, text),
            None => (Verdict::Match, hash.expose()),
        };
        Ok(if attempt.candidates().any(|candidate| is_hash_of(text, candidate)) { verdict } else { Verdict::Mismatch })
    }

    fn check(&self, hash: &PasswordHash) -> Result<(), UnusableHash> {
        let text = hash.expose().strip_prefix(WEAK).unwrap_or(hash.expose());
        if text.starts_with(FAKE) { Ok(()) } else { Err(UnusableHash::UnknownFormat) }
    }

    fn know(&self, recipes: &[PasswordRecipe]) {
        self.state().recipes = recipes.to_vec();
    }
}

fn salted(salt: u64, password: &str) -> String {
    let mut digest = DefaultHasher::new();
    (salt, password).hash(&mut digest);
    format!("{FAKE}{salt}:{:016x}", digest.finish())
}

fn is_hash_of(text: &str, password: &str) -> bool {
    let salt = text.strip_prefix(FAKE).and_then(|rest| rest.split_once(':')).and_then(|(salt, _)| salt.parse().ok());
    salt.is_some_and(|salt| salted(salt, password) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn verdict(hasher: &FakeHasher, attempt: &str, hash: Option<PasswordHash>) -> Verdict {
        hasher.verify(PasswordAttempt::new(attempt), hash, None).await.unwrap()
    }

    #[tokio::test]
    async fn it_tells_the_password_from_others() {
        let hasher = FakeHasher::default();
        let hash = hasher.hash(Password::parse("open sesame").unwrap()).await.unwrap();
        assert!(!hash.expose().contains("sesame"));
        assert_ne!(hasher.hash_of("open sesame"), hash);
        assert_eq!(verdict(&hasher, "open sesame", Some(hash.clone())).await, Verdict::Match);
        assert_eq!(verdict(&hasher, "open barley", Some(hash)).await, Verdict::Mismatch);
        let weak = hasher.weak_hash_of("open sesame");
        assert_eq!(verdict(&hasher, "open sesame", Some(weak.clone())).await, Verdict::MatchButWeak);
        assert_eq!(verdict(&hasher, "open barley", Some(weak)).await, Verdict::Mismatch);
        assert_eq!(verdict(&hasher, "open sesame", Some(PasswordHash::new("?".into()))).await, Verdict::Mismatch);
        assert_eq!(verdict(&hasher, "open sesame", None).await, Verdict::Mismatch);
        assert_eq!(hasher.calls(), HasherCalls { hash: 1, verify: 5, dummy: 1 });
    }

    #[tokio::test]
    async fn it_is_busy_or_broken_until_it_works_again() {
        let hasher = FakeHasher::default();
        let ask = || hasher.verify(PasswordAttempt::new("open sesame"), None, None);
        hasher.busy();
        assert!(matches!(ask().await, Err(HashingError::Busy)));
        hasher.broken();
        assert!(matches!(ask().await, Err(HashingError::Failed(_))));
        hasher.working();
        assert!(ask().await.is_ok());
        assert_eq!(hasher.calls().dummy, 1);
    }
}
