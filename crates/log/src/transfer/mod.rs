//! A log copied into another store: rows, idempotency keys, claims and watermarks, in pieces that are
//! transactions each, so that whoever ends the copying anywhere goes on there.
//!
//! How far the copy is stands in it as marks: watermarks of a consumer of that name, one a partition of the
//! source, moved in the transaction of the rows. A log on `PostgreSQL` that has marks is not opened; a file has
//! another name until it is complete.

mod compare;
mod merge;
mod source;
mod target;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::position::{Position, Version, partition_of};

use crate::head::Head;
use crate::plan::Plan;
use crate::{
    Appended, Claim, Idempotency, Log, OpenError, PostgresOptions, ReadError, Replay, WriteError,
    crash, sqlite,
};

pub use compare::{Comparison, Contents};

use merge::Merge;
use target::Target;

/// The consumer whose watermarks are the marks.
pub(crate) const MARK: &str = "migrate-store";
/// Rows, keys or claims that one transaction stores.
const PIECE: usize = 1_000;

/// Where a log is copied to.
#[derive(Debug, Clone)]
pub enum Destination {
    /// A file, which has another name until the copy is complete.
    File(PathBuf),
    /// Databases that [`Log::migrate`] made with the right number of partitions.
    Databases(PostgresOptions),
}

/// Why a log is not copied.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The target cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The copy cannot be written.
    #[error("the copy: {0}")]
    Write(#[from] WriteError),
    /// There is another log in the target.
    #[error("the target is not empty: it has {events} events of another log")]
    NotEmpty {
        /// How many.
        events: u64,
    },
    /// The target has a part of another log, or was cut otherwise.
    #[error("the target has a part of another log, which differs at {position} of this one")]
    Different {
        /// Where in the source.
        position: Position,
    },
    /// A row of the source is not what the chain says.
    #[error("the source is damaged at {0}: `taskfold log verify` says more")]
    Damaged(Position),
    /// Rows of several partitions come together in another order than that of their times.
    #[error(
        "the row at {0} is older than one that was copied before it, as the source was written to while \
         its partitions changed: empty the target and begin again with the source at rest"
    )]
    Disorder(Position),
}

/// What stands at one moment.
pub(crate) struct Moment {
    /// One a partition.
    pub(crate) heads: Vec<Head>,
    pub(crate) claims: Vec<Claim>,
}

/// What a database or file of the target has.
pub(crate) struct Standing {
    /// One a partition of the target; those that stand elsewhere are at the start.
    pub(crate) heads: Vec<Head>,
    /// For each partition of the source the last number that was looked at; nothing when no copy is under way.
    pub(crate) marks: BTreeMap<u32, u64>,
}

/// A log on its way into another store.
pub struct Transfer {
    source: Log,
    target: Target,
    /// Of the target.
    partitions: u32,
    /// One a database of the target.
    standing: Vec<Standing>,
    /// The source as it stood when the copying began last.
    moment: Moment,
    fresh: bool,
    complete: bool,
}

impl Transfer {
    /// Begins, or goes on where an earlier one ended. The copy has as many partitions as the source unless another
    /// number is given; only then positions and hashes are the same.
    ///
    /// # Errors
    /// The target is neither empty nor a part of a copy of this log, or one of them cannot be used.
    pub async fn begin(
        source: Log,
        destination: Destination,
        partitions: Option<u32>,
    ) -> Result<Self, TransferError> {
        let partitions = partitions.unwrap_or(source.partitions());
        let target = Target::open(destination, partitions).await?;
        let mut transfer = Self {
            moment: source.moment().await?,
            standing: target.standing().await?,
            source,
            target,
            partitions,
            fresh: false,
            complete: false,
        };
        transfer.resume().await?;
        Ok(transfer)
    }

    /// Whether there was nothing in the target.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Whether the target was a complete copy when it was begun, and in use perhaps.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Events that were copied.
    pub fn copied(&self) -> u64 {
        self.everywhere().iter().sum()
    }

