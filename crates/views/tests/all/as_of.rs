//! The past is what was live then.

use taskfold_contracts::position::Position;
use taskfold_views::as_of::AsOf;
use taskfold_views::{Views, equality};

use crate::world::*;

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    /// 24 histories, 45 moments each, in random order: more than 1,000.
    #[test]
    fn any_moment_is_as_it_was_live(seed in proptest::prelude::any::<u64>()) {
        let world = random(seed, 180);
        let live = Views::in_memory().unwrap();
        let digests: Vec<_> = world.log.iter().map(|envelope| {
            live.apply(std::slice::from_ref(envelope)).unwrap();
            [1, 2].map(|number| {
                live.read_blocking(|r| equality::digest_of_workspace(r, workspace(number))).unwrap()
            })
        }).collect();
        let cache = AsOf::new(4, 100_000);
        let mut dice = Dice(seed);
        for _ in 0..45 {
            let number = dice.roll(180) + 1;
            let side = usize::try_from(dice.roll(2)).unwrap();
            let ws = workspace(side as u64 + 1);
            let position = Position { partition: 0, number };
            let then = cache.at(ws, position, |after| Ok(world.of(ws, after, number))).unwrap();
            let digest = then.read_blocking(|r| equality::digest_of_workspace(r, ws)).unwrap();
            let at = usize::try_from(number - 1).unwrap();
            proptest::prop_assert_eq!(&digest, &digests[at][side]);
        }
        proptest::prop_assert!(cache.kept() <= 4);
    }
}

#[test]
fn the_cache_is_bounded_and_starts_from_the_nearest_copy() {
    let world = random(7, 300);
    let ws = workspace(1);
    let cache = AsOf::new(3, 100_000);
    let read = |cache: &AsOf, number: u64| {
        let mut first = None;
        let position = Position {
            partition: 0,
            number,
        };
        cache
            .at(ws, position, |after| {
                first.get_or_insert(after);
                Ok(world.of(ws, after, number))
            })
            .unwrap();
        first
    };
    assert_eq!(read(&cache, 100), Some(0));
    assert_eq!(read(&cache, 200), Some(100));
    assert_eq!(read(&cache, 150), Some(100));
    assert_eq!(read(&cache, 150), None, "kept");
    for number in [210, 220, 230] {
        read(&cache, number);
    }
    assert_eq!(cache.kept(), 3);
    assert_eq!(read(&cache, 120), Some(0), "the copy of 100 was let go");
    let small = AsOf::new(3, 10);
    read(&small, 100);
    assert_eq!(small.kept(), 0, "larger than what is kept");
}
