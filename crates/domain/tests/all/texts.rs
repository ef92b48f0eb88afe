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
