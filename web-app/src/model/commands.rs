//! What a search finds besides people: screens to go to, and themes. In which words is said here.

use super::route::{Route, Setting};
use super::words;

/// Something to be done from the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    /// Goes to a screen.
    Go(Route),
    /// Chooses a theme; an empty one follows the system.
    Theme(&'static str),
}

impl Command {
    /// Its name, and its icon.
    pub(crate) const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Go(Route::New) => ["new-conversation", "compose"],
            Self::Go(Route::Add) => ["add-contact", "add-person"],
            Self::Go(Route::Setting(setting)) => {
                let [title, _, icon] = words::setting(setting);
                [title, icon]
            }
            Self::Go(_) => ["settings", "settings"],
            Self::Theme(theme) => match theme.as_bytes() {
                b"light" => ["use-theme-light", "theme"],
                b"dark" => ["use-theme-dark", "theme"],
                _ => ["use-theme-system", "theme"],
            },
        }
    }
}

/// Those whose name has what is searched for, with their names; none before something is typed.
pub(crate) fn found(search: &str, text: impl Fn(&str) -> String) -> Vec<(Command, String)> {
    let wanted = search.trim().to_lowercase();
    if wanted.is_empty() {
        return vec![];
    }
    let screens =
        [Route::New, Route::Add, Route::Settings].into_iter().chain(Setting::ALL.map(Route::Setting));
    let commands = screens.map(Command::Go).chain(["light", "dark", ""].map(Command::Theme));
    commands
        .map(|command| (command, text(command.words()[0])))
        .filter(|(_, name)| name.to_lowercase().contains(&wanted))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Locale, Texts};

    #[test]
    fn commands_are_found_by_any_part_of_their_name() {
        check(" NEW c", &[Command::Go(Route::New)]);
        check("dark", &[Command::Theme("dark")]);
        check("setting", &[Command::Go(Route::Settings)]);
        check("device", &[Command::Go(Route::Setting(Setting::Devices))]);
    }

    #[test]
    fn nothing_is_found_by_nothing() {
        check(" ", &[]);
        check("xyz", &[]);
    }

    #[track_caller]
    fn check(search: &str, expected: &[Command]) {
        let texts = Texts::new(Locale::English);
        let found: Vec<Command> =
            found(search, |key| texts.get(key)).iter().map(|(command, _)| *command).collect();
        assert_eq!(found, expected);
    }
}
