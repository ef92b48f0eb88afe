//! `taskfold login`, `taskfold logout` and `taskfold whoami`.

use std::io::IsTerminal as _;

use serde_json::{Value, json};

use super::App;
use crate::client::{Call, Client, server_url};
use crate::config::{Credentials, Login as Kept};
use crate::exit::{Exit, Failure};
use crate::print::{Cell, Column, Table, style};

/// Sign in to a server. Commands go to it from now on, until logout.
#[derive(Debug, clap::Args)]
pub(crate) struct Login {
    /// The server, such as <https://tasks.example.org>
    url: String,
    /// E-mail address of the account
    #[arg(long)]
    email: Option<String>,
    /// Read an API token from standard input in place of a password
    #[arg(long, conflicts_with = "email")]
    token_stdin: bool,
}

/// Sign out of a server and revoke its token. Commands go to the local database again.
#[derive(Debug, clap::Args)]
pub(crate) struct Logout {
    /// The server [default: the one that commands go to]
    url: Option<String>,
}

/// Say who is signed in, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Whoami {}

impl Login {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let url = server_url(&self.url)?.to_string();
        let kept = if self.token_stdin {
            let token = std::io::read_to_string(std::io::stdin())?.trim().to_owned();
            Kept {
                token,
                token_id: None,
            }
        } else {
            self.with_password(app, &url).await?
        };
        let client = Client::network(&url, Some(&kept.token))?;
        let me = client
            .send(Call::get("me").outside_workspace())
            .await?
            .value()?;
        let mut credentials = Credentials::load(&app.environment.config_dir)?;
        credentials.logins.insert(url.clone(), kept);
        credentials.current = Some(url.clone());
        credentials.save(&app.environment.config_dir)?;
        if app.screen.json {
            return app.screen.value(&me);
        }
        let who = me.get("email").and_then(Value::as_str).unwrap_or("you");
        let verb = app.screen.paint(style::GOOD, "signed in");
        app.screen.line(&format!(
            "{verb} to {url} as {}",
            app.screen.paint(style::STRONG, who)
        ))
    }

    /// Signs in, makes a token for this command line, and ends the session again.
    async fn with_password(&self, app: &App, url: &str) -> Result<Kept, Failure> {
        let email = match &self.email {
            Some(email) => email.clone(),
            None if std::io::stdin().is_terminal() => app.screen.ask("E-mail address:")?,
            None => return Err(Failure::usage("--email is missing")),
        };
        let password = if std::io::stdin().is_terminal() {
            rpassword::prompt_password("Password: ")?
        } else {
            std::io::read_to_string(std::io::stdin())?
                .trim_end_matches(['\r', '\n'])
                .to_owned()
        };
        let client = Client::network(url, None)?;
        let body = json!({ "email": email, "password": password });
        let login = client
            .send(Call::post("auth/login").outside_workspace().json(&body)?)
            .await?;
        let body = json!({ "name": "taskfold command line", "scopes": ["read", "write", "admin"] });
        let token = Call::post("tokens")
            .outside_workspace()
            .session_of(&login)
            .json(&body)?;
        let token = client.send(token).await?.value()?;
        let text = |key: &str| token.get(key).and_then(Value::as_str).map(str::to_owned);
        let kept = Kept {
            token: text("token")
                .or_else(|| text("secret"))
                .ok_or_else(|| Failure::new(Exit::Error, "the server made no token"))?,
            token_id: text("token_id").or_else(|| text("id")),
        };
        client
            .send(
                Call::post("auth/logout")
                    .outside_workspace()
                    .session_of(&login),
            )
            .await?;
        Ok(kept)
    }
}

impl Logout {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let directory = &app.environment.config_dir;
        let mut credentials = Credentials::load(directory)?;
        let url = match &self.url {
            Some(url) => Some(server_url(url)?.to_string()),
            None => credentials.current.clone(),
        };
        let login = url.as_ref().and_then(|url| credentials.logins.remove(url));
        let (Some(url), Some(login)) = (url, login) else {
            return Err(Failure::not_found("you are not signed in there"));
        };
        if credentials.current.as_ref() == Some(&url) {
            credentials.current = None;
        }
        credentials.save(directory)?;
        if let Some(id) = &login.token_id {
            let client = Client::network(&url, Some(&login.token))?;
            let call = Call::delete(format!("tokens/{id}")).outside_workspace();
            if let Err(failure) = client.send(call).await {
                app.screen.warn(&format!(
                    "the token was forgotten here but not revoked: {failure}"
                ));
            }
        }
        app.screen.note(&format!("signed out of {url}"));
        Ok(())
    }
}

impl Whoami {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let me = client
            .send(Call::get("me").outside_workspace())
            .await?
            .value()?;
        if app.screen.json {
            return app.screen.value(&me);
        }
        let mut table = Table::new(vec![Column::new(""), Column::new("")]).headless();
        for (name, key) in [
            ("name", "display_name"),
            ("e-mail", "email"),
            ("time zone", "time_zone"),
            ("locale", "locale"),
            ("week starts", "week_start"),
            ("theme", "theme"),
            ("daily digest", "digest_time"),
            ("id", "user_id"),
        ] {
            if let Some(text) = me.get(key).and_then(Value::as_str) {
                table.row(vec![Cell::new(style::DIM, name), Cell::plain(text)]);
            }
        }
        table.row(vec![
            Cell::new(style::DIM, "server"),
            Cell::plain(client.server()),
        ]);
        app.screen.table(&table)
    }
}
