//! `taskfold list`.

use taskfold_views::Page;
use taskfold_views::filter::{self, Condition, Filter, FilterError, Flag, ListName, Term};
use taskfold_views::tasks::Task;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::LastList;
use crate::print;

/// List tasks; open ones unless the filter says otherwise.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Filter, such as: due < +7d and (priority >= high or tag = work)
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// As it was then: 2026-11-20, "yesterday 9am", "2 hours ago", a position
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
    /// Sort keys, such as due,-priority
    #[arg(long, value_name = "KEYS")]
    sort: Option<String>,
    /// Show at most so many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Completed tasks too
    #[arg(long, short = 'a')]
    all: bool,
    /// Only this list; inbox is what is in none
    #[arg(long, short = 'l', value_name = "NAME")]
    #[allow(clippy::struct_field_names, reason = "it is the name of the flag")]
    list: Option<String>,
}

impl List {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let as_of = shared::maybe_past(app, self.as_of.as_deref())?;
        let filter = self.condition()?;
        let call = Call::get("tasks")
            .query("filter", filter)
            .query("limit", self.limit.to_string())
            .maybe("sort", self.sort.clone())
            .maybe("as_of", as_of.as_deref());
        let reply = client.send(call).await?;
        let page: Page<Task> = reply.parse()?;
        match &self.list {
            // A name that is mistyped shows nothing too.
            Some(name) if page.items.is_empty() => {
                shared::lists_named(client, name, as_of.as_deref()).await?;
            }
            Some(_) | None => {}
        }
        keep_numbers(app, client, &page.items);
        if app.screen.json {
            return app.screen.value(&reply.value()?);
        }
        if page.items.is_empty() {
            app.screen.note("no tasks");
            return Ok(());
        }
        let names = shared::names_for(client, &page.items).await?;
        print::tasks(&app.screen, &page.items, &names, true)?;
        if page.next_cursor.is_some() {
            app.screen.note(&format!(
                "only the first {}; --limit shows more",
                page.items.len()
            ));
        }
        Ok(())
    }

    /// The filter to ask for: what was given, the list, and open tasks unless state is mentioned.
    fn condition(&self) -> Result<String, Failure> {
        let text = self.filter.join(" ");
        let given = filter::parse(&text).map_err(|error| explain(&text, &error))?;
        let mentions_state = given.mentions_completion() || given.mentions_trash();
        let list = self
            .list
            .as_deref()
            .map(|name| Condition::Term(Term::List(true, list(name))));
        let open = Condition::Term(Term::Is(Flag::Open));
        let state = match (mentions_state, self.all) {
            (true, _) => None,
            (false, true) => Some(open.any(Condition::Term(Term::Is(Flag::Done)))),
            (false, false) => Some(open),
        };
        let parts = [given.condition, list, state].into_iter().flatten();
        let condition = parts.reduce(Condition::all);
        Ok(condition
            .map(|condition| {
                Filter {
                    condition: Some(condition),
                }
                .to_string()
            })
            .unwrap_or_default())
    }
}

/// Keeps what number means what task. Where nothing was shown, the numbers of before stay.
fn keep_numbers(app: &App, client: &Client, shown: &[Task]) {
    if shown.is_empty() {
        return;
    }
    let last = LastList {
        place: client.place(),
        tasks: shown.iter().map(|task| task.task_id).collect(),
    };
    // Numbers are a convenience: a directory that cannot be written must not hide the tasks.
    if let Err(error) = last.save(&app.config().data) {
        app.screen
            .warn(&format!("the numbers of this list were not kept: {error}"));
    }
}

fn list(name: &str) -> ListName {
    if name.eq_ignore_ascii_case("inbox") {
        return ListName::Inbox;
    }
    match name.parse() {
        Ok(id) => ListName::Id(id),
        Err(_) => ListName::Name(name.to_owned()),
    }
}

/// The filter with a mark under the column that is wrong.
fn explain(text: &str, error: &FilterError) -> Failure {
    let before: String = text.chars().take(error.column.saturating_sub(1)).collect();
    let pad = " ".repeat(print::width_of(&before));
    let failure = Failure::usage(format!("the filter: {}", error.message))
        .detail(text)
        .detail(format!("{pad}^"));
    if error.expected.is_empty() {
        return failure;
    }
    failure.hint(format!("here may stand: {}", error.expected.join(", ")))
}
