//! Fires reminders: waits for the next moment that the views know of, and asks the command role, which decides.
//! Whatever happens here, a reminder fires once: asking twice, asking too late and not being alone do no harm,
//! and who never got an answer asks again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use taskfold_contracts::commands::TriggerReminder;
use taskfold_contracts::ids::{CorrelationId, IdSource, ReminderId, TaskId, UserId};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::{Clock, Timestamp};
use taskfold_log::{Log, crash};
use taskfold_views::reminders::{self, Clocks, Pending};
use taskfold_views::{QueryError, Views};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Numbers;
use crate::command::{CommandRequest, Work, WriteReply};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::query::LiveViews;
use crate::upstream::Upstream;

/// Reminders that are read at once.
const PAGE: u32 = 500;
/// Reminders that are asked for at once.
const AT_ONCE: usize = 32;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest time without a look: the machine may have slept, or its clock been set.
const LONGEST: Duration = Duration::from_secs(30);
/// Between two looks because something happened; more when looking takes long.
const CALM: Duration = Duration::from_millis(250);
const CALM_AT_MOST: Duration = Duration::from_secs(5);
/// How long a look waits for views that are behind.
const BEHIND: Duration = Duration::from_secs(1);
/// How long to wait for what was fired to be known to the views.
const KNOWN: Duration = Duration::from_secs(5);
/// The first pause before asking again, doubled each time, and the longest one.
const AGAIN_MILLIS: i64 = 1_000;
const AGAIN_AT_MOST_MILLIS: i64 = 600_000;
/// Bytes of an answer.
const ANSWER_LIMIT: usize = 1 << 20;

/// What it stands on.
pub(crate) struct Parts {
    pub(crate) log: Log,
    pub(crate) views: LiveViews,
    pub(crate) command: Upstream<CommandRequest>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) numbers: Numbers,
}

/// Fires reminders.
pub(crate) struct Reminders {
    parts: Parts,
    /// Those that were asked for in vain, and when to ask again.
    later: BTreeMap<Key, Later>,
}

type Key = (TaskId, ReminderId);

#[derive(Clone, Copy)]
struct Later {
    until: Timestamp,
    tries: u32,
}

/// What came of asking.
enum Asked {
    /// It fired, or did already, or is not to: what happened is at this position.
    Decided { fired: bool, position: Position },
    /// Nobody knows.
    Failed(Problem),
}

/// What a look has found.
#[derive(Default)]
struct Look {
    /// When to look again; none when nothing waits.
    next: Option<Timestamp>,
    /// How long reading took.
    read: Duration,
    /// The last positions that answers named.
    reached: BTreeMap<u32, u64>,
    failed: Option<Problem>,
}

impl Look {
    fn wait_for(&mut self, moment: Timestamp) {
        self.next = Some(self.next.map_or(moment, |next| next.min(moment)));
    }
}

impl Reminders {
    pub(crate) fn new(parts: Parts) -> Self {
        let later = BTreeMap::new();
        Self { parts, later }
    }

    /// Works until `shutdown`.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let working = self.work();
        // What was asked for and not answered when it ends is asked for again by whoever comes next.
        shutdown.run_until_cancelled(working).await;
    }

    async fn work(&mut self) {
        let partitions = 0..self.parts.log.partitions();
        let mut heads: Vec<_> = partitions.map(|p| self.parts.log.watch(p)).collect();
        loop {
            let Some(views) = self.views().await else {
                return;
            };
            let current = self.catch_up(&views, &mut heads).await;
            let (mut wait, mut calm) = (LONGEST, CALM);
            match self.look(&views).await {
                Ok(look) => {
                    calm = (look.read * 10).clamp(CALM, CALM_AT_MOST);
                    wait = look
                        .next
                        .map_or(LONGEST, |next| self.until(next))
                        .min(LONGEST);
                }
                Err(error) => {
                    tracing::warn!(%error, "reminders cannot be looked up now");
                    wait = wait.min(CALM_AT_MOST);
                }
            }
            if !current {
                wait = wait.min(BEHIND);
            }
            let soon = Instant::now() + calm.min(wait);
            if tokio::time::timeout(wait, changed(&mut heads))
                .await
                .is_ok()
            {
                tokio::time::sleep_until(soon).await;
            }
        }
    }

    /// The views, once there are some; none when there never will be.
    async fn views(&mut self) -> Option<Views> {
        let views = self.parts.views.wait_for(Option::is_some).await.ok()?;
        views.clone()
    }

    fn until(&self, moment: Timestamp) -> Duration {
        let millis = moment.as_millis() - self.parts.clock.now().as_millis();
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// Waits a little for the views to have what was committed; whether they do.
    async fn catch_up(&self, views: &Views, heads: &mut [watch::Receiver<u64>]) -> bool {
        let until = Instant::now() + BEHIND;
        let mut current = true;
        for (partition, head) in (0..).zip(heads) {
            let number = *head.borrow_and_update();
            let position = Position { partition, number };
            let left = until.saturating_duration_since(Instant::now());
            current &= views.wait_for(position, left).await;
        }
        current
    }

    /// Fires what has come, and says when to look again.
    async fn look(&mut self, views: &Views) -> Result<Look, QueryError> {
        let now = self.parts.clock.now();
        let forget = now.as_millis() - AGAIN_AT_MOST_MILLIS;
        self.later
            .retain(|_, later| later.until.as_millis() > forget);
        let mut look = Look::default();
        for clocks in Clocks::ALL {
            let mut after = None;
            loop {
                let (read, last) = (Instant::now(), after.take());
                let reading =
                    views.read(move |r| reminders::page(r, clocks, now, last.as_ref(), PAGE));
                let page = reading.await?;
                look.read += read.elapsed();
                self.fire(&page, now, &mut look).await;
                if page.len() < PAGE as usize {
                    break;
                }
                after = page.into_iter().next_back();
            }
            let reading = views.read(move |r| reminders::next(r, clocks, now));
            if let Some(next) = reading.await? {
                look.wait_for(next);
            }
        }
        if let Some(problem) = &look.failed {
            tracing::warn!(%problem, "reminders cannot be fired now; they are tried again");
        }
        let until = Instant::now() + KNOWN;
        for (partition, number) in &look.reached {
            let position = Position {
                partition: *partition,
                number: *number,
            };
            let left = until.saturating_duration_since(Instant::now());
            views.wait_for(position, left).await;
        }
        Ok(look)
    }

    /// Fires those of a page whose moment has come, some at a time.
    async fn fire(&mut self, page: &[Pending], now: Timestamp, look: &mut Look) {
        let mut asking = FuturesUnordered::new();
        for pending in page {
            let later = self.later.get(&key(pending));
            let from = later.map_or(pending.due_at, |later| later.until.max(pending.due_at));
            if from > now {
                look.wait_for(from);
                continue;
            }
            if asking.len() >= AT_ONCE
                && let Some((of, asked)) = asking.next().await
            {
                note(&self.parts, &mut self.later, look, of, asked);
            }
            asking.push(ask(&self.parts, pending));
        }
        while let Some((of, asked)) = asking.next().await {
            note(&self.parts, &mut self.later, look, of, asked);
        }
    }
}

