//! A new web app makes a new relay.

fn main() {
    println!("cargo:rerun-if-changed=../web-app/dist");
}
