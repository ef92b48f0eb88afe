use std::str::FromStr;
use taskfold_contracts::{envelope::*, events::*, ids::*, position::*, time::*, values::*};

#[test]
fn an_event_survives_its_avro_bytes() {
    let id = uuid::Uuid::from_u128(7);
    let event: Event = TaskUpdated {
        task_id: TaskId(id), title: Some("x".into()), description: None, priority: Some(Priority::High),
        due_date: Some(Set { value: Some(Due { date: "2026-11-21".parse().unwrap(), time: Some("10:00".parse().unwrap()), zone: Some("Europe/Berlin".into()) }) }),
        start_date: Some(Set { value: None }), tags_added: vec!["a".into()], tags_removed: vec![],
        recurrence: Some(Set{value: Some(Recurrence{rule:"FREQ=DAILY".into(), from: RecursFrom::Due, anchor: Due{date:"2026-11-21".parse().unwrap(), time:None, zone:None}, except: vec!["2026-11-22".parse().unwrap()], occurrence: 1})}),
        reminders: Some(Set{value: vec![Reminder{reminder_id: ReminderId(id), at: Some(Timestamp::from_str("2026-11-21T10:00:00Z").unwrap()), minutes_before_due: None}]}),
        blocked_by_added: vec![TaskId(id)], blocked_by_removed: vec![], assignee_id: Some(Set{value: None}),
    }.into();
    let head = RecordHead { event_id: EventId(id), timestamp: Timestamp::from_millis(5), user_id: None, workspace_id: WorkspaceId(id) };
    let bytes = event.to_avro(&head, vec![]).unwrap();
    let t = std::time::Instant::now();
    for _ in 0..100_000 { taskfold_contracts::upcast::read(EventType::TaskUpdated, 1, &bytes).unwrap(); }
    eprintln!("{:?} per decode", t.elapsed()/100_000);
    let (_, back) = taskfold_contracts::upcast::read(EventType::TaskUpdated, 1, &bytes).unwrap();
    assert_eq!(back, event);
    let _ = Position::start(0);
    let _ : Hash = [0;32];
}
