//! Filling empty tables.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;
use taskfold_sql::{Connection, Dialect, Error};

use super::Fact;
use crate::activity::{self, Beside};
use crate::apply::{Fold, Refusal};
use crate::error::OpenError;
use crate::server::Builds;
use crate::{db, deadletters, marks, search, tables};

/// How many rows are held in memory before they are written.
const MOST: usize = 100_000;
/// How many rows of activity are written at once.
const LOT: usize = 2_000;

/// Tables that are being filled. Each event is applied in whole or, when it is poison, not at all, so
/// that no transaction has to be taken back.
pub(crate) struct Builder<'c> {
    fold: Fold<'c>,
    /// Where activity goes, unless it is the same tables.
    beside: Option<Beside>,
    watermarks: BTreeMap<u32, u64>,
    parked: BTreeSet<WorkspaceId>,
    pub(super) events: u64,
}

impl<'c> Builder<'c> {
    /// Begins on empty tables without indexes.
    pub(crate) fn new(connection: &'c Connection, beside: Option<Beside>) -> Result<Self, Error> {
        begin(connection)?;
        Ok(Self {
            fold: Fold::new(connection, true),
            beside,
            watermarks: BTreeMap::new(),
            parked: BTreeSet::new(),
            events: 0,
        })
    }

    /// Applies facts that follow each other, or buries them.
    pub(super) fn page(
        &mut self,
        facts: &[Fact],
        dropped: &BTreeSet<Position>,
    ) -> Result<(), Error> {
        let events = facts.iter().filter_map(|fact| match fact {
            Fact::Event(envelope) => Some(envelope),
            Fact::Unreadable { .. } => None,
        });
        self.fold.prepare(events)?;
        facts.iter().try_for_each(|fact| self.fact(fact, dropped))
    }

    /// Applies an event, or buries it.
    pub(crate) fn event(&mut self, envelope: &Envelope) -> Result<(), Error> {
        let header = &envelope.header;
        if self.parked.contains(&header.workspace_id) {
            deadletters::follow(self.fold.connection, header)?;
        } else {
            match self.fold.project(envelope) {
                Ok(()) => {}
                Err(Refusal::Poison(error)) => self.bury(header, &error)?,
                Err(Refusal::Storage(error)) => return Err(error),
            }
        }
        self.passed(header)
    }

    fn bury(&mut self, header: &Header, error: &str) -> Result<(), Error> {
        self.parked.insert(header.workspace_id);
        deadletters::bury_now(self.fold.connection, header, error, 1)
    }

    fn passed(&mut self, header: &Header) -> Result<(), Error> {
        self.watermarks
            .insert(header.position.partition, header.position.number);
        self.events += 1;
        if self.fold.activity.len() >= LOT {
            self.write_activity()?;
        }
        if self.fold.held() > MOST {
            self.write_activity()?;
            self.fold.flush()?;
        }
        Ok(())
    }

    fn fact(&mut self, fact: &Fact, dropped: &BTreeSet<Position>) -> Result<(), Error> {
        let header = fact.header();
        if dropped.contains(&header.position) {
            deadletters::note_dropped(self.fold.connection, header)?;
            return self.passed(header);
        }
        match fact {
            Fact::Event(envelope) => self.event(envelope),
            Fact::Unreadable { header, .. } if self.parked.contains(&header.workspace_id) => {
                deadletters::follow(self.fold.connection, header)?;
                self.passed(header)
            }
            Fact::Unreadable { header, error } => {
                self.bury(header, error)?;
                self.passed(header)
            }
        }
    }

    fn write_activity(&mut self) -> Result<(), Error> {
        if let Some(beside) = &mut self.beside {
            return beside.push(std::mem::take(&mut self.fold.activity));
        }
        activity::write(self.fold.connection, &self.fold.activity)?;
        self.fold.activity.clear();
        Ok(())
    }

    /// Derives what was put off, makes the indexes, and marks the tables as whole.
    pub(crate) fn finish(mut self, generation: u64) -> Result<u64, OpenError> {
        self.settle()?;
        derive(self.fold.connection, self.beside, generation)?;
        Ok(self.events)
    }

    /// A copy in memory of what was applied so far; it is not yet [derived](derive).
    pub(crate) fn branch(&mut self) -> Result<Connection, OpenError> {
        self.settle()?;
        let copy = db::copy_memory(self.fold.connection)?;
        begin(self.fold.connection)?;
        Ok(copy)
    }

    fn settle(&mut self) -> Result<(), Error> {
        self.write_activity()?;
        self.fold.flush()?;
        marks::set(self.fold.connection, &self.watermarks)?;
        self.fold.connection.batch("COMMIT")
    }
}

/// What building put off: search and indexes, and activity if it was written beside. Then the tables are
/// whole.
pub(crate) fn derive(
    connection: &Connection,
    mut beside: Option<Beside>,
    generation: u64,
) -> Result<(), OpenError> {
    if let Some(beside) = &mut beside {
        beside.no_more();
    }
    match connection.dialect() {
        Dialect::Postgres => return Ok(Builds::finish(connection, generation)?),
        Dialect::Sqlite => {}
    }
    connection.batch("BEGIN IMMEDIATE")?;
    connection.batch(search::INDEX_ALL)?;
    tables::index(connection)?;
    connection.batch("COMMIT")?;
    connection.batch(tables::ACTIVITY_INDEXES)?;
    if let Some(beside) = beside {
        beside.take_over(connection)?;
    }
    Ok(marks::complete(connection, generation)?)
}

fn begin(connection: &Connection) -> Result<(), Error> {
    connection.batch(match connection.dialect() {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
    })
}
