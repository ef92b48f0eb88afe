//! Rows that a batch touches: read when they are first wanted, written once at its end.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use taskfold_sql::{Bound, Connection, Error, Row, ValueRef};
use uuid::Uuid;

use crate::sql::padded;

/// Rows that are read with one statement.
const TOGETHER: usize = 64;

/// A row of a table whose key is ids.
pub(crate) trait Stored: Sized {
    type Key: Ord + Copy + AsRef<[Uuid]>;
    const TABLE: &'static str;
    /// The columns of [`Self::values`]; so many of them are the key.
    const COLUMNS: &'static [&'static str];
    const KEYS: usize;

    fn key(&self) -> Self::Key;
    fn values(&self) -> Vec<Bound<'_>>;
    /// From [`Self::COLUMNS`].
    fn read(row: &Row) -> Result<Self, Error>;
}

/// Some rows of a table.
pub(crate) struct Held<T: Stored> {
    slots: BTreeMap<T::Key, Slot<T>>,
}

struct Slot<T> {
    /// None when there is no such row, or none any more.
    row: Option<T>,
    /// Whether that is not yet written.
    changed: bool,
}

impl<T: Stored> Default for Held<T> {
    fn default() -> Self {
        Self {
            slots: BTreeMap::new(),
        }
    }
}

impl<T: Stored> Held<T> {
    /// How many rows are held.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The row as the batch has left it so far.
    pub(crate) fn get(
        &mut self,
        connection: &Connection,
        key: T::Key,
    ) -> Result<Option<&T>, Error> {
        let slot = match self.slots.entry(key) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(free) => {
                let wanted = format!("{} WHERE {}", select::<T>(), of_key::<T>());
                let row = connection.first(&wanted, &values(&key), T::read)?;
                let changed = false;
                free.insert(Slot { row, changed })
            }
        };
        Ok(slot.row.as_ref())
    }

    /// Puts a row there, new or in the place of the one with its key.
    pub(crate) fn put(&mut self, row: T) {
        let (key, row, changed) = (row.key(), Some(row), true);
        self.slots.insert(key, Slot { row, changed });
    }

    /// Takes a row away.
    pub(crate) fn remove(&mut self, key: T::Key) {
        let (row, changed) = (None, true);
        self.slots.insert(key, Slot { row, changed });
    }

    /// Reads many rows before they are wanted: one by one each would cost a round trip.
    pub(crate) fn fetch(
        &mut self,
        connection: &Connection,
        keys: impl IntoIterator<Item = T::Key>,
    ) -> Result<(), Error> {
        let wanted: Vec<T::Key> = keys
            .into_iter()
            .filter(|key| !self.slots.contains_key(key))
            .collect();
        for part in wanted.chunks(TOGETHER) {
            let asked = padded(part);
            let sql = format!("{} WHERE {}", select::<T>(), among::<T>(asked.len()));
            let ids: Vec<ValueRef> = asked.iter().flat_map(values).collect();
            let found = connection.query(&sql, &ids, T::read)?;
            for key in part {
                let (row, changed) = (None, false);
                self.slots.insert(*key, Slot { row, changed });
            }
            for row in found {
                let (key, row, changed) = (row.key(), Some(row), false);
                self.slots.insert(key, Slot { row, changed });
            }
        }
        Ok(())
    }

    /// Writes what changed, and lets all go.
    pub(crate) fn write(&mut self, connection: &Connection) -> Result<(), Error> {
        let slots = std::mem::take(&mut self.slots);
        let changed = || slots.iter().filter(|(_, slot)| slot.changed);
        let mut gone = changed().filter(|(_, slot)| slot.row.is_none()).peekable();
        if gone.peek().is_some() {
            let delete = format!("DELETE FROM {} WHERE {}", T::TABLE, of_key::<T>());
            connection.execute_many(&delete, gone.map(|(key, _)| values(key)))?;
        }
        let mut rows = changed()
            .filter_map(|(_, slot)| slot.row.as_ref())
            .peekable();
        if rows.peek().is_some() {
            let into = format!("INSERT INTO {} ({})", T::TABLE, T::COLUMNS.join(", "));
            connection.insert_many(
                &into,
                T::COLUMNS.len(),
                &replacing(T::COLUMNS, T::KEYS),
                rows.map(T::values),
            )?;
        }
        Ok(())
    }
}

/// What stands behind the values so that a row takes the place of the one with its key, which is the first
/// so many columns.
pub(crate) fn replacing(columns: &[&str], keys: usize) -> String {
    let (key, others) = columns.split_at(keys);
    let others: Vec<String> = others
        .iter()
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    format!(
        "ON CONFLICT ({}) DO UPDATE SET {}",
        key.join(", "),
        others.join(", ")
    )
}

fn select<T: Stored>() -> String {
    format!("SELECT {} FROM {}", T::COLUMNS.join(", "), T::TABLE)
}

fn of_key<T: Stored>() -> String {
    let parts = T::COLUMNS[..T::KEYS].iter().zip(1..);
    let parts: Vec<String> = parts.map(|(key, at)| format!("{key} = ?{at}")).collect();
    parts.join(" AND ")
}

/// `(a, b) IN ((?1, ?2), (?3, ?4))`.
fn among<T: Stored>(rows: usize) -> String {
    let rows: Vec<String> = (0..rows)
        .map(|row| {
            let first = row * T::KEYS + 1;
            format!("({})", crate::sql::placeholders(first, T::KEYS))
        })
        .collect();
    format!(
        "({}) IN ({})",
        T::COLUMNS[..T::KEYS].join(", "),
        rows.join(", ")
    )
}

fn values<K: AsRef<[Uuid]>>(key: &K) -> Vec<ValueRef<'_>> {
    key.as_ref()
        .iter()
        .map(|id| ValueRef::Blob(id.as_bytes()))
        .collect()
}
