//! `taskfold workspaces`.

use taskfold_views::members::Membership;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::{Cell, Column, Table, style};

/// List the workspaces that you are a member of.
#[derive(Debug, clap::Args)]
pub(crate) struct Workspaces {}

impl Workspaces {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let answer = client
            .send(Call::get("workspaces").outside_workspace())
            .await?
            .value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let mut table = Table::new(vec![
            Column::new("workspace").shrinks(12),
            Column::new("role"),
            Column::new(""),
            Column::new("id").expendable(1),
        ]);
        for membership in shared::items::<Membership>(answer)? {
            let workspace = membership.workspace;
            table.row(vec![
                Cell::plain(workspace.name),
                Cell::new(style::NAME, membership.role.as_str()),
                Cell::new(style::DIM, if workspace.personal { "personal" } else { "" }),
                Cell::new(style::ID, workspace.workspace_id.to_string()),
            ]);
        }
        app.screen.table(&table)
    }
}
