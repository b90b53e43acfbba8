//! What attempts are compared with so that a failure takes the same time for every account, and for none.
//!
//! A failure costs one comparison with each recipe: with the hash itself for its own, and with a decoy for the others. Their
//! salts stay the same, as those of stored hashes do: with new ones each time, log-ins were told apart by time
//! (`bench/README.md`).

use std::sync::{Arc, PoisonError, RwLock};

use ironplate_domain::{PasswordAttempt, PasswordRecipe};

use super::{stored::Stored, threads::Memory};

/// So many of the dearest recipes count. Those of a database that somebody filled must not make failures endless.
const MOST: usize = 4;

pub(super) struct Decoys {
    todays: Stored,
    /// One of each price, with that of today.
    all: RwLock<Arc<[Stored]>>,
}

impl Decoys {
    pub(super) fn new(todays: Stored) -> Self {
        let all = RwLock::new(Arc::from([todays.clone()]));
        Self { todays, all }
    }

    /// Those of these recipes, in place of the former ones.
    pub(super) fn know(&self, recipes: &[PasswordRecipe]) {
        let mut all: Vec<_> = recipes.iter().filter_map(|recipe| Stored::decoy(&recipe.0)).collect();
        all.push(self.todays.clone());
        all.sort_by_key(|decoy| std::cmp::Reverse(decoy.price()));
        all.dedup_by_key(|decoy| decoy.price());
        all.truncate(MOST);
        *self.all.write().unwrap_or_else(PoisonError::into_inner) = all.into();
    }

    pub(super) fn all(&self) -> Arc<[Stored]> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What is left to do when an attempt was compared with this hash, or with none, in vain.
pub(super) fn finish(decoys: &[Stored], compared: Option<&Stored>, attempt: &PasswordAttempt, memory: &mut Memory) {
    let price = compared.map(Stored::price);
    for decoy in decoys.iter().filter(|decoy| price != Some(decoy.price())) {
        for candidate in attempt.candidates() {
            // Nothing can match it, and nothing may come of it.
            let _ = decoy.matches(candidate.as_bytes(), memory);
        }
    }
}
