//! Idempotency keys that are too old to be asked for.

use rusqlite::{Connection, params};
use taskfold_contracts::time::Timestamp;

use super::commit::table;
use crate::ReadError;

/// Keys looked at for one piece: what one transaction forgets at most.
const PIECE: u32 = 1_000;

/// A key as it is stored.
pub(crate) type Key = [u8; 32];

/// Some keys in their order.
pub(crate) struct Piece {
    /// Those of them that are old.
    pub(crate) old: Vec<Key>,
    /// The last one that was looked at; none when there are no more.
    pub(crate) last: Option<Key>,
}

/// Looks at the next keys behind `after` for those stored before `before`. There is no index on the time:
/// it would cost every append, and a walk along the keys costs the lane nothing.
pub(crate) fn piece(
    connection: &Connection,
    after: Option<Key>,
    before: Timestamp,
) -> Result<Piece, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT key, recorded_at FROM idempotency WHERE key > ?1 ORDER BY key LIMIT ?2",
    )?;
    let after = after.as_ref().map_or(&[][..], |key| key.as_slice());
    let mut rows = statement.query(params![after, PIECE])?;
    let (mut old, mut last, mut seen) = (Vec::new(), None, 0);
    while let Some(row) = rows.next()? {
        let key: Key = row.get(0)?;
        if row.get::<_, i64>(1)? < before.as_millis() {
            old.push(key);
        }
        last = Some(key);
        seen += 1;
    }
    Ok(Piece {
        old,
        last: last.filter(|_| seen == PIECE),
    })
}

/// Forgets these keys.
pub(crate) fn forget(connection: &Connection, keys: &[Key]) -> rusqlite::Result<()> {
    let keys = table(keys.iter().map(<[u8; 32]>::as_slice));
    connection
        .prepare_cached("DELETE FROM idempotency WHERE key IN rarray(?1)")?
        .execute(params![keys])
        .map(drop)
}
