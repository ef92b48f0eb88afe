//! The search index in pieces, and put together.

use taskfold_views::Views;
use taskfold_views::search::{self, SearchQuery};

use super::sqlite::world::{World, created, workspace};

fn find(views: &Views, text: &str) -> usize {
    let query = SearchQuery {
        text: text.to_owned(),
        trash: false,
        limit: 50,
        cursor: None,
    };
    let found = views.read_blocking(|r| search::query(r, workspace(1), &query));
    found.unwrap().items.len()
}

#[test]
fn quiet_times_leave_one_piece_a_level_and_all_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("views.db");
    let views = Views::open(&path).unwrap();
    let mut world = World::default();
    for number in 0..30 {
        world.add(workspace(1), created(number, &format!("common w{number}")));
        let last = world.log.len() - 1;
        views.apply(&world.log[last..]).unwrap();
    }
    let file = rusqlite::Connection::open(&path).unwrap();
    let pieces = || -> i64 {
        let sql = "SELECT count(DISTINCT segid) FROM search_idx";
        file.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = pieces();
    let steps = (0..100).take_while(|_| views.merge_search().unwrap());
    let steps = steps.count();
    assert!((1..100).contains(&steps), "{steps} steps");
    assert!(
        pieces() < before && pieces() <= 2,
        "{before} → {}",
        pieces()
    );
    assert_eq!(find(&views, "common"), 30);
    assert_eq!(find(&views, "w17 "), 1);
    assert!(!views.merge_search().unwrap());
}
