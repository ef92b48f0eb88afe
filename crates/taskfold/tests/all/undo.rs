//! What undo and redo say.

use crate::kit::Home;

fn last_change(home: &Home) -> String {
    let page = home.json(&["history", "-n", "1"]);
    page["items"][0]["change_id"].as_str().unwrap().to_owned()
}

#[test]
fn undo_says_what_it_took_back() {
    let home = Home::new();
    let rent = home.add("Pay rent every 1st at 9am");
    home.run(&["add", "--literal", "Find the form", "--parent", &rent])
        .ok();
    home.run(&["rm", &rent]).ok();
    let undone = home.run(&["undo"]).ok();
    assert_eq!(undone.out, "Undone: deleted “Pay rent” and 1 subtask\n");
    let redone = home.run(&["redo"]).ok();
    assert_eq!(redone.out, "Redone: deleted “Pay rent” and 1 subtask\n");
    home.run(&["undo"]).ok();
    home.run(&["done", &rent]).ok();
    let undone = home.run(&["undo"]).ok();
    assert_eq!(
        undone.out,
        "Undone: completed “Pay rent” and 1 subtask, with what came next\n"
    );
    home.run(&["lists", "new", "Home"]).ok();
    let undone = home.run(&["undo"]).ok();
    assert_eq!(undone.out, "Undone: added the list “Home”\n");
}

#[test]
fn a_change_that_was_undone_is_not_undone_again() {
    let home = Home::new();
    let task = home.add("Dig");
    home.run(&["edit", &task, "--title", "Dig deep"]).ok();
    let change = last_change(&home);
    let short = &change[change.len() - 6..];
    home.run(&["undo", short]).ok();
    let again = home.run(&["undo", short]).code(4);
    assert!(again.err.contains("was undone already"), "{}", again.err);
    assert!(again.err.contains("taskfold redo"), "{}", again.err);
    home.run(&["redo", short]).ok();
    assert_eq!(home.titles(&[]), ["Dig deep"]);
    home.run(&["undo", "ffffff"]).code(3);
}

#[test]
fn what_stays_is_said_in_words() {
    let home = Home::new();
    let task = home.add("Dig");
    home.run(&["edit", &task, "--title", "Dig deep"]).ok();
    let change = last_change(&home);
    home.run(&["edit", &task, "--title", "Dig deeper"]).ok();
    let later = last_change(&home);
    let ran = home.run(&["undo", &change]).code(4);
    let said = format!(
        "“Dig deeper” {}: title stays as it is: it was changed again later, by change {}",
        &task[task.len() - 4..],
        &later[later.len() - 4..]
    );
    assert!(ran.err.contains(&said), "{}", ran.err);
    assert!(ran.err.contains("nothing of this change"), "{}", ran.err);
}

#[test]
fn what_cannot_be_redone_is_said_so() {
    let home = Home::new();
    let task = home.add("Dig");
    home.run(&["edit", &task, "--title", "Dig deep"]).ok();
    let change = last_change(&home);
    home.run(&["undo"]).ok();
    home.run(&["edit", &task, "--title", "Fill in"]).ok();
    let ran = home.run(&["redo", &change]).code(4);
    let said = "nothing of this change could be redone";
    assert!(ran.err.contains(said), "{}", ran.err);
}
