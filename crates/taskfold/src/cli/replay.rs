//! `taskfold replay`.

use std::collections::BTreeMap;

use serde_json::json;
use taskfold_bus::kafka as bus;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use taskfold_log::Log;

use super::views::Views;
use super::{App, files};
use crate::exit::{Exit, Failure};
use crate::kafka;
use crate::moment::parse_past;

/// Have a consumer group on Kafka be given events once more, from a moment or a position on; or all views be folded
/// once more, from the beginning of the log. A group must be stopped; what it has seen already comes again. Views
/// stay in use until new ones are built beside them.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true), after_help = "\
Examples:
  taskfold replay --group search --from \"2026-11-20 18:00\"
  taskfold replay --group search --from 3:42
  taskfold replay --view all                        as views rebuild does")]
pub(crate) struct Replay {
    /// The consumer group
    #[arg(long, value_name = "NAME", group = "what", requires = "from")]
    group: Option<String>,
    /// The views, which are `all`: one transaction moves them together
    #[arg(long, value_name = "NAME", group = "what")]
    view: Option<String>,
    /// For a group, from when on: a moment of the past for all partitions, or a position, such as 3:42, for its own
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
}

impl Replay {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        match (self.group, self.view, self.from) {
            (Some(group), _, Some(from)) => replay_group(app, &group, &from).await,
            (_, Some(view), None) if view == ALL => Views::rebuild().run(app).await,
            (_, Some(view), None) => Err(Failure::usage(format!(
                "views are folded together, \"{view}\" cannot be alone"
            ))
            .hint(REBUILD)),
            (_, Some(_), Some(from)) => Err(Failure::usage(format!(
                "views are folded from the beginning of the log, not from {from}: they hold what was before"
            ))
            .hint(REBUILD)),
            (_, None, _) => Err(Failure::usage("--group and --from belong together")),
        }
    }
}

/// The name of all views.
const ALL: &str = "all";
const REBUILD: &str = "taskfold replay --view all; the old ones stay in use meanwhile";

async fn replay_group(app: &App, group: &str, from: &str) -> Result<(), Failure> {
    let cluster = kafka::cluster(app.config())?;
    let moment = parse_past(from, app.screen.now())
        .map_err(|error| Failure::usage(error.to_string()).at("from", None))?;
    let log = files::open_log(app).await?;
    let from = times(&log, moment).await;
    log.shutdown().await;
    let places = bus::replay(&cluster, group, &from?)
        .await
        .map_err(|error| {
            Failure::new(Exit::Error, error.to_string()).hint("has the group stopped?")
        })?;
    if app.screen.json {
        let places = places.iter().map(|place| {
            json!({ "topic": place.topic, "partition": place.partition, "offset": place.offset })
        });
        let places: Vec<_> = places.collect();
        return app
            .screen
            .value(&json!({ "group": group, "places": places }));
    }
    for place in places {
        app.screen.line(&format!(
            "{group} goes on in {}, partition {}, at offset {}",
            place.topic, place.partition, place.offset
        ))?;
    }
    Ok(())
}

/// The time of the first event that is to come again, in each partition that is concerned.
async fn times(log: &Log, moment: Moment) -> Result<BTreeMap<u32, Timestamp>, Failure> {
    match moment {
        Moment::Time(at) => Ok((0..log.partitions()).map(|one| (one, at)).collect()),
        Moment::Position(Position { partition, number }) => {
            let rows = if partition < log.partitions() {
                log.read_partition(partition, number.saturating_sub(1), 1)
                    .await
            } else {
                Ok(Vec::new())
            };
            let rows = rows.map_err(|error| Failure::doing("read the log", error))?;
            let row = rows.first().ok_or_else(|| {
                Failure::not_found(format!("there is no event at {partition}:{number}"))
            })?;
            Ok(BTreeMap::from([(partition, row.header.recorded_at)]))
        }
    }
}
