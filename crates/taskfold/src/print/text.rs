//! Text on a grid of columns.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that `text` takes on a terminal.
pub(crate) fn width_of(text: &str) -> usize {
    text.width()
}

/// `text` in at most `width` columns; what is cut ends in `…`.
pub(crate) fn clip(text: &str, width: usize) -> Cow<'_, str> {
    if width_of(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut used = 0;
    for character in text.chars() {
        let next = character.width().unwrap_or(0);
        if used + next + 1 > width {
            break;
        }
        used += next;
        kept.push(character);
    }
    if width > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// `text` without control characters (C0, C1, and those that turn the direction of writing).
pub(crate) fn without_controls(text: &str) -> Cow<'_, str> {
    let is_bad =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(is_bad) {
        return Cow::Borrowed(text);
    }
    let replace = |c: char| if c == '\t' || c == '\n' { ' ' } else { c };
    Cow::Owned(text.chars().map(replace).filter(|c| !is_bad(*c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_counts_columns_not_characters() {
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "ab…");
        assert_eq!(clip("日本語", 6), "日本語");
        assert_eq!(clip("日本語", 5), "日本…");
        assert_eq!(clip("日本語", 4), "日…");
        assert_eq!(clip("abc", 0), "");
    }

    #[test]
    fn a_title_cannot_drive_the_terminal() {
        assert_eq!(without_controls("a\u{1b}[31mb\u{7}"), "a[31mb");
        assert_eq!(without_controls("a\nb\u{202e}c"), "a bc");
    }
}
