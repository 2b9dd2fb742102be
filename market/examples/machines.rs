//! Prints the page of the machines: `cargo run -p market --example machines > docs/market/machines.md`.

fn main() {
    print!("{}", market::picture::page());
}
