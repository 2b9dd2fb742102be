//! Whom a person means by what they typed, pasted or scanned.

use client_api::{AccountId, Handle, Recipient};

/// What a link to an account starts with.
const SCHEME: &str = "palaver:";

/// Why a text names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecipientError {
    /// Nothing was typed.
    Empty,
    /// A link that is not whole.
    Link,
    /// A name that no one can have.
    Handle,
}

/// A name with or without its `@`, in whatever case, or a link.
pub(crate) fn parse(text: &str) -> Result<Recipient, RecipientError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(RecipientError::Empty);
    }
    let account = text.strip_prefix(SCHEME);
    if account.is_some() || text.starts_with(AccountId::PREFIX) {
        return account.unwrap_or(text).parse().map(Recipient::Account).map_err(|_| RecipientError::Link);
    }
    handle(text).map(Recipient::Handle).ok_or(RecipientError::Handle)
}

/// A handle, however it is typed.
pub(crate) fn handle(text: &str) -> Option<Handle> {
    text.trim().to_lowercase().parse().ok()
}

/// The link to an account.
pub(crate) fn link(account: AccountId) -> String {
    format!("{SCHEME}{account}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_by_handle_or_link() {
        let account = AccountId::from_bytes([7; 32]);
        assert_eq!(parse(" @Ben "), Ok(Recipient::Handle("ben".parse().unwrap())));
        assert_eq!(parse(&link(account)), Ok(Recipient::Account(account)));
        assert_eq!(parse(&account.to_string()), Ok(Recipient::Account(account)));
    }

    #[test]
    fn what_names_nobody_says_why() {
        assert_eq!(parse("  "), Err(RecipientError::Empty));
        assert_eq!(parse("palaver:acct_half"), Err(RecipientError::Link));
        assert_eq!(parse("b e n"), Err(RecipientError::Handle));
        assert_eq!(parse("1ben"), Err(RecipientError::Handle));
    }
}
