//! The content security policy of each page.

use std::collections::BTreeMap;

/// What any page may do; the hashes of its inline scripts come after `script-src 'self'`.
fn policy(hashes: &[String]) -> String {
    let quoted = hashes.iter().map(|hash| format!("'{hash}'"));
    let own = std::iter::once("'self'".to_owned());
    let scripts = own.chain(quoted).collect::<Vec<_>>().join(" ");
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// The policies, by the file's name.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    strict: String,
    pages: BTreeMap<String, String>,
}

impl Policies {
    /// From a JSON object of hashes such as `sha256-…` by the page's file; without one no inline script runs.
    pub(crate) fn of(json: Option<&[u8]>) -> Self {
        let hashes: BTreeMap<String, Vec<String>> = json
            .and_then(|json| serde_json::from_slice(json).ok())
            .unwrap_or_default();
        let pages = hashes.into_iter().map(|(name, hashes)| {
            let known = hashes
                .into_iter()
                .filter(|hash| is_hash(hash))
                .collect::<Vec<_>>();
            (name.trim_start_matches('/').to_owned(), policy(&known))
        });
        Self {
            strict: policy(&[]),
            pages: pages.collect(),
        }
    }

    /// The policy of the file of this name.
    pub(crate) fn page(&self, name: &str) -> &str {
        self.pages.get(name).unwrap_or(&self.strict)
    }
}

fn is_hash(text: &str) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.strip_prefix("sha256-")
        .is_some_and(|hash| hash.chars().all(base64))
}
