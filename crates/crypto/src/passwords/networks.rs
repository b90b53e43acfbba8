//! From where right passwords came lately.

use std::{
    collections::HashSet,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ironplate_domain::AddressRange;

/// So many are remembered at least, and twice as many at the most.
const MANY: usize = 4_096;

/// Networks from which somebody logged in at this process. Whoever shares one of them learns nothing of an account: all attempts out of it
/// are treated alike.
#[derive(Default)]
pub(super) struct KnownNetworks(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    current: HashSet<AddressRange>,
    previous: HashSet<AddressRange>,
}

impl KnownNetworks {
    pub(super) fn has(&self, network: AddressRange) -> bool {
        let generations = self.generations();
        generations.current.contains(&network) || generations.previous.contains(&network)
    }

    pub(super) fn remember(&self, network: AddressRange) {
        let mut generations = self.generations();
        if generations.current.len() == MANY {
            generations.previous = mem::take(&mut generations.current);
        }
        generations.current.insert(network);
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    #[test]
    fn the_latest_are_known_and_no_more_than_there_is_room_for() {
        let (known, network) = (KnownNetworks::default(), |n| AddressRange::of(IpAddr::V4(Ipv4Addr::from_bits(n))));
        let count = u32::try_from(MANY).unwrap();
        for n in 0..3 * count {
            known.remember(network(n));
        }
        assert!((2 * count..3 * count).all(|n| known.has(network(n))), "the latest are");
        assert!((0..count).all(|n| !known.has(network(n))), "the oldest are not");
    }
}
