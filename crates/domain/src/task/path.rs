//! A chain of tasks in words.

use taskfold_contracts::ids::TaskId;

use crate::workspace::Workspace;

/// Most tasks of a chain that are named.
const MAX_NAMED: usize = 6;
/// Longest title that is told whole, in characters.
const MAX_TITLE: usize = 60;

/// Such as `“A” waits for “B”, which waits for “C”`; the middle of a long chain is left out.
pub(super) fn told(workspace: &Workspace, path: &[TaskId], relation: &str) -> String {
    let mut text = String::new();
    let left_out = path.len().saturating_sub(MAX_NAMED);
    for (index, id) in path.iter().enumerate() {
        if (MAX_NAMED - 1..MAX_NAMED - 1 + left_out).contains(&index) {
            continue;
        }
        let lead = match index {
            0 => String::new(),
            1 => format!(" {relation} "),
            index if left_out > 0 && index + 1 == path.len() => {
                format!(", … ({left_out} more), which {relation} ")
            }
            _ => format!(", which {relation} "),
        };
        text.push_str(&lead);
        text.push_str(&title(workspace, *id));
    }
    text
}

fn title(workspace: &Workspace, id: TaskId) -> String {
    let Some(task) = workspace.task(id) else {
        return "the new task".to_owned();
    };
    if task.title.chars().nth(MAX_TITLE).is_none() {
        return format!("“{}”", task.title);
    }
    let begin: String = task.title.chars().take(MAX_TITLE - 1).collect();
    format!("“{begin}…”")
}
