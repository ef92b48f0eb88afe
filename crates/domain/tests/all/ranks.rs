//! Ranks.

use proptest::prelude::*;
use taskfold_domain::rank::between;

fn check(low: Option<&str>, high: Option<&str>) -> String {
    let key = between(low, high);
    assert!(low.is_none_or(|low| low < key.as_str()), "{low:?} < {key}");
    assert!(
        high.is_none_or(|high| key.as_str() < high),
        "{key} < {high:?}"
    );
    assert!(
        !key.ends_with('0') && key.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{key}"
    );
    key
}

#[test]
fn appending_and_prepending_grow_with_the_logarithm() {
    let (mut last, mut first) = (check(None, None), check(None, None));
    for _ in 0..100_000 {
        last = check(Some(&last), None);
        first = check(None, Some(&first));
    }
    assert!(last.len() <= 4 && first.len() <= 4, "{last} {first}");
}

#[test]
fn there_is_always_room_between_two() {
    let (mut low, high) = (check(None, None), "a2".to_owned());
    for _ in 0..1_000 {
        low = check(Some(&low), Some(&high));
    }
    let mut high = high;
    for _ in 0..1_000 {
        high = check(Some(&low), Some(&high));
    }
}

#[test]
fn foreign_keys_do_not_panic() {
    for (low, high) in [
        ("", "~"),
        ("é", ""),
        ("a", "a0"),
        ("0", "00"),
        ("zzzz", "zzzz"),
        ("b", "a"),
    ] {
        let _key = between(Some(low), Some(high));
        let _key = between(None, Some(high));
        let _key = between(Some(low), None);
    }
}

proptest! {
    #[test]
    fn keys_made_anywhere_stay_in_order(places in prop::collection::vec(0..1_000_usize, 1..200)) {
        let mut keys: Vec<String> = Vec::new();
        for place in places {
            let at = place % (keys.len() + 1);
            let low = at.checked_sub(1).map(|before| keys[before].clone());
            let key = check(low.as_deref(), keys.get(at).map(String::as_str));
            keys.insert(at, key);
        }
        prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
