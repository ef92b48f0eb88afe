//! What is written beside the events.

use super::connect::{Error, Session};
use super::row::{big, small};
use crate::job::Side;

const PUT_SNAPSHOT: &str = "INSERT INTO log.snapshots (key, partition, number, bytes) \
     VALUES ($1, $2, $3, $4) \
     ON CONFLICT (key, partition, number) DO UPDATE SET bytes = excluded.bytes";
const REMOVE_SNAPSHOTS: &str = "DELETE FROM log.snapshots WHERE key = $1";
const FORGET_KEYS: &str = "DELETE FROM log.idempotency WHERE key = ANY($1::bytea[])";
const PUT_WATERMARK: &str = "INSERT INTO log.watermarks (consumer, partition, number) \
     VALUES ($1, $2, $3) \
     ON CONFLICT (consumer, partition) DO UPDATE SET number = excluded.number";

/// Writes one of them.
pub(crate) async fn store(session: &Session, side: &Side) -> Result<(), Error> {
    let written = match side {
        Side::PutSnapshot(key, snapshot) => {
            let (partition, number) = (
                small(snapshot.position.partition),
                big(snapshot.position.number),
            );
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
                [key, &partition, &number, &snapshot.bytes];
            session.query(PUT_SNAPSHOT, &values).await
        }
        Side::RemoveSnapshots(key) => session.query(REMOVE_SNAPSHOTS, &[key]).await,
        Side::ForgetKeys(keys) => {
            let keys: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
            session.query(FORGET_KEYS, &[&keys]).await
        }
        Side::PutWatermark(consumer, at) => {
            let (partition, number) = (small(at.partition), big(at.number));
            session
                .query(PUT_WATERMARK, &[consumer, &partition, &number])
                .await
        }
    };
    written.map(drop)
}
