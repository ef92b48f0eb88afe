//! Values between Rust and columns.

use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Error, Row, ToValue, ValueRef};
use uuid::Uuid;

use crate::filter::Param;

/// The values of a row that is written.
macro_rules! bound {
    ($($value:expr),* $(,)?) => {
        vec![$(taskfold_sql::Bound::from($value)),*]
    };
}
pub(crate) use bound;

/// Bits of the number in a place; the partition stands above them.
const NUMBER_BITS: u32 = 44;

/// A position as one number: positions of a partition keep their order.
pub(crate) fn place(position: Position) -> i64 {
    let number = position.number & ((1 << NUMBER_BITS) - 1);
    i64::try_from((u64::from(position.partition) << NUMBER_BITS) | number).unwrap_or(i64::MAX)
}

/// The position of a [`place`].
pub(crate) fn position(place: i64) -> Position {
    let place = u64::try_from(place).unwrap_or(0);
    Position {
        partition: u32::try_from(place >> NUMBER_BITS).unwrap_or(u32::MAX),
        number: place & ((1 << NUMBER_BITS) - 1),
    }
}

/// A count or version as a column.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A count or version from a column.
pub(crate) fn unsigned(row: &Row, index: usize) -> Result<u64, Error> {
    Ok(u64::try_from(row.get::<i64>(index)?).unwrap_or(0))
}

pub(crate) fn uuid(row: &Row, index: usize) -> Result<Uuid, Error> {
    row.get(index)
}

pub(crate) fn optional_uuid(row: &Row, index: usize) -> Result<Option<Uuid>, Error> {
    row.get(index)
}

pub(crate) fn instant(row: &Row, index: usize) -> Result<Timestamp, Error> {
    row.get(index)
}

pub(crate) fn optional_instant(row: &Row, index: usize) -> Result<Option<Timestamp>, Error> {
    row.get(index)
}

/// Text of a column, parsed.
pub(crate) fn parsed<T>(row: &Row, index: usize) -> Result<T, Error>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text: &str = row.get(index)?;
    text.parse().map_err(|error| Error::column(index, error))
}

/// JSON of a column.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row, index: usize) -> Result<T, Error> {
    serde_json::from_str(row.get(index)?).map_err(|error| Error::column(index, error))
}

/// The published name of a value as a column: its JSON without the quotes.
pub(crate) fn named<T: serde::de::DeserializeOwned>(row: &Row, index: usize) -> Result<T, Error> {
    let name = serde_json::Value::String(row.get(index)?);
    serde_json::from_value(name).map_err(|error| Error::column(index, error))
}

/// The published name of a value that is an enum in the contracts.
pub(crate) fn name(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => String::new(),
    }
}

/// Compact JSON of values that cannot fail to be written.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl ToValue for Param {
    fn to_value(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Int(*number),
            Self::Text(text) => ValueRef::Text(text),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }
}

/// `?first, ?first+1, …`: so many placeholders.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let numbered: Vec<String> = (first..first + count)
        .map(|number| format!("?{number}"))
        .collect();
    numbered.join(", ")
}

/// Ids for the placeholders of one `IN (…)`: the last one is repeated up to the next power of two, so that
/// few statements differ in their number of placeholders.
pub(crate) fn padded<T: Copy>(ids: &[T]) -> Vec<T> {
    let mut padded = ids.to_vec();
    if let Some(last) = ids.last() {
        padded.resize(ids.len().next_power_of_two(), *last);
    }
    padded
}

/// How SQLite would go about a statement, a line a step.
#[cfg(test)]
pub(crate) fn plan(connection: &taskfold_sql::Connection, sql: &str) -> String {
    let connection = connection.as_sqlite().unwrap();
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let unbound = vec![rusqlite::types::Value::Null; statement.parameter_count()];
    let steps = statement
        .query_map(rusqlite::params_from_iter(unbound), |row| row.get(3))
        .unwrap();
    let steps: Vec<String> = steps.collect::<Result<_, _>>().unwrap();
    steps.join("\n")
}
