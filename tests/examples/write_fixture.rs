//! Writes the folders of today's version into `tests/fixtures`, for the versions after it to upgrade.

fn main() {
    match std::env::args().nth(1) {
        Some(version) if !e2e::fixture::folder(&version).exists() => e2e::fixture::write(&version),
        Some(version) => {
            eprintln!("tests/fixtures/{version} is there already: what a version wrote does not change")
        }
        None => eprintln!("usage: cargo run -p e2e --example write_fixture v2"),
    }
}
