//! The committed pictures are what the tables say.

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/market/machines.md");

#[test]
fn the_pictures_are_current() {
    let page = market::picture::page();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(COMMITTED, &page).unwrap();
        return;
    }
    assert_eq!(std::fs::read_to_string(COMMITTED).unwrap(), page);
}
