//! `taskfold profile`.

use serde_json::{Map, Value, json};

use super::{App, login};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::style;

/// Show your profile, or change it. Times are read and shown in its time zone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold profile
  taskfold profile --time-zone Europe/Berlin
  taskfold profile --week-start sunday")]
pub(crate) struct Profile {
    /// Your name, as other members see it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The zone of all times: an IANA name such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The first day of the week
    #[arg(long, value_name = "DAY", value_parser = ["monday", "saturday", "sunday"])]
    week_start: Option<String>,
    /// Your language, as a BCP 47 tag such as de-DE
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    /// Colours of the web application
    #[arg(long, value_name = "THEME", value_parser = ["system", "light", "dark"])]
    theme: Option<String>,
    /// When the daily digest comes, HH:MM in your time zone; none for no digest
    #[arg(long, value_name = "TIME")]
    digest_time: Option<String>,
}

impl Profile {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let clears = |text: &String| text.eq_ignore_ascii_case("none");
        let digest = self
            .digest_time
            .map(|time| json!(Some(time).filter(|t| !clears(t))));
        let changes: Map<String, Value> = [
            ("display_name", self.name.map(Value::from)),
            ("time_zone", self.time_zone.map(Value::from)),
            ("week_start", self.week_start.map(Value::from)),
            ("locale", self.locale.map(Value::from)),
            ("theme", self.theme.map(Value::from)),
            ("digest_time", digest),
        ]
        .into_iter()
        .filter_map(|(field, value)| Some((field.to_owned(), value?)))
        .collect();
        if changes.is_empty() {
            return login::Whoami {}.run(app, client).await;
        }
        let call = Call::patch("me").outside_workspace().json(&changes)?;
        let answer = client.send(call).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        app.screen
            .line(&app.screen.paint(style::GOOD, "profile changed"))?;
        login::Whoami {}.run(app, client).await
    }
}
