//! Text that people write.

use taskfold_domain::text;

#[test]
fn titles_are_trimmed_normalised_and_bounded_in_characters() {
    assert_eq!(text::title("title", "  cafe\u{301} ").unwrap(), "café");
    assert_eq!(text::title("title", " \t ").unwrap_err().code, "empty");
    assert_eq!(
        text::title("title", "a\u{7}b").unwrap_err().code,
        "control_character"
    );
    assert_eq!(
        text::title("title", "a\nb").unwrap_err().code,
        "control_character"
    );
    assert!(text::title("title", &"é".repeat(500)).is_ok());
    assert_eq!(
        text::title("title", &"é".repeat(501)).unwrap_err().code,
        "too_long"
    );
}

#[test]
fn descriptions_keep_lines() {
    assert_eq!(
        text::description("d", "a\r\nb\tc\rd").unwrap(),
        "a\nb\tc\nd"
    );
    assert_eq!(
        text::description("d", &"x".repeat(65_537))
            .unwrap_err()
            .code,
        "too_long"
    );
    assert_eq!(text::comment("c", "  ").unwrap_err().code, "empty");
}

#[test]
fn tags_are_one_set_without_regard_to_case() {
    let tags = |tags: &[&str]| {
        text::tags(
            "tags",
            &tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(tags(&["Work", "home", "work "]).unwrap(), ["Work", "home"]);
    assert_eq!(tags(&["ok", ""]).unwrap_err().field, "tags[1]");
    let many: Vec<String> = (0..51).map(|n| format!("t{n}")).collect();
    assert_eq!(text::tags("tags", &many).unwrap_err().code, "too_many");
}

#[test]
fn colours_addresses_zones_and_locales() {
    assert_eq!(text::color("c", " #AABB00 ").unwrap(), "#aabb00");
    assert!(text::color("c", "#abc").is_err() && text::color("c", "#gggggg").is_err());
    assert_eq!(
        text::email("e", " Ada@Example.ORG ").unwrap(),
        "ada@example.org"
    );
    for wrong in [
        "",
        "ada",
        "@x",
        "ada@",
        "a b@x.org",
        "a@b@c",
        "a@x..y",
        "a@.x",
    ] {
        assert!(text::email("e", wrong).is_err(), "{wrong}");
    }
    assert!(
        text::time_zone("z", "Europe/Berlin").is_ok() && text::time_zone("z", "Mars/X").is_err()
    );
    assert!(text::locale("l", "en-GB").is_ok() && text::locale("l", "e_n").is_err());
}

#[test]
fn titles_show_something_and_what_they_say() {
    let wrong = |raw: &str| {
        let error = text::title("title", raw).unwrap_err();
        (error.code, error.message)
    };
    let unseen = [
        ("\u{200B}", "U+200B (zero width space)"),
        (" \u{200C}\u{200D} ", "U+200C (zero width non-joiner)"),
        ("\u{2060}", "U+2060 (word joiner)"),
        ("\u{FEFF}", "U+FEFF (zero width no-break space)"),
        ("\u{3164}\u{3164}", "U+3164 (Hangul filler)"),
        ("\u{AD}", "U+00AD (soft hyphen)"),
        ("\u{2800} \u{2800}", "U+2800 (blank braille pattern)"),
        ("\u{E0041}", "U+E0041"),
        ("\u{FE0F}", "U+FE0F"),
    ];
    for (raw, name) in unseen {
        let (code, message) = wrong(raw);
        assert_eq!(code, "invisible", "{raw:?}");
        assert!(message.contains(name), "{message}");
    }
    for c in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}') {
        let (code, message) = wrong(&format!("pay{c}yap"));
        assert_eq!(code, "direction_control");
        assert!(
            message.contains(&format!("U+{:04X} (", u32::from(c))),
            "{message}"
        );
    }
    assert_eq!(wrong(" \u{a0} ").0, "empty");
    // Families, flags, keycaps and right-to-left text are as they should be.
    for fine in [
        "👩‍👩‍👧",
        "🏳️‍🌈 parade",
        "1️⃣",
        "می‌خواهم",
        "שלום \u{200F}!",
        "🏴\u{E0067}\u{E007F}",
    ] {
        assert_eq!(text::title("title", fine).unwrap(), fine);
    }
    assert_eq!(
        text::name("name", "\u{200B}").unwrap_err().code,
        "invisible"
    );
    let tag = text::tags("tags", &["\u{2060}".to_owned()]).unwrap_err();
    assert_eq!((tag.field.as_str(), tag.code), ("tags[0]", "invisible"));
    // Prose may hold what it likes, as code does.
    assert!(text::description("d", "a\u{202E}b").is_ok());
}
