//! How often one client may ask in all, counted in this process, before everything that costs something.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use ironplate_application::limits::Throttle;
use ironplate_domain::AddressRange;

type Limiter = RateLimiter<AddressRange, DefaultKeyedStateStore<AddressRange>, DefaultClock, NoOpMiddleware>;

/// After so many requests, clients that have not asked for long are forgotten: memory has a bound.
const SWEEP_EVERY: u32 = 4_096;

/// How one who asked too often is told by a page; `None` where programs ask.
pub type TellByPage = fn(&HttpRequest, &Throttle) -> Option<HttpResponse>;

/// A rate limiter with a bucket for each client of this server.
#[derive(Clone)]
pub struct ClientRateLimiter(Option<Arc<Counted>>);

struct Counted {
    /// One for each width of ranges, as [`AddressRange::WIDTHS`] has them.
    limiters: Vec<Limiter>,
    permits: NonZeroU32,
    asked: AtomicU32,
}

impl ClientRateLimiter {
    /// Each range of addresses may ask so often at once, and all of it again after the period, wider ones so many times as
    /// often as [`AddressRange::around`] says; `None` counts nothing.
    #[must_use]
    pub fn new(quota: Option<(NonZeroU32, Duration)>) -> Self {
        let counted = quota.and_then(|(permits, period)| {
            let limiter = |(_, share)| {
                let permits = permits.saturating_mul(NonZeroU32::new(share)?);
                Some(RateLimiter::keyed(Quota::with_period(period / permits.get())?.allow_burst(permits)))
            };
            let limiters = AddressRange::WIDTHS.into_iter().map(limiter).collect::<Option<_>>()?;
            Some(Arc::new(Counted { limiters, permits, asked: AtomicU32::new(0) }))
        });
        Self(counted)
    }

    /// Counts one request from this address.
    ///
    /// # Errors
    /// It was one too many.
    pub fn admit(&self, address: IpAddr) -> Result<(), Throttle> {
        let Some(Counted { limiters, permits, asked }) = self.0.as_deref() else { return Ok(()) };
        if asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            for limiter in limiters {
                limiter.retain_recent();
                limiter.shrink_to_fit();
            }
        }
        for ((range, share), limiter) in AddressRange::around(address).zip(limiters) {
            limiter.check_key(&range).map_err(|not_until| {
                let permits = permits.get().saturating_mul(share);
                let retry_after = not_until.wait_time_from(DefaultClock::default().now());
                let reset_after = not_until.quota().replenish_interval() * permits;
                Throttle { permits, retry_after, reset_after }
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn each_client_is_admitted_as_often_as_allowed() {
        let limiter = ClientRateLimiter::new(Some((NonZeroU32::new(3).unwrap(), Duration::from_hours(1))));
        for _ in 0..3 {
            assert!(limiter.admit(client("192.0.2.1")).is_ok());
        }
        let throttle = limiter.admit(client("192.0.2.1")).unwrap_err();
        assert_eq!(throttle.permits, 3);
        assert!(throttle.retry_after <= Duration::from_mins(20) && throttle.retry_after > Duration::from_mins(19));
        assert!(limiter.admit(client("192.0.2.2")).is_ok());
    }

    #[test]
    fn a_household_is_one_client() {
        let limiter = ClientRateLimiter::new(Some((NonZeroU32::new(1).unwrap(), Duration::from_hours(1))));
        assert!(limiter.admit(client("2001:db8:1:2::1")).is_ok());
        assert!(limiter.admit(client("2001:db8:1:2::2")).is_err());
        assert!(limiter.admit(client("2001:db8:1:3::1")).is_ok());
    }

    #[test]
    fn whoever_has_many_ranges_is_admitted_as_often_as_their_network() {
        let limiter = ClientRateLimiter::new(Some((NonZeroU32::new(1).unwrap(), Duration::from_hours(1))));
        let admitted = |from: std::ops::Range<u32>, site: &str| {
            from.filter(|range| limiter.admit(client(&format!("2001:db8:{site}:{range:x}::1"))).is_ok()).count()
        };
        assert_eq!(admitted(0..0x100, "1"), 4, "a /56");
        assert_eq!(admitted(0x100..0x2000, "1"), 12, "the rest of a /48");
        assert_eq!(admitted(0..1, "2"), 1, "another /48");
    }

    #[test]
    fn without_a_number_nobody_is_counted() {
        let limiter = ClientRateLimiter::new(None);
        assert!((0..10_000).all(|_| limiter.admit(client("192.0.2.1")).is_ok()));
    }
}
