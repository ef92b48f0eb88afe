//! Workspaces, members, invitations and people.

use taskfold_contracts::events::*;
use taskfold_contracts::ids::*;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::*;
use taskfold_views::members::InvitationState;
use taskfold_views::{activity, members};

use super::world::*;

fn registered(number: u64) -> UserRegistered {
    UserRegistered {
        user: user(number),
        email: format!("u{number}@example.org"),
        display_name: format!("User {number}"),
        personal_workspace_id: workspace(number),
        time_zone: "Europe/Berlin".into(),
        locale: "de".into(),
        is_admin: number == 1,
    }
}

#[test]
fn workspaces_members_and_invitations_follow_their_events() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(ws, registered(1));
    world.add(workspace(2), registered(2));
    world.add(
        ws,
        WorkspaceCreated {
            workspace: ws,
            name: "Team".into(),
            personal: false,
        },
    );
    let joined = |number, role, invitation_id| WorkspaceMemberJoined {
        workspace: ws,
        member_id: user(number),
        role,
        invitation_id,
    };
    world.add(ws, joined(1, Role::Owner, None));
    let invitation_id = InvitationId(id(77));
    world.add(
        ws,
        WorkspaceMemberInvited {
            workspace: ws,
            invitation_id,
            email: "u2@example.org".into(),
            role: Role::Viewer,
            secret_hash: "ab".into(),
            expires_at: Timestamp::from_millis(START),
        },
    );
    world.add(ws, joined(2, Role::Viewer, Some(invitation_id)));
    world.add(
        ws,
        WorkspaceMemberRoleChanged {
            workspace: ws,
            member_id: user(2),
            role: Role::Editor,
        },
    );
    world.add(
        ws,
        WorkspaceUpdated {
            workspace: ws,
            name: "Crew".into(),
        },
    );
    let views = world.views();
    let all = views.read_blocking(|r| members::members(r, ws)).unwrap();
    assert_eq!(
        all.iter().map(|member| member.role).collect::<Vec<_>>(),
        [Role::Owner, Role::Editor]
    );
    assert_eq!(all[1].display_name.as_deref(), Some("User 2"));
    let found = views
        .read_blocking(|r| members::invitation(r, invitation_id))
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.state, found.secret_hash.as_str()),
        (InvitationState::Accepted, "ab")
    );
    let own = views
        .read_blocking(|r| members::workspaces_of(r, user(2)))
        .unwrap();
    assert_eq!(
        (own[0].workspace.name.as_str(), own[0].workspace.version),
        ("Crew", 6)
    );
    world.add(
        ws,
        WorkspaceMemberLeft {
            workspace: ws,
            member_id: user(2),
        },
    );
    world.add(ws, WorkspaceDeleted { workspace: ws });
    let views = world.views();
    assert_eq!(
        views
            .read_blocking(|r| members::member(r, ws, user(2)))
            .unwrap(),
        None
    );
    let gone = views
        .read_blocking(|r| members::workspace(r, ws))
        .unwrap()
        .unwrap();
    assert!(gone.deleted_at.is_some());
    world.add(ws, WorkspaceRestored { workspace: ws });
    let back = world
        .views()
        .read_blocking(|r| members::workspace(r, ws))
        .unwrap()
        .unwrap();
    assert!(back.deleted_at.is_none());
}

#[test]
fn people_follow_their_events_and_an_erased_one_leaves_nothing() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(ws, registered(1));
    world.add(
        ws,
        UserAuthenticated {
            user: user(1),
            method: "password".into(),
        },
    );
    world.add(
        ws,
        UserUpdated {
            user: user(1),
            display_name: Some("Anna".into()),
            time_zone: None,
            locale: None,
            week_start: Some(WeekStart::Sunday),
            theme: Some(Theme::Dark),
            digest_time: Some(Set {
                value: Some("07:30".into()),
            }),
            channels: Some(Set {
                value: vec![Channel::Push],
            }),
        },
    );
    let views = world.views();
    let anna = views
        .read_blocking(|r| members::user_by_email(r, "u1@example.org"))
        .unwrap()
        .unwrap();
    assert_eq!(
        (anna.display_name.as_str(), anna.week_start),
        ("Anna", WeekStart::Sunday)
    );
    assert_eq!(
        (anna.digest_time.as_deref(), anna.channels),
        (Some("07:30"), vec![Channel::Push])
    );
    assert!(anna.last_sign_in_at.is_some());
    world.add(ws, UserErased { user: user(1) });
    let views = world.views();
    let gone = views
        .read_blocking(|r| members::user(r, user(1)))
        .unwrap()
        .unwrap();
    assert_eq!(
        (gone.email.as_str(), gone.display_name.as_str()),
        ("erased", "erased")
    );
    assert!(gone.erased_at.is_some() && gone.digest_time.is_none());
    assert_eq!(
        views
            .read_blocking(|r| members::user_by_email(r, "erased"))
            .unwrap(),
        None
    );
    let page = views
        .read_blocking(|r| activity::of_workspace(r, ws, 10, None))
        .unwrap();
    assert!(page.items.is_empty(), "profiles are not in activity");
}
