//! Which screen the address names. Every route has one path, and a path one route.

use client_api::{AccountId, ConversationId};

/// What is on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Route {
    /// The conversation list.
    #[default]
    List,
    /// Whom to write to.
    New,
    /// A conversation.
    Chat(ChatAddress),
    /// Who the other side of a conversation is.
    Details(ChatAddress),
    /// Adding a contact.
    Add,
    /// The list of settings.
    Settings,
    /// One page of settings.
    Setting(Setting),
    /// Making an account.
    Create,
    /// Coming back to an account.
    Restore,
    /// Becoming one more device of an account.
    Link,
    /// Nothing is there.
    Unknown,
}

/// How an address names a conversation: by its own id, or by the other side's where there is none yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ChatAddress {
    /// By the conversation.
    Conversation(ConversationId),
    /// By the account.
    Account(AccountId),
}

/// A page of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Setting {
    /// Who one is.
    Profile,
    /// Theme.
    Appearance,
    /// What is kept here, and how it is protected.
    Storage,
    /// The recovery phrase.
    Phrase,
    /// This account's devices.
    Devices,
    /// What helps to find a fault.
    Diagnostics,
    /// Erasing everything here.
    Erase,
}

impl Setting {
    /// In the order shown.
    pub(crate) const ALL: [Self; 7] = [
        Self::Profile,
        Self::Appearance,
        Self::Storage,
        Self::Phrase,
        Self::Devices,
        Self::Diagnostics,
        Self::Erase,
    ];

    const fn segment(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Appearance => "appearance",
            Self::Storage => "storage",
            Self::Phrase => "phrase",
            Self::Devices => "devices",
            Self::Diagnostics => "diagnostics",
            Self::Erase => "erase",
        }
    }
}

impl Route {
    /// The route of a path.
    pub(crate) fn parse(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match segments.as_slice() {
            [] => Self::List,
            ["new"] => Self::New,
            ["add"] => Self::Add,
            ["create"] => Self::Create,
            ["restore"] => Self::Restore,
            ["link"] => Self::Link,
            ["settings"] => Self::Settings,
            ["settings", page] => {
                let setting = Setting::ALL.into_iter().find(|setting| setting.segment() == *page);
                setting.map_or(Self::Unknown, Self::Setting)
            }
            ["c", id] => ChatAddress::parse(id).map_or(Self::Unknown, Self::Chat),
            ["c", id, "details"] => ChatAddress::parse(id).map_or(Self::Unknown, Self::Details),
            _ => Self::Unknown,
        }
    }

    /// The path of a route.
    pub(crate) fn path(self) -> String {
        match self {
            Self::List | Self::Unknown => "/".to_owned(),
            Self::New => "/new".to_owned(),
            Self::Add => "/add".to_owned(),
            Self::Create => "/create".to_owned(),
            Self::Restore => "/restore".to_owned(),
            Self::Link => "/link".to_owned(),
            Self::Settings => "/settings".to_owned(),
            Self::Setting(setting) => format!("/settings/{}", setting.segment()),
            Self::Chat(address) => format!("/c/{}", address.segment()),
            Self::Details(address) => format!("/c/{}/details", address.segment()),
        }
    }

    /// Where leads back to when there is no history.
    pub(crate) const fn parent(self) -> Self {
        match self {
            Self::Details(address) => Self::Chat(address),
            Self::Setting(_) => Self::Settings,
            _ => Self::List,
        }
    }

    /// The conversation on screen.
    pub(crate) const fn chat(self) -> Option<ChatAddress> {
        match self {
            Self::Chat(address) | Self::Details(address) => Some(address),
            _ => None,
        }
    }

    /// Which pane a narrow screen shows; also what the layout goes by.
    pub(crate) const fn pane(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::New => "new",
            Self::Chat(_) => "chat",
            Self::Details(_) => "details",
            Self::Settings => "settings",
            Self::Setting(_) | Self::Add | Self::Create | Self::Restore | Self::Link | Self::Unknown => {
                "page"
            }
        }
    }

    /// Whether the settings' own list stands where conversations do.
    pub(crate) const fn is_settings(self) -> bool {
        matches!(self, Self::Settings | Self::Setting(_))
    }
}

impl ChatAddress {
    fn parse(text: &str) -> Option<Self> {
        let conversation = text.parse().map(Self::Conversation).ok();
        conversation.or_else(|| text.parse().map(Self::Account).ok())
    }

    fn segment(self) -> String {
        match self {
            Self::Conversation(id) => id.to_string(),
            Self::Account(id) => id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_comes_back_from_its_path() {
        let conversation = ChatAddress::Conversation(ConversationId::from_bytes([7; 16]));
        let account = ChatAddress::Account(AccountId::from_bytes([9; 32]));
        let mut routes = vec![
            Route::List,
            Route::New,
            Route::Add,
            Route::Settings,
            Route::Create,
            Route::Restore,
            Route::Link,
            Route::Chat(conversation),
            Route::Details(conversation),
            Route::Chat(account),
            Route::Details(account),
        ];
        routes.extend(Setting::ALL.map(Route::Setting));
        for route in routes {
            assert_eq!(Route::parse(&route.path()), route, "{}", route.path());
        }
    }

    #[test]
    fn what_is_no_path_of_ours_is_unknown() {
        for path in ["/c", "/c/nonsense", "/c/conv_", "/settings/other", "/c/a/b/c", "/..", "/%2e"] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn slashes_too_many_do_not_matter() {
        assert_eq!(Route::parse("//settings//devices/"), Route::Setting(Setting::Devices));
        assert_eq!(Route::parse(""), Route::List);
    }

    #[test]
    fn every_page_leads_back_to_the_list() {
        for setting in Setting::ALL {
            assert_eq!(Route::Setting(setting).parent().parent(), Route::List);
        }
    }
}
