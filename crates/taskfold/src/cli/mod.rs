//! The command line: one file a subcommand.

mod add;
mod backup;
mod comment;
mod completions;
mod config;
mod contracts;
mod copying;
mod deadletters;
mod doctor;
mod done;
mod edit;
mod export;
mod files;
mod history;
mod import;
mod kafka;
mod keys;
mod list;
mod lists;
mod log;
mod login;
mod migrate;
mod migrate_store;
mod moves;
mod named;
mod profile;
mod reminders;
mod replay;
mod restore;
mod rm;
mod search;
mod shared;
mod show;
mod tags;
mod token;
mod trash;
mod undo;
mod views;
mod words;
mod workspaces;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use taskfold_contracts::time::{Clock as _, SystemClock};

pub(crate) use files::unopened;

use crate::client::Client;
use crate::config::{ColorWhen, Config, Environment, Loaded, LogFormat, Overrides, ServeOverrides};
use crate::connect;
use crate::exit::{Exit, Failure};
use crate::print::Screen;
use crate::{serve, telemetry};

const AFTER: &str = "\
A task is named by its number in the last list or by the last characters of its id.
Without a server, commands work on the database in the data directory.

Exit codes: 0 done, 1 failed, 2 wrong input, 3 not found, 4 conflict, 5 no server or no access,
6 a check found something wrong.";

/// A task manager whose every change is an event.
#[derive(Debug, Parser)]
#[command(name = "taskfold", version, after_help = AFTER, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Under this, help shows the flags of all commands.
const GLOBAL: &str = "Options of every command";

