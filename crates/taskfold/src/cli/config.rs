//! `taskfold config`.

use serde_json::json;

use super::App;
use crate::exit::Failure;
use crate::print::{Cell, Column, Table, style};

/// Print the effective configuration and where each value came from; secrets are masked.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {}

impl Show {
    /// Runs it.
    #[allow(clippy::unused_self, reason = "each command is run alike")]
    pub(crate) fn run(self, app: &App) -> Result<(), Failure> {
        if app.screen.json {
            return app
                .screen
                .value(&json!({ "settings": app.loaded.settings }));
        }
        let mut table = Table::new(vec![
            Column::new("setting"),
            Column::new("value"),
            Column::new("from"),
        ]);
        for setting in &app.loaded.settings {
            let value_style = if setting.origin == "default" {
                style::DIM
            } else {
                style::STRONG
            };
            let value = if setting.value.is_empty() {
                "–"
            } else {
                &setting.value
            };
            table.row(vec![
                Cell::new(style::NAME, setting.key.clone()),
                Cell::new(value_style, value),
                Cell::new(style::DIM, setting.origin.clone()),
            ]);
        }
        app.screen.table(&table)
    }
}
