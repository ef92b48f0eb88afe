//! Ids that are the same each time: UUID version 5 of the workspace and the origin.

use uuid::Uuid;

/// The id of a thing of this kind in this workspace. The workspace is part of it, so that two people who
/// import the same file get tasks of their own.
pub(crate) fn derived(workspace: Uuid, source: &str, kind: &str, external_id: &str) -> Uuid {
    // U+001F cannot be part of source and kind, so that no two triples run together.
    Uuid::new_v5(
        &workspace,
        format!("{source}\u{1f}{kind}\u{1f}{external_id}").as_bytes(),
    )
}

/// A short external id made of content, for applications whose files have none.
pub(crate) fn of_content(content: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, content.as_bytes())
        .simple()
        .to_string()
}