/// Flags of all commands.
#[derive(Debug, clap::Args)]
struct Global {
    /// Directory of the database [default: the platform's place for data]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Server to talk to [default: the local one]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "URL")]
    server: Option<String>,
    /// Workspace, by name or id [default: the personal one]
    #[arg(long, short = 'w', global = true, help_heading = GLOBAL, value_name = "NAME")]
    workspace: Option<String>,
    /// Configuration file
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the API's JSON
    #[arg(long, global = true, help_heading = GLOBAL)]
    json: bool,
    /// When to colour: auto, always, never
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", hide_possible_values = true)]
    color: Option<ColorWhen>,
    /// Say more on standard error; twice: everything
    #[arg(long, short = 'v', global = true, help_heading = GLOBAL, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
enum Command {
    /// Run the server
    Serve(serve::Serve),
    #[command(flatten)]
    Asking(Asking),
    #[command(flatten)]
    Direct(Direct),
}

/// Commands that ask the API.
#[derive(Debug, Subcommand)]
enum Asking {
    /// Add a task in one line
    Add(add::Add),
    /// List tasks
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Show everything about a task
    Show(show::Show),
    /// Change a task
    Edit(edit::Edit),
    /// Complete tasks
    Done(done::Done),
    /// Reopen completed tasks
    Reopen(done::Reopen),
    /// Put tasks into the trash
    Rm(rm::Rm),
    /// Put a task elsewhere
    #[command(visible_alias = "mv")]
    Move(moves::Move),
    /// Comment on a task
    Comment(comment::Comment),
    /// Take a change back
    Undo(undo::Undo),
    /// Bring an undone change back
    Redo(undo::Redo),
    /// Show who changed what
    History(history::History),
    /// Bring a task, a list or everything back to how it was
    Restore(restore::Restore),
    /// Search titles, descriptions, tags and comments
    Search(search::Search),
    /// Show which reminders wait, and which ones fired
    Reminders(reminders::Reminders),
    /// List the tags in use
    Tags(tags::Tags),
    /// List, make and change lists
    Lists(lists::Lists),
    /// Show the trash, or take things out of it
    Trash(trash::Trash),
    /// List the workspaces
    Workspaces(workspaces::Workspaces),
    /// Import from another application
    Import(import::Import),
    /// Export everything
    Export(export::Export),
    /// API tokens
    Token(token::Token),
    /// Say who is signed in, and where
    Whoami(login::Whoami),
    /// Show your profile, or change it: name, time zone, locale, week
    Profile(profile::Profile),
}

/// Commands that work on this computer's files, or before there is anybody to ask.
#[derive(Debug, Subcommand)]
enum Direct {
    /// Sign in to a server
    Login(login::Login),
    /// Sign out of a server
    Logout(login::Logout),
    /// Back the database up, also while a server uses it
    Backup(backup::Backup),
    /// Verify a backup and put it in the place of the database
    RestoreBackup(backup::RestoreBackup),
    /// Check the installation
    Doctor(doctor::Doctor),
    /// Look at the event log
    Log(log::Log),
    /// Make the databases on PostgreSQL, or bring them up to date
    Migrate(migrate::Migrate),
    /// The topics that events are published on
    Kafka(kafka::Kafka),
    /// The schemas of events, here and in the registry
    Contracts(contracts::Contracts),
    /// Give a consumer group on Kafka events once more
    Replay(replay::Replay),
    /// Move log and accounts from files to PostgreSQL, or back
    MigrateStore(migrate_store::MigrateStore),
    /// Keys with which processes sign what they say to each other
    Keys(keys::Keys),
    /// Look after the views
    Views(views::Views),
    /// Events that could not be applied to the views
    Deadletters(deadletters::Deadletters),
    /// Print the effective configuration and where each value came from
    Config(config::Show),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

/// What every command has at hand.
#[derive(Debug)]
pub(crate) struct App {
    /// The configuration and where it came from.
    pub loaded: Loaded,
    /// Variables of the process.
    pub environment: Environment,
    /// The terminal.
    pub screen: Screen,
}

impl App {
    /// The configuration.
    pub(crate) fn config(&self) -> &Config {
        &self.loaded.config
    }
}

/// Runs the command line of this process.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error),
    };
    let environment = Environment::of_process();
    let now = SystemClock
        .now()
        .to_jiff()
        .to_zoned(jiff::tz::TimeZone::system());
    let when = cli.global.color.unwrap_or(ColorWhen::Auto);
    let first = Screen::new(&environment, when, cli.global.json, now.clone());
    let outcome = load(&cli, &environment).and_then(|loaded| {
        let screen = Screen::new(&environment, loaded.config.color, cli.global.json, now);
        let mut app = App {
            loaded,
            environment,
            screen,
        };
        begin_telemetry(&app, &cli)?;
        runtime(&cli.command)?.block_on(run(&mut app, cli.command))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.reason().quiet => ExitCode::SUCCESS,
        Err(failure) => {
            first.failure(&failure);
            ExitCode::from(failure.reason().exit.number())
        }
    }
}

/// Help, the version, or what is wrong with the command line: with `--json` in the shape of all failures.
fn not_understood(error: &clap::Error) -> ExitCode {
    let mut words = std::env::args_os().take_while(|word| word != "--");
    if error.use_stderr() && words.any(|word| word == "--json") {
        let text = error.render().to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        let mut message = first.trim_start_matches("error: ").to_owned();
        if message.ends_with(':') {
            // What is missing stands on the lines below, up to the usage.
            let named = lines
                .by_ref()
                .take_while(|line| !line.starts_with("Usage:"));
            let named: Vec<&str> = named.filter(|line| !line.starts_with("tip: ")).collect();
            message = format!("{message} {}", named.join(", "));
        }
        let failure = Failure::usage(message);
        let failure = match lines.find_map(|line| line.strip_prefix("tip: ")) {
            Some(tip) => failure.hint(tip),
            None => failure.hint("taskfold --help lists the commands"),
        };
        let now = jiff::Zoned::default();
        Screen::new(&Environment::of_process(), ColorWhen::Never, true, now).failure(&failure);
    } else {
        // Nothing is left to do when the terminal is gone.
        let _ = error.print();
    }
    ExitCode::from(if error.use_stderr() {
        Exit::Usage.number()
    } else {
        0
    })
}

fn load(cli: &Cli, environment: &Environment) -> Result<Loaded, Failure> {
    let Global {
        data,
        server,
        workspace,
        color,
        ..
    } = &cli.global;
    let serve = match &cli.command {
        Command::Serve(serve) => Some(ServeOverrides {
            listen: serve.listen.clone(),
            roles: serve.role.clone(),
        }),
        Command::Asking(_) | Command::Direct(_) => None,
    };
    let flags = Overrides {
        data: data.clone(),
        server: server.clone(),
        workspace: workspace.clone(),
        color: *color,
        serve,
    };
    Loaded::load(environment, cli.global.config.as_deref(), &flags).map_err(|error| {
        Failure::usage(error.to_string()).hint("taskfold config shows all settings")
    })
}

fn begin_telemetry(app: &App, cli: &Cli) -> Result<(), Failure> {
    let mut settings = app.config().log.clone();
    let is_server = matches!(cli.command, Command::Serve(_));
    match cli.global.verbose {
        0 if is_server => {}
        // With --json, standard error is JSON of our own shape and nothing else.
        0 if cli.global.json => "off".clone_into(&mut settings.level),
        // A person at the command line is told through results, not through logs.
        0 => "error".clone_into(&mut settings.level),
        1 => "debug".clone_into(&mut settings.level),
        _ => "trace".clone_into(&mut settings.level),
    }
    if !is_server && settings.format == LogFormat::Auto {
        settings.format = LogFormat::Human;
    }
    telemetry::begin(&settings).map_err(|error| Failure::usage(format!("`log.level`: {error}")))
}

fn runtime(command: &Command) -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if !matches!(command, Command::Serve(_)) {
        builder.worker_threads(2);
    }
    Ok(builder.enable_all().build()?)
}

