//! Undo of invitations and of who is a member: never without an owner.

use taskfold_contracts::commands::{
    Command, InvitationAnswer, InviteMember, MemberRole, UpdateTask, UpdateUser, UserCommand,
};
use taskfold_contracts::ids::{ChangeId, InvitationId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Channel, Role, Theme, WeekStart};
use taskfold_domain::{InvitationState, User};

use crate::harness::{OWNER, World, code, seen, task, user};

fn invite(world: &mut World) -> (ChangeId, InvitationId) {
    let expires_at = Timestamp::from_millis(world.now.as_millis() + 3_600_000);
    let change = world.run(&Command::InviteMember(InviteMember {
        email: "ben@example.org".into(),
        role: Role::Editor,
        secret_hash: "ab".repeat(32),
        expires_at,
    }));
    (change, world.state.invitations().last().unwrap().0)
}

fn role(n: u64, role: Role) -> Command {
    Command::ChangeRole {
        user_id: user(n),
        role: MemberRole { role },
    }
}

fn state_of(world: &World, id: InvitationId) -> InvitationState {
    world.state.invitation(id).unwrap().state
}

#[test]
fn an_invitation_is_taken_back_and_given_again() {
    let mut world = World::new();
    let (invited, id) = invite(&mut world);
    world.undo(invited).unwrap();
    assert_eq!(state_of(&world, id), InvitationState::Revoked);
    world.redo(invited).unwrap();
    assert_eq!(state_of(&world, id), InvitationState::Pending);
    let revoked = world.run(&Command::RevokeInvitation { invitation_id: id });
    world.undo(revoked).unwrap();
    assert_eq!(state_of(&world, id), InvitationState::Pending);
    world.redo(revoked).unwrap();
    world.now = Timestamp::from_millis(world.now.as_millis() + 3_600_000);
    world.undo(revoked).unwrap();
    assert_eq!(
        state_of(&world, id),
        InvitationState::Revoked,
        "it ended meanwhile"
    );
    assert_eq!(world.last.kept[0].field, format!("invitation:{id}"));
}

#[test]
fn an_invitation_that_was_used_stays_used() {
    let mut world = World::new();
    let (invited, id) = invite(&mut world);
    let ben = Actor::User(user(2));
    let accept = Command::AcceptInvitation(InvitationAnswer {
        invitation_id: id,
        secret_hash: "ab".repeat(32),
    });
    let joined = world.try_as(ben, &accept).unwrap();
    world.undo(invited).unwrap();
    assert!(world.types().is_empty());
    assert_eq!(world.last.kept.len(), 1);
    world.undo_as(ben, joined).unwrap();
    assert_eq!(world.state.role_of(user(2)), None);
    assert_eq!(state_of(&world, id), InvitationState::Used);
    assert_eq!(code(world.undo_as(ben, joined).unwrap_err()), "not_found");
}

#[test]
fn roles_and_removals_come_back_but_never_without_an_owner() {
    let mut world = World::new();
    let ben = world.join(2, Role::Viewer);
    let promoted = world.run(&role(2, Role::Commenter));
    assert_eq!(code(world.undo_as(ben, promoted).unwrap_err()), "forbidden");
    world.undo(promoted).unwrap();
    assert_eq!(world.state.role_of(user(2)), Some(Role::Viewer));
    let removed = world.run(&Command::RemoveMember { user_id: user(2) });
    world.undo(removed).unwrap();
    assert_eq!(world.state.role_of(user(2)), Some(Role::Viewer));
    // One batch hands the workspace over; undone, the owner comes before the owner goes.
    let commands = vec![role(2, Role::Owner), role(OWNER, Role::Editor)];
    let handed = world.run(&Command::Batch { commands });
    world.undo_as(ben, handed).unwrap();
    assert_eq!(world.state.role_of(user(OWNER)), Some(Role::Owner));
    assert_eq!(world.state.role_of(user(2)), Some(Role::Viewer));
    assert!(world.last.kept.is_empty());
    world.redo(handed).unwrap();
    assert_eq!(world.state.role_of(user(2)), Some(Role::Owner));
    assert_eq!(world.state.role_of(user(OWNER)), Some(Role::Editor));
    // The first owner left: the joining of the other, now the last owner, stays.
    let ada = World::owner();
    let left = Command::RemoveMember {
        user_id: user(OWNER),
    };
    world.try_as(ada, &left).unwrap();
    let joining = world
        .log
        .iter()
        .find(|envelope| envelope.header.actor == Actor::System);
    let joining = joining.unwrap().header.change_id;
    let _nothing = world.undo_as(ben, joining);
    assert_eq!(world.state.role_of(user(2)), Some(Role::Owner));
}

#[test]
fn a_workspace_that_was_made_is_unmade_and_made_again() {
    let mut world = World::new();
    let made = world.log[0].header.change_id;
    world.undo(made).unwrap();
    assert_eq!(world.types(), ["workspace.deleted"]);
    assert_eq!(world.state.role_of(user(OWNER)), Some(Role::Owner));
    world.redo(made).unwrap();
    assert!(!world.state.is_deleted());
}

