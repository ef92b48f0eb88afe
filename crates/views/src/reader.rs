//! One reader's moment of the views.

use std::cell::Cell;

use taskfold_contracts::ids::WorkspaceId;
use taskfold_sql::{Connection, Dialect, values};

use crate::error::QueryError;
use crate::marks;

/// A moment of the views: all that one reader asks comes from one snapshot.
pub struct Reader<'c> {
    pub(crate) connection: &'c Connection,
    /// Whose rows the connection gives, where the database has a lock of its own.
    scope: Cell<Option<Scope>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Everywhere,
    Workspace(WorkspaceId),
}

impl<'c> Reader<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            scope: Cell::new(None),
        }
    }

    /// The last position applied of this partition, as of this snapshot; 0 when there is none.
    pub fn watermark(&self, partition: u32) -> Result<u64, QueryError> {
        Ok(marks::watermark(self.connection, partition)?)
    }

    /// For questions about one workspace: on PostgreSQL rows of others are not there.
    pub(crate) fn of(&self, workspace: WorkspaceId) -> Result<&'c Connection, QueryError> {
        self.enter(Scope::Workspace(workspace))
    }

    /// For questions that go beyond one workspace.
    pub(crate) fn everywhere(&self) -> Result<&'c Connection, QueryError> {
        self.enter(Scope::Everywhere)
    }

    fn enter(&self, scope: Scope) -> Result<&'c Connection, QueryError> {
        if self.scope.get() != Some(scope) && self.connection.dialect() == Dialect::Postgres {
            let setting = match scope {
                Scope::Everywhere => "*".to_owned(),
                Scope::Workspace(workspace) => workspace.0.simple().to_string(),
            };
            let sql = "SELECT set_config('taskfold.workspace', ?1, true)";
            self.connection.first(sql, values![setting], |_| Ok(()))?;
            self.scope.set(Some(scope));
        }
        Ok(self.connection)
    }
}
