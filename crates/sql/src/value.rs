//! Values on their way into statements.

use std::borrow::Cow;
use std::error::Error as StdError;

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef as SqliteRef};
use taskfold_contracts::time::Timestamp;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

/// A value, borrowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'v> {
    /// Nothing.
    Null,
    /// A whole number; 0 and 1 for what is a Boolean column on PostgreSQL.
    Int(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(&'v str),
    /// Bytes; for a `TSVECTOR` column of PostgreSQL its binary form.
    Blob(&'v [u8]),
}

/// A value, owned.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// A value, borrowed or owned: for rows of which some columns are made up on the way.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound<'v> {
    /// Somebody else's.
    Ref(ValueRef<'v>),
    /// Its own.
    Owned(Value),
}

/// What can stand for a placeholder.
pub trait ToValue {
    /// As a value of the database.
    fn to_value(&self) -> ValueRef<'_>;
}

/// Values for the placeholders of a statement, in their order.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::ToValue::to_value(&$value)),*] as &[$crate::ValueRef<'_>]
    };
}

impl ToValue for Value {
    fn to_value(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Int(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }
}

impl ToValue for Bound<'_> {
    fn to_value(&self) -> ValueRef<'_> {
        match self {
            Self::Ref(value) => *value,
            Self::Owned(value) => value.to_value(),
        }
    }
}

impl<'v, T: ToValue + ?Sized> From<&'v T> for Bound<'v> {
    fn from(value: &'v T) -> Self {
        Self::Ref(value.to_value())
    }
}

impl From<String> for Bound<'_> {
    fn from(text: String) -> Self {
        Self::Owned(Value::Text(text))
    }
}

impl<'v> From<Cow<'v, str>> for Bound<'v> {
    fn from(text: Cow<'v, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Ref(ValueRef::Text(text)),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl From<i64> for Bound<'_> {
    fn from(number: i64) -> Self {
        Self::Ref(ValueRef::Int(number))
    }
}

impl<'v, T: Into<Bound<'v>>> From<Option<T>> for Bound<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Ref(ValueRef::Null), Into::into)
    }
}

impl ToValue for ValueRef<'_> {
    fn to_value(&self) -> ValueRef<'_> {
        *self
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> ValueRef<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, ToValue::to_value)
    }
}

impl ToValue for str {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToValue for String {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl ToValue for Uuid {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self.as_bytes())
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Int(self.as_millis())
    }
}

macro_rules! whole {
    ($($type:ty),*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> ValueRef<'_> {
                ValueRef::Int(i64::from(*self))
            }
        }
    )*};
}

whole!(i64, i32, i16, u32, u16, u8, bool);

impl ToValue for f64 {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Real(*self)
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Int(number) => Self::Int(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(text.to_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }
}

impl rusqlite::ToSql for ValueRef<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Self::Null => ToSqlOutput::Owned(SqliteValue::Null),
            Self::Int(number) => ToSqlOutput::Owned(SqliteValue::Integer(number)),
            Self::Real(number) => ToSqlOutput::Owned(SqliteValue::Real(number)),
            Self::Text(text) => ToSqlOutput::Borrowed(SqliteRef::Text(text.as_bytes())),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(SqliteRef::Blob(bytes)),
        })
    }
}

impl ToSql for ValueRef<'_> {
    /// As the type that the server inferred for the placeholder; what does not fit it is an error.
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => whole_to_sql(number, ty, out),
            Self::Real(number) if *ty == Type::FLOAT8 => number.to_sql(ty, out),
            Self::Text(text) if <&str as ToSql>::accepts(ty) => text.to_sql(ty, out),
            Self::Blob(bytes) if matches!(*ty, Type::BYTEA | Type::TS_VECTOR) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            Self::Real(_) | Self::Text(_) | Self::Blob(_) => Err(Box::new(Unfit {
                value: self.kind(),
                column: ty.name().to_owned(),
            })),
        }
    }

    /// Which types fit depends on the value: `to_sql` refuses the others.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn whole_to_sql(
    number: i64,
    ty: &Type,
    out: &mut BytesMut,
) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
    match *ty {
        Type::INT8 => number.to_sql(ty, out),
        Type::INT4 => i32::try_from(number)?.to_sql(ty, out),
        Type::INT2 => i16::try_from(number)?.to_sql(ty, out),
        Type::BOOL => (number != 0).to_sql(ty, out),
        _ => Err(Box::new(Unfit {
            value: "a whole number",
            column: ty.name().to_owned(),
        })),
    }
}

impl ValueRef<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Int(_) => "a whole number",
            Self::Real(_) => "a number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

/// A value of one kind for a placeholder of another; names no content.
#[derive(Debug, thiserror::Error)]
#[error("{value} does not fit a placeholder of type {column}")]
struct Unfit {
    value: &'static str,
    column: String,
}
