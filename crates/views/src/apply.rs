//! How a batch takes effect.

use rusqlite::Connection;
use taskfold_contracts::envelope::Envelope;

use crate::error::ApplyError;

pub(crate) fn batch(_connection: &Connection, _batch: &[Envelope]) -> Result<(), ApplyError> {
    Ok(())
}
