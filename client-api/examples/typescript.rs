//! Prints the TypeScript declarations of everything a page and its worker say to each other.

use client_api::page::{ToPage, ToWorker};
use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::{Config, TS, TypeVisitor};

fn main() {
    let mut declared =
        Declarations { config: Config::new().with_large_int("number"), ..Declarations::default() };
    declared.visit::<ToWorker>();
    declared.visit::<ToPage>();
    println!("// Made from the crate `client-api` by `cargo xtask build`. Do not edit.");
    for declaration in declared.texts.values() {
        println!("\n{declaration}");
    }
}

/// Declarations by name, each type once.
#[derive(Default)]
struct Declarations {
    config: Config,
    seen: BTreeSet<TypeId>,
    texts: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
        let name = T::ident(&self.config);
        if T::output_path().is_some() || is_alias::<T>(&self.config) {
            let docs = T::docs().unwrap_or_default();
            self.texts.insert(name, pretty(&format!("{docs}export {}", T::decl(&self.config))));
        }
    }
}

/// One variant and one field a line.
fn pretty(declaration: &str) -> String {
    let comments_closed = declaration.replace("/**\n * ", "/** ").replace("\n */", " */");
    let mut text = String::new();
    for line in comments_closed.lines() {
        let is_in_body = text.contains("export ");
        text.push_str(if is_in_body { "\n      " } else { "\n" });
        text.push_str(line.trim_end());
    }
    text.trim_start().replace(" } | { ", " }\n  | { ").replace(", }", " }").replace(" = { ", " =\n  | { ")
}

/// Whether a type is one of our ids: named, and something else underneath.
fn is_alias<T: TS + ?Sized>(config: &Config) -> bool {
    T::docs().is_some() && T::name(config) != T::inline(config)
}
