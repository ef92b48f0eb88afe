//! Names of an import that are taken here: one list, not two.

use taskfold_contracts::commands::{Command, CreateList, UpdateList};

use crate::harness::{World, list, seen, task};
use crate::importing::{a_list, a_task, import};

fn named(n: u64, name: &str) -> Command {
    Command::CreateList(CreateList {
        list_id: Some(list(n)),
        name: name.into(),
        color: None,
    })
}

fn called(n: u64, name: &str) -> taskfold_contracts::commands::ImportList {
    taskfold_contracts::commands::ImportList {
        name: name.into(),
        ..a_list(n)
    }
}

fn live(world: &World) -> Vec<&str> {
    let lists = world.state.lists().filter(|list| !list.is_deleted());
    lists.map(|list| list.name.as_str()).collect()
}

#[test]
fn a_name_that_is_taken_is_the_list_that_has_it() {
    let mut world = World::new();
    world.run(&named(9, "Caf\u{e9}"));
    let before = seen(&world.state);
    let all = import(
        vec![called(1, " CAFE\u{301} "), called(2, "Work")],
        vec![
            a_task(1, None, Some(1)),
            a_task(2, Some(1), Some(1)),
            a_task(3, None, Some(2)),
        ],
    );
    let change = world.run(&all);
    assert_eq!(live(&world), ["Work", "Caf\u{e9}"]);
    let places = [1, 2, 3].map(|n| world.task(n).list_id);
    assert_eq!(places, [Some(list(9)), Some(list(9)), Some(list(2))]);
    let joined: Vec<_> = world.last.joined.iter().map(|it| &*it.name).collect();
    assert_eq!((joined, world.last.skipped), (vec!["Caf\u{e9}"], 1));
    world.run(&all);
    assert!(world.types().is_empty() && world.last.joined.is_empty());
    assert_eq!(world.last.skipped, 5);
    world.undo(change).unwrap();
    assert_eq!(seen(&world.state), before);
    world.run(&all);
    assert_eq!((world.last.restored, world.last.skipped), (4, 1));
}

#[test]
fn a_list_that_was_renamed_since_is_not_made_again() {
    let mut world = World::new();
    world.run(&named(9, "Home"));
    let all = import(vec![called(1, "home")], vec![a_task(1, None, Some(1))]);
    world.run(&all);
    world.run(&Command::UpdateList {
        list_id: list(9),
        changes: UpdateList {
            name: Some("House".into()),
            color: None,
        },
    });
    world.run(&all);
    assert_eq!((world.types().len(), world.last.skipped), (0, 2));
}

#[test]
fn what_is_in_the_archive_or_the_trash_keeps_its_name_for_itself() {
    let mut world = World::new();
    world.run(&named(8, "Old"));
    world.run(&Command::ArchiveList { list_id: list(8) });
    world.run(&named(9, "Gone"));
    world.run(&Command::DeleteList { list_id: list(9) });
    world.run(&named(7, "Away"));
    let mut away = called(3, "Away");
    away.archived = true;
    let lists = vec![called(1, "Old"), called(2, "Gone"), away];
    world.run(&import(
        lists,
        vec![
            a_task(1, None, Some(1)),
            a_task(2, None, Some(2)),
            a_task(3, None, Some(3)),
        ],
    ));
    let places = [1, 2, 3].map(|n| world.task(n).list_id);
    assert_eq!(places, [1, 2, 3].map(|n| Some(list(n))));
    assert!(world.state.list(list(3)).unwrap().archived_at.is_some());
}

#[test]
fn a_list_in_the_trash_is_stood_in_for_by_one_of_its_name() {
    let mut world = World::new();
    let first = import(vec![called(1, "Home")], vec![a_task(1, None, Some(1))]);
    world.run(&first);
    world.run(&Command::DeleteList { list_id: list(1) });
    world.run(&named(9, "Home"));
    let tasks = vec![a_task(1, None, Some(1)), a_task(2, None, Some(1))];
    world.run(&import(vec![called(1, "Home")], tasks));
    assert_eq!(world.task(2).list_id, Some(list(9)));
    assert!(world.state.task(task(1)).unwrap().is_deleted());
}

#[test]
fn a_list_in_the_trash_comes_out_for_what_is_new_and_only_for_that() {
    let mut world = World::new();
    world.run(&import(
        vec![called(1, "Home")],
        vec![a_task(1, None, Some(1))],
    ));
    world.run(&Command::DeleteList { list_id: list(1) });
    let before = seen(&world.state);
    let known = import(vec![called(1, "Home")], vec![a_task(1, None, Some(1))]);
    world.run(&known);
    assert!(world.types().is_empty(), "nothing is new");
    let tasks = vec![a_task(1, None, Some(1)), a_task(2, None, Some(1))];
    let change = world.run(&import(vec![called(1, "Home")], tasks));
    assert_eq!(live(&world), ["Home"]);
    assert!(!world.task(2).is_deleted() && world.task(1).is_deleted());
    assert_eq!((world.last.restored, world.last.skipped), (1, 1));
    world.undo(change).unwrap();
    assert_eq!(seen(&world.state), before);
}
