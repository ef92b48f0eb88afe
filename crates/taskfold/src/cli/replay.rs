//! `taskfold replay`.

use std::collections::BTreeMap;

use serde_json::json;
use taskfold_bus::kafka as bus;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use taskfold_log::Log;

use super::{App, files};
use crate::exit::{Exit, Failure};
use crate::kafka;
use crate::moment::parse_past;

/// Have a consumer group on Kafka be given events once more, from a moment or a position on. The group must be
/// stopped; what it has seen already comes again. (Taskfold's own views are built anew by `views rebuild`.)
#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// The consumer group
    #[arg(long, value_name = "NAME")]
    group: String,
    /// From when on: a moment of the past for all partitions, or a position, such as 3:42, for its own
    #[arg(long, value_name = "WHEN")]
    from: String,
}

impl Replay {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let cluster = kafka::cluster(app.config())?;
        let moment = parse_past(&self.from, app.screen.now())
            .map_err(|error| Failure::usage(error.to_string()).at("from", None))?;
        let log = files::open_log(app).await?;
        let from = times(&log, moment).await;
        log.shutdown().await;
        let places = bus::replay(&cluster, &self.group, &from?)
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
                .value(&json!({ "group": self.group, "places": places }));
        }
        for place in places {
            app.screen.line(&format!(
                "{} goes on in {}, partition {}, at offset {}",
                self.group, place.topic, place.partition, place.offset
            ))?;
        }
        Ok(())
    }
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
