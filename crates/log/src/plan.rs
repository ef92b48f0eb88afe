//! What a batch will store, decided before anything is written: the same on every backend.

use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::ids::ChangeId;
use taskfold_contracts::position::{Position, partition_of};
use taskfold_contracts::time::Timestamp;

use crate::facts::Facts;
use crate::head::Head;
use crate::{Append, AppendError, Appended, Claim, Idempotency, crash};

/// A batch as it is to be stored.
pub(crate) struct Plan {
    /// One head a partition of the log, as they stand after the batch.
    pub(crate) heads: Vec<Head>,
    /// One for each append, in order.
    pub(crate) answers: Vec<Result<Appended, AppendError>>,
    /// In the order of positions, for each partition.
    pub(crate) rows: Vec<Arc<Recorded>>,
    /// To be stored, with their answers.
    pub(crate) keys: Vec<(Idempotency, Appended)>,
    /// To be stored; they may be held by the same stream already.
    pub(crate) claims: Vec<Claim>,
    facts: Facts,
    now: Timestamp,
}

impl Plan {
    /// Plans `appends` one after the other on partitions that stand at `heads`. A refusal of one changes
    /// nothing for the others.
    pub(crate) fn new(
        heads: Vec<Head>,
        facts: Facts,
        now: Timestamp,
        appends: Vec<Append>,
    ) -> Self {
        let mut plan = Self {
            heads,
            answers: Vec::with_capacity(appends.len()),
            rows: Vec::with_capacity(appends.iter().map(|append| append.drafts.len()).sum()),
            keys: Vec::new(),
            claims: Vec::new(),
            facts,
            now,
        };
        for append in appends {
            let answer = match plan.facts.check(&append) {
                Ok(None) => Ok(plan.store(append)),
                Ok(Some(replayed)) => Ok(replayed),
                Err(refused) => Err(refused),
            };
            plan.answers.push(answer);
        }
        plan
    }

    /// What another log decided: `heads` as they stand after `rows`.
    pub(crate) fn copied(
        heads: Vec<Head>,
        rows: Vec<Arc<Recorded>>,
        keys: Vec<(Idempotency, Appended)>,
        claims: Vec<Claim>,
    ) -> Self {
        Self {
            heads,
            answers: Vec::new(),
            rows,
            keys,
            claims,
            facts: Facts::default(),
            now: Timestamp::from_millis(0),
        }
    }

    /// Partitions that get rows, each once, in order.
    pub(crate) fn touched(&self) -> Vec<u32> {
        let partitions = self.rows.iter().map(|row| row.header.position.partition);
        let mut touched: Vec<u32> = partitions.collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    fn store(&mut self, append: Append) -> Appended {
        let partitions = u32::try_from(self.heads.len()).unwrap_or(u32::MAX);
        let partition = partition_of(append.workspace_id, partitions);
        let head = &mut self.heads[partition as usize];
        let change_id = append.drafts.first().map(|draft| draft.change_id);
        let first = head.number + u64::from(!append.drafts.is_empty());
        for draft in append.drafts {
            let version = self.facts.advance(draft.stream_id);
            let row = head.extend(partition, append.workspace_id, self.now, version, draft);
            self.rows.push(Arc::new(row));
        }
        let at = |number| Position { partition, number };
        let mut appended = Appended {
            change_id: change_id.unwrap_or(ChangeId(uuid::Uuid::nil())),
            first: at(first),
            last: at(head.number),
            recorded_at: head.recorded_at.max(self.now),
            replayed: false,
            reply: Vec::new(),
        };
        for claim in append.claims {
            self.facts.claims.insert(claim.key, claim.stream);
            self.claims.push(claim);
        }
        if let Some(idempotency) = append.idempotency {
            appended.reply.clone_from(&idempotency.reply);
            if !crash::bug("log.key_forgotten") {
                self.facts.remember(&idempotency, &appended);
                self.keys.push((idempotency, appended.clone()));
            }
        }
        appended
    }
}
