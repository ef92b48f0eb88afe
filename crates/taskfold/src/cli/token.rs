//! `taskfold token`.

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use taskfold_contracts::time::Timestamp;

use super::{App, named, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::moment;
use crate::names::tails;
use crate::print::{Cell, Column, Table, relative, style};

/// API tokens.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token; it is shown once
    Create {
        /// What it is for
        name: String,
        /// What it may do (may be repeated)
        #[arg(long, short = 's', value_enum, default_values_t = [Scope::Read, Scope::Write])]
        scope: Vec<Scope>,
        /// When it ends: 2027-01-01, "in 90 days" [default: never]
        #[arg(long, value_name = "MOMENT")]
        expires: Option<String>,
    },
    /// List the tokens
    List,
    /// End a token
    Revoke {
        /// Its name, its id or the end of its id, as token list shows it
        token: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Scope {
    /// Read everything
    Read,
    /// Change tasks and lists
    Write,
    /// Manage tokens, members and workspaces
    Admin,
}

impl Token {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        match self.action {
            Action::Create {
                name,
                scope,
                expires,
            } => create(app, client, &name, &scope, expires.as_deref()).await,
            Action::List => list(app, client).await,
            Action::Revoke { token } => {
                let id = named::token(client, &token).await?;
                let call = Call::delete(format!("tokens/{id}")).outside_workspace();
                let answer = client.send(call).await?.value()?;
                if app.screen.json {
                    return app.screen.value(&answer);
                }
                app.screen.note(&format!("revoked {token}"));
                Ok(())
            }
        }
    }
}

async fn create(
    app: &App,
    client: &Client,
    name: &str,
    scopes: &[Scope],
    expires: Option<&str>,
) -> Result<(), Failure> {
    let mut body = json!({ "name": name, "scopes": scopes });
    if let Some(text) = expires {
        let at = moment::parse_future(text, app.screen.now())
            .map_err(|error| Failure::usage(error.to_string()))?;
        body["expires_at"] = json!(at);
    }
    let call = Call::post("tokens").outside_workspace().json(&body)?;
    let answer = client.send(call).await?.value()?;
    if app.screen.json {
        return app.screen.value(&answer);
    }
    let token = answer
        .get("token")
        .or_else(|| answer.get("secret"))
        .and_then(Value::as_str);
    app.screen.note("keep it safe; it is not shown again:");
    app.screen.line(token.unwrap_or_default())
}

async fn list(app: &App, client: &Client) -> Result<(), Failure> {
    let answer = client
        .send(Call::get("tokens").outside_workspace())
        .await?
        .value()?;
    if app.screen.json {
        return app.screen.value(&answer);
    }
    let mut table = Table::new(vec![
        Column::new("token").shrinks(10),
        Column::new("scopes").shrinks(8),
        Column::new("made").expendable(2),
        Column::new("used").expendable(3),
        Column::new("ends").expendable(1),
        Column::new("id"),
    ]);
    let tokens: Vec<Value> = shared::items(answer)?;
    let text = |token: &Value, key: &str| token[key].as_str().unwrap_or_default().to_owned();
    let ids: Vec<String> = tokens.iter().map(|token| text(token, "token_id")).collect();
    for (token, tail) in tokens.iter().zip(tails(&ids)) {
        let when = |key: &str| {
            let at = text(token, key).parse::<Timestamp>();
            at.map(|at| relative(at, app.screen.now()))
                .unwrap_or_default()
        };
        let scopes = token["scopes"].as_array().map_or(&[][..], Vec::as_slice);
        let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
        table.row(vec![
            Cell::plain(text(token, "name")),
            Cell::new(style::NAME, scopes.join(" ")),
            Cell::new(style::DIM, when("created_at")),
            Cell::new(style::DIM, when("last_used_at")),
            Cell::plain(when("expires_at")),
            Cell::new(style::ID, tail),
        ]);
    }
    app.screen.table(&table)
}
