//! Whether what is on a topic is of this log.

use taskfold_contracts::envelope::hex;
use taskfold_contracts::position::Position;
use taskfold_log::Log;

use super::cluster::KafkaError;

/// A row as a topic has it: what its record says of itself.
pub(super) struct Claimed<'r> {
    pub(super) topic: &'r str,
    pub(super) position: Position,
    pub(super) event: &'r str,
    pub(super) hash: &'r str,
}

impl Claimed<'_> {
    /// Fails when the log has another row there, or none.
    pub(super) async fn is_of(&self, log: &Log) -> Result<(), KafkaError> {
        let Position { partition, number } = self.position;
        let failed = |error: taskfold_log::ReadError| KafkaError::Log(error.to_string());
        if number > log.head(partition).number {
            // Another process may have stored and published it a moment ago.
            log.refresh(partition).await.map_err(failed)?;
        }
        let rows = log.read_partition(partition, number.saturating_sub(1), 1);
        let rows = rows.await.map_err(failed)?;
        let here = rows
            .first()
            .filter(|row| row.header.position == self.position);
        if here.is_some_and(|row| hex(&row.hash) == self.hash) {
            return Ok(());
        }
        let here = here.map(|row| format!("the event {}", row.header.event_id));
        Err(KafkaError::Foreign {
            topic: self.topic.to_owned(),
            position: self.position,
            there: self.event.to_owned(),
            here: here.unwrap_or_else(|| "nothing".to_owned()),
        })
    }
}
