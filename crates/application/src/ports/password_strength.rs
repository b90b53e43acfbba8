//! Whether a password can be guessed.

use async_trait::async_trait;
use ironplate_domain::Password;

/// Words that an attacker would try first, because they belong to the user or to the product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObviousWords(pub Vec<String>);

/// What is weak about a password, in plain words: a sentence or two.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Weakness(pub String);

/// Tells passwords that can be guessed from those that can't.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasswordStrength: Send + Sync {
    /// Looks for what makes this password easy to guess; `None` when it is strong enough. The product's own name counts as
    /// obvious, too.
    async fn weakness(&self, password: &Password, obvious: &ObviousWords) -> Option<Weakness>;
}
