//! What a PostgreSQL server needs before there are views on it, for those who look after it.

use taskfold_sql::{Connection, Server};

use crate::error::OpenError;
use crate::server;
use crate::views::Views;

impl Views {
    /// Whether a server has what names the generations of views. Blocks.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub fn are_prepared(server: &Server) -> Result<bool, OpenError> {
        Ok(server::is_founded(&Connection::postgres(server)?)?)
    }

    /// Makes what names the generations; whether that was to be done. The tables are made by the first
    /// process that builds views. Blocks.
    ///
    /// # Errors
    /// The server refuses.
    pub fn prepare(server: &Server) -> Result<bool, OpenError> {
        let mut connection = Connection::postgres(server)?;
        let missing = !server::is_founded(&connection)?;
        if missing {
            server::found(&mut connection)?;
        }
        Ok(missing)
    }

    /// Lets a role that exists read and write views, build new ones and switch to them. Blocks.
    ///
    /// # Errors
    /// The server refuses.
    pub fn grant(server: &Server, role: &str) -> Result<(), OpenError> {
        let connection = Connection::postgres(server)?;
        let named = "SELECT quote_ident(current_database())";
        let database = connection.first(named, &[], |row| row.get::<String>(0))?;
        let (database, role) = (database.unwrap_or_default(), role.replace('"', "\"\""));
        connection.batch(&format!(
            "GRANT CREATE ON DATABASE {database} TO \"{role}\";
             GRANT USAGE ON SCHEMA views TO \"{role}\";
             GRANT USAGE ON SEQUENCE views.generations TO \"{role}\";
             GRANT SELECT, INSERT, UPDATE ON views.live TO \"{role}\""
        ))?;
        Ok(server::share_all(&connection)?)
    }
}
