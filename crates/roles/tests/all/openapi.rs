//! The contract: committed, complete, shown on a page of our own.

use std::collections::BTreeSet;

use reqwest::Client;

use crate::kit::Server;

const COMMITTED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/reference/openapi.json"
);

#[test]
fn the_committed_contract_is_that_of_the_code() {
    let mut now = serde_json::to_string_pretty(&taskfold_roles::gateway::openapi()).unwrap();
    now.push('\n');
    if std::env::vars().any(|(name, value)| name == "UPDATE" && value == "1") {
        std::fs::create_dir_all(std::path::Path::new(COMMITTED).parent().unwrap()).unwrap();
        std::fs::write(COMMITTED, &now).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == now,
        "docs/reference/openapi.json is stale: run the tests with UPDATE=1"
    );
}

#[test]
fn every_path_is_in_the_contract() {
    let contract = serde_json::to_value(taskfold_roles::gateway::openapi()).unwrap();
    assert!(contract["openapi"].as_str().unwrap().starts_with("3.1"));
    let source = include_str!("../../src/gateway/paths.rs");
    let paths = source
        .split('"')
        .filter(|text| text.starts_with("/api/v1/"));
    let missing: Vec<_> = paths
        .filter(|path| !path.ends_with("openapi.json") && !path.ends_with("/docs"))
        .filter(|path| contract["paths"].get(path).is_none())
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let contract = serde_json::to_value(taskfold_roles::gateway::openapi()).unwrap();
    let paths = contract["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let names: Vec<_> = operations
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let distinct: BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    assert!(distinct.contains(&"tasks_create") && distinct.contains(&"export"));
    assert!(names.len() > 60, "{}", names.len());
}

#[test]
fn the_version_is_named_where_it_is_looked_at() {
    let contract = serde_json::to_value(taskfold_roles::gateway::openapi()).unwrap();
    let named = |path: &str, method: &str| {
        let parameters = contract["paths"][path][method]["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "If-Match"))
    };
    for (path, method) in [
        ("/api/v1/me", "patch"),
        ("/api/v1/tasks/{task_id}/move", "post"),
        ("/api/v1/lists/{list_id}/move", "post"),
        ("/api/v1/workspaces/{workspace_id}", "delete"),
    ] {
        assert!(named(path, method), "{method} {path}");
    }
    assert!(!named("/api/v1/bulk", "post") && !named("/api/v1/me", "get"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_loads_nothing_from_elsewhere() {
    let server = Server::start().await;
    let get = async |path: &str| {
        Client::new()
            .get(format!("{}{path}", server.url))
            .send()
            .await
            .unwrap()
    };
    for _ in 0..2 {
        let served = get("/api/v1/openapi.json").await;
        assert_eq!(served.headers()["content-type"], "application/json");
        let served: serde_json::Value = served.json().await.unwrap();
        let written = serde_json::to_value(taskfold_roles::gateway::openapi()).unwrap();
        assert_eq!(served, written);
    }
    let page = get("/api/v1/docs/").await;
    assert_eq!(page.status(), 200);
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'self'")
    );
    let text = page.text().await.unwrap();
    assert!(
        !text.contains("http://") && !text.contains("https://"),
        "{text}"
    );
    server.stop().await;
}
