//! Roles, invitations, workspaces, people.

use taskfold_contracts::commands::{
    Command, InvitationAnswer, InviteMember, MemberRole, UpdateUser, UserCommand, WorkspaceName,
};
use taskfold_contracts::ids::InvitationId;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Role};
use taskfold_domain::{Rejection, User};

use crate::harness::{OWNER, World, code, titled, user};

fn invite(world: &mut World, role: Role) -> InvitationId {
    let expires_at = Timestamp::from_millis(world.now.as_millis() + 3_600_000);
    let secret_hash = "ab".repeat(32);
    world.run(&Command::InviteMember(InviteMember {
        email: "Ben@example.org".into(),
        role,
        secret_hash,
        expires_at,
    }));
    world.state.invitations().last().unwrap().0
}

fn accept(invitation_id: InvitationId, hash: &str) -> Command {
    Command::AcceptInvitation(InvitationAnswer {
        invitation_id,
        secret_hash: hash.repeat(32),
    })
}

fn change(n: u64, role: Role) -> Command {
    Command::ChangeRole {
        user_id: user(n),
        role: MemberRole { role },
    }
}

#[test]
fn each_role_may_what_its_row_says() {
    let mut world = World::new();
    let create = Command::CreateTask(titled("x"));
    let rename = Command::UpdateWorkspace(WorkspaceName { name: "N".into() });
    let cases = [
        (Role::Viewer, false, false),
        (Role::Commenter, false, false),
        (Role::Editor, true, false),
        (Role::Owner, true, true),
    ];
    for (n, (role, edits, manages)) in (2..).zip(cases) {
        let actor = world.join(n, role);
        assert_eq!(
            world.try_as(actor, &create).is_ok(),
            edits,
            "{role:?} edits"
        );
        assert_eq!(
            world.try_as(actor, &rename).is_ok(),
            manages,
            "{role:?} manages"
        );
    }
    let stranger = world.try_as(Actor::User(user(99)), &create).unwrap_err();
    assert!(matches!(
        stranger,
        Rejection::NotFound {
            what: "workspace",
            ..
        }
    ));
    let needs = world.try_as(Actor::Agent(user(2)), &create).unwrap_err();
    assert_eq!(
        needs,
        Rejection::Forbidden {
            needs: Role::Editor
        }
    );
    assert!(world.try_as(Actor::System, &create).is_ok());
}

#[test]
fn an_invitation_is_used_once_in_time_with_its_secret() {
    let mut world = World::new();
    let id = invite(&mut world, Role::Editor);
    let ben = Actor::User(user(2));
    assert_eq!(
        code(world.try_as(ben, &accept(id, "cd")).unwrap_err()),
        "not_found"
    );
    world.try_as(ben, &accept(id, "ab")).unwrap();
    assert_eq!(world.state.role_of(user(2)), Some(Role::Editor));
    let eve = Actor::User(user(3));
    assert_eq!(
        code(world.try_as(eve, &accept(id, "ab")).unwrap_err()),
        "invitation_used"
    );
    assert_eq!(
        world.conflict(&Command::RevokeInvitation { invitation_id: id }),
        "invitation_used"
    );
    let id = invite(&mut world, Role::Viewer);
    assert_eq!(
        code(world.try_as(ben, &accept(id, "ab")).unwrap_err()),
        "already_a_member"
    );
    world.run(&Command::RevokeInvitation { invitation_id: id });
    assert_eq!(
        code(world.try_as(eve, &accept(id, "ab")).unwrap_err()),
        "invitation_revoked"
    );
    let id = invite(&mut world, Role::Viewer);
    world.now = Timestamp::from_millis(world.now.as_millis() + 3_600_000);
    assert_eq!(
        code(world.try_as(eve, &accept(id, "ab")).unwrap_err()),
        "invitation_expired"
    );
}

