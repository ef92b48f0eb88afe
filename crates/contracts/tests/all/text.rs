//! Ids, positions, actors, moments and instants survive their text.

use proptest::prelude::*;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::events::EventType;
use taskfold_contracts::ids::{TaskId, UserId};
use taskfold_contracts::position::{Position, partition_of};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;
use uuid::Uuid;

/// Through `Display` and `FromStr`, and through JSON.
fn survives<T>(value: &T)
where
    T: std::fmt::Display + std::str::FromStr + std::fmt::Debug + PartialEq,
    T: serde::Serialize + serde::de::DeserializeOwned,
    T::Err: std::fmt::Debug,
{
    let text = value.to_string();
    assert_eq!(&text.parse::<T>().unwrap(), value);
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(json, format!("\"{text}\""));
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
}

fn position() -> impl Strategy<Value = Position> {
    (any::<u32>(), any::<u64>()).prop_map(|(partition, number)| Position { partition, number })
}

fn instant() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_millis)
}

proptest! {
    #[test]
    fn ids_survive(number in any::<u128>()) {
        let task = TaskId(Uuid::from_u128(number));
        survives(&task);
        prop_assert_eq!(TaskId::from_slice(task.as_bytes()), Some(task));
    }

    #[test]
    fn positions_survive(position in position()) {
        survives(&position);
        survives(&Moment::Position(position));
    }

    #[test]
    fn actors_survive(number in any::<u128>()) {
        let user = UserId(Uuid::from_u128(number));
        for actor in [Actor::User(user), Actor::Agent(user), Actor::System] {
            survives(&actor);
        }
    }

    #[test]
    fn instants_survive(instant in instant()) {
        survives(&instant);
        survives(&Moment::Time(instant));
        prop_assert_eq!(Timestamp::from_millis(instant.as_millis()), instant);
    }

    #[test]
    fn what_is_read_is_written_so_that_it_reads_the_same(text in "\\PC{0,40}|[0-9:+-]{0,20}") {
        if let Ok(position) = text.parse::<Position>() {
            survives(&position);
        }
        if let Ok(actor) = text.parse::<Actor>() {
            survives(&actor);
        }
        if let Ok(moment) = text.parse::<Moment>() {
            survives(&moment);
        }
        if let Ok(task) = text.parse::<TaskId>() {
            survives(&task);
        }
        let known = EventType::parse(&text).map(EventType::as_str);
        prop_assert!(known.is_none_or(|name| name == text));
    }

    #[test]
    fn a_partition_is_within_bounds(number in any::<u128>(), partitions in any::<u32>()) {
        let workspace = taskfold_contracts::ids::WorkspaceId(Uuid::from_u128(number));
        prop_assert!(partition_of(workspace, partitions) < partitions.max(1));
    }
}

#[test]
fn what_is_no_position_actor_or_moment_is_refused() {
    for text in [
        "",
        ":",
        "1",
        "1:",
        ":1",
        "-1:1",
        "1:1:1",
        " 1:1",
        "4294967296:0",
        "a:b",
    ] {
        assert!(text.parse::<Position>().is_err(), "{text:?}");
        assert!(text.parse::<Moment>().is_err(), "{text:?}");
    }
    for text in [
        "",
        "System",
        "user",
        "user:",
        "user:1",
        "robot:00000000-0000-0000-0000-000000000000",
    ] {
        assert!(text.parse::<Actor>().is_err(), "{text:?}");
    }
    let long = "x".repeat(10_000);
    assert!(long.parse::<Position>().unwrap_err().to_string().len() < 200);
}
