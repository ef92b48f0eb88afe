//! Several commands as one change.

use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::StreamId;

use crate::decision::{Context, Decision, Outcome};
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// What came of one of several commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What it was about or what it created.
    pub subject: Option<StreamId>,
    /// How many events it made; they stand behind those of the commands before it.
    pub events: usize,
}

/// All or nothing: each command is decided on top of those before it.
pub(crate) fn all(workspace: &Workspace, ctx: &Context, commands: &[Command]) -> Outcome {
    let mut state = workspace.clone();
    let mut whole = Decision::default();
    for (index, command) in commands.iter().enumerate() {
        let decided = step(&mut state, ctx, command);
        whole.extend(decided.map_err(|rejection| rejection.within(&format!("commands[{index}]")))?);
    }
    Ok(whole)
}

/// Each command with its own result: what came of it, or why nothing.
pub(crate) fn each(
    workspace: &Workspace,
    ctx: &Context,
    commands: &[Command],
) -> (Decision, Vec<Result<Step, Rejection>>) {
    let mut state = workspace.clone();
    let mut whole = Decision::default();
    let mut results = Vec::with_capacity(commands.len());
    for command in commands {
        results.push(step(&mut state, ctx, command).map(|decision| {
            let step = Step {
                subject: decision.subject,
                events: decision.events.len(),
            };
            whole.extend(decision);
            step
        }));
    }
    (whole.settle(), results)
}

fn step(state: &mut Workspace, ctx: &Context, command: &Command) -> Outcome {
    if let Command::Batch { .. } = command {
        return Err(Rejection::conflict(
            "nested_batch",
            "a batch cannot hold a batch",
        ));
    }
    let decision = state.decide(ctx, command)?;
    for decided in &decision.events {
        state.apply_decided(decided, ctx.actor);
    }
    Ok(decision)
}
