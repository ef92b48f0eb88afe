//! People of an export in another installation.

use taskfold_contracts::ids::{CommentId, UserId};
use taskfold_interchange::{ExportComment, ExportPerson, Form, Format, Here, ReadOptions, read};
use uuid::Uuid;

use crate::exports::{find, full_export};
use crate::support::options;

#[test]
fn people_are_found_by_id_or_address_and_kept_as_text_where_they_are_not() {
    let mut export = full_export();
    let stranger = UserId(Uuid::from_u128(502));
    export.people.push(ExportPerson {
        id: stranger,
        email: Some("bob@example.org".to_owned()),
        display_name: Some("Bob".to_owned()),
    });
    let rent = &mut export.tasks[2];
    rent.assignee_id = Some(UserId(Uuid::from_u128(501)));
    let by_bob = ExportComment {
        id: CommentId(Uuid::from_u128(401)),
        author_id: Some(stranger),
        ..rent.comments[0].clone()
    };
    rent.comments.push(by_bob);
    export.tasks[3].assignee_id = Some(stranger);
    export.tasks[3].created_by = Some(stranger);
    let text = export.written(Form::Json).unwrap();
    let read = read(Format::Taskfold, text.as_bytes(), &options(None)).unwrap();
    let anna = Some(UserId(Uuid::from_u128(500)));
    let rent = find(&read.import, "Pay rent");
    assert_eq!(rent.task.assignee_id, anna, "by the address");
    let said: Vec<_> = rent
        .comments
        .iter()
        .map(|c| (c.author_id, &*c.body))
        .collect();
    let first = "Is it a *new* account?\n\nYes";
    let second = format!("Bob <bob@example.org> wrote:\n\n{first}");
    assert_eq!(said, [(anna, first), (None, &*second)]);
    let blocked = find(&read.import, "=1+1");
    assert_eq!((blocked.task.assignee_id, blocked.created_by), (None, None));
    assert_eq!(
        blocked.task.description,
        "Assigned to: Bob <bob@example.org>"
    );
    let lost: Vec<_> = read
        .report
        .lost
        .iter()
        .map(|it| (&*it.what, it.count))
        .collect();
    let expected = [
        ("assignees", 1),
        ("authors of comments", 1),
        ("who made tasks", 1),
    ];
    assert_eq!(lost, expected);

    // Whoever is no owner brings nothing in the name of others.
    let here = Here {
        importer: Some(UserId(Uuid::from_u128(503))),
        is_owner: false,
        ..options(None).here.clone()
    };
    let as_editor = ReadOptions {
        here: &here,
        ..options(None)
    };
    let read = taskfold_interchange::read(Format::Taskfold, text.as_bytes(), &as_editor).unwrap();
    assert!(
        read.import
            .tasks
            .iter()
            .all(|task| task.created_by.is_none())
    );
    let rent = find(&read.import, "Pay rent");
    assert!(
        rent.comments
            .iter()
            .all(|comment| comment.author_id.is_none())
    );
    assert!(
        rent.comments[0]
            .body
            .starts_with("Anna <Anna@Example.org> wrote:\n\n")
    );
    assert_eq!(rent.task.assignee_id, anna);
}
