//! How fast the views are rebuilt and read: a history of 40 % created, 35 % updated, 15 % completed, 5 %
//! moved and 5 % commented, 100,000 events or as many as the first argument says.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that a person reads"
)]
#![allow(clippy::wildcard_imports, reason = "histories name nearly all events")]

#[path = "../tests/all/world.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod world;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use taskfold_contracts::events::*;
use taskfold_contracts::values::*;
use taskfold_views::rebuild::{Fact, build};
use taskfold_views::search::{self, SearchQuery};
use taskfold_views::tasks::TaskQuery;
use taskfold_views::{Views, activity, counts, tasks};

use world::*;

const WORDS: [&str; 16] = [
    "invoice", "rent", "meeting", "report", "call", "review", "garden", "release", "ticket",
    "budget", "travel", "doctor", "school", "draft", "email", "repair",
];

fn words(dice: &mut Dice, count: u64) -> String {
    let mut text = format!("n{}", dice.roll(1_000_000));
    for _ in 0..count {
        text.push(' ');
        text.push_str(WORDS[usize::try_from(dice.roll(16)).unwrap()]);
    }
    text
}

fn history(events: usize) -> World {
    let mut dice = Dice(1);
    let mut world = World::default();
    let ws = workspace(1);
    world.add(
        ws,
        WorkspaceCreated {
            workspace: ws,
            name: "Bench".into(),
            personal: true,
        },
    );
    let mut made = 0;
    while world.log.len() < events {
        let kind = dice.roll(100);
        if kind < 40 || made == 0 {
            made += 1;
            let mut event = created(made, &words(&mut dice, 4));
            if dice.roll(5) == 0 {
                event.description = words(&mut dice, 20);
            }
            event.tags = vec![format!("tag{}", dice.roll(20))];
            event.list_id = Some(list(dice.roll(20)));
            event.priority = Priority::ALL[usize::try_from(dice.roll(5)).unwrap()];
            event.due_date =
                (dice.roll(2) == 0).then(|| day(&format!("2026-12-{:02}", dice.roll(28) + 1)));
            world.add(ws, event);
            continue;
        }
        let of = dice.roll(made) + 1;
        let event: Event = match kind {
            40..=57 => TaskUpdated {
                title: Some(words(&mut dice, 4)),
                ..updated(of)
            }
            .into(),
            58..=74 => TaskUpdated {
                priority: Some(Priority::High),
                ..updated(of)
            }
            .into(),
            75..=89 => completed(of).into(),
            90..=94 => TaskMoved {
                task_id: task(of),
                list_id: Some(list(dice.roll(20))),
                parent_id: None,
                rank: format!("{:06}", dice.roll(999_999)),
            }
            .into(),
            _ => commented(world.log.len() as u64, of, &words(&mut dice, 8)).into(),
        };
        world.add(ws, event);
    }
    world
}

fn rate(events: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(events).unwrap()) / took.as_secs_f64()
}

/// Time on a processor so far, of this thread; only Linux says. On a busy machine it tells more than the
/// wall clock does.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace()
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

/// Runs `f` over so many events; says how many a second by the wall clock and by the processor's.
fn timed(name: &str, events: usize, f: impl FnOnce()) {
    let (began, before) = (Instant::now(), on_processor());
    f();
    let wall = rate(events, began.elapsed());
    let busy = on_processor()
        .zip(before)
        .map(|(after, before)| rate(events, after.saturating_sub(before)));
    println!(
        "  {name:<34} {wall:>9.0} /s, {:.0} /s of processor time",
        busy.unwrap_or(f64::NAN)
    );
}

/// The median of some runs.
fn median(views: &Views, name: &str, mut f: impl FnMut(&taskfold_views::Reader) -> usize) -> f64 {
    let mut times: Vec<Duration> = (0..41)
        .map(|_| {
            let began = Instant::now();
            views.read_blocking(|r| Ok(f(r))).unwrap();
            began.elapsed()
        })
        .collect();
    times.sort();
    let median = times[20].as_secs_f64() * 1e3;
    println!("  {name:<34} {median:>9.3} ms");
    median
}

