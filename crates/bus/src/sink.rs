//! Where the effects of events go.

use taskfold_contracts::envelope::{Envelope, Recorded};

/// Something that events are applied to, together with how far it is. All functions may block; the
/// consumer calls them where that is allowed, never two at once for one partition.
pub trait Sink: Send + Sync + 'static {
    /// Stable name, for logs, metrics and dead letters.
    fn name(&self) -> &str;

    /// The last position of `partition` that was applied or buried; 0 before the first.
    fn watermark(&self, partition: u32) -> u64;

    /// Applies events of one partition that follow each other, and moves the watermark to the last, all in
    /// one transaction. Events at or below the watermark are skipped. An event of a parked workspace is not
    /// applied but buried, in the same transaction and in order.
    ///
    /// # Errors
    /// Nothing was applied.
    fn apply(&self, batch: &[Envelope]) -> Result<(), ApplyError>;

    /// Puts one event, the next after the watermark, among the dead letters, parks its workspace and moves
    /// the watermark over it, all in one transaction. At or below the watermark it does nothing. The row is
    /// given as it is stored: it may be one that cannot be decoded.
    ///
    /// # Errors
    /// Nothing was stored.
    fn bury(&self, row: &Recorded, error: &str, attempts: u32) -> Result<(), ApplyError>;
}

/// Why nothing of a batch was applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// An event that will fail again. It is tried a few times, then buried.
    #[error("event {index:?} of the batch cannot be applied: {error}")]
    Poison {
        /// Which one of the batch; when the sink cannot tell, the consumer finds it by halving.
        index: Option<usize>,
        /// Why, without content.
        error: String,
    },
    /// Nothing is wrong with the events: the storage is busy, full or away. Tried again for as long as it
    /// takes.
    #[error("{error}")]
    Retry {
        /// What is wrong.
        error: String,
    },
}
