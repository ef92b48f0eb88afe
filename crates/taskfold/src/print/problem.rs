//! Failures as lines.

use anstyle::Style;
use serde_json::Value;

use super::style;
use crate::exit::Failure;

/// The lines of a failure: one JSON object, or the sentence, its details and what to do.
pub(super) fn lines(
    failure: &Failure,
    as_json: bool,
    paint: impl Fn(Style, &str) -> String,
) -> Vec<String> {
    let reason = failure.reason();
    if as_json {
        return vec![failure.to_problem().to_string()];
    }
    let mut lines = vec![format!(
        "{} {}",
        paint(style::BAD, "error:"),
        paint(Style::new(), &reason.message)
    )];
    lines.extend(
        reason
            .details
            .iter()
            .map(|detail| format!("  {}", paint(Style::new(), detail))),
    );
    lines.extend(
        reason
            .hint
            .iter()
            .map(|hint| format!("{} {hint}", paint(style::DIM, "hint:"))),
    );
    lines
}

/// The one sentence and the fields of a problem+json body.
pub(crate) fn sentence(problem: &Value) -> (String, Vec<String>) {
    let text = |key: &str| {
        problem
            .get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let sentence = text("detail")
        .or_else(|| text("title"))
        .unwrap_or("the server refused");
    let fields = problem
        .get("errors")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let fields = fields.iter().filter_map(|error| {
        let message = error.get("message")?.as_str()?;
        match error.get("field").and_then(Value::as_str) {
            Some(field) if !field.is_empty() => Some(format!("{field}: {message}")),
            Some(_) | None => Some(message.to_owned()),
        }
    });
    // A sentence that names the fields already need not be followed by them.
    let fields = fields.filter(|field| !sentence.contains(field.as_str()));
    (sentence.trim_end_matches('.').to_owned(), fields.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exit::Exit;

    #[test]
    fn a_problem_becomes_a_sentence_with_its_fields() {
        let problem = json!({
            "title": "Invalid", "detail": "The task is not valid.",
            "errors": [{ "field": "title", "code": "empty", "message": "must not be empty" }],
        });
        let (sentence, fields) = sentence(&problem);
        assert_eq!(sentence, "The task is not valid");
        assert_eq!(fields, ["title: must not be empty"]);
    }

    #[test]
    fn what_the_sentence_says_is_not_said_again() {
        let problem = json!({
            "detail": "title: must not be empty.",
            "errors": [{ "field": "title", "code": "empty", "message": "must not be empty." }],
        });
        let (sentence, fields) = sentence(&problem);
        assert_eq!(sentence, "title: must not be empty");
        assert!(fields.is_empty(), "{fields:?}");
    }

    #[test]
    fn a_failure_found_here_looks_like_one_of_the_server() {
        let failure = Failure::usage("no field").at("filter", Some(7)).detail("x");
        let problem = failure.to_problem();
        let keys: Vec<&String> = problem.as_object().unwrap().keys().collect();
        let expected = [
            "type", "title", "status", "detail", "code", "errors", "details", "exit",
        ];
        assert!(
            expected.iter().all(|key| keys.iter().any(|k| k == key)),
            "{problem}"
        );
        assert_eq!(problem["errors"][0]["field"], "filter");
        assert_eq!(problem["errors"][0]["column"], 7);
        assert_eq!(problem["status"], 422);
        assert_eq!(problem["exit"], 2);
    }

    #[test]
    fn failures_have_details_and_a_hint_or_are_one_json_line() {
        let failure = Failure::new(Exit::NotFound, "no task \u{1b}[31mabcd")
            .detail("one")
            .hint("two");
        let plain = |_, text: &str| super::super::without_controls(text).into_owned();
        assert_eq!(
            lines(&failure, false, plain),
            ["error: no task [31mabcd", "  one", "hint: two"]
        );
        let as_json = lines(&failure.problem(json!({ "code": "x" })), true, plain);
        assert_eq!(as_json, [r#"{"code":"x","exit":3,"hint":"two"}"#]);
    }
}
