//! Full-text search.

use taskfold_contracts::events::*;
use taskfold_views::search::{self, Hit, SearchQuery};
use taskfold_views::{Page, QueryError, Views};

use super::world::*;

fn page(views: &Views, number: u64, query: &SearchQuery) -> Result<Page<Hit>, QueryError> {
    views.read_blocking(|r| search::query(r, workspace(number), query))
}

fn ask(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        trash: false,
        limit: 50,
        cursor: None,
    }
}

fn find(views: &Views, text: &str) -> Vec<String> {
    let hits = page(views, 1, &ask(text)).unwrap().items;
    hits.into_iter().map(|hit| hit.task.title).collect()
}

fn world() -> World {
    let mut world = World::default();
    let described = |number, title: &str, description: &str| TaskCreated {
        description: description.to_owned(),
        ..created(number, title)
    };
    world.add(
        workspace(1),
        described(1, "Café Müller anrufen", "wegen der Rechnung"),
    );
    world.add(
        workspace(1),
        described(2, "Pay the invoice", "monthly rent"),
    );
    world.add(
        workspace(1),
        described(3, "Rent a car", "see invoice, then pay"),
    );
    world.add(
        workspace(1),
        TaskCreated {
            tags: vec!["urgent".into()],
            ..created(4, "Tagged")
        },
    );
    world.add(workspace(1), created(5, "Said"));
    world.add(workspace(1), commented(1, 5, "the plumber called"));
    world.add(
        workspace(2),
        described(6, "Pay the invoice of the others", "rent"),
    );
    world
}

#[test]
fn accents_prefixes_phrases_tags_and_comments_are_found() {
    let views = world().views();
    assert_eq!(find(&views, "cafe muller "), ["Café Müller anrufen"]);
    assert_eq!(find(&views, "CAFÉ"), ["Café Müller anrufen"]);
    assert_eq!(find(&views, "anru"), ["Café Müller anrufen"]);
    assert!(
        find(&views, "anru ").is_empty(),
        "a finished word is a whole word"
    );
    assert_eq!(find(&views, "\"the invoice\""), ["Pay the invoice"]);
    assert!(find(&views, "\"invoice the\"").is_empty());
    assert_eq!(find(&views, "invoice -car"), ["Pay the invoice"]);
    assert_eq!(find(&views, "urgent"), ["Tagged"]);
    assert_eq!(find(&views, "plumb"), ["Said"]);
}

#[test]
fn a_match_in_the_title_comes_first() {
    let views = world().views();
    assert_eq!(find(&views, "rent"), ["Rent a car", "Pay the invoice"]);
    assert_eq!(find(&views, "invoice"), ["Pay the invoice", "Rent a car"]);
}

#[test]
fn matches_are_marked() {
    let views = world().views();
    let hits = page(&views, 1, &ask("muller rechn")).unwrap().items;
    assert_eq!(hits[0].title, "Café \u{e000}Müller\u{e001} anrufen");
    assert_eq!(
        hits[0].snippet.as_deref(),
        Some("wegen der \u{e000}Rechnung\u{e001}")
    );
    let hits = page(&views, 1, &ask("plumber")).unwrap().items;
    assert_eq!(
        hits[0].snippet.as_deref(),
        Some("the \u{e000}plumber\u{e001} called")
    );
}

#[test]
fn the_index_follows_changes_and_leaves_the_trash_out() {
    let mut world = world();
    world.add(
        workspace(1),
        TaskUpdated {
            title: Some("Pay the bill".into()),
            ..updated(2)
        },
    );
    world.add(workspace(1), TaskDeleted { task_id: task(3) });
    world.add(
        workspace(1),
        TaskCommentDeleted {
            task_id: task(5),
            comment_id: comment(1),
        },
    );
    let views = world.views();
    assert!(find(&views, "invoice").is_empty());
    assert_eq!(find(&views, "bill"), ["Pay the bill"]);
    assert!(find(&views, "plumber").is_empty());
    let all = SearchQuery {
        trash: true,
        ..ask("invoice")
    };
    assert_eq!(page(&views, 1, &all).unwrap().items.len(), 1);
}

#[test]
fn nothing_typed_is_an_error_or_reaches_another_workspace() {
    let views = world().views();
    for text in [
        "",
        " ",
        "\"",
        "\"\"",
        "*",
        "-",
        "--",
        "NEAR(",
        "title:x",
        "a AND",
        "OR",
        "NOT",
        "a NOT b",
        "^a",
        "{title} : x",
        "'; DROP TABLE tasks; --",
        "\0",
        "a\0b",
        "(((",
        "a + b",
        "\"unclosed",
        "x\"y",
        "💥",
        "\u{301}",
        "-\"a b\"*",
        "others",
        "* OR workspace",
    ] {
        let hits = page(&views, 1, &ask(text)).unwrap().items;
        assert!(
            hits.iter().all(|hit| hit.task.workspace_id == workspace(1)),
            "{text:?}"
        );
    }
    assert!(find(&views, "others").is_empty());
    let long = "word ".repeat(10_000);
    page(&views, 1, &ask(&long)).unwrap();
}

#[test]
fn hits_come_in_pages() {
    let mut world = World::default();
    for number in 1..=30 {
        world.add(
            workspace(1),
            created(
                number,
                &format!(
                    "same words {}",
                    "x ".repeat(usize::try_from(number % 4).unwrap())
                ),
            ),
        );
    }
    let views = world.views();
    let whole = page(&views, 1, &ask("same")).unwrap().items;
    assert_eq!(whole.len(), 30);
    let mut asked = SearchQuery {
        limit: 7,
        ..ask("same")
    };
    let mut paged = Vec::new();
    loop {
        let found = page(&views, 1, &asked).unwrap();
        paged.extend(found.items);
        asked.cursor = found.next_cursor;
        if asked.cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, whole);
    asked.cursor = Some("AAAA".into());
    assert_eq!(
        page(&views, 1, &asked).unwrap_err(),
        QueryError::Cursor("is damaged")
    );
}
