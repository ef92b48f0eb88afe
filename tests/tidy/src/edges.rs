//! Dependencies point one way, and the heavy ones stay behind their fences.

use toml::Table;

use crate::repository::File;

/// What a crate of the product may use of the others, in the order in which data flows.
const EDGES: &[(&str, &[&str])] = &[
    ("contracts", &[]),
    ("domain", &["contracts"]),
    ("sql", &["contracts"]),
    ("log", &["contracts", "sql"]),
    ("spans", &["contracts"]),
    ("bus", &["contracts", "log", "spans", "sql"]),
    ("views", &["contracts", "sql"]),
    ("identity", &["contracts", "sql"]),
    ("interchange", &["contracts"]),
    ("web", &[]),
    (
        "roles",
        &[
            "contracts",
            "domain",
            "log",
            "bus",
            "views",
            "identity",
            "interchange",
            "spans",
            "sql",
            "web",
        ],
    ),
    (
        "taskfold",
        &[
            "contracts",
            "domain",
            "log",
            "bus",
            "views",
            "identity",
            "interchange",
            "roles",
            "spans",
            "sql",
        ],
    ),
];

/// Dependencies that only these crates may have.
const FENCES: &[(&str, &[&str])] = &[
    ("rusqlite", &["sql", "log", "views", "identity"]),
    ("tokio-postgres", &["sql", "log"]),
    ("krafka", &["bus"]),
    ("rust-embed", &["web"]),
    ("axum", &["roles", "taskfold"]),
    ("tower-http", &["roles", "taskfold"]),
    ("utoipa-axum", &["roles", "taskfold"]),
    ("clap", &["taskfold"]),
    ("clap_complete", &["taskfold"]),
    ("figment", &["taskfold"]),
    (
        "tokio",
        &[
            "sql", "log", "spans", "bus", "views", "identity", "roles", "taskfold",
        ],
    ),
    ("apache-avro", &["contracts"]),
    ("redis", &["roles"]),
];

/// Checks the manifests of `crates/`; development dependencies are free.
fn broken_edges(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files {
        let Some(name) = file.path.strip_prefix("crates/").and_then(crate_of) else {
            continue;
        };
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!(
                "{}: {name} is not in the table of edges",
                file.path
            ));
            continue;
        };
        for dependency in dependencies(&file.text) {
            let own = match dependency.strip_prefix("taskfold-") {
                Some(own) => !allowed.contains(&own),
                None => dependency == "taskfold",
            };
            let fence = FENCES.iter().find(|(fenced, _)| *fenced == dependency);
            if own || fence.is_some_and(|(_, inside)| !inside.contains(&name)) {
                wrong.push(format!("{}: {name} may not use {dependency}", file.path));
            }
        }
    }
    wrong
}

/// `log` of `log/Cargo.toml`.
fn crate_of(path: &str) -> Option<&str> {
    path.strip_suffix("/Cargo.toml")
        .filter(|name| !name.contains('/'))
}

/// Names of the packages that the crate is built with, for any target.
fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: Table = manifest.parse().unwrap();
    let mut names = of_sections(&manifest);
    for target in manifest
        .get("target")
        .and_then(|t| t.as_table())
        .into_iter()
        .flatten()
    {
        names.extend(target.1.as_table().map(of_sections).unwrap_or_default());
    }
    names
}

fn of_sections(table: &Table) -> Vec<String> {
    let sections = ["dependencies", "build-dependencies"];
    let tables = sections
        .iter()
        .filter_map(|section| table.get(*section)?.as_table());
    let package = |(key, value): (&String, &toml::Value)| {
        value
            .get("package")
            .and_then(|p| p.as_str())
            .unwrap_or(key)
            .to_owned()
    };
    tables.flat_map(|table| table.iter().map(package)).collect()
}

#[test]
fn dependencies_point_one_way() {
    crate::assert_tidy(&broken_edges(&crate::repository::files()));
}

#[test]
fn broken_edges_are_found() {
    let found = |name: &str, manifest: &str| {
        broken_edges(&[File::new(&format!("crates/{name}/Cargo.toml"), manifest)]).len()
    };
    assert_eq!(
        found("log", "[dependencies]\ntaskfold-contracts.workspace = true"),
        0
    );
    assert_eq!(
        found("log", "[dependencies]\ntaskfold-domain.workspace = true"),
        1
    );
    assert_eq!(
        found(
            "views",
            "[dependencies]\ntaskfold-domain = { path = \"../domain\" }"
        ),
        1
    );
    assert_eq!(
        found(
            "views",
            "[dev-dependencies]\ntaskfold-domain.workspace = true"
        ),
        0
    );
    assert_eq!(
        found("contracts", "[dependencies]\ntaskfold.workspace = true"),
        1
    );
    assert_eq!(
        found("roles", "[dependencies]\nrusqlite.workspace = true"),
        1
    );
    assert_eq!(
        found(
            "roles",
            "[dependencies]\nsql = { package = \"rusqlite\", version = \"1\" }"
        ),
        1
    );
    assert_eq!(found("domain", "[build-dependencies]\naxum = \"1\""), 1);
    assert_eq!(
        found("domain", "[target.'cfg(unix)'.dependencies]\ntokio = \"1\""),
        1
    );
    assert_eq!(found("roles", "[dependencies.clap]\nversion = \"4\""), 1);
    assert_eq!(found("novel", ""), 1);
    assert_eq!(
        broken_edges(&[File::new(
            "benches/Cargo.toml",
            "[dependencies]\nclap = \"4\""
        )]),
        [""; 0]
    );
}