async fn run(app: &mut App, command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(_) => serve::run(app).await,
        Command::Direct(command) => directly(app, command).await,
        Command::Asking(command) => {
            let session = connect::open(app).await?;
            let is_profile = matches!(command, Asking::Profile(_));
            let outcome = match shared::use_zone_of_profile(app, &session.client, is_profile).await
            {
                Ok(()) => ask(app, &session.client, command).await,
                Err(failure) => Err(failure),
            };
            session.close().await;
            match outcome {
                Err(failure) => Err(files::explain_lost(app, failure).await),
                Ok(()) => Ok(()),
            }
        }
    }
}

async fn directly(app: &App, command: Direct) -> Result<(), Failure> {
    match command {
        Direct::Login(command) => command.run(app).await,
        Direct::Logout(command) => command.run(app).await,
        Direct::Backup(command) => command.run(app).await,
        Direct::RestoreBackup(command) => command.run(app).await,
        Direct::Doctor(command) => command.run(app).await,
        Direct::Log(command) => command.run(app).await,
        Direct::Migrate(command) => command.run(app).await,
        Direct::Kafka(command) => command.run(app).await,
        Direct::Contracts(command) => command.run(app).await,
        Direct::Replay(command) => command.run(app).await,
        Direct::MigrateStore(command) => command.run(app).await,
        Direct::Keys(command) => command.run(app),
        Direct::Views(command) => command.run(app).await,
        Direct::Deadletters(command) => command.run(app).await,
        Direct::Config(command) => command.run(app),
        Direct::Completions(command) => command.run(app, &mut Cli::command()),
    }
}

async fn ask(app: &App, client: &Client, command: Asking) -> Result<(), Failure> {
    match command {
        Asking::Add(command) => command.run(app, client).await,
        Asking::List(command) => command.run(app, client).await,
        Asking::Show(command) => command.run(app, client).await,
        Asking::Edit(command) => command.run(app, client).await,
        Asking::Done(command) => command.run(app, client).await,
        Asking::Reopen(command) => command.run(app, client).await,
        Asking::Rm(command) => command.run(app, client).await,
        Asking::Move(command) => command.run(app, client).await,
        Asking::Comment(command) => command.run(app, client).await,
        Asking::Undo(command) => command.run(app, client).await,
        Asking::Redo(command) => command.run(app, client).await,
        Asking::History(command) => command.run(app, client).await,
        Asking::Restore(command) => command.run(app, client).await,
        Asking::Search(command) => command.run(app, client).await,
        Asking::Reminders(command) => command.run(app, client).await,
        Asking::Tags(command) => command.run(app, client).await,
        Asking::Lists(command) => command.run(app, client).await,
        Asking::Trash(command) => command.run(app, client).await,
        Asking::Workspaces(command) => command.run(app, client).await,
        Asking::Import(command) => command.run(app, client).await,
        Asking::Export(command) => command.run(app, client).await,
        Asking::Token(command) => command.run(app, client).await,
        Asking::Whoami(command) => command.run(app, client).await,
        Asking::Profile(command) => command.run(app, client).await,
    }
}

#[cfg(test)]
mod tests;
