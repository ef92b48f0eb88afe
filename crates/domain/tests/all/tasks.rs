//! Commands on tasks, lists and filters, one by one.

use taskfold_contracts::commands::{
    Command, CommentBody, CreateList, CreateTask, Import, ImportList, ImportTask, RecurrenceInput,
    ReminderInput, SaveFilter, UpdateList, UpdateTask,
};
use taskfold_contracts::ids::CommentId;
use taskfold_contracts::values::{Origin, Priority, RecursFrom, Role};
use taskfold_domain::Step;

use crate::harness::{World, code, list, task, titled, user};

fn update(n: u64, changes: UpdateTask) -> Command {
    Command::UpdateTask {
        task_id: task(n),
        changes,
    }
}

#[test]
fn creating_checks_all_fields_at_once_and_an_id_is_used_once() {
    let mut world = World::new();
    world.add(1);
    assert_eq!(world.types(), ["task.created"]);
    let again = CreateTask {
        task_id: Some(task(1)),
        ..titled("again")
    };
    assert_eq!(world.conflict(&Command::CreateTask(again)), "id_taken");
    let wrong = CreateTask {
        tags: vec![String::new()],
        assignee_id: Some(user(9)),
        reminders: vec![ReminderInput::default()],
        recurrence: Some(RecurrenceInput {
            rule: "FREQ=DAILY".into(),
            from: RecursFrom::Due,
            except: vec![],
        }),
        ..CreateTask::default()
    };
    let rejection = world.try_run(&Command::CreateTask(wrong)).unwrap_err();
    let text = rejection.to_string();
    for field in [
        "title",
        "tags[0]",
        "assignee_id",
        "reminders[0]",
        "recurrence",
    ] {
        assert!(text.contains(field), "{field} in {text}");
    }
}

#[test]
fn missing_and_deleted_things_are_refused() {
    let mut world = World::new();
    let nowhere = CreateTask {
        list_id: Some(list(1)),
        ..titled("x")
    };
    assert_eq!(world.conflict(&Command::CreateTask(nowhere)), "not_found");
    let orphan = CreateTask {
        parent_id: Some(task(9)),
        ..titled("x")
    };
    assert_eq!(world.conflict(&Command::CreateTask(orphan)), "not_found");
    assert_eq!(
        world.conflict(&update(1, UpdateTask::default())),
        "not_found"
    );
    world.add(1);
    world.run(&Command::DeleteTask { task_id: task(1) });
    assert_eq!(world.conflict(&update(1, UpdateTask::default())), "deleted");
    world.run(&Command::DeleteTask { task_id: task(1) });
    assert!(world.types().is_empty(), "deleting again changes nothing");
    world.run(&Command::RestoreTask { task_id: task(1) });
    assert_eq!(world.types(), ["task.restored"]);
}

#[test]
fn updating_names_what_differs_alone() {
    let mut world = World::new();
    world.add(1);
    let changes = UpdateTask {
        title: Some(" Task ".into()),
        priority: Some(Priority::High),
        add_tags: vec!["b".into(), "a".into()],
        ..UpdateTask::default()
    };
    world.run(&update(1, changes.clone()));
    assert_eq!(world.task(1).tags, ["a", "b"]);
    assert_eq!(
        world.last.events[0]
            .event
            .to_json()
            .as_object()
            .unwrap()
            .len(),
        3
    );
    world.run(&update(1, changes));
    assert!(world.types().is_empty());
    let both = UpdateTask {
        tags: Some(vec![]),
        add_tags: vec!["x".into()],
        ..UpdateTask::default()
    };
    assert_eq!(world.conflict(&update(1, both)), "not_together");
    let fewer = UpdateTask {
        remove_tags: vec!["A".into()],
        ..UpdateTask::default()
    };
    world.run(&update(1, fewer));
    assert_eq!(world.task(1).tags, ["b"]);
}

#[test]
fn waiting_in_a_circle_is_refused_and_walked_streams_are_named() {
    let mut world = World::new();
    (1..=3).for_each(|n| {
        world.add(n);
    });
    let wait = |n| UpdateTask {
        blocked_by: Some(vec![task(n)]),
        ..UpdateTask::default()
    };
    world.run(&update(1, wait(2)));
    world.run(&update(2, wait(3)));
    assert_eq!(world.conflict(&update(3, wait(1))), "cycle");
    assert_eq!(world.conflict(&update(3, wait(3))), "cycle");
    assert_eq!(world.conflict(&update(3, wait(8))), "not_found");
    world.add(4);
    world.run(&update(4, wait(1)));
    for n in 1..=3 {
        assert!(world.last.reads.contains(&task(n).into()), "reads {n}");
    }
}

#[test]
fn comments_belong_to_their_authors() {
    let mut world = World::new();
    world.add(1);
    let ben = world.join(2, Role::Commenter);
    let say = |body: &str| CommentBody { body: body.into() };
    let add = Command::AddComment {
        task_id: task(1),
        comment: say("hm"),
    };
    world.try_as(ben, &add).unwrap();
    let comment_id: CommentId = world.task(1).comments.keys().next().unwrap();
    let edit = Command::EditComment {
        task_id: task(1),
        comment_id,
        comment: say("ah"),
    };
    assert_eq!(world.conflict(&edit), "not_the_author");
    world.try_as(ben, &edit).unwrap();
    let eve = world.join(3, Role::Commenter);
    let delete = Command::DeleteComment {
        task_id: task(1),
        comment_id,
    };
    assert_eq!(code(world.try_as(eve, &delete).unwrap_err()), "forbidden");
    world.run(&delete);
    assert_eq!(world.conflict(&delete), "not_found");
}

