//! Values between Rust and columns.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, ToSql};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use uuid::Uuid;

use crate::filter::Param;

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
pub(crate) fn unsigned(row: &Row, index: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(index)?).unwrap_or(0))
}

pub(crate) fn uuid(row: &Row, index: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(index)?))
}

pub(crate) fn optional_uuid(row: &Row, index: usize) -> rusqlite::Result<Option<Uuid>> {
    Ok(row.get::<_, Option<[u8; 16]>>(index)?.map(Uuid::from_bytes))
}

pub(crate) fn instant(row: &Row, index: usize) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_millis(row.get(index)?))
}

pub(crate) fn optional_instant(row: &Row, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row
        .get::<_, Option<i64>>(index)?
        .map(Timestamp::from_millis))
}

/// A column that should have been readable; `index` is where it stands.
pub(crate) fn unreadable(
    index: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, Box::new(error))
}

/// Text of a column, parsed.
pub(crate) fn parsed<T>(row: &Row, index: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(index)?.as_str()?;
    text.parse().map_err(|error| unreadable(index, error))
}

/// JSON of a column.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row, index: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(index)?.as_str()?;
    serde_json::from_str(text).map_err(|error| unreadable(index, error))
}

/// The published name of a value as a column: its JSON without the quotes.
pub(crate) fn named<T: serde::de::DeserializeOwned>(
    row: &Row,
    index: usize,
) -> rusqlite::Result<T> {
    let name = row.get_ref(index)?.as_str()?.to_owned();
    serde_json::from_value(serde_json::Value::String(name))
        .map_err(|error| unreadable(index, error))
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

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Int(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

/// `?first, ?first+1, …`: so many placeholders.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let numbered: Vec<String> = (first..first + count)
        .map(|number| format!("?{number}"))
        .collect();
    numbered.join(", ")
}

/// How SQLite would go about a statement, a line a step.
#[cfg(test)]
pub(crate) fn plan(connection: &rusqlite::Connection, sql: &str) -> String {
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let unbound: Vec<Value> = vec![Value::Null; statement.parameter_count()];
    let steps = statement
        .query_map(rusqlite::params_from_iter(unbound), |row| row.get(3))
        .unwrap();
    let steps: Vec<String> = steps.collect::<Result<_, _>>().unwrap();
    steps.join("\n")
}
