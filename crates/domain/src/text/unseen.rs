//! Characters that nobody sees: where they may stand, and what they are called.

use std::ops::RangeInclusive;

/// Characters without a shape of their own (the `Default_Ignorable_Code_Point` property of Unicode 16, section
/// 5.21, and the blanks that look like nothing but are no white space). Joiners and selectors mean something
/// between others, as in emoji.
const SHAPELESS: &[RangeInclusive<char>] = &[
    '\u{AD}'..='\u{AD}',
    '\u{34F}'..='\u{34F}',
    '\u{61C}'..='\u{61C}',
    '\u{115F}'..='\u{1160}',
    '\u{17B4}'..='\u{17B5}',
    '\u{180B}'..='\u{180F}',
    '\u{200B}'..='\u{200F}',
    '\u{202A}'..='\u{202E}',
    '\u{2060}'..='\u{206F}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{FE00}'..='\u{FE0F}',
    '\u{FEFF}'..='\u{FEFF}',
    '\u{FFA0}'..='\u{FFA0}',
    '\u{FFF0}'..='\u{FFFB}',
    '\u{1BCA0}'..='\u{1BCA3}',
    '\u{1D173}'..='\u{1D17A}',
    '\u{E0000}'..='\u{E0FFF}',
];

const NAMES: &[(char, &str)] = &[
    ('\u{AD}', "soft hyphen"),
    ('\u{200B}', "zero width space"),
    ('\u{200C}', "zero width non-joiner"),
    ('\u{200D}', "zero width joiner"),
    ('\u{200E}', "left-to-right mark"),
    ('\u{200F}', "right-to-left mark"),
    ('\u{202A}', "left-to-right embedding"),
    ('\u{202B}', "right-to-left embedding"),
    ('\u{202C}', "pop directional formatting"),
    ('\u{202D}', "left-to-right override"),
    ('\u{202E}', "right-to-left override"),
    ('\u{2060}', "word joiner"),
    ('\u{2066}', "left-to-right isolate"),
    ('\u{2067}', "right-to-left isolate"),
    ('\u{2068}', "first strong isolate"),
    ('\u{2069}', "pop directional isolate"),
    ('\u{2800}', "blank braille pattern"),
    ('\u{3164}', "Hangul filler"),
    ('\u{FEFF}', "zero width no-break space"),
    ('\u{FFA0}', "halfwidth Hangul filler"),
];

/// The first character of a text in which nothing can be seen.
pub(super) fn all_unseen(text: &str) -> Option<char> {
    let unseen = |c: char| c.is_whitespace() || is_shapeless(c);
    text.chars().all(unseen).then(|| text.chars().next())?
}

/// The first character that turns the direction of what follows, and so can make a text look like another
/// one. Marks (U+200E, U+200F, U+061C) do not: text in Hebrew or Arabic needs them.
pub(super) fn turning(text: &str) -> Option<char> {
    text.chars()
        .find(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
}

/// Such as `U+200B (zero width space)`.
pub(super) fn name_of(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    match NAMES.iter().find(|(known, _)| *known == c) {
        Some((_, name)) => format!("{code} ({name})"),
        None => code,
    }
}

fn is_shapeless(c: char) -> bool {
    !c.is_ascii() && SHAPELESS.iter().any(|range| range.contains(&c))
}