#[test]
fn whoever_has_the_secret_declines_once_and_for_all() {
    let mut world = World::new();
    let id = invite(&mut world, Role::Editor);
    let ben = Actor::User(user(2));
    let decline = |hash: &str| {
        Command::DeclineInvitation(InvitationAnswer {
            invitation_id: id,
            secret_hash: hash.repeat(32),
        })
    };
    let wrong = world.try_as(ben, &decline("cd")).unwrap_err();
    assert_eq!(code(wrong), "not_found");
    world.try_as(ben, &decline("ab")).unwrap();
    world.try_as(ben, &decline("ab")).unwrap();
    let late = world.try_as(ben, &accept(id, "ab")).unwrap_err();
    assert_eq!(code(late), "invitation_revoked");
}

#[test]
fn a_workspace_is_never_without_an_owner() {
    let mut world = World::new();
    assert_eq!(world.conflict(&change(OWNER, Role::Editor)), "last_owner");
    assert_eq!(
        world.conflict(&Command::RemoveMember {
            user_id: user(OWNER)
        }),
        "last_owner"
    );
    let ben = world.join(2, Role::Editor);
    let promoted = world.run(&change(2, Role::Owner));
    world.run(&change(OWNER, Role::Editor));
    // Ben is the only owner now: what made him one cannot be taken back.
    world.undo_as(ben, promoted).unwrap();
    assert_eq!(world.state.role_of(user(2)), Some(Role::Owner));
    assert_eq!(world.last.kept.len(), 1);
    let removal = Command::RemoveMember { user_id: user(2) };
    assert_eq!(code(world.try_run(&removal).unwrap_err()), "forbidden");
    world
        .try_as(
            Actor::User(user(OWNER)),
            &Command::RemoveMember {
                user_id: user(OWNER),
            },
        )
        .unwrap();
}

#[test]
fn a_personal_workspace_takes_no_members_and_stays() {
    let mut world = World::of(true);
    assert_eq!(
        world.conflict(&Command::DeleteWorkspace),
        "personal_workspace"
    );
    let invitation = InviteMember {
        email: "b@example.org".into(),
        role: Role::Viewer,
        secret_hash: "ab".repeat(32),
        expires_at: Timestamp::from_millis(i64::MAX),
    };
    assert_eq!(
        world.conflict(&Command::InviteMember(invitation)),
        "personal_workspace"
    );
    let registration = world.log[0].header.change_id;
    assert_eq!(
        code(world.undo(registration).unwrap_err()),
        "nothing_to_undo"
    );
}

#[test]
fn a_deleted_workspace_takes_no_commands_but_its_restoration() {
    let mut world = World::new();
    let deleted = world.run(&Command::DeleteWorkspace);
    assert_eq!(
        world.conflict(&Command::CreateTask(titled("x"))),
        "workspace_deleted"
    );
    world.run(&Command::RestoreWorkspace);
    world.run(&Command::CreateTask(titled("x")));
    world.run(&Command::DeleteWorkspace);
    assert!(world.undo(deleted).is_ok(), "kept, as it was deleted again");
}

#[test]
fn people_change_their_own_profile() {
    let world = World::of(true);
    let mut ada = User::new(user(OWNER));
    world.log.iter().for_each(|envelope| ada.apply(envelope));
    assert_eq!(
        (ada.email.as_str(), ada.is_admin),
        ("ada@example.org", true)
    );
    let changes = |zone: &str| {
        let digest_time = Some(Some("07:30".into()));
        let time_zone = Some(zone.into());
        UserCommand::Update(UpdateUser {
            time_zone,
            digest_time,
            ..UpdateUser::default()
        })
    };
    let ctx = world.ctx(World::owner());
    assert_eq!(
        ada.decide(&ctx, &changes("Europe/Berlin"))
            .unwrap()
            .events
            .len(),
        1
    );
    assert_eq!(
        code(ada.decide(&ctx, &changes("Nowhere/X")).unwrap_err()),
        "unknown_time_zone"
    );
    let other = world.ctx(Actor::User(user(2)));
    assert_eq!(
        code(ada.decide(&other, &changes("UTC")).unwrap_err()),
        "not_found"
    );
}
