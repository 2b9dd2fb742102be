//! Tests that the documentation promises by name.

use super::Source;

/// Where they are named: in backticks, as `module::test` or `file.test.js: its title`.
const PROMISES: &str = "docs/pains.md";

/// Every test that is named and is not there.
pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let Some(promises) = sources.iter().find(|source| source.path == PROMISES) else {
        return vec![format!("{PROMISES} is missing: it names the tests that are promised")];
    };
    let named = promises.text.split('`').skip(1).step_by(2);
    let missing = named.filter(|name| is_test(name) && !is_there(name, sources));
    missing.map(|name| format!("{PROMISES}: there is no test `{name}`")).collect()
}

fn is_test(name: &str) -> bool {
    name.contains("::") || name.contains(".test.js")
}

fn is_there(name: &str, sources: &[Source]) -> bool {
    let (file, definitions) = match name.split_once("::") {
        // What every store must do is a test of each, and takes how it is kept.
        Some((module, test)) => {
            (format!("/{module}.rs"), vec![format!("fn {test}()"), format!("fn {test}<")])
        }
        None => match name.split_once(": ") {
            Some((file, title)) => (format!("/{file}"), vec![title.to_owned()]),
            None => (format!("/{name}"), vec![String::new()]),
        },
    };
    let is_defined = |source: &Source| definitions.iter().any(|definition| source.text.contains(definition));
    sources.iter().any(|source| source.path.ends_with(&file) && is_defined(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_test_that_is_named_and_is_not_there_is_told() {
        let named = "`world::nothing_is_lost` `world::of_every_store` `world::renamed` `tabs.test.js: two tabs` `tabs.test.js: gone` `cargo xtask size`";
        let sources = [
            source(PROMISES, named),
            source(
                "tests/it/world.rs",
                "async fn nothing_is_lost() {} async fn of_every_store<K: Kept>() {}",
            ),
            source("specs/tabs.test.js", "test(`two tabs: ${kind}`)"),
        ];
        let told = check(&sources);
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(check(&sources[1..]).len(), 1, "nor may the promises be missing");
        assert!(
            told[0].ends_with("`world::renamed`") && told[1].ends_with("`tabs.test.js: gone`"),
            "{told:?}"
        );
    }
}
