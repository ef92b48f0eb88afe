//! Trello: a board as JSON ("Export as JSON"). Lists stay lists, items of checklists become subtasks,
//! comments are among the actions. An archived list is archived; an archived card goes into the trash
//! unless it is done. The first eight digits of an id are the seconds at which it was made.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::ids::ListId;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Priority;

use super::json;
use crate::builder::Builder;
use crate::dates;
use crate::report::ImportError;

#[derive(Deserialize)]
struct Board {
    #[serde(default)]
    lists: Vec<List>,
    cards: Vec<Card>,
    #[serde(default)]
    checklists: Vec<Checklist>,
    #[serde(default)]
    actions: Vec<Action>,
    desc: Option<String>,
}

#[derive(Deserialize)]
struct List {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    closed: bool,
    #[serde(default)]
    pos: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Card {
    id: String,
    #[serde(default)]
    name: String,
    desc: Option<String>,
    #[serde(default)]
    closed: bool,
    due: Option<String>,
    start: Option<String>,
    due_complete: Option<bool>,
    due_reminder: Option<i64>,
    id_list: Option<String>,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(default)]
    id_members: Vec<String>,
    #[serde(default)]
    attachments: Vec<Value>,
    #[serde(default)]
    custom_field_items: Vec<Value>,
    #[serde(default)]
    pos: Value,
    date_last_activity: Option<String>,
}

#[derive(Deserialize)]
struct Label {
    name: Option<String>,
    color: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checklist {
    id_card: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    check_items: Vec<Item>,
    #[serde(default)]
    pos: Value,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    name: String,
    state: Option<String>,
    due: Option<String>,
    #[serde(default)]
    pos: Value,
}

#[derive(Deserialize)]
struct Action {
    #[serde(rename = "type", default)]
    kind: String,
    date: Option<String>,
    #[serde(default)]
    data: ActionData,
    #[serde(rename = "memberCreator")]
    by: Option<Member>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    full_name: Option<String>,
    username: Option<String>,
}

#[derive(Deserialize, Default)]
struct ActionData {
    text: Option<String>,
    card: Option<ActionCard>,
}

#[derive(Deserialize)]
struct ActionCard {
    id: Option<String>,
}

/// A board's export holds the newest actions only.
const ACTIONS_OF_AN_EXPORT: usize = 1_000;

pub(super) fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let mut board: Board = json(text)?;
    let place_of = |pos: &Value| pos.as_f64().unwrap_or(f64::MAX);
    board
        .lists
        .sort_by(|one, other| place_of(&one.pos).total_cmp(&place_of(&other.pos)));
    board
        .cards
        .sort_by(|one, other| place_of(&one.pos).total_cmp(&place_of(&other.pos)));
    board
        .checklists
        .sort_by(|one, other| place_of(&one.pos).total_cmp(&place_of(&other.pos)));
    builder.lose_text(
        "descriptions of boards",
        "there is no place for it",
        board.desc.as_deref().unwrap_or(""),
    );
    if board.actions.len() >= ACTIONS_OF_AN_EXPORT {
        builder.warn(
            "actions",
            "Trello exports the newest 1,000 actions only: older comments are missing",
        );
    }
    let mut lists: BTreeMap<&str, ListId> = BTreeMap::new();
    for list in &board.lists {
        let id = builder.list(&list.id, &list.name);
        if let Some(made) = builder.list_mut(id) {
            made.archived = list.closed;
            made.created_at = made_at(&list.id);
        }
        lists.insert(&list.id, id);
    }
    let comments = comments(&board.actions);
    let mut checklists: BTreeMap<&str, Vec<&Checklist>> = BTreeMap::new();
    for checklist in &board.checklists {
        checklists
            .entry(checklist.id_card.as_deref().unwrap_or(""))
            .or_default()
            .push(checklist);
    }
    for card in &board.cards {
        let place = format!("card {}", card.id);
        let mut task = convert(card, builder);
        task.task.list_id = card
            .id_list
            .as_deref()
            .and_then(|id| lists.get(id))
            .copied();
        for said in comments.get(card.id.as_str()).into_iter().flatten() {
            builder.comment(&mut task, said.text, said.at);
            builder.said_by(said.by);
        }
        builder.add(&place, task)?;
        for checklist in checklists.get(card.id.as_str()).into_iter().flatten() {
            items(card, checklist, builder)?;
        }
    }
    Ok(())
}