fn reads(views: &Views) {
    let ws = workspace(1);
    for (name, filter, sort) in [
        ("list, by rank", "", ""),
        ("list, by due", "", "due"),
        ("list, by -priority", "", "-priority"),
        ("list, by -created", "", "-created"),
        ("list, by -updated", "", "-updated"),
        (
            "list of one list",
            "list = 00000000-0000-0000-002d-c6c500007000",
            "",
        ),
        (
            "list, due soon and high",
            "due < +7d and priority >= high",
            "due",
        ),
        ("list, tag", "tag = tag7", "due"),
        ("list, words", "text ~ \"invoice rent\"", "due"),
    ] {
        let mut asked = query(filter, sort);
        asked.limit = 50;
        median(views, name, |r| {
            tasks::list(r, ws, &asked).unwrap().items.len()
        });
    }
    for text in ["n12", "invoice rent ", "inv", "\"garden ticket\""] {
        let asked = SearchQuery {
            text: text.into(),
            trash: false,
            limit: 50,
            cursor: None,
        };
        median(views, &format!("search {text}"), |r| {
            search::query(r, ws, &asked).unwrap().items.len()
        });
    }
    median(views, "activity of the workspace", |r| {
        activity::of_workspace(r, ws, 50, None).unwrap().items.len()
    });
    let now = query("", "").now;
    median(views, "counts", |r| {
        counts::of_workspace(r, ws, &now).unwrap().lists.len()
    });
}

/// How latency grows from 100 tasks to 100,000: the slope of its logarithm over that of the tasks.
fn slopes() {
    let ask = |text: &str| SearchQuery {
        text: text.into(),
        trash: false,
        limit: 50,
        cursor: None,
    };
    let ws = workspace(1);
    let mut figures = Vec::new();
    for count in [100, 100_000] {
        let mut world = World::default();
        for number in 1..=count {
            let mut event = created(number, &format!("Task number {number}"));
            event.due_date = Some(day(&format!("2026-12-{:02}", number % 28 + 1)));
            world.add(ws, event);
        }
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("views.db");
        let mut facts = Some(world.log.into_iter().map(Fact::Event).collect());
        let source = |_, _| Ok(facts.take().unwrap_or_default());
        build(&path, 1, &BTreeSet::new(), source, |_| {}).unwrap();
        let views = Views::open(&path).unwrap();
        println!("{count} tasks");
        let mut due = query("", "due");
        due.limit = 50;
        let (done, words) = (
            TaskQuery {
                done: true,
                ..due.clone()
            },
            ask("number 77"),
        );
        let whole = ask("number 77 ");
        figures.push([
            median(&views, "list, by due", |r| {
                tasks::list(r, ws, &due).unwrap().items.len()
            }),
            median(&views, "list, by due, done too", |r| {
                tasks::list(r, ws, &done).unwrap().items.len()
            }),
            median(&views, "search number 77*", |r| {
                search::query(r, ws, &words).unwrap().items.len()
            }),
            median(&views, "search number 77", |r| {
                search::query(r, ws, &whole).unwrap().items.len()
            }),
        ]);
    }
    let slope = |few: &f64, many: &f64| (many / few).ln() / 1_000_f64.ln();
    let slopes = figures[0].iter().zip(&figures[1]);
    let slopes: Vec<String> = slopes
        .map(|(few, many)| format!("{:.3}", slope(few, many)))
        .collect();
    println!("slopes: {}", slopes.join(", "));
}

fn main() {
    slopes();
    let wanted = std::env::args().find_map(|argument| argument.parse().ok());
    let sizes = wanted.map_or_else(|| vec![10_000, 100_000, 250_000], |events| vec![events]);
    for events in sizes {
        let world = history(events);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("views.db");
        let facts: Vec<Fact> = world.log.iter().cloned().map(Fact::Event).collect();
        let mut batches = facts
            .chunks(5_000)
            .map(<[Fact]>::to_vec)
            .collect::<Vec<_>>()
            .into_iter();
        println!("{events} events");
        timed("rebuild", events, || {
            let source = |_, _| Ok(batches.next().unwrap_or_default());
            build(&path, 1, &BTreeSet::new(), source, |_| {}).unwrap();
        });
        let live = Views::open(&directory.path().join("live.db")).unwrap();
        let few = events / 10;
        let mut applied = 0;
        for (name, size, upto) in [
            ("apply, 1,000 at a time", 1_000, events - 2 * few),
            ("apply, 5,000 at a time", 5_000, events - few),
            ("apply, 10 at a time", 10, events),
        ] {
            timed(name, upto - applied, || {
                world.log[applied..upto]
                    .chunks(size)
                    .for_each(|batch| live.apply(batch).unwrap());
            });
            applied = upto;
        }
        let bytes = std::fs::metadata(&path).unwrap().len();
        println!("  {:<34} {:>9} MiB", "size", bytes / 1_048_576);
        reads(&Views::open(&path).unwrap());
    }
}
