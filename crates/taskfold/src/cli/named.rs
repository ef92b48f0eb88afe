//! Lists, members, changes and tokens, as the command line names them: by name, by id, or by the last
//! characters of an id, at least four. (Tasks have numbers as well: `crate::names`.)

use serde_json::Value;
use taskfold_contracts::ids::{ChangeId, ListId, TokenId, UserId};
use taskfold_views::lists::List;
use taskfold_views::members::Member;

use super::shared::items;
use crate::client::{Call, Client};
use crate::exit::{Exit, Failure};
use crate::names::is_tail;

/// Names that are suggested for one that there is not.
const SUGGESTIONS: usize = 3;
/// How alike a suggestion has to be (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.75;
/// Names that are told when nothing is alike.
const TOLD: usize = 10;
/// Changes that are looked through for a short id.
const CHANGES: &str = "200";

/// All lists but those in the trash, archived ones too.
pub(crate) async fn lists(client: &Client, as_of: Option<&str>) -> Result<Vec<List>, Failure> {
    let call = Call::get("lists")
        .query("archived", "true")
        .maybe("as_of", as_of);
    items(client.send(call).await?.value()?)
}

/// The lists in the trash.
pub(crate) async fn deleted_lists(
    client: &Client,
    as_of: Option<&str>,
) -> Result<Vec<List>, Failure> {
    let call = Call::get("trash").query("limit", "1").maybe("as_of", as_of);
    let mut trash = client.send(call).await?.value()?;
    items(trash.get_mut("lists").map(Value::take).unwrap_or_default())
}

/// Where a list is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    /// Those that are not in the trash.
    Kept,
    /// Those in the trash.
    Deleted,
}

/// The one list that `name` means; `inbox` is none.
///
/// # Errors
/// There is none, or more than one.
pub(crate) async fn list(client: &Client, name: &str) -> Result<Option<List>, Failure> {
    if name.eq_ignore_ascii_case("inbox") {
        return Ok(None);
    }
    let all = lists(client, None).await?;
    one_list(name, all, Among::Kept).map(Some)
}

/// The list that a task can be put into: one that is archived takes none.
pub(crate) async fn list_to_fill(client: &Client, name: &str) -> Result<Option<ListId>, Failure> {
    let Some(list) = list(client, name).await? else {
        return Ok(None);
    };
    if list.archived_at.is_some() {
        let name = &list.name;
        let message = format!("the list {name:?} is archived: it takes no tasks");
        return Err(Failure::new(Exit::Conflict, message)
            .hint(format!("taskfold lists unarchive {name:?}")));
    }
    Ok(Some(list.list_id))
}

/// The one list in the trash that `name` means.
pub(crate) async fn deleted_list(client: &Client, name: &str) -> Result<List, Failure> {
    one_list(name, deleted_lists(client, None).await?, Among::Deleted)
}

/// The one of `all` that `name` means.
pub(crate) fn one_list(name: &str, all: Vec<List>, among: Among) -> Result<List, Failure> {
    let mut named = meant(name, all, among)?;
    let Some(only) = named.pop() else {
        return Err(Failure::not_found(format!("there is no list {name:?}")));
    };
    if named.is_empty() {
        return Ok(only);
    }
    named.push(only);
    let head = format!(
        "{name} could be any of {} lists; name one by its id",
        named.len()
    );
    let lines = named
        .iter()
        .map(|list| format!("{}  {}", list.list_id, list.name));
    Err(lines.fold(Failure::usage(head), Failure::detail))
}

/// Those of `all` that `name` means: by id, else by name without regard to case, else by the end of an id.
///
/// # Errors
/// There is none; names like it are suggested.
pub(crate) fn meant(name: &str, all: Vec<List>, among: Among) -> Result<Vec<List>, Failure> {
    let (id, wanted) = (name.parse::<ListId>().ok(), name.to_lowercase());
    let fits = |list: &List| Some(list.list_id) == id || list.name.to_lowercase() == wanted;
    let (named, others): (Vec<List>, Vec<List>) = all.into_iter().partition(fits);
    if !named.is_empty() {
        return Ok(named);
    }
    if is_tail(&wanted) {
        let ends = |list: &&List| list.list_id.to_string().ends_with(&wanted);
        let found: Vec<List> = others.iter().filter(ends).cloned().collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(no_list(name, &others, among))
}

fn no_list(name: &str, others: &[List], among: Among) -> Failure {
    let names: Vec<&str> = others.iter().map(|list| list.name.as_str()).collect();
    let place = match among {
        Among::Kept => "",
        Among::Deleted => " in the trash",
    };
    let failure = Failure::not_found(format!("there is no list {name:?}{place}")).at("list", None);
    let near = nearest(name, &names);
    match (near.as_slice(), names.as_slice(), among) {
        ([_, ..], _, _) => failure.hint(format!("did you mean {}?", near.join(", "))),
        ([], [], Among::Kept) => failure.hint(format!("make it with taskfold lists new {name:?}")),
        ([], [], Among::Deleted) => failure.hint("taskfold trash shows what is in the trash"),
        ([], some, _) => {
            let told = some.iter().take(TOLD).copied().collect::<Vec<_>>();
            let more = if some.len() > TOLD { ", …" } else { "" };
            failure.hint(format!("there are: {}{more}", told.join(", ")))
        }
    }
}

/// The names that are most like `wanted`, best first.
pub(crate) fn nearest<'n>(wanted: &str, names: &[&'n str]) -> Vec<&'n str> {
    let wanted = wanted.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let part = name.contains(&wanted) || wanted.contains(&name);
        let score = strsim::jaro_winkler(&wanted, &name);
        if part { score.max(ALIKE) } else { score }
    };
    let mut scored: Vec<(f64, &str)> = names.iter().map(|name| (likeness(name), *name)).collect();
    scored.retain(|(score, _)| *score >= ALIKE);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored
        .into_iter()
        .take(SUGGESTIONS)
        .map(|(_, name)| name)
        .collect()
}