struct Said<'a> {
    at: Option<Timestamp>,
    text: &'a str,
    by: &'a str,
}

/// The comments of each card, oldest first.
fn comments(actions: &[Action]) -> BTreeMap<&str, Vec<Said<'_>>> {
    let mut comments: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for action in actions.iter().filter(|action| action.kind == "commentCard") {
        let card = action
            .data
            .card
            .as_ref()
            .and_then(|card| card.id.as_deref());
        if let (Some(card), Some(text)) = (card, action.data.text.as_deref()) {
            let at = action.date.as_deref().and_then(dates::instant);
            let by = action.by.as_ref();
            let by = by.and_then(|who| who.full_name.as_deref().or(who.username.as_deref()));
            let by = by.unwrap_or("");
            comments
                .entry(card)
                .or_default()
                .push(Said { at, text, by });
        }
    }
    for of_card in comments.values_mut() {
        of_card.sort_by_key(|said| said.at);
    }
    comments
}

fn made_at(id: &str) -> Option<Timestamp> {
    let seconds = id.get(..8).filter(|_| id.len() == 24)?;
    i64::from_str_radix(seconds, 16)
        .ok()
        .and_then(dates::of_epoch)
}

fn convert(card: &Card, builder: &mut Builder<'_>) -> ImportTask {
    let zone = builder.options.now.time_zone().clone();
    let instant = |text: &Option<String>| text.as_deref().and_then(dates::instant);
    let mut task = builder.draft(&card.id, &card.name);
    card.desc
        .as_deref()
        .unwrap_or("")
        .clone_into(&mut task.task.description);
    task.created_at = made_at(&card.id);
    task.task.priority = Priority::None;
    task.task.due = instant(&card.due).map(|at| dates::due_at(at, &zone));
    task.task.start = instant(&card.start).map(|at| dates::day_at(at, &zone));
    if card.due_complete == Some(true) {
        let now = Timestamp::from(builder.options.now.timestamp());
        task.completed_at = Some(instant(&card.date_last_activity).unwrap_or(now));
        builder.lose(
            "times of completion",
            "Trello does not say: the last activity is taken",
            &card.name,
        );
    }
    task.updated_at = instant(&card.date_last_activity);
    task.deleted = card.closed && task.completed_at.is_none();
    for label in &card.labels {
        let name = label.name.as_deref().filter(|name| !name.trim().is_empty());
        task.task
            .tags
            .extend(name.or(label.color.as_deref()).map(str::to_owned));
    }
    // -1 is "no reminder".
    if let Some(minutes) = card
        .due_reminder
        .filter(|minutes| *minutes >= 0 && task.task.due.is_some())
    {
        builder.remind_before(&mut task, minutes);
    }
    for (there, what, why) in [
        (
            !card.id_members.is_empty(),
            "members of cards",
            "they are not members here",
        ),
        (
            !card.attachments.is_empty(),
            "attachments",
            "tasks have no files",
        ),
        (
            !card.custom_field_items.is_empty(),
            "custom fields",
            "there is no place for them",
        ),
    ] {
        if there {
            builder.lose(what, why, &card.name);
        }
    }
    task
}

fn items(card: &Card, checklist: &Checklist, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let why = "their items became subtasks of the card";
    builder.lose_text("names of checklists", why, &checklist.name);
    let mut items: Vec<&Item> = checklist.check_items.iter().collect();
    let place_of = |item: &Item| item.pos.as_f64().unwrap_or(f64::MAX);
    items.sort_by(|one, other| place_of(one).total_cmp(&place_of(other)));
    for item in items {
        let zone = builder.options.now.time_zone().clone();
        let mut task = builder.draft(&item.id, &item.name);
        task.task.parent_id = Some(builder.task_id(&card.id));
        task.created_at = made_at(&item.id);
        task.task.due = item
            .due
            .as_deref()
            .and_then(dates::instant)
            .map(|at| dates::due_at(at, &zone));
        if item.state.as_deref() == Some("complete") {
            let last = card.date_last_activity.as_deref().and_then(dates::instant);
            task.completed_at = Some(last.unwrap_or(builder.options.now.timestamp().into()));
        }
        task.deleted =
            card.closed && card.due_complete != Some(true) && task.completed_at.is_none();
        builder.add(&format!("item {}", item.id), task)?;
    }
    Ok(())
}
