//! HTML descriptions to plain text.

/// The text: paragraphs and breaks become line ends, items `- `, other tags go. Text without tags stays.
pub(crate) fn to_text(html: &str) -> String {
    if !html.contains('<') && !html.contains('&') {
        return html.to_owned();
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let begins = from
            .chars()
            .nth(1)
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '/');
        match from.find('>') {
            Some(end) if begins => {
                text.push_str(instead(from.get(1..end).unwrap_or_default()));
                rest = from.get(end + 1..).unwrap_or_default();
            }
            _ => {
                text.push('<');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    for (entity, plain) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, plain);
    }
    text.trim().to_owned()
}

/// What stands in place of a tag.
fn instead(tag: &str) -> &'static str {
    let name = tag
        .split([' ', '/'])
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    match (name.to_ascii_lowercase().as_str(), tag.starts_with('/')) {
        ("br", _) | ("p" | "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "div", true) => "\n",
        ("li", false) => "- ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn tags_go_and_text_stays() {
        for (html, expected) in [
            ("plain *text*", "plain *text*"),
            ("a < b && c > d", "a < b && c > d"),
            (
                "<p>One &amp; two</p><p>three<br/>four</p>",
                "One & two\nthree\nfour",
            ),
            ("<ul><li>x</li><li class=\"a\">y</li></ul>", "- x\n- y"),
            ("<a href=\"https://example.com\">here</a>", "here"),
            ("&amp;lt;", "&lt;"),
            ("<", "<"),
            ("<é", "<é"),
            ("<p", "<p"),
        ] {
            assert_eq!(to_text(html), expected, "{html:?}");
        }
    }
}