fn key(pending: &Pending) -> Key {
    (pending.task_id, pending.reminder_id)
}

/// Waits until one of them changes.
async fn changed(heads: &mut [watch::Receiver<u64>]) {
    let mut any: FuturesUnordered<_> = heads.iter_mut().map(watch::Receiver::changed).collect();
    if !matches!(any.next().await, Some(Ok(()))) {
        // The log is closed; the process ends.
        std::future::pending::<()>().await;
    }
}

/// Asks for a reminder to fire.
async fn ask<'p>(parts: &Parts, pending: &'p Pending) -> (&'p Pending, Asked) {
    crash::hit("reminders.before_trigger");
    let trigger = TriggerReminder {
        task_id: pending.task_id,
        reminder_id: pending.reminder_id,
        due_at: pending.due_at,
    };
    let request = CommandRequest {
        principal: Principal {
            user_id: pending.person_id.unwrap_or(UserId(uuid::Uuid::nil())),
            agent: false,
        },
        workspace_id: pending.workspace_id,
        work: Work::Trigger(trigger),
        if_match: None,
        idempotency_key: None,
        correlation_id: CorrelationId(parts.ids.next()),
        zone: pending.zone.clone(),
    };
    let answering = async {
        let response = parts.command.call(request).await;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), ANSWER_LIMIT).await;
        let bytes = bytes.map_err(|error| Problem::internal(&error))?;
        if !status.is_success() {
            let problem = serde_json::from_slice(&bytes);
            return Err(problem.unwrap_or_else(|error| Problem::internal(&error)));
        }
        serde_json::from_slice::<WriteReply>(&bytes).map_err(|error| Problem::internal(&error))
    };
    let answer = tokio::time::timeout(PATIENCE, answering).await;
    crash::hit("reminders.after_trigger");
    let asked = match answer {
        Ok(Ok(reply)) => Asked::Decided {
            fired: reply.change_id.is_some(),
            position: reply.position,
        },
        Ok(Err(problem)) => Asked::Failed(problem),
        Err(_) => Asked::Failed(Problem::unavailable(
            "outcome_unknown",
            "the command role does not answer",
            PATIENCE,
        )),
    };
    (pending, asked)
}

/// Keeps what an answer says. What did not fire is asked for again after a while, if it still waits then: the
/// views may be behind, or a clock.
fn note(
    parts: &Parts,
    later: &mut BTreeMap<Key, Later>,
    look: &mut Look,
    pending: &Pending,
    asked: Asked,
) {
    let now = parts.clock.now();
    let fired = match asked {
        Asked::Decided { fired, position } => {
            let reached = look.reached.entry(position.partition).or_default();
            *reached = position.number.max(*reached);
            if fired {
                parts.numbers.fired.inc();
                let late = now.as_millis() - pending.due_at.as_millis();
                let late = Duration::from_millis(u64::try_from(late).unwrap_or(0));
                parts.numbers.late.observe(late.as_secs_f64());
            }
            fired
        }
        Asked::Failed(problem) => {
            parts.numbers.failed.inc();
            look.failed = Some(problem);
            false
        }
    };
    let tries = match later.get(&key(pending)) {
        Some(known) if !fired => known.tries + 1,
        Some(_) | None => 0,
    };
    let pause = (AGAIN_MILLIS << tries.min(10)).min(AGAIN_AT_MOST_MILLIS);
    let until = Timestamp::from_millis(now.as_millis().saturating_add(pause));
    later.insert(key(pending), Later { until, tries });
    look.wait_for(until);
}
