//! What is on the topics, as Kafka's own consumer reads them, compared with the log.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use taskfold_crash::ledger::Ledger;

use crate::stack::Stack;

/// Each topic, and the beginnings of the types of its events.
const TOPICS: &[(&str, &[&str]); 3] = &[
    ("task-events", &["task", "list", "workspace"]),
    ("user-events", &["user"]),
    ("notification-events", &["notification", "reminder"]),
];

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) partition: u32,
    pub(crate) number: u64,
    pub(crate) event: String,
    pub(crate) workspace: String,
    pub(crate) kind: String,
}

/// Each event of the log is on its topic, in its partition, under its workspace's key; what comes for the first time
/// comes in order, and what comes twice is a repetition. Gives the number of records, and of those that repeat.
pub(crate) async fn check(stack: &Stack, rows: &[Row], ledger: &Ledger) -> Result<(usize, usize)> {
    let (mut records, mut repeated) = (0, 0);
    // Side by side: each waits a while for more than there is.
    let [tasks, users, messages] = TOPICS;
    let texts = tokio::try_join!(
        stack.records(tasks.0),
        stack.records(users.0),
        stack.records(messages.0)
    )?;
    for ((topic, kinds), text) in TOPICS.iter().zip([texts.0, texts.1, texts.2]) {
        let found = text
            .lines()
            .map(|line| record(line).with_context(|| format!("{topic}: a record reads {line:?}")));
        let found = found.collect::<Result<Vec<_>>>()?;
        records += found.len();
        let wanted = |row: &&Row| kinds.contains(&row.kind.split('.').next().unwrap_or_default());
        repeated += compare(topic, &found, rows.iter().filter(wanted), ledger);
    }
    Ok((records, repeated))
}

fn compare<'r>(
    topic: &str,
    found: &[Row],
    wanted: impl Iterator<Item = &'r Row>,
    ledger: &Ledger,
) -> usize {
    let wanted: BTreeMap<(u32, u64), &Row> = wanted
        .map(|row| ((row.partition, row.number), row))
        .collect();
    let mut seen = BTreeSet::new();
    let mut last: BTreeMap<u32, u64> = BTreeMap::new();
    let mut repeated = 0;
    for record in found {
        let at = (record.partition, record.number);
        match wanted.get(&at) {
            Some(row) if *row == record => {}
            other => ledger.violation(format!("{topic} has {record:?}, the log {other:?}")),
        }
        if !seen.insert(at) {
            repeated += 1;
            continue;
        }
        let last = last.entry(record.partition).or_default();
        if record.number < *last {
            ledger.violation(format!(
                "{topic} has {record:?} for the first time after {last}"
            ));
        }
        *last = record.number;
    }
    let missing: Vec<_> = wanted.keys().filter(|at| !seen.contains(at)).collect();
    if let Some((partition, number)) = missing.first() {
        let count = missing.len();
        ledger.violation(format!(
            "{topic} lacks {count} events of the log, the first is {partition}:{number}"
        ));
    }
    repeated
}

/// `Partition:3<tab>Offset:17<tab>name:value;name:value…<tab>key`.
fn record(line: &str) -> Option<Row> {
    let mut fields = line.split('\t');
    let partition = fields.next()?.strip_prefix("Partition:")?.parse().ok()?;
    fields.next()?.strip_prefix("Offset:")?;
    let headers: BTreeMap<&str, &str> = fields
        .next()?
        .split(';')
        .filter_map(|header| header.split_once(':'))
        .collect();
    let (of, number) = headers.get("ce_position")?.split_once(':')?;
    let row = Row {
        partition,
        number: number.parse().ok()?,
        event: (*headers.get("ce_id")?).to_owned(),
        workspace: fields.next()?.to_owned(),
        kind: (*headers.get("ce_type")?).to_owned(),
    };
    (of.parse() == Ok(partition)).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64) -> Row {
        Row {
            partition: 3,
            number,
            event: format!("e{number}"),
            workspace: "w".into(),
            kind: "task.created".into(),
        }
    }

    fn violations(found: &[u64]) -> usize {
        let ledger = Ledger::default();
        let found: Vec<Row> = found.iter().map(|number| row(*number)).collect();
        compare("t", &found, [1, 2, 3].map(row).iter(), &ledger);
        ledger.summary().2.len()
    }

    #[test]
    fn what_repeats_is_no_violation_and_what_lacks_or_turns_is() {
        assert_eq!(violations(&[1, 2, 3]), 0);
        assert_eq!(violations(&[1, 2, 1, 2, 3, 2]), 0, "repetitions");
        assert_eq!(violations(&[1, 3]), 1, "one lacks");
        assert_eq!(violations(&[1, 3, 2]), 1, "out of order");
        assert_eq!(violations(&[1, 2, 3, 4]), 1, "not in the log");
    }

    #[test]
    fn a_line_of_the_consumer_is_read() {
        let line = "Partition:3\tOffset:0\tce_id:e7;ce_time:2026-01-01T00:00:00Z;ce_type:task.created;ce_position:3:7\tw";
        assert_eq!(record(line), Some(row(7)));
        assert_eq!(
            record(&line.replace("3:7", "4:7")),
            None,
            "of another partition"
        );
    }
}