#[test]
fn signing_in_is_noted_and_nothing_about_people_is_undone() {
    let mut world = World::of(true);
    let mut ada = User::new(user(OWNER));
    world.log.iter().for_each(|envelope| ada.apply(envelope));
    let sign_in = |method: &str| UserCommand::RecordSignIn {
        method: method.into(),
    };
    let ctx = world.ctx(World::owner());
    assert_eq!(code(ada.decide(&ctx, &sign_in(" ")).unwrap_err()), "empty");
    let signed = ada.decide(&ctx, &sign_in("password")).unwrap();
    let change = world.append(signed, World::owner(), None);
    assert_eq!(world.types(), ["user.authenticated"]);
    assert_eq!(code(world.undo(change).unwrap_err()), "nothing_to_undo");
    let update = UserCommand::Update(UpdateUser {
        display_name: Some(" Ada L. ".into()),
        time_zone: Some("Europe/Berlin".into()),
        locale: Some("de".into()),
        week_start: Some(WeekStart::Sunday),
        theme: Some(Theme::Dark),
        digest_time: Some(Some("07:05".into())),
        channels: Some(vec![Channel::Push, Channel::Email, Channel::Push]),
    });
    world.log.iter().for_each(|envelope| ada.apply(envelope));
    let changed = ada.decide(&world.ctx(World::owner()), &update).unwrap();
    let change = world.append(changed, World::owner(), None);
    world.log.iter().for_each(|envelope| ada.apply(envelope));
    assert_eq!(
        (ada.display_name.as_str(), ada.locale.as_str()),
        ("Ada L.", "de")
    );
    assert_eq!(
        (ada.week_start, ada.theme),
        (WeekStart::Sunday, Theme::Dark)
    );
    assert_eq!(
        (ada.time_zone.as_str(), ada.channels.len()),
        ("Europe/Berlin", 2)
    );
    assert_eq!(ada.digest_time.as_deref(), Some("07:05"));
    let again = ada.decide(&world.ctx(World::owner()), &update).unwrap();
    assert!(again.events.is_empty());
    assert_eq!(code(world.undo(change).unwrap_err()), "nothing_to_undo");
    for wrong in ["24:00", "7:05", "07:60", "0705"] {
        let digest_time = Some(Some(wrong.into()));
        let update = UserCommand::Update(UpdateUser {
            digest_time,
            ..UpdateUser::default()
        });
        let rejection = ada.decide(&world.ctx(World::owner()), &update).unwrap_err();
        assert_eq!(code(rejection), "not_a_time", "{wrong}");
    }
    let workspace_id = WorkspaceId(uuid::Uuid::from_u128(77));
    let make = UserCommand::CreateWorkspace {
        workspace_id,
        name: String::new(),
    };
    let rejection = ada.decide(&world.ctx(World::owner()), &make).unwrap_err();
    assert_eq!(code(rejection), "empty");
}

fn assign(n: u64, to: u64) -> Command {
    Command::UpdateTask {
        task_id: task(n),
        changes: UpdateTask {
            assignee_id: Some(Some(user(to))),
            ..UpdateTask::default()
        },
    }
}

#[test]
fn who_is_gone_is_nobodys_assignee() {
    let mut world = World::new();
    world.join(2, Role::Editor);
    for n in 1..=3 {
        world.add(n);
    }
    for (n, to) in [(1, 2), (2, 2), (3, OWNER)] {
        world.run(&assign(n, to));
    }
    world.run(&Command::DeleteTask { task_id: task(2) });
    let before = seen(&world.state);
    let removed = world.run(&Command::RemoveMember { user_id: user(2) });
    assert_eq!(
        world.types(),
        ["workspace.member_left", "task.updated", "task.updated"]
    );
    let assignees = |world: &World| [1, 2, 3].map(|n| world.task(n).assignee_id);
    assert_eq!(assignees(&world), [None, None, Some(user(OWNER))]);
    world.undo(removed).unwrap();
    assert!(world.last.kept.is_empty(), "{:?}", world.last.kept);
    assert_eq!(seen(&world.state), before);
    assert_eq!(world.task(2).assignee_id, Some(user(2)));
    world.redo(removed).unwrap();
    assert_eq!(assignees(&world), [None, None, Some(user(OWNER))]);
    assert_eq!(world.state.role_of(user(2)), None);
}

#[test]
fn who_joined_and_is_undone_leaves_no_task_behind() {
    let mut world = World::new();
    world.join(2, Role::Editor);
    let joined = world.log.last().unwrap().header.change_id;
    world.add(1);
    world.run(&assign(1, 2));
    let undone = world.undo(joined).unwrap();
    assert_eq!(world.task(1).assignee_id, None);
    world.undo(undone).unwrap();
    assert_eq!(world.task(1).assignee_id, Some(user(2)));
    assert_eq!(world.state.role_of(user(2)), Some(Role::Editor));
}

#[test]
fn what_was_assigned_while_somebody_left_is_swept() {
    let mut world = World::new();
    world.join(2, Role::Editor);
    world.add(1);
    let before = world.state.clone();
    world.run(&assign(1, 2));
    let leave = Command::RemoveMember { user_id: user(2) };
    let write = world.decide_on(&before, &leave).unwrap();
    world.commit(write).unwrap();
    assert_eq!(world.task(1).assignee_id, None);
}

#[test]
fn one_address_has_one_open_invitation() {
    let mut world = World::new();
    let (_, first) = invite(&mut world);
    let (again, second) = invite(&mut world);
    assert_eq!(state_of(&world, first), InvitationState::Revoked);
    assert_eq!(state_of(&world, second), InvitationState::Pending);
    world.undo(again).unwrap();
    assert_eq!(state_of(&world, first), InvitationState::Pending);
    assert_eq!(state_of(&world, second), InvitationState::Revoked);
}
