//! Which position of the log a moment of the past means.

use taskfold_contracts::commands::Moment;
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use taskfold_log::Log;

use crate::problem::Problem;

/// How far the clock of whoever asks may be ahead of ours.
const AHEAD_MS: i64 = 10_000;

/// Whether a moment has not come yet, also by a clock that is a little ahead of ours.
pub(crate) fn is_ahead(instant: Timestamp, now: Timestamp) -> bool {
    instant.as_millis() > now.as_millis().saturating_add(AHEAD_MS)
}

/// The last position up to a moment; number 0 when nothing had happened. `field` is how the caller named
/// the moment. What lies ahead of `now` or of the log is refused: it has not happened, and what an answer
/// says of it would not stay true.
pub(crate) async fn position_of(
    log: &Log,
    partition: u32,
    moment: Moment,
    now: Timestamp,
    field: &str,
) -> Result<Position, Problem> {
    match moment {
        Moment::Time(instant) if is_ahead(instant, now) => {
            let message = format!("{instant} lies in the future: it is {now}");
            Err(Problem::field(field, "in_the_future", message))
        }
        Moment::Time(instant) => {
            log.refresh(partition).await?;
            Ok(log.position_at(partition, instant).await?)
        }
        Moment::Position(position) if position.partition != partition => {
            let message = format!(
                "{position} is no position of this workspace: its partition is {partition}"
            );
            Err(Problem::field(field, "other_partition", message))
        }
        Moment::Position(position) => {
            let mut head = log.head(partition);
            if position.number > head.number {
                head = log.refresh(partition).await?;
            }
            if position.number > head.number {
                let message = format!("{position} lies in the future: the log ends at {head}");
                return Err(Problem::field(field, "in_the_future", message));
            }
            Ok(position)
        }
    }
}

/// The zone of whoever asks, by its IANA name; UTC when none is named.
pub(crate) fn zone(name: Option<&str>) -> Result<jiff::tz::TimeZone, Problem> {
    let Some(name) = name else {
        return Ok(jiff::tz::TimeZone::UTC);
    };
    let zone = jiff::tz::TimeZone::get(name);
    zone.map_err(|_| Problem::field("time_zone", "unknown", format!("{name} is no time zone")))
}
