//! Rows on their way out.

use std::error::Error as StdError;

use taskfold_contracts::time::Timestamp;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use crate::error::Error;
use crate::value::{Value, ValueRef};

/// A row that a statement gave.
#[derive(Clone, Copy)]
pub enum Row<'r> {
    /// Of SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// Of PostgreSQL.
    Postgres(&'r tokio_postgres::Row),
}

/// What can be read from a column.
pub trait FromColumn<'r>: Sized {
    /// From the value there; the error says what was expected.
    fn from_column(value: ValueRef<'r>) -> Result<Self, String>;
}

impl<'r> Row<'r> {
    /// The column at `index`, from 0.
    pub fn get<T: FromColumn<'r>>(&self, index: usize) -> Result<T, Error> {
        T::from_column(self.value(index)?).map_err(|reason| Error::column(index, reason))
    }

    /// How many columns it has.
    pub fn columns(&self) -> usize {
        match self {
            Self::Sqlite(row) => row.as_ref().column_count(),
            Self::Postgres(row) => row.len(),
        }
    }

    /// The column at `index` as it is.
    pub fn value(&self, index: usize) -> Result<ValueRef<'r>, Error> {
        match self {
            Self::Sqlite(row) => Ok(match row.get_ref(index)? {
                rusqlite::types::ValueRef::Null => ValueRef::Null,
                rusqlite::types::ValueRef::Integer(number) => ValueRef::Int(number),
                rusqlite::types::ValueRef::Real(number) => ValueRef::Real(number),
                rusqlite::types::ValueRef::Text(bytes) => ValueRef::Text(
                    std::str::from_utf8(bytes).map_err(|error| Error::column(index, error))?,
                ),
                rusqlite::types::ValueRef::Blob(bytes) => ValueRef::Blob(bytes),
            }),
            Self::Postgres(row) => row
                .try_get::<_, Cell>(index)
                .map(|cell| cell.0)
                .map_err(|error| Error::column(index, error)),
        }
    }
}

/// A column of PostgreSQL.
struct Cell<'r>(ValueRef<'r>);

impl<'r> FromSql<'r> for Cell<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(match *ty {
            Type::BOOL => ValueRef::Int(i64::from(bool::from_sql(ty, raw)?)),
            Type::INT2 => ValueRef::Int(i64::from(i16::from_sql(ty, raw)?)),
            Type::INT4 => ValueRef::Int(i64::from(i32::from_sql(ty, raw)?)),
            Type::INT8 => ValueRef::Int(i64::from_sql(ty, raw)?),
            Type::FLOAT4 => ValueRef::Real(f64::from(f32::from_sql(ty, raw)?)),
            Type::FLOAT8 => ValueRef::Real(f64::from_sql(ty, raw)?),
            Type::BYTEA => ValueRef::Blob(raw),
            _ => ValueRef::Text(std::str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::BOOL
                | Type::INT2
                | Type::INT4
                | Type::INT8
                | Type::FLOAT4
                | Type::FLOAT8
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
                | Type::JSON
                | Type::UNKNOWN
        )
    }
}

fn unexpected<T>(wanted: &str, found: ValueRef) -> Result<T, String> {
    let found = match found {
        ValueRef::Null => "nothing",
        ValueRef::Int(_) => "a whole number",
        ValueRef::Real(_) => "a number",
        ValueRef::Text(_) => "text",
        ValueRef::Blob(_) => "bytes",
    };
    Err(format!("{found} where {wanted} should be"))
}

impl<'r> FromColumn<'r> for ValueRef<'r> {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        Ok(value)
    }
}

impl<'r> FromColumn<'r> for Value {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        Ok(value.into())
    }
}

impl<'r, T: FromColumn<'r>> FromColumn<'r> for Option<T> {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        if value == ValueRef::Null {
            return Ok(None);
        }
        T::from_column(value).map(Some)
    }
}

impl<'r> FromColumn<'r> for i64 {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        if let ValueRef::Int(number) = value {
            Ok(number)
        } else {
            unexpected("a whole number", value)
        }
    }
}

macro_rules! whole {
    ($($type:ty),*) => {$(
        impl<'r> FromColumn<'r> for $type {
            fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
                let number = i64::from_column(value)?;
                <$type>::try_from(number).map_err(|_| format!("{number} is out of range"))
            }
        }
    )*};
}

whole!(i32, u64, u32, u16, u8);

impl<'r> FromColumn<'r> for bool {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        i64::from_column(value).map(|number| number != 0)
    }
}

impl<'r> FromColumn<'r> for f64 {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        if let ValueRef::Real(number) = value {
            Ok(number)
        } else {
            unexpected("a number", value)
        }
    }
}

impl<'r> FromColumn<'r> for &'r str {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        if let ValueRef::Text(text) = value {
            Ok(text)
        } else {
            unexpected("text", value)
        }
    }
}

impl<'r> FromColumn<'r> for String {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        <&str>::from_column(value).map(str::to_owned)
    }
}

impl<'r> FromColumn<'r> for &'r [u8] {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        if let ValueRef::Blob(bytes) = value {
            Ok(bytes)
        } else {
            unexpected("bytes", value)
        }
    }
}

impl<'r> FromColumn<'r> for Vec<u8> {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        <&[u8]>::from_column(value).map(<[u8]>::to_vec)
    }
}

impl<'r, const N: usize> FromColumn<'r> for [u8; N] {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        let bytes = <&[u8]>::from_column(value)?;
        <[u8; N]>::try_from(bytes).map_err(|_| format!("{} bytes where {N} should be", bytes.len()))
    }
}

impl<'r> FromColumn<'r> for Uuid {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        <[u8; 16]>::from_column(value).map(Uuid::from_bytes)
    }
}

impl<'r> FromColumn<'r> for Timestamp {
    fn from_column(value: ValueRef<'r>) -> Result<Self, String> {
        i64::from_column(value).map(Timestamp::from_millis)
    }
}
