//! The tables on a PostgreSQL server, for those who look after it.

use taskfold_sql::{Connection, Server, Stand};

use crate::store::MIGRATIONS;
use crate::{Identity, OpenError};

impl Identity {
    /// Steps that the tables on a server are behind this version. Blocks.
    ///
    /// # Errors
    /// The server cannot be reached, or a newer version made the tables.
    pub fn behind(server: &Server) -> Result<usize, OpenError> {
        match MIGRATIONS.stand(&Connection::postgres(server)?)? {
            Stand::Current => Ok(0),
            Stand::Behind(steps) => Ok(steps),
            Stand::Ahead(steps) => Err(OpenError::Newer { steps }),
        }
    }

    /// Lets a role that exists use the tables, but not change what they are. Blocks.
    ///
    /// # Errors
    /// The server refuses.
    pub fn grant(server: &Server, role: &str) -> Result<(), OpenError> {
        let (schema, role) = (MIGRATIONS.schema, role.replace('"', "\"\""));
        let sql = format!(
            "GRANT USAGE ON SCHEMA {schema} TO \"{role}\";
             GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO \"{role}\";
             GRANT INSERT, UPDATE, DELETE ON {schema}.accounts, {schema}.sessions, {schema}.tokens
                 TO \"{role}\""
        );
        Ok(Connection::postgres(server)?.batch(&sql)?)
    }
}
