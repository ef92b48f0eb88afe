//! Every code of a problem has a page: in the repository and from the server.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use reqwest::Client;
use taskfold_roles::problem::{CODES, code};

use crate::kit::{Answer, Server};

const COMMITTED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/reference/problems.md"
);

const LEAD: &str = "# Problems\n\n\
    Every error of the API is `application/problem+json` (RFC 9457) with one of these codes in `code`, and at\n\
    the end of `type`. A server shows each page under `/api/v1/problems/<code>`. This page is generated:\n\
    `UPDATE=1 cargo test -p taskfold-roles problems`.\n";

#[test]
fn the_committed_pages_are_those_of_the_code() {
    let mut now = LEAD.to_owned();
    for code in CODES {
        write!(now, "\n{}", code.page()).unwrap();
    }
    if std::env::vars().any(|(name, value)| name == "UPDATE" && value == "1") {
        std::fs::write(COMMITTED, &now).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == now,
        "docs/reference/problems.md is stale: run the tests with UPDATE=1"
    );
    let names: Vec<_> = CODES.iter().map(|code| code.code).collect();
    assert!(names.is_sorted(), "codes are in order");
    let distinct: BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "each once");
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Codes as they are written in a source: the first text in the brackets of what makes a problem.
fn codes_of(source: &str) -> Vec<String> {
    let makers = [
        "Problem::new(",
        "Self::new(",
        "Problem::bad_request(",
        "Problem::forbidden(",
        "Problem::conflict(",
        "Problem::unavailable(",
        "Self::conflict(",
        "Self::unavailable(",
        "Self::forbidden(",
        "Rejection::conflict(",
    ];
    let mut codes = Vec::new();
    for maker in makers {
        for call in source.split(maker).skip(1) {
            let Some((before, rest)) = call.split_once('"') else {
                continue;
            };
            // Nothing but a status may stand in front of it.
            let plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_:,".contains(c);
            let text = rest.split('"').next().unwrap();
            let named = text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            if before.chars().all(plain) && named {
                codes.push(text.to_owned());
            }
        }
    }
    codes
}

#[test]
fn no_code_is_without_a_page() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    sources(&crates.join("roles/src"), &mut files);
    sources(&crates.join("domain/src"), &mut files);
    let mut used = BTreeSet::new();
    for file in files {
        used.extend(codes_of(&std::fs::read_to_string(&file).unwrap()));
    }
    assert!(used.len() > 50, "{used:?}");
    let unknown: Vec<_> = used.iter().filter(|name| code(name).is_none()).collect();
    assert_eq!(
        unknown, [""; 0],
        "add them to crates/roles/src/problem/codes.rs"
    );
    let unused: Vec<_> = CODES
        .iter()
        .filter(|code| !used.contains(code.code))
        .collect();
    assert!(
        unused.is_empty(),
        "nothing makes these any more: {unused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_shows_them() {
    let server = Server::start().await;
    let get = async |name: &str| {
        let url = format!("{}/api/v1/problems/{name}", server.url);
        Answer::of(Client::new().get(url).send().await.unwrap()).await
    };
    for known in CODES {
        let page = get(known.code).await.ok();
        assert!(page.text().contains(known.means), "{}", known.code);
        assert_eq!(page.header("content-type"), "text/plain; charset=utf-8");
    }
    get("nosuch").await.assert_problem(404, "not_found");
    server.stop().await;
}
