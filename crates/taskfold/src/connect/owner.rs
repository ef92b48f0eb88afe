//! The account of the person whose computer it is, and its token. Whoever can read the token's file
//! can read the database as well.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Local, Running};
use crate::cli::App;
use crate::client::{Call, Client};
use crate::config::{read_private, write_private};
use crate::exit::Failure;

/// Address of the account; nothing is sent to it.
pub(super) const EMAIL: &str = "me@localhost.localdomain";

fn path(data: &Path) -> PathBuf {
    data.join("local-token")
}

fn stored(data: &Path) -> Result<Option<String>, Failure> {
    Ok(read_private(&path(data))?.map(|text| text.trim().to_owned()))
}

/// The client of the account in this process; account and token are made on first use.
pub(super) async fn within(app: &App, local: &Local) -> Result<Client, Failure> {
    local.caught_up(app).await?;
    let data = &app.config().data;
    if let Some(token) = stored(data)? {
        return Client::within(local.router(), Some(&token));
    }
    let token = local.make_token().await?;
    write_private(&path(data), token.as_bytes())?;
    local.caught_up(app).await?;
    let client = Client::within(local.router(), Some(&token))?;
    settle(&client).await?;
    Ok(client)
}

/// The client of the account at the running server, which is asked for a token on first use.
pub(super) async fn at(app: &App, running: &Running) -> Result<Client, Failure> {
    let data = &app.config().data;
    if let Some(token) = stored(data)? {
        return Client::network(&running.url, Some(&token));
    }
    let token = running.ask_for_token().await?;
    write_private(&path(data), token.as_bytes())?;
    let client = Client::network(&running.url, Some(&token))?;
    settle(&client).await?;
    Ok(client)
}

/// Dates are read in the zone of the person, which a server cannot know.
async fn settle(client: &Client) -> Result<(), Failure> {
    let Some(zone) = jiff::tz::TimeZone::system().iana_name().map(str::to_owned) else {
        return Ok(());
    };
    let body = json!({ "time_zone": zone, "display_name": "Me" });
    client
        .send(Call::patch("me").outside_workspace().json(&body)?)
        .await?;
    Ok(())
}
