//! What stands for a person: initials, on a colour drawn from the account's id.

use client_api::{AccountId, Handle};

/// How many colours there are; the style sheets name them `hue-0` and on.
const HUES: u8 = 12;

/// The colour's class.
pub(crate) fn hue_class(account: AccountId) -> String {
    format!("hue-{}", account.as_bytes().iter().fold(0u8, |sum, byte| sum.wrapping_mul(31) ^ byte) % HUES)
}

/// One or two letters.
pub(crate) fn initials(handle: Option<&Handle>, account: AccountId) -> String {
    let name = handle.map_or_else(|| short_id(account), |handle| handle.as_str().to_owned());
    let parts = name.split(['.', '_', '-']).filter_map(|part| part.chars().next());
    let letters: String = parts.take(2).flat_map(char::to_uppercase).collect();
    letters
}

/// What people are called.
pub(crate) fn name(handle: Option<&Handle>, account: AccountId) -> String {
    handle.map_or_else(|| format!("{}…", short_id(account)), |handle| handle.as_str().to_owned())
}

/// The first characters of an account's id, enough to tell a few apart.
fn short_id(account: AccountId) -> String {
    account.to_string().trim_start_matches(AccountId::PREFIX).chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_handles_parts() {
        check("ana", "A");
        check("ana.maria", "AM");
        check("ana-maria_lopez", "AM");
        check("ana..x", "AX");
    }

    #[test]
    fn who_has_no_handle_is_called_by_the_id() {
        let account = AccountId::from_bytes([7; 32]);
        assert_eq!(name(None, account).chars().count(), 9);
        assert_eq!(initials(None, account).chars().count(), 1);
    }

    #[test]
    fn a_colour_stays_and_is_one_of_twelve() {
        for byte in 0..=255 {
            let class = hue_class(AccountId::from_bytes([byte; 32]));
            let hue: u8 = class.strip_prefix("hue-").and_then(|hue| hue.parse().ok()).unwrap();
            assert!(hue < HUES);
        }
    }

    #[track_caller]
    fn check(handle: &str, expected: &str) {
        let account = AccountId::from_bytes([7; 32]);
        assert_eq!(initials(Some(&handle.parse().unwrap()), account), expected);
    }
}
