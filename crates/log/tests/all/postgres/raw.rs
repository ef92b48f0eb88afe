//! Another program that writes to the log's tables, by the rules, but with bad habits.

use std::time::Duration;

use taskfold_contracts::envelope::{Hash, Header, chain};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::{Position, Version, partition_of};
use taskfold_contracts::time::Timestamp;
use taskfold_log::conformance::kit::{anna, context, draft, stream, workspace};
use tokio_postgres::{Client, Error, NoTls};

/// A connection.
pub(crate) struct Raw {
    pub(crate) client: Client,
}

impl Raw {
    pub(crate) async fn connect(url: &str) -> Result<Self, Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let driver = async move { drop(connection.await) };
        drop(tokio::runtime::Handle::current().spawn(driver));
        Ok(Self { client })
    }

    async fn run(&self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql).await
    }

    /// Appends a row and commits after `time`.
    pub(crate) async fn append(
        &self,
        partition: u32,
        partitions: u32,
        time: Duration,
    ) -> Result<Position, Error> {
        self.run("BEGIN").await?;
        let at = self.insert(partition, partitions).await?;
        tokio::time::sleep(time).await;
        self.run("COMMIT").await?;
        Ok(at)
    }

    /// Takes its transaction id, waits, and appends then.
    pub(crate) async fn append_late(
        &self,
        partition: u32,
        partitions: u32,
    ) -> Result<Position, Error> {
        self.run("BEGIN; SELECT pg_current_xact_id()").await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
        let at = self.insert(partition, partitions).await?;
        self.run("COMMIT").await?;
        Ok(at)
    }

    /// Appends a row, then takes it back.
    pub(crate) async fn append_and_roll_back(
        &self,
        partition: u32,
        partitions: u32,
    ) -> Result<(), Error> {
        self.run("BEGIN").await?;
        self.insert(partition, partitions).await?;
        self.run("ROLLBACK").await
    }

    /// Holds a partition and does nothing, until the server has enough of it.
    pub(crate) async fn stand(&self, partition: u32) -> Result<(), Error> {
        self.run("SET idle_in_transaction_session_timeout = '150ms'; BEGIN")
            .await?;
        self.lock(partition).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(())
    }

    /// Goes away in the middle of a batch.
    pub(crate) async fn die(&self, partition: u32, partitions: u32) -> Result<(), Error> {
        self.run("BEGIN").await?;
        self.insert(partition, partitions).await.map(drop)
    }

    async fn lock(&self, partition: u32) -> Result<(i64, i64, Hash), Error> {
        let sql =
            "SELECT head, recorded_at, hash FROM log.partitions WHERE partition = $1 FOR UPDATE";
        let row = self
            .client
            .query_one(sql, &[&partition.cast_signed()])
            .await?;
        let hash: &[u8] = row.get(2);
        Ok((row.get(0), row.get(1), hash.try_into().unwrap()))
    }

    async fn insert(&self, partition: u32, partitions: u32) -> Result<Position, Error> {
        let (head, recorded_at, hash) = self.lock(partition).await?;
        let tenant = workspace_in(partition, partitions);
        let draft = draft(&context(tenant, anna()), stream());
        let header = Header {
            position: Position {
                partition,
                number: head.cast_unsigned() + 1,
            },
            event_id: draft.event_id,
            workspace_id: tenant,
            stream_id: draft.stream_id,
            version: Version(1),
            event_type: draft.event_type.as_str().into(),
            schema_version: draft.event_type.schema_version(),
            recorded_at: Timestamp::from_millis(recorded_at),
            actor: draft.actor,
            change_id: draft.change_id,
            undoes: None,
            correlation_id: draft.correlation_id,
            causation_id: None,
            key_id: None,
        };
        let hash = chain(&hash, &header, &draft.payload);
        let mut actor = vec![1];
        actor.extend(
            anna()
                .user()
                .map(|user| user.as_bytes().to_vec())
                .unwrap_or_default(),
        );
        let sql =
            "INSERT INTO log.events (partition, number, event_id, workspace_id, stream_id, version,
                 type, schema_version, recorded_at, actor, change_id, correlation_id, payload, hash)
             VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11, $12, $13)";
        self.client
            .execute(
                sql,
                &[
                    &partition.cast_signed(),
                    &(head + 1),
                    &header.event_id.0,
                    &tenant.0,
                    &header.stream_id.0,
                    &&*header.event_type,
                    &i32::from(header.schema_version),
                    &recorded_at,
                    &actor,
                    &header.change_id.0,
                    &header.correlation_id.0,
                    &draft.payload,
                    &hash.as_slice(),
                ],
            )
            .await?;
        let sql = "UPDATE log.partitions SET head = $2, hash = $3 WHERE partition = $1";
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&partition.cast_signed(), &(head + 1), &hash.as_slice()];
        self.client.execute(sql, &values).await?;
        Ok(header.position)
    }
}

/// A workspace of a partition.
pub(crate) fn workspace_in(partition: u32, partitions: u32) -> WorkspaceId {
    let mut candidates = std::iter::repeat_with(workspace);
    candidates
        .find(|one| partition_of(*one, partitions) == partition)
        .unwrap()
}
