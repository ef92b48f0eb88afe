//! Our codec and the schemas say the same, checked by a second Avro implementation.

use proptest::prelude::*;
use taskfold_contracts::events::{Event, EventType, ListCreated, TaskCommented, TaskCreated};
use taskfold_contracts::upcast;
use taskfold_contracts::values::Origin;

use crate::generic;
use crate::released;
use crate::samples::{self, Fill};

#[test]
fn every_schema_parses_with_both_implementations() {
    for schema in released::all() {
        generic::parse(&schema.text);
        let fast: Result<serde_avro_fast::Schema, _> = schema.text.parse();
        assert!(fast.is_ok(), "{}: {:?}", schema.path, fast.err());
    }
}

#[test]
fn the_schemas_have_the_published_names() {
    for event_type in EventType::ALL {
        let schema = generic::parse(event_type.schema_text());
        let name = schema.name().unwrap().fullname(None);
        assert_eq!(
            name,
            format!("com.todoapp.events.{}", event_type.record_name())
        );
        assert_eq!(EventType::parse(event_type.as_str()), Some(*event_type));
    }
}

fn check_both_ways(event: &Event, fill: Fill) {
    let head = samples::head(fill);
    let event_type = event.event_type();
    let schema = generic::parse(event_type.schema_text());
    let expected = generic::expected(&head, event);

    let ours = event.to_avro(&head, Vec::new()).unwrap();
    assert_eq!(
        generic::decode(&schema, &ours).as_ref(),
        Ok(&expected),
        "{event_type:?} written"
    );

    let theirs = generic::encode(&schema, &expected);
    let (read_head, read) = upcast::read(event_type, event_type.schema_version(), &theirs).unwrap();
    assert_eq!((read_head, &read), (head, event), "{event_type:?} read");
}

#[test]
fn every_event_means_the_same_to_both_implementations() {
    for fill in Fill::ALL {
        for event in samples::all(fill) {
            check_both_ways(&event, fill);
        }
    }
}

#[test]
fn bytes_are_appended_to_what_is_there() {
    let event = samples::of(EventType::TaskDeleted, Fill::Full);
    let head = samples::head(Fill::Full);
    let alone = event.to_avro(&head, Vec::new()).unwrap();
    let behind = event.to_avro(&head, vec![1, 2, 3]).unwrap();
    assert_eq!(behind, [&[1, 2, 3], alone.as_slice()].concat());
}

fn sample_of_task_created() -> TaskCreated {
    let Event::TaskCreated(event) = samples::of(EventType::TaskCreated, Fill::Full) else {
        unreachable!("the sample of another event")
    };
    event
}

proptest! {
    #[test]
    fn any_text_survives(
        title in any::<String>(),
        description in any::<String>(),
        tags in prop::collection::vec(any::<String>(), 0..60),
        source in any::<String>(),
    ) {
        let origin = Some(Origin { source, external_id: title.clone() });
        let task = sample_of_task_created();
        let rank = description.clone();
        let created = TaskCreated {
            title: title.clone(), description: description.clone(), tags, origin: origin.clone(), ..task.clone()
        };
        check_both_ways(&created.into(), Fill::Full);
        let (Event::ListCreated(list), Event::TaskCommented(comment)) = (
            samples::of(EventType::ListCreated, Fill::Minimal),
            samples::of(EventType::TaskCommented, Fill::Minimal),
        ) else { unreachable!() };
        check_both_ways(&ListCreated { name: title, rank, origin, ..list }.into(), Fill::Minimal);
        check_both_ways(&TaskCommented { body: description, ..comment }.into(), Fill::Minimal);
    }
}
