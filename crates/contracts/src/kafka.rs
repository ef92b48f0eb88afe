//! A row of the log as a Kafka record: CloudEvents 1.0 in binary mode. The value is the row's Avro bytes as
//! they are, in Confluent's frame; the headers hold all else, so that the row can be read back whole.

use std::str::FromStr;

use crate::cloudevent::{SOURCE, SPEC_VERSION};
use crate::envelope::{Hash, Header, Recorded, hex};
use crate::time::Timestamp;
use crate::trace::SpanContext;

/// The media type of the value.
pub const AVRO: &str = "application/avro";
/// The first byte of Confluent's frame; behind it stand four bytes of the schema's id, then the Avro bytes.
const MAGIC: u8 = 0;
const FRAME: usize = 5;

/// Where a record stands in the log; the one header that a reader needs to put records in order.
pub const POSITION: &str = "ce_position";
/// The id of its event.
pub const EVENT: &str = "ce_id";
/// Its hash in the log's chain, by which a log knows its own rows.
pub const HASH: &str = "ce_hash";

/// The headers of a record. One that has no value is left out. `occurred_at` is the payload's time.
pub fn headers(row: &Recorded, occurred_at: Timestamp) -> Vec<(&'static str, String)> {
    let header = &row.header;
    let mut headers = vec![
        ("content-type", AVRO.to_owned()),
        ("ce_specversion", SPEC_VERSION.to_owned()),
        (EVENT, header.event_id.to_string()),
        ("ce_source", SOURCE.to_owned()),
        ("ce_type", header.event_type.to_string()),
        ("ce_subject", header.stream_id.to_string()),
        ("ce_time", occurred_at.to_string()),
        ("ce_workspaceid", header.workspace_id.to_string()),
        (POSITION, header.position.to_string()),
        ("ce_version", header.version.to_string()),
        ("ce_schemaversion", header.schema_version.to_string()),
        ("ce_recordedtime", header.recorded_at.to_string()),
        ("ce_actor", header.actor.to_string()),
        ("ce_changeid", header.change_id.to_string()),
        ("ce_correlationid", header.correlation_id.to_string()),
        (HASH, hex(&row.hash)),
        (
            "traceparent",
            SpanContext::of_publication(header).to_string(),
        ),
    ];
    let optional = [
        ("ce_userid", header.actor.user().map(|id| id.to_string())),
        ("ce_undoes", header.undoes.map(|id| id.to_string())),
        (
            "ce_causationid",
            header.causation_id.map(|id| id.to_string()),
        ),
        ("ce_keyid", header.key_id.map(|id| id.to_string())),
    ];
    headers.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    headers
}

/// Why a record is not a row of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotARow {
    /// A header is not there.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// A header holds something else; its content is not told.
    #[error("the header {0} cannot be read")]
    Unreadable(&'static str),
    /// The value is not framed.
    #[error("the value is not in Confluent's frame")]
    Frame,
}

/// The row that a record was made of. `header` gives the value of a header by its name.
pub fn row<'r>(
    header: impl Fn(&str) -> Option<&'r [u8]>,
    value: &[u8],
) -> Result<Recorded, NotARow> {
    let (_, payload) = unframe(value).ok_or(NotARow::Frame)?;
    let headers = Headers(header);
    let version: u64 = headers.parsed("ce_version")?;
    Ok(Recorded {
        header: Header {
            position: headers.parsed(POSITION)?,
            event_id: headers.parsed(EVENT)?,
            workspace_id: headers.parsed("ce_workspaceid")?,
            stream_id: headers.parsed("ce_subject")?,
            version: crate::position::Version(version),
            event_type: headers.text("ce_type")?.into(),
            schema_version: headers.parsed("ce_schemaversion")?,
            recorded_at: headers.parsed("ce_recordedtime")?,
            actor: headers.parsed("ce_actor")?,
            change_id: headers.parsed("ce_changeid")?,
            undoes: headers.optional("ce_undoes")?,
            correlation_id: headers.parsed("ce_correlationid")?,
            causation_id: headers.optional("ce_causationid")?,
            key_id: headers.optional("ce_keyid")?,
        },
        payload: payload.into(),
        hash: unhex(headers.text(HASH)?).ok_or(NotARow::Unreadable(HASH))?,
    })
}

struct Headers<H>(H);

impl<'r, H: Fn(&str) -> Option<&'r [u8]>> Headers<H> {
    fn text(&self, name: &'static str) -> Result<&'r str, NotARow> {
        let bytes = (self.0)(name).ok_or(NotARow::Missing(name))?;
        std::str::from_utf8(bytes).map_err(|_| NotARow::Unreadable(name))
    }

    fn parsed<T: FromStr>(&self, name: &'static str) -> Result<T, NotARow> {
        let parsed = self.text(name)?.parse();
        parsed.map_err(|_| NotARow::Unreadable(name))
    }

    fn optional<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, NotARow> {
        match self.parsed(name) {
            Ok(value) => Ok(Some(value)),
            Err(NotARow::Missing(_)) => Ok(None),
            Err(error @ (NotARow::Unreadable(_) | NotARow::Frame)) => Err(error),
        }
    }
}

/// Avro bytes in Confluent's frame, under the schema's id in the registry.
pub fn frame(schema: u32, payload: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(FRAME + payload.len());
    framed.push(MAGIC);
    framed.extend_from_slice(&schema.to_be_bytes());
    framed.extend_from_slice(payload);
    framed
}

/// The schema's id and the Avro bytes; none when there is no frame.
pub fn unframe(value: &[u8]) -> Option<(u32, &[u8])> {
    let (frame, payload) = value.split_first_chunk::<FRAME>()?;
    let [MAGIC, a, b, c, d] = *frame else {
        return None;
    };
    Some((u32::from_be_bytes([a, b, c, d]), payload))
}

fn unhex(text: &str) -> Option<Hash> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = Hash::default();
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(hash)
}
