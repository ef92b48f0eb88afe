//! Consumers that meet what a newer program wrote, with a real broker and a real registry.

use std::sync::Arc;

use krafka::Record;
use serde_json::{Value, json};
use taskfold_bus::kafka::apply;
use taskfold_contracts::envelope::{Hash, Recorded, chain};
use taskfold_contracts::events::EventType;
use taskfold_contracts::kafka;

use crate::kafka::{ALONE, Servers, topics};
use crate::kit::Memory;

/// A row as a record, with its schema under this id.
fn record(row: &Recorded, id: u32) -> Record {
    let at = row.header.recorded_at;
    let record = Record::new("task-events", kafka::frame(id, &row.payload));
    let record = record.partition(0).timestamp(at.as_millis());
    let headers = kafka::headers(row, at).into_iter();
    headers.fold(record, |record, (name, value)| record.header(name, value))
}

/// Registers the schema of `list.moved` with one more field, as a newer program has it; its id.
async fn register_newer(servers: &Servers) -> u32 {
    let mut schema: Value = serde_json::from_str(EventType::ListMoved.schema_text()).unwrap();
    let field = json!({ "name": "why", "type": "string", "default": "" });
    schema["fields"].as_array_mut().unwrap().push(field);
    let subject = "task-events-com.todoapp.events.ListMoved";
    let url = format!("{}/subjects/{subject}/versions", servers.given.registry);
    let offered = reqwest::Client::new().post(url);
    let offered = offered.json(&json!({ "schema": schema.to_string() }));
    let answer = offered.send().await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let id = answer["id"].as_u64().unwrap_or_else(|| panic!("{answer}"));
    u32::try_from(id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_goes_on_behind_unknown_schemas_and_newer_versions() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(10).await;
    let newer = register_newer(&servers).await;
    let producer = servers.kafka().await.producer().build().await.unwrap();
    let mut before = Hash::default();
    for row in servers.rows().await {
        let mut row = Recorded::clone(&row);
        let id = match row.header.position.number {
            4 => {
                row.header.schema_version += 1;
                row.payload = [&row.payload[..], &[0]].concat().into();
                newer
            }
            // No registry knows this one.
            7 => u32::MAX,
            _ => 1,
        };
        // As the log of the newer program chains them.
        row.hash = chain(&before, &row.header, &row.payload);
        before = row.hash;
        let sent = producer.enqueue(record(&row, id)).await.unwrap();
        drop(sent.await.unwrap());
    }
    producer.close().await.unwrap();
    let sink = Arc::new(Memory::default());
    let mut running = servers.consume(&sink);
    running.until(|status| status.position == 10).await;
    running.stop().await;
    let tables = sink.tables();
    // The id is of no use to a consumer that has the schemas: what is unknown is a version.
    assert!(
        tables
            .effects
            .iter()
            .copied()
            .eq([1, 2, 3, 5, 6, 7, 8, 9, 10]),
        "{:?}",
        tables.effects
    );
    let [(number, error, attempts)] = &tables.letters[..] else {
        panic!("{:?}", tables.letters);
    };
    assert_eq!((*number, *attempts), (4, 1), "{error}");
    assert!(error.contains("version 2 is unknown here"), "{error}");
}
