//! Whether a password can be guessed: the commonest are known by heart, the others are estimated.

mod calendar_and_places;
mod commonest;
mod obvious;
mod reasons;
mod stretches;

use async_trait::async_trait;
use ironplate_application::ports::{ObviousWords, PasswordStrength, Weakness};
use ironplate_domain::Password;

use self::obvious::Obvious;

/// The least score that a password must reach, on zxcvbn's scale from 0 to 4. The default is 2.
///
/// | score | guesses that it takes | withstands |
/// |---|---|---|
/// | 0 | | no minimum: any password will do |
/// | 1 | a thousand | |
/// | 2 | a million | guessing at the log-in, where attempts are limited |
/// | 3 | a hundred million | guessing by whoever stole the hashes, for a time |
/// | 4 | ten thousand million | the same with much hardware |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinimumScore(u8);

impl MinimumScore {
    /// No minimum.
    pub const OFF: Self = Self(0);
    /// The greatest there is.
    pub const MAX: Self = Self(4);

    /// A minimum from 0 to 4; `None` beyond.
    #[must_use]
    pub const fn new(score: u8) -> Option<Self> {
        if score <= Self::MAX.0 { Some(Self(score)) } else { None }
    }

    /// From 0 to 4.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for MinimumScore {
    fn default() -> Self {
        Self(2)
    }
}

/// Which passwords are strong enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordRules {
    /// What a password must reach.
    pub minimum_score: MinimumScore,
    /// Whether the commonest passwords are refused, with up to five digits or signs behind them, too, and those made of the
    /// calendar and places; whatever the minimum.
    pub refuses_commonest: bool,
    /// The product's name, which its users' passwords should not be built on.
    pub product: String,
}

/// Judges passwords by a list of the commonest, and by how many guesses zxcvbn thinks that they take.
///
/// What belongs to the owner or the product counts for nothing: such words are cut out of the password, and what is left
/// must be strong enough.
///
/// Whoever calls it waits a few milliseconds at most, whatever the password; usually less than one. The first call of a process reads
/// the word lists, which takes some ten milliseconds; a server that nobody gives a new password has no memory for them.
#[derive(Debug, Clone)]
pub struct GuessEstimate {
    rules: PasswordRules,
}

impl GuessEstimate {
    /// By these rules.
    #[must_use]
    pub const fn new(rules: PasswordRules) -> Self {
        Self { rules }
    }

    fn judge(&self, password: &str, owner: &ObviousWords) -> Option<Weakness> {
        let PasswordRules { minimum_score, refuses_commonest, ref product } = self.rules;
        if refuses_commonest && let Some(likeness) = commonest::likeness(password) {
            return Some(reasons::of_likeness(likeness));
        }
        if refuses_commonest && calendar_and_places::is_all_of(password) {
            return Some(reasons::of_calendar_and_places());
        }
        if minimum_score == MinimumScore::OFF {
            return None;
        }
        let obvious = Obvious::of(owner, product);
        let cut = obvious.cut_out_of(password);
        let strongest = stretches::strongest(&cut.rest, &obvious.texts(), minimum_score);
        let Some(estimate) = strongest else { return Some(reasons::of_nothing_left(cut.found, product)) };
        if u8::from(estimate.score()) >= minimum_score.get() {
            return None;
        }
        let found = cut.found.or_else(|| obvious.found_in(&estimate));
        Some(found.map_or_else(|| reasons::of_estimate(&estimate), |origin| reasons::of_origin(origin, product)))
    }
}

#[async_trait]
impl PasswordStrength for GuessEstimate {
    async fn weakness(&self, password: &Password, obvious: &ObviousWords) -> Option<Weakness> {
        self.judge(password.expose(), obvious)
    }
}

#[cfg(test)]
mod tests;
