//! What must hold in the end, looked at past the product: in the database and on the topics.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use taskfold_crash::ledger::Ledger;
use taskfold_kit::Connection;

use crate::fleet::Fleet;
use crate::stack::Stack;
use crate::topics::{self, Row};

/// How long the relay may take to publish what is left.
const DRAIN: Duration = Duration::from_mins(2);

/// Notes each number of the relay's that goes back: only one whose lease is somebody else's by now would do that.
pub(crate) const WATCH: &str = "
    CREATE SCHEMA faults;
    CREATE TABLE faults.steps_back (name text, partition bigint, was bigint, now bigint);
    CREATE FUNCTION faults.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        INSERT INTO faults.steps_back VALUES (old.name, old.partition, old.number, new.number);
        RETURN new;
    END $$;
    CREATE TRIGGER note BEFORE UPDATE ON bus.checkpoints FOR EACH ROW
        WHEN (new.number < old.number) EXECUTE FUNCTION faults.note()";

const ROWS: &str =
    "SELECT partition || ' ' || number || ' ' || event_id || ' ' || workspace_id || ' ' || type
    FROM log.events ORDER BY partition, number";
const STEPS_BACK: &str =
    "DELETE FROM faults.steps_back RETURNING 'the checkpoint ' || name || ' of partition '
    || partition || ' went back from ' || was || ' to ' || now";

/// What the topics and the log hold.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) events: usize,
    pub(crate) records: usize,
    pub(crate) repeated: usize,
}

/// Guarantee 3 and the topics, with the services running.
pub(crate) async fn on_servers(fleet: &Fleet, stack: &Stack, ledger: &Ledger) -> Result<Counts> {
    if let Some(left) = drained(fleet).await? {
        ledger.violation(format!(
            "after {DRAIN:?} the relay has not published {left}"
        ));
    }
    let rows = rows(&fleet.ask(ROWS)?)?;
    dense(&rows, ledger);
    let (records, repeated) = topics::check(stack, &rows, ledger).await?;
    steps_back(fleet, ledger)?;
    let letters = fleet.command(&["deadletters", "list"]).await?;
    if !letters.trim().is_empty() {
        ledger.violation(format!("events were given up: {letters}"));
    }
    Ok(Counts {
        events: rows.len(),
        records,
        repeated,
    })
}

/// No number of the relay's has gone back since the last look.
pub(crate) fn steps_back(fleet: &Fleet, ledger: &Ledger) -> Result<()> {
    for step in fleet.ask(STEPS_BACK)?.lines() {
        ledger.violation(step.to_owned());
    }
    Ok(())
}

/// Waits until nothing waits for the topics; else what does.
async fn drained(fleet: &Fleet) -> Result<Option<String>> {
    let until = Instant::now() + DRAIN;
    loop {
        let (mut held, mut left) = (0, 0);
        for service in fleet.services.iter().filter(|one| one.has("processor")) {
            let mut connection = Connection::open(&service.door.address()).await?;
            let answer = connection.send("GET", "/readyz", None, "").await?.json()?;
            let number = |name: &str| answer[name].as_u64().unwrap_or(0);
            held += number("relay_partitions");
            left += number("relay_backlog_events");
        }
        let partitions = fleet.ask("SELECT count(*) FROM log.partitions")?;
        if left == 0 && held.to_string() == partitions {
            return Ok(None);
        }
        if Instant::now() > until {
            let told = format!("{left} events; {held} of {partitions} partitions have an owner");
            return Ok(Some(told));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn rows(text: &str) -> Result<Vec<Row>> {
    let row = |line: &str| {
        let mut words = line.split(' ');
        let mut word = || words.next().unwrap_or_default();
        Some(Row {
            partition: word().parse().ok()?,
            number: word().parse().ok()?,
            event: word().to_owned(),
            workspace: word().to_owned(),
            kind: word().to_owned(),
        })
    };
    let rows = text
        .lines()
        .map(|line| row(line).context("a row of the log"));
    rows.collect()
}

/// Positions are dense, and no event is there twice.
fn dense(rows: &[Row], ledger: &Ledger) {
    let mut heads: BTreeMap<u32, u64> = BTreeMap::new();
    let mut events = BTreeMap::new();
    for row in rows {
        let head = heads.entry(row.partition).or_default();
        if row.number != *head + 1 {
            ledger.violation(format!("position {head} is followed by {row:?}"));
        }
        *head = row.number;
        if let Some(first) = events.insert(&row.event, row.number) {
            ledger.violation(format!("{row:?} is at {first} as well"));
        }
    }
}
