//! How far the tables are: the generation that they are, and the last position applied of each partition.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_sql::{Connection, Dialect, Error, Row, ValueRef, values};

use crate::sql::{placeholders, signed, unsigned};

/// Marks the tables as whole.
pub(crate) fn complete(connection: &Connection, generation: u64) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('generation', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        values![signed(generation)],
    )?;
    Ok(())
}

/// The generation of the tables; 0 while they are being built.
pub(crate) fn generation(connection: &Connection) -> Result<u64, Error> {
    let sql = "SELECT value FROM meta WHERE name = 'generation'";
    let number = connection.first(sql, &[], |row| unsigned(row, 0))?;
    Ok(number.unwrap_or(0))
}

/// The last position applied of a partition.
pub(crate) fn watermark(connection: &Connection, partition: u32) -> Result<u64, Error> {
    let sql = "SELECT number FROM watermarks WHERE partition = ?1";
    let number = connection.first(sql, values![partition], |row| unsigned(row, 0))?;
    Ok(number.unwrap_or(0))
}

/// The last positions applied of all partitions.
pub(crate) fn watermarks(connection: &Connection) -> Result<BTreeMap<u32, u64>, Error> {
    let all = connection.query("SELECT partition, number FROM watermarks", &[], read)?;
    Ok(all.into_iter().collect())
}

/// The last positions applied of these partitions, held until the transaction ends: on PostgreSQL others
/// may write as well.
pub(crate) fn lock(
    connection: &Connection,
    partitions: &BTreeSet<u32>,
) -> Result<BTreeMap<u32, u64>, Error> {
    match connection.dialect() {
        Dialect::Sqlite => return watermarks(connection),
        Dialect::Postgres if partitions.is_empty() => return Ok(BTreeMap::new()),
        Dialect::Postgres => {}
    }
    let sql = format!(
        "SELECT partition, number FROM watermarks WHERE partition IN ({})
         ORDER BY partition FOR UPDATE",
        placeholders(1, partitions.len())
    );
    let asked = partitions.iter().map(|partition| i64::from(*partition));
    let asked: Vec<ValueRef> = asked.map(ValueRef::Int).collect();
    let found = connection.query(&sql, &asked, read)?;
    if found.len() == partitions.len() {
        return Ok(found.into_iter().collect());
    }
    // The first event of a partition: whoever comes second waits here for the first.
    let rows = asked.iter().map(|of| vec![*of, ValueRef::Int(0)]);
    let into = "INSERT INTO watermarks (partition, number)";
    connection.insert_many(into, 2, "ON CONFLICT DO NOTHING", rows)?;
    let found = connection.query(&sql, &asked, read)?;
    Ok(found.into_iter().collect())
}

/// Moves watermarks; they never go back.
pub(crate) fn set(connection: &Connection, moved: &BTreeMap<u32, u64>) -> Result<(), Error> {
    let rows = moved.iter().map(|(partition, number)| {
        vec![
            ValueRef::Int(i64::from(*partition)),
            ValueRef::Int(signed(*number)),
        ]
    });
    connection.insert_many(
        "INSERT INTO watermarks (partition, number)",
        2,
        "ON CONFLICT (partition) DO UPDATE SET number = excluded.number",
        rows,
    )
}

fn read(row: &Row) -> Result<(u32, u64), Error> {
    Ok((row.get(0)?, unsigned(row, 1)?))
}
