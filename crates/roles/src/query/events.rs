//! The raw history of a workspace as it leaves: one CloudEvents object a line.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use taskfold_contracts::cloudevent::CloudEvent;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_log::Log;

use super::past::read;

/// Streams the events up to the head of this moment.
pub(super) fn answer(log: &Log, workspace: WorkspaceId) -> Response {
    let upto = log.head(log.partition_of(workspace)).number;
    let start = (log.clone(), 0_u64);
    let chunks = stream::try_unfold(start, move |(log, after)| async move {
        let events = read(&log, workspace, after, upto)
            .await
            .map_err(std::io::Error::other)?;
        let Some(last) = events.last() else {
            return Ok::<_, std::io::Error>(None);
        };
        let after = last.header.position.number;
        let mut lines = Vec::with_capacity(events.len() * 512);
        for event in &events {
            serde_json::to_writer(&mut lines, &CloudEvent::of(event))?;
            lines.push(b'\n');
        }
        Ok(Some((lines, (log, after))))
    });
    let mut response = Body::from_stream(chunks).into_response();
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