/// The member that `name` means: `me`, an id, an e-mail address or a display name.
pub(crate) async fn member(client: &Client, name: &str) -> Result<UserId, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    if name == "me" {
        let me = client
            .send(Call::get("me").outside_workspace())
            .await?
            .value()?;
        let id = me.pointer("/user_id").and_then(Value::as_str);
        let id = id.and_then(|id| id.parse().ok());
        return id.ok_or_else(|| Failure::not_found("the server does not say who you are"));
    }
    let members: Vec<Member> = items(client.send(Call::get("members")).await?.value()?)?;
    let wanted = name.to_lowercase();
    let is_meant = |text: &Option<String>| {
        text.as_deref()
            .is_some_and(|text| text.to_lowercase() == wanted)
    };
    let mut named = members
        .iter()
        .filter(|m| is_meant(&m.display_name) || is_meant(&m.email));
    match (named.next(), named.next()) {
        (Some(member), None) => Ok(member.user_id),
        (None, _) => {
            let known: Vec<&str> = members
                .iter()
                .filter_map(|member| member.display_name.as_deref())
                .collect();
            let failure = Failure::not_found(format!("no member is called {name:?}"));
            Err(if known.is_empty() {
                failure
            } else {
                failure.hint(format!("there are: {}", known.join(", ")))
            })
        }
        (Some(_), Some(_)) => Err(
            Failure::usage(format!("several members are called {name:?}"))
                .hint("name the person by e-mail address or id"),
        ),
    }
}

/// The recent changes, newest first.
pub(crate) async fn changes(client: &Client) -> Result<Vec<Value>, Failure> {
    let call = Call::get("changes").query("limit", CHANGES);
    items(client.send(call).await?.value()?)
}

/// The change that `name` means: its id or the end of it, as `history` shows it.
pub(crate) fn change(name: &str, recent: &[Value]) -> Result<ChangeId, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let ids = recent
        .iter()
        .filter_map(|change| change["change_id"].as_str());
    let id = by_tail("change", name, ids.map(|id| (id.to_owned(), String::new())))
        .map_err(|failure| failure.hint("taskfold history shows the changes with their ids"))?;
    id.parse()
        .map_err(|error| Failure::doing("the server's answer is not as expected", error))
}

/// The token that `name` means: its id, the end of it, or its name.
pub(crate) async fn token(client: &Client, name: &str) -> Result<TokenId, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let call = Call::get("tokens").outside_workspace();
    let all: Vec<Value> = items(client.send(call).await?.value()?)?;
    let text = |token: &Value, key: &str| token[key].as_str().unwrap_or_default().to_owned();
    let pairs: Vec<(String, String)> = all
        .iter()
        .map(|token| (text(token, "token_id"), text(token, "name")))
        .collect();
    let named: Vec<_> = pairs.iter().filter(|(_, known)| known == name).collect();
    let id = match named.as_slice() {
        [(id, _)] => id.clone(),
        [] => by_tail("token", name, pairs.iter().cloned())
            .map_err(|failure| failure.hint("taskfold token list shows them"))?,
        several => return Err(ambiguous("tokens", name, several.iter().copied())),
    };
    id.parse()
        .map_err(|error| Failure::doing("the server's answer is not as expected", error))
}

/// The one id of `all` (with what else is to be told of it) that ends in `name`.
fn by_tail(
    what: &str,
    name: &str,
    all: impl Iterator<Item = (String, String)>,
) -> Result<String, Failure> {
    let tail = name.to_lowercase();
    let found: Vec<(String, String)> = all
        .filter(|(id, _)| is_tail(&tail) && id.ends_with(&tail))
        .collect();
    match found.as_slice() {
        [(id, _)] => Ok(id.clone()),
        [] => Err(Failure::not_found(format!("there is no {what} {name}"))),
        several => Err(ambiguous(&format!("{what}s"), name, several.iter())),
    }
}

fn ambiguous<'c>(
    what: &str,
    name: &str,
    candidates: impl ExactSizeIterator<Item = &'c (String, String)>,
) -> Failure {
    let head = format!("{name} could be any of {} {what}", candidates.len());
    candidates.fold(Failure::usage(head), |failure, (id, more)| {
        failure.detail(format!("{id}  {more}").trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_like_the_one_that_was_typed_are_suggested() {
        let names = ["Home", "House", "Work", "Shopping"];
        assert_eq!(nearest("Hom", &names), ["Home"]);
        assert_eq!(nearest("shoping", &names), ["Shopping"]);
        assert_eq!(nearest("wrok", &names), ["Work"]);
        assert!(nearest("zebra", &names).is_empty());
    }

    #[test]
    fn the_end_of_an_id_names_one() {
        let ids = ["0192-aaaa1111", "0192-bbbb1111", "0192-cccc2222"];
        let of = |name: &str| {
            let pairs = ids.iter().map(|id| ((*id).to_owned(), String::new()));
            by_tail("change", name, pairs)
        };
        assert_eq!(of("2222").unwrap(), ids[2]);
        assert_eq!(of("b1111").unwrap(), ids[1]);
        let several = of("1111").unwrap_err();
        assert_eq!(several.reason().exit, Exit::Usage);
        assert_eq!(several.reason().details, &ids[..2]);
        assert_eq!(of("222").unwrap_err().reason().exit, Exit::NotFound);
    }
}
