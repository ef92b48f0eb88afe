//! How many requests one person, or one address, may send. An address is that of the connection: what
//! `X-Forwarded-For` says is ignored, as anybody can write it.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use taskfold_contracts::ids::UserId;

use super::Options;
use crate::problem::Problem;

/// A steady rate, and how much may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    Person(UserId),
    Address(IpAddr),
}

type Limiter =
    RateLimiter<Counted, DashMapStateStore<Counted>, DefaultClock, StateInformationMiddleware>;

pub(super) struct Rates {
    general: Option<Limiter>,
    sign_in: Option<Limiter>,
    clock: DefaultClock,
}

/// What is left, for the headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    limit: u32,
    remaining: u32,
    reset: u64,
}

impl Rates {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            general: options.rate.and_then(limiter),
            sign_in: options.sign_in_rate.and_then(limiter),
            clock: DefaultClock::default(),
        }
    }

    pub(super) fn count(&self, who: Counted) -> Result<Option<Left>, (Problem, Left)> {
        self.check(self.general.as_ref(), who)
    }

    pub(super) fn count_sign_in(&self, who: Counted) -> Result<Option<Left>, (Problem, Left)> {
        self.check(self.sign_in.as_ref(), who)
    }

    fn check(
        &self,
        limiter: Option<&Limiter>,
        who: Counted,
    ) -> Result<Option<Left>, (Problem, Left)> {
        let Some(limiter) = limiter else {
            return Ok(None);
        };
        match limiter.check_key(&who) {
            Ok(state) => {
                let (limit, remaining) = (
                    state.quota().burst_size().get(),
                    state.remaining_burst_capacity(),
                );
                let missing = limit.saturating_sub(remaining);
                let reset = (state.quota().replenish_interval() * missing)
                    .as_secs_f64()
                    .ceil();
                Ok(Some(Left {
                    limit,
                    remaining,
                    reset: whole(reset),
                }))
            }
            Err(refused) => {
                let wait = refused
                    .wait_time_from(self.clock.now())
                    .max(Duration::from_millis(1));
                let seconds = whole(wait.as_secs_f64().ceil());
                let problem = Problem::new(
                    axum::http::StatusCode::TOO_MANY_REQUESTS,
                    "rate_limited",
                    format!("too many requests; try again in {seconds} s"),
                )
                .with_retry_after(seconds);
                let limit = refused.quota().burst_size().get();
                Err((
                    problem,
                    Left {
                        limit,
                        remaining: 0,
                        reset: seconds,
                    },
                ))
            }
        }
    }

    /// Forgets who has not come for a while.
    pub(super) fn sweep(&self) {
        for limiter in [&self.general, &self.sign_in].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

impl Left {
    pub(super) fn write(self, headers: &mut HeaderMap) {
        headers.insert(
            HeaderName::from_static("ratelimit-limit"),
            self.limit.into(),
        );
        headers.insert(
            HeaderName::from_static("ratelimit-remaining"),
            self.remaining.into(),
        );
        headers.insert(
            HeaderName::from_static("ratelimit-reset"),
            self.reset.into(),
        );
    }
}

fn limiter(rate: Rate) -> Option<Limiter> {
    let (per_second, burst) = (
        NonZeroU32::new(rate.per_second)?,
        NonZeroU32::new(rate.burst)?,
    );
    let quota = Quota::per_second(per_second).allow_burst(burst);
    Some(RateLimiter::dashmap(quota).with_middleware::<StateInformationMiddleware>())
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole seconds, never negative, far below 2^53"
)]
fn whole(seconds: f64) -> u64 {
    seconds.max(0.0) as u64
}
