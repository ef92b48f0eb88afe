//! `taskfold list`.

use taskfold_views::Page;
use taskfold_views::filter::{self, Condition, Filter, FilterError, Flag, ListName, Term};
use taskfold_views::tasks::Task;

use super::named::Among;
use super::{App, files, named, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::outline::{self, Group};
use crate::print::{self, Heads, Names};

/// List tasks; open ones unless the filter says otherwise. They stand under their lists, and parts under
/// what they are parts of, unless --sort asks for another order.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold list
  taskfold list 'due < +7d and (priority >= high or tag = work)'
  taskfold list --list Home --sort due,-priority
  taskfold list --all --as-of \"yesterday 9am\"
  taskfold list -- due '<' -2d           after -- every word is the filter's")]
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
        let filter = self.condition(client, as_of.as_deref()).await?;
        if let Some(keys) = &self.sort {
            filter::parse_sort(keys).map_err(|error| explain("sort", keys, &error))?;
        }
        let call = Call::get("tasks")
            .query("filter", filter)
            .query("limit", self.limit.to_string())
            .maybe("sort", self.sort.clone())
            .maybe("as_of", as_of.as_deref());
        let reply = client.send(call).await?;
        let page: Page<Task> = reply.parse()?;
        if files::waiting(app).await {
            app.screen.warn(
                "some events cannot be applied, and what they say is missing here; \
                 taskfold deadletters list names them",
            );
        }
        if app.screen.json {
            shared::keep_numbers(app, client, &page.items);
            return app.screen.value(&reply.value()?);
        }
        let Page { items, next_cursor } = page;
        let shown = items.len();
        let names = shared::names_for(client, &items, as_of.as_deref()).await?;
        let (groups, heads) = self.arranged(items, &names);
        let tasks = groups.iter().flat_map(|group| &group.tasks);
        shared::keep_numbers(app, client, tasks.map(|placed| &placed.task));
        if shown == 0 {
            app.screen.note("no tasks");
            return Ok(());
        }
        print::tasks(&app.screen, &groups, &names, heads)?;
        if next_cursor.is_some() {
            app.screen
                .note(&format!("only the first {shown}; --limit shows more"));
        }
        Ok(())
    }

    /// By list, with parts below their wholes; or as they are sorted, when that was asked for.
    fn arranged(&self, tasks: Vec<Task>, names: &Names) -> (Vec<Group>, Heads) {
        if self.sort.is_some() {
            let column = if self.list.is_some() {
                Heads::Bare
            } else {
                Heads::Column
            };
            return (outline::flat(tasks), column);
        }
        let groups = outline::by_list(tasks, &names.order);
        let only_inbox = groups.iter().all(|group| group.list.is_none());
        let heads = if self.list.is_some() || only_inbox {
            Heads::Bare
        } else {
            Heads::Lists
        };
        (groups, heads)
    }

    /// The filter to ask for: what was given, the list, and open tasks unless state is mentioned.
    async fn condition(&self, client: &Client, as_of: Option<&str>) -> Result<String, Failure> {
        let text = self.filter.join(" ");
        let given = filter::parse(&text).map_err(|error| explain("filter", &text, &error))?;
        let mentions_state = given.mentions_completion() || given.mentions_trash();
        let list = match self.list.as_deref() {
            Some(name) => Some(in_lists(client, name, as_of).await?),
            None => None,
        };
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

/// In one of the lists that `name` means, now or then.
async fn in_lists(client: &Client, name: &str, as_of: Option<&str>) -> Result<Condition, Failure> {
    if name.eq_ignore_ascii_case("inbox") {
        return Ok(Condition::Term(Term::List(true, ListName::Inbox)));
    }
    let all = named::lists(client, as_of).await?;
    let meant = named::meant(name, all, Among::Kept)?;
    let ids = meant.iter().map(|list| ListName::Id(list.list_id));
    let terms = ids.map(|id| Condition::Term(Term::List(true, id)));
    let condition = terms.reduce(Condition::any);
    condition.ok_or_else(|| Failure::not_found(format!("there is no list {name:?}")))
}

/// The filter with a mark under the column that is wrong.
fn explain(what: &'static str, text: &str, error: &FilterError) -> Failure {
    let before: String = text.chars().take(error.column.saturating_sub(1)).collect();
    let pad = " ".repeat(print::width_of(&before));
    let failure = Failure::usage(format!("the {what}: {}", error.message))
        .at(what, Some(error.column))
        .detail(text)
        .detail(format!("{pad}^"));
    if error.expected.is_empty() {
        return failure;
    }
    failure.hint(format!("here may stand: {}", error.expected.join(", ")))
}
