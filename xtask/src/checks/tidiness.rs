//! Long files, unfinished work, and words that do not belong in the repository.

use super::Source;

/// Lines of a file of code.
const LINES_MAX: usize = 500;
/// As long as what they are made from: nobody reads them from top to bottom.
const GENERATED: [&str; 2] = ["client-web/npm/api.d.ts", "sdk/src/generated/schema.ts"];

/// Ends of files that are code.
const CODE: [&str; 5] = [".rs", ".proto", ".sql", ".ts", ".css"];

/// Every untidiness.
pub(super) fn check(sources: &[Source]) -> Vec<String> {
    sources.iter().filter(|source| !source.path.ends_with("Cargo.lock")).flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<String> {
    let Source { path, text } = source;
    let mut violations = Vec::new();
    let mut say = |what: String| violations.push(format!("{path}: {what}"));
    let is_code = CODE.iter().any(|end| path.ends_with(end)) && !GENERATED.contains(&path.as_str());
    let lines = text.lines().count();
    if is_code && lines > LINES_MAX {
        say(format!("{lines} lines: split it, {LINES_MAX} at most"));
    }
    if path.ends_with(".rs") && is_module(path) && !text.starts_with("//!") {
        say("does not say what it is: begin with //!".to_owned());
    }
    for (number, line) in text.lines().enumerate() {
        if is_code && line.trim_end() != line {
            say(format!("line {}: spaces at the end", number + 1));
        }
        if let Some(word) = unwanted(path).into_iter().find(|word| line.contains(word.as_str())) {
            say(format!("line {}: `{word}` does not belong here", number + 1));
        }
    }
    violations
}

/// Tests in a file of their own belong to the module they test.
fn is_module(path: &str) -> bool {
    !path.ends_with("_tests.rs")
}

/// Words that must not stand in a file; put together here, so that this file does not hold them.
fn unwanted(path: &str) -> Vec<String> {
    let mut words: Vec<String> = [
        ["/ro", "ot/"],
        ["/ho", "me/"],
        ["/wo", "rk/"],
        ["crates", ".io-"],
        ["registry.", "npmjs"],
        ["deb.", "debian"],
    ]
    .iter()
    .map(|parts| parts.concat())
    .collect();
    if path.ends_with(".rs") {
        let unfinished =
            [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["#[ig", "nore"], ["dbg", "!("], ["#[al", "low("]];
        words.extend(unfinished.iter().map(|parts| parts.concat()));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tidy_file_is_tidy() {
        check_file("relay/src/a.rs", "//! What it is.\n\nfn a() {}\n", None);
    }

    #[test]
    fn a_long_file_is_found() {
        check_file("relay/src/a.rs", &format!("//! Long.\n{}", "fn a() {}\n".repeat(500)), Some("501 lines"));
    }

    #[test]
    fn unfinished_work_is_found() {
        let marker = ["TO", "DO"].concat();
        check_file("relay/src/a.rs", &format!("//! What it is.\n// {marker} later\n"), Some(&marker));
    }

    #[test]
    fn a_module_without_a_word_on_itself_is_found() {
        check_file("relay/src/a.rs", "fn a() {}\n", Some("begin with //!"));
    }

    #[test]
    fn a_machines_path_is_found_in_any_file() {
        let path = ["/ho", "me/ana"].concat();
        check_file("README.md", &format!("see {path}"), Some("does not belong"));
    }

    #[track_caller]
    fn check_file(path: &str, text: &str, expected: Option<&str>) {
        let violations = check(&[Source { path: path.to_owned(), text: text.to_owned() }]);
        match expected {
            None => assert_eq!(violations, Vec::<String>::new()),
            Some(expected) => {
                assert!(violations.iter().any(|violation| violation.contains(expected)), "{violations:?}");
            }
        }
    }
}
