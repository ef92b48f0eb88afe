//! Comments at a restore: one's own go back, those of others only for an owner.

use proptest::prelude::*;
use taskfold_contracts::commands::{Command, CommentBody, Moment, Restore};
use taskfold_contracts::ids::{CommentId, TaskId};
use taskfold_contracts::values::{Actor, Role};
use taskfold_domain::Workspace;

use crate::harness::{World, seen, task};
use crate::laws::command;

fn body(text: &str) -> CommentBody {
    CommentBody { body: text.into() }
}

fn say(world: &mut World, who: Actor, text: &str) -> CommentId {
    let add = Command::AddComment {
        task_id: task(1),
        comment: body(text),
    };
    world.try_as(who, &add).unwrap();
    world.task(1).comments.keys().last().unwrap()
}

fn reword(comment_id: CommentId, text: &str) -> Command {
    Command::EditComment {
        task_id: task(1),
        comment_id,
        comment: body(text),
    }
}

fn remove(comment_id: CommentId) -> Command {
    Command::DeleteComment {
        task_id: task(1),
        comment_id,
    }
}

fn scope(world: &World, task_id: Option<TaskId>) -> Restore {
    Restore {
        task_id,
        list_id: None,
        to: Moment::Time(world.now),
    }
}

fn bodies(world: &World) -> Vec<String> {
    let comments = world.task(1).comments.iter();
    comments.map(|(_, held)| held.body.clone()).collect()
}

#[test]
fn later_comments_go_removed_ones_come_back_and_texts_return() {
    let mut world = World::new();
    world.add(1);
    let editor = world.join(2, Role::Editor);
    let kept = say(&mut world, World::owner(), "kept");
    let gone = say(&mut world, editor, "gone");
    world.try_as(editor, &reword(gone, "gone soon")).unwrap();
    let (moment, before) = (world.log.len(), world.task(1).comments.clone());
    world.run(&reword(kept, "other"));
    world.run(&remove(gone));
    say(&mut world, editor, "late");
    let everything = scope(&world, None);
    let back = world.restore(moment, &everything).unwrap();
    assert_eq!(bodies(&world), ["kept", "gone soon"]);
    assert_eq!(world.task(1).comments.get(gone), before.get(gone));
    assert!(world.last.kept.is_empty());
    world.undo(back).unwrap();
    assert_eq!(bodies(&world), ["other", "late"]);
}

#[test]
fn what_others_said_stays_for_an_editor_and_is_named() {
    let mut world = World::new();
    world.add(1);
    let editor = world.join(2, Role::Editor);
    let moment = world.log.len();
    let others = say(&mut world, World::owner(), "of the owner");
    say(&mut world, editor, "of the editor");
    let one = scope(&world, Some(task(1)));
    world.restore_as(editor, moment, &one).unwrap();
    assert_eq!(bodies(&world), ["of the owner"]);
    let kept: Vec<_> = world.last.kept.iter().map(|kept| &kept.field).collect();
    assert_eq!(kept, [&format!("comment:{others}")]);
}

/// What a person does.
#[derive(Debug, Clone)]
enum Step {
    Do(Box<Command>),
    Say(bool, u64),
    Reword(usize),
    Remove(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => command().prop_map(|command| Step::Do(Box::new(command))),
        3 => (any::<bool>(), 0..5_u64).prop_map(|(owner, n)| Step::Say(owner, n)),
        1 => (0..20_usize).prop_map(Step::Reword),
        1 => (0..20_usize).prop_map(Step::Remove),
    ]
}

/// Each comment is reworded and removed by its author.
fn take(world: &mut World, editor: Actor, step: &Step) {
    let all: Vec<_> = world
        .state
        .tasks()
        .flat_map(|task| {
            task.comments
                .iter()
                .map(|(id, held)| (task.id, id, held.author_id))
        })
        .collect();
    let picked = |pick: usize| all.get(pick % all.len().max(1)).copied();
    let (actor, command) = match step {
        Step::Do(command) => (World::owner(), (**command).clone()),
        Step::Say(owner, n) => {
            let add = Command::AddComment {
                task_id: task(*n),
                comment: body("hm"),
            };
            (if *owner { World::owner() } else { editor }, add)
        }
        Step::Reword(pick) | Step::Remove(pick) => {
            let Some((task_id, comment_id, Some(author))) = picked(*pick) else {
                return;
            };
            let command = if matches!(step, Step::Reword(_)) {
                Command::EditComment {
                    task_id,
                    comment_id,
                    comment: body(&format!("hm {}", world.log.len())),
                }
            } else {
                Command::DeleteComment {
                    task_id,
                    comment_id,
                }
            };
            (Actor::User(author), command)
        }
    };
    let _refused = world.try_as(actor, &command);
}

fn at(world: &World, events: usize) -> Workspace {
    let mut state = Workspace::new(world.state.id());
    world.log[..events]
        .iter()
        .for_each(|event| state.apply(event));
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn everything_is_back_as_it_was(
        steps in prop::collection::vec(step(), 1..40),
        cut in 0..40_usize,
    ) {
        let mut world = World::new();
        let editor = world.join(2, Role::Editor);
        let mut moments = vec![world.log.len()];
        for step in &steps {
            take(&mut world, editor, step);
            moments.push(world.log.len());
        }
        let moment = moments[cut % moments.len()];
        let everything = scope(&world, None);
        world.restore(moment, &everything).unwrap();
        prop_assert!(world.last.kept.is_empty(), "{:?}", world.last.kept);
        prop_assert_eq!(seen(&world.state), seen(&at(&world, moment)));
    }

    #[test]
    fn for_an_editor_a_task_is_back_but_for_what_is_kept(
        steps in prop::collection::vec(step(), 1..40),
        cut in 0..40_usize,
    ) {
        let mut world = World::new();
        let editor = world.join(2, Role::Editor);
        world.add(1);
        let mut moments = vec![world.log.len()];
        for step in &steps {
            take(&mut world, editor, step);
            moments.push(world.log.len());
        }
        let moment = moments[cut % moments.len()];
        let (now, then) = (world.state.clone(), at(&world, moment));
        let one = scope(&world, Some(task(1)));
        world.restore_as(editor, moment, &one).unwrap();
        let kept: Vec<String> = world.last.kept.iter().map(|kept| kept.field.clone()).collect();
        let [now, then] = [&now, &then].map(|state| state.task(task(1)).unwrap());
        let held = world.task(1);
        let ids = now.comments.keys().chain(then.comments.keys()).chain(held.comments.keys());
        for id in ids {
            let from = if kept.contains(&format!("comment:{id}")) { now } else { then };
            let body = |task: &taskfold_domain::Task| {
                task.comments.get(id).map(|held| (held.author_id, held.body.clone()))
            };
            prop_assert_eq!(body(held), body(from));
        }
    }
}
