//! Which notices need a person, how loudly, and in which words.

use client_api::{AccountId, Notice, NoticeCode};

/// How loudly a notice is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loudness {
    /// Said once, goes by itself.
    Passing,
    /// Stays until it was seen.
    Staying,
    /// Stays, and is said at once: someone may be listening.
    Alarm,
}

/// A notice that is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    /// Counts up.
    pub(crate) id: u64,
    /// What happened.
    pub(crate) code: NoticeCode,
    /// How loudly it is said.
    pub(crate) loudness: Loudness,
    /// Its words.
    pub(crate) text_key: &'static str,
    /// Whom it is about.
    pub(crate) account: Option<AccountId>,
}

/// Notices shown at once.
const SHOWN_MAX: usize = 4;

/// How loudly to say something, and in which words; nothing for what was dealt with.
pub(crate) const fn words(code: NoticeCode) -> Option<(Loudness, &'static str)> {
    Some(match code {
        NoticeCode::SafetyNumberChanged => (Loudness::Alarm, "notice-safety-number-changed"),
        NoticeCode::IdentityUntrusted => (Loudness::Alarm, "notice-identity-untrusted"),
        NoticeCode::HeadsDiffer => (Loudness::Alarm, "notice-heads-differ"),
        NoticeCode::RelayChanged => (Loudness::Alarm, "notice-relay-changed"),
        NoticeCode::StateRolledBack => (Loudness::Alarm, "notice-state-rolled-back"),
        NoticeCode::DeviceRevoked => (Loudness::Alarm, "notice-device-revoked"),
        NoticeCode::Superseded => (Loudness::Staying, "notice-superseded"),
        NoticeCode::UpgradeRequired => (Loudness::Staying, "notice-upgrade-required"),
        NoticeCode::EntryRefused => (Loudness::Staying, "notice-entry-refused"),
        NoticeCode::WelcomeRefused => (Loudness::Staying, "notice-welcome-refused"),
        NoticeCode::KeyPackageRefused => (Loudness::Staying, "notice-key-package-refused"),
        NoticeCode::Removed => (Loudness::Staying, "notice-removed"),
        NoticeCode::SendFailed => (Loudness::Staying, "notice-send-failed"),
        NoticeCode::MayBeSent => (Loudness::Staying, "notice-may-be-sent"),
        NoticeCode::RelayMisbehaved => (Loudness::Staying, "notice-relay-misbehaved"),
        NoticeCode::WrongPhrase => (Loudness::Staying, "notice-wrong-phrase"),
        NoticeCode::RestoreFailed => (Loudness::Staying, "notice-restore-failed"),
        NoticeCode::PhraseNotShown => (Loudness::Alarm, "notice-phrase-not-shown"),
        NoticeCode::CommitVoided => (Loudness::Staying, "notice-commit-voided"),
        NoticeCode::RejoinFailed => (Loudness::Staying, "notice-rejoin-failed"),
        NoticeCode::Rejoined => (Loudness::Passing, "notice-rejoined"),
        // Said where it was asked for.
        NoticeCode::LinkFailed => return None,
        NoticeCode::EntryHeld | NoticeCode::GapFound | NoticeCode::GroupCompared | NoticeCode::Rejoining => {
            return None;
        }
    })
}

/// Adds a notice to those shown: the same is not shown twice, and the oldest of the quietest makes room. Whether it is
/// shown.
pub(crate) fn add(shown: &mut Vec<Shown>, id: u64, notice: &Notice) -> bool {
    let Some((loudness, text_key)) = words(notice.code) else { return false };
    if shown.iter().any(|other| other.code == notice.code && other.account == notice.account) {
        return false;
    }
    shown.push(Shown { id, code: notice.code, loudness, text_key, account: notice.account });
    shown.sort_by(|a, b| b.loudness.cmp(&a.loudness).then(a.id.cmp(&b.id)));
    let quietest = shown.last().map(|last| last.loudness);
    if shown.len() > SHOWN_MAX
        && let Some(oldest) = shown.iter().position(|shown| Some(shown.loudness) == quietest)
    {
        shown.remove(oldest);
    }
    shown.iter().any(|shown| shown.id == id)
}

/// Why the client stays disconnected, in words.
pub(crate) const fn stopped(reason: NoticeCode) -> &'static str {
    match reason {
        NoticeCode::RelayChanged => "stopped-relay-changed",
        NoticeCode::Superseded => "stopped-superseded",
        NoticeCode::DeviceRevoked => "stopped-device-revoked",
        NoticeCode::UpgradeRequired => "stopped-upgrade-required",
        _ => "stopped-other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_dealt_with_is_not_said() {
        let mut shown = vec![];
        assert!(!add(&mut shown, 1, &Notice::new(NoticeCode::GapFound)));
        assert!(shown.is_empty());
    }

    #[test]
    fn the_same_is_said_once_and_the_loud_first() {
        let mut shown = vec![];
        add(&mut shown, 1, &Notice::new(NoticeCode::SendFailed));
        add(&mut shown, 2, &Notice::new(NoticeCode::SendFailed));
        add(&mut shown, 3, &Notice::new(NoticeCode::SafetyNumberChanged));
        check(&shown, &[3, 1]);
    }

    #[test]
    fn the_same_about_another_is_said_too_and_the_latest_stay() {
        let mut shown = vec![];
        for number in 1..=9 {
            assert!(add(&mut shown, number.into(), &changed(number)));
        }
        check(&shown, &[6, 7, 8, 9]);
    }

    #[test]
    fn the_oldest_of_the_quietest_makes_room() {
        let mut shown = vec![];
        add(&mut shown, 1, &Notice::new(NoticeCode::SendFailed));
        add(&mut shown, 2, &changed(2));
        add(&mut shown, 3, &Notice::new(NoticeCode::EntryRefused));
        add(&mut shown, 4, &changed(4));
        assert!(add(&mut shown, 5, &changed(5)));
        check(&shown, &[2, 4, 5, 3]);
        assert!(add(&mut shown, 6, &changed(6)));
        check(&shown, &[2, 4, 5, 6]);
        assert!(!add(&mut shown, 7, &Notice::new(NoticeCode::Rejoined)));
        check(&shown, &[2, 4, 5, 6]);
    }

    fn changed(number: u8) -> Notice {
        let account = Some(AccountId::from_bytes([number; 32]));
        Notice { account, ..Notice::new(NoticeCode::SafetyNumberChanged) }
    }

    #[track_caller]
    fn check(shown: &[Shown], ids: &[u64]) {
        assert_eq!(shown.iter().map(|notice| notice.id).collect::<Vec<_>>(), ids);
    }
}