#[test]
fn lists_take_their_tasks_along() {
    let mut world = World::new();
    world.run(&Command::CreateList(CreateList {
        list_id: Some(list(1)),
        name: "Home".into(),
        color: Some("#FF0000".into()),
    }));
    let inside = CreateTask {
        task_id: Some(task(1)),
        list_id: Some(list(1)),
        ..titled("a")
    };
    world.run(&Command::CreateTask(inside));
    let below = CreateTask {
        task_id: Some(task(2)),
        parent_id: Some(task(1)),
        ..titled("b")
    };
    world.run(&Command::CreateTask(below));
    assert_eq!(world.task(2).list_id, Some(list(1)));
    let changes = UpdateList {
        name: Some("House".into()),
        color: Some(None),
    };
    world.run(&Command::UpdateList {
        list_id: list(1),
        changes: changes.clone(),
    });
    world.run(&Command::UpdateList {
        list_id: list(1),
        changes,
    });
    assert!(world.types().is_empty());
    world.run(&Command::ArchiveList { list_id: list(1) });
    world.run(&Command::UnarchiveList { list_id: list(1) });
    world.run(&Command::DeleteList { list_id: list(1) });
    assert_eq!(
        world.types(),
        ["list.deleted", "task.deleted", "task.deleted"]
    );
    world.run(&Command::RestoreList { list_id: list(1) });
    assert_eq!(
        world.types(),
        ["list.restored", "task.restored", "task.restored"]
    );
}

#[test]
fn filters_are_saved_renamed_and_removed() {
    let mut world = World::new();
    let filter = SaveFilter {
        name: "Now".into(),
        query: "due < +1d".into(),
        ..SaveFilter::default()
    };
    world.run(&Command::SaveFilter(filter.clone()));
    let (filter_id, _) = world.state.filters().next().unwrap();
    let again = SaveFilter {
        filter_id: Some(filter_id),
        ..filter
    };
    world.run(&Command::SaveFilter(again));
    assert!(world.types().is_empty());
    world.run(&Command::RemoveFilter { filter_id });
    assert_eq!(
        world.conflict(&Command::RemoveFilter { filter_id }),
        "not_found"
    );
}

#[test]
fn a_batch_is_all_or_nothing_and_bulk_is_each_on_its_own() {
    let mut world = World::new();
    let good = Command::CreateTask(CreateTask {
        task_id: Some(task(1)),
        ..titled("a")
    });
    let done = Command::CompleteTask { task_id: task(1) };
    let bad = Command::CreateTask(titled(""));
    let commands = vec![good.clone(), done.clone(), bad.clone()];
    let rejection = world
        .try_run(&Command::Batch {
            commands: commands.clone(),
        })
        .unwrap_err();
    assert!(
        rejection.to_string().contains("commands[2].title"),
        "{rejection}"
    );
    assert_eq!(world.state.task_count(), 0);
    let (decision, results) = world
        .state
        .decide_each(&world.ctx(World::owner()), &commands);
    assert_eq!(decision.events.len(), 2);
    let step = Ok(Step {
        subject: Some(task(1).into()),
        events: 1,
    });
    assert!(results[0] == step && results[1] == step && results[2].is_err());
    world.run(&Command::Batch {
        commands: vec![good, done],
    });
    assert!(world.task(1).completed_at.is_some());
    let nested = Command::Batch {
        commands: vec![Command::Batch { commands: vec![] }],
    };
    assert_eq!(world.conflict(&nested), "nested_batch");
}

#[test]
fn importing_again_adds_nothing_and_keeps_times() {
    let mut world = World::new();
    let origin = |id: &str| Origin {
        source: "todoist".into(),
        external_id: id.into(),
    };
    let at = "2020-01-01T00:00:00Z".parse().unwrap();
    let one = |n: u64, task_: CreateTask| ImportTask {
        origin: origin(&n.to_string()),
        task: CreateTask {
            task_id: Some(task(n)),
            ..task_
        },
        created_at: Some(at),
        created_by: None,
        updated_at: None,
        completed_at: None,
        deleted: false,
        deleted_at: None,
        previous_id: None,
        next_id: None,
        comments: vec![],
        rank: None,
        series: None,
    };
    let waits = CreateTask {
        blocked_by: vec![task(2)],
        list_id: Some(list(1)),
        ..titled("a")
    };
    let mut done = one(2, titled("b"));
    done.completed_at = Some(at);
    let import = Command::Import(Import {
        lists: vec![ImportList {
            origin: origin("l"),
            list_id: list(1),
            name: "L".into(),
            color: None,
            created_at: Some(at),
            updated_at: None,
            archived: false,
            archived_at: None,
            deleted: false,
            deleted_at: None,
            rank: None,
        }],
        tasks: vec![one(1, waits), done],
        filters: vec![],
    });
    let change = world.run(&import);
    assert_eq!(world.task(1).blocked_by, [task(2)]);
    assert_eq!(
        (world.task(2).created_at, world.task(2).completed_at),
        (at, Some(at))
    );
    world.run(&import);
    assert!(world.types().is_empty());
    assert_eq!(world.last.skipped, 3);
    world.undo(change).unwrap();
    assert!(world.state.tasks().all(taskfold_domain::Task::is_deleted));
}