    /// Copies all events that the source has now. `progress` gets the events copied so far and their number.
    ///
    /// # Errors
    /// What was copied until then stays.
    pub async fn copy_events(
        &mut self,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<(), TransferError> {
        self.moment = self.source.moment().await?;
        let total = self.moment.heads.iter().map(|head| head.number).sum();
        let begun = self.everywhere();
        let mut done = begun.iter().sum();
        let mut merge = Merge::new(self.source.clone(), &begun, &self.moment.heads).await?;
        loop {
            progress(done, total);
            let rows = merge.piece(PIECE).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for shard in 0..self.standing.len() {
                self.store(shard, &rows).await?;
            }
            done += u64::try_from(rows.len()).unwrap_or(u64::MAX);
            crash::hit("log.after_piece");
        }
    }

    /// Copies what belongs to the events: idempotency keys, claims, and watermarks where positions are the same.
    ///
    /// # Errors
    /// What was copied until then stays, and is copied again the next time.
    pub async fn copy_rest(&mut self) -> Result<(), TransferError> {
        self.target.clear_keys().await?;
        let mut after = (0, None);
        loop {
            let (keys, next) = self.source.covered_keys(&self.moment, after, PIECE).await?;
            for (shard, keys) in self.placed(keys).await? {
                self.put(shard, keys, Vec::new()).await?;
            }
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        // Whoever looks for a claim looks into all databases.
        for claims in self.moment.claims.chunks(PIECE) {
            self.put(0, Vec::new(), claims.to_vec()).await?;
        }
        if self.keeps_positions() {
            for (consumer, at) in self.source.watermarks().await? {
                let shard = self.target.shard_of(at.partition);
                self.target.put_watermark(shard, consumer, at).await?;
            }
        }
        Ok(())
    }

    /// Events that were appended to the source since [`Transfer::copy_events`] began.
    ///
    /// # Errors
    /// The source cannot be read.
    pub async fn behind(&self) -> Result<u64, TransferError> {
        let now = self.source.moment().await?;
        let sum = |moment: &Moment| moment.heads.iter().map(|head| head.number).sum::<u64>();
        Ok(sum(&now).saturating_sub(sum(&self.moment)))
    }

    /// Reads the copy from its beginning and compares it with the source as it stood when it was copied.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub async fn compare(
        &self,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Comparison, TransferError> {
        let copy = self.target.reader().await?;
        let (source, moment) = (&self.source, &self.moment);
        let keeps = self.keeps_positions();
        let compared = compare::compare(source, moment, &copy, keeps, progress).await;
        copy.shutdown().await;
        Ok(compared?)
    }

    /// The copy is complete: it is a log of its own from now on.
    ///
    /// # Errors
    /// It stays half a copy.
    pub async fn finish(self) -> Result<(), TransferError> {
        Ok(self.target.finish().await?)
    }

    fn keeps_positions(&self) -> bool {
        self.partitions == self.source.partitions()
    }

    /// For each partition of the source the last number up to which nothing is missing anywhere.
    fn everywhere(&self) -> Vec<u64> {
        let least = |partition| {
            let marks = self.standing.iter();
            let marks = marks.map(|standing| standing.marks.get(&partition).copied());
            marks.min().flatten().unwrap_or_default()
        };
        (0..self.source.partitions()).map(least).collect()
    }

    /// Finds out how far the copy is.
    async fn resume(&mut self) -> Result<(), TransferError> {
        let events: u64 = self.standing.iter().map(Standing::events).sum();
        let mut all = self.standing.iter();
        let begun = all.find(|standing| !standing.marks.is_empty());
        let Some(begun) = begun.map(|standing| standing.marks.clone()) else {
            if events > 0 {
                return self.accept_complete(events).await;
            }
            self.fresh = true;
            return self.mark_all().await;
        };
        if begun.len() != self.moment.heads.len() {
            let (partition, number) = (self.source.partitions(), 0);
            return Err(TransferError::Different {
                position: Position { partition, number },
            });
        }
        // The last copying ended between two databases, at its beginning or at its end.
        for standing in &mut self.standing {
            if standing.marks.is_empty() && standing.events() > 0 {
                standing.marks.clone_from(&begun);
            }
        }
        self.mark_all().await?;
        self.prove().await
    }

    /// Marks each database that has no marks as the beginning of a copy.
    async fn mark_all(&mut self) -> Result<(), TransferError> {
        for (shard, standing) in self.standing.iter_mut().enumerate() {
            if !standing.marks.is_empty() {
                continue;
            }
            standing.marks = (0..self.source.partitions())
                .map(|part| (part, 0))
                .collect();
            let marks = standing.positions();
            let plan = Plan::copied(standing.heads.clone(), Vec::new(), Vec::new(), Vec::new());
            self.target
                .store(shard, &standing.heads, plan, marks)
                .await?;
        }
        Ok(())
    }

    /// A complete copy of this log is one already.
    async fn accept_complete(&mut self, events: u64) -> Result<(), TransferError> {
        let heads = &self.moment.heads;
        let there: u64 = heads.iter().map(|head| head.number).sum();
        if events != there {
            return Err(TransferError::NotEmpty { events });
        }
        let all = (0..).zip(heads).map(|(part, head)| (part, head.number));
        let all: BTreeMap<u32, u64> = all.collect();
        self.complete = true;
        for standing in &mut self.standing {
            standing.marks.clone_from(&all);
        }
        match self.prove().await {
            Err(TransferError::Different { .. }) => Err(TransferError::NotEmpty { events }),
            proven => proven,
        }
    }

    /// The last row of each partition that was copied is in the copy. The chain says the same of all before it.
    async fn prove(&self) -> Result<(), TransferError> {
        let copy = self.target.reader().await?;
        let proven = self.prove_in(&copy).await;
        copy.shutdown().await;
        proven
    }

    async fn prove_in(&self, copy: &Log) -> Result<(), TransferError> {
        for (partition, number) in (0..).zip(self.everywhere()) {
            let position = Position { partition, number };
            if number == 0 {
                continue;
            }
            let row = self.source.row_at(position).await?;
            let row = row.ok_or(TransferError::Different { position })?;
            let there = self.copy_of(copy, &row).await?;
            let mut same = there.is_some_and(|there| {
                there.header.event_id == row.header.event_id
                    && there.payload == row.payload
                    && (!self.keeps_positions() || there.hash == row.hash)
            });
            same &= number <= self.moment.heads[partition as usize].number;
            if !same {
                return Err(TransferError::Different { position });
            }
        }
        Ok(())
    }

    /// The row of the copy that holds what `row` of the source holds.
    async fn copy_of(
        &self,
        copy: &Log,
        row: &Recorded,
    ) -> Result<Option<Arc<Recorded>>, ReadError> {
        let before = Version(row.header.version.0.saturating_sub(1));
        let found = copy.read_stream(row.header.stream_id, before, 1).await?;
        let is_it = |found: &Arc<Recorded>| found.header.version == row.header.version;
        Ok(found.into_iter().next().filter(is_it))
    }

    /// Stores those of `rows` that belong into one database and are not in it.
    async fn store(&mut self, shard: usize, rows: &[Arc<Recorded>]) -> Result<(), TransferError> {
        let keeps_positions = self.keeps_positions();
        let standing = &self.standing[shard];
        let (mut heads, mut marks) = (standing.heads.clone(), BTreeMap::new());
        let mut placed = Vec::new();
        for row in rows {
            let from = row.header.position;
            if standing.marks.get(&from.partition) >= Some(&from.number) {
                continue;
            }
            marks.insert(from.partition, from.number);
            let partition = partition_of(row.header.workspace_id, self.partitions);
            if self.target.shard_of(partition) != shard {
                continue;
            }
            let head = &mut heads[partition as usize];
            if row.header.recorded_at < head.recorded_at {
                return Err(TransferError::Disorder(from));
            }
            let copy = head.place(partition, row);
            if keeps_positions && copy != **row {
                return Err(TransferError::Damaged(from));
            }
            placed.push(Arc::new(copy));
        }
        if marks.is_empty() {
            return Ok(());
        }
        let plan = Plan::copied(heads.clone(), placed, Vec::new(), Vec::new());
        let moved = marks.iter().map(|(partition, number)| Position {
            partition: *partition,
            number: *number,
        });
        let moved = moved.collect();
        self.target
            .store(shard, &standing.heads, plan, moved)
            .await?;
        let standing = &mut self.standing[shard];
        standing.heads = heads;
        standing.marks.extend(marks);
        Ok(())
    }

    async fn put(
        &self,
        shard: usize,
        keys: Vec<(Idempotency, Appended)>,
        claims: Vec<Claim>,
    ) -> Result<(), TransferError> {
        let heads = &self.standing[shard].heads;
        let plan = Plan::copied(heads.clone(), Vec::new(), keys, claims);
        Ok(self.target.store(shard, heads, plan, Vec::new()).await?)
    }

    /// Keys as the copy stores them, by database.
    async fn placed(
        &self,
        keys: Vec<([u8; 32], Replay)>,
    ) -> Result<BTreeMap<usize, Vec<(Idempotency, Appended)>>, TransferError> {
        let copy = if self.keeps_positions() {
            None
        } else {
            Some(self.target.reader().await?)
        };
        let mut placed: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for (key, replay) in keys {
            let mut appended = replay.appended;
            if let Some(copy) = &copy {
                self.place(copy, &mut appended).await?;
            }
            let idempotency = Idempotency {
                key,
                fingerprint: replay.fingerprint,
                reply: appended.reply.clone(),
            };
            let shard = self.target.shard_of(appended.last.partition);
            placed
                .entry(shard)
                .or_default()
                .push((idempotency, appended));
        }
        if let Some(copy) = copy {
            copy.shutdown().await;
        }
        Ok(placed)
    }

    /// Gives an answer the positions that its events have in the copy. Those of one append stand together there
    /// as well.
    async fn place(&self, copy: &Log, appended: &mut Appended) -> Result<(), TransferError> {
        let length = appended.last.number.saturating_sub(appended.first.number);
        let first = self.source.row_at(appended.first).await?;
        let place = match first {
            Some(row) => self.copy_of(copy, &row).await?,
            None => None,
        };
        let place = place.map_or(
            Position {
                partition: appended.first.partition % self.partitions,
                number: 0,
            },
            |row| row.header.position,
        );
        (appended.first, appended.last) = (place, place);
        appended.last.number += length;
        Ok(())
    }
}

impl Standing {
    fn events(&self) -> u64 {
        self.heads.iter().map(|head| head.number).sum()
    }

    fn positions(&self) -> Vec<Position> {
        let marks = self.marks.iter();
        let positions = marks.map(|(partition, number)| Position {
            partition: *partition,
            number: *number,
        });
        positions.collect()
    }
}

/// Copies what is committed in `log` now to the file `path`, which must not exist.
pub(crate) async fn to_new_file(log: &Log, path: &Path) -> Result<(), WriteError> {
    let storage = |error: TransferError| WriteError::Storage(error.to_string());
    sqlite::backup::fresh(path)?;
    let destination = Destination::File(path.to_owned());
    let transfer = Transfer::begin(log.clone(), destination, None).await;
    let mut transfer = transfer.map_err(storage)?;
    transfer.copy_events(|_, _| {}).await.map_err(storage)?;
    transfer.copy_rest().await.map_err(storage)?;
    transfer.finish().await.map_err(storage)
}
