//! Which text says what a code means. Every text named here is in the table.

use client_api::page::{Failure, FailureCode, Protection, TroubleCode};
use client_api::{Connection, DeliveryState, Refusal, RefusalCode};

use super::route::Setting;

/// A refused command.
pub(crate) fn refusal(refusal: &Refusal) -> &'static str {
    match (refusal.code, refusal.relay_code.as_deref()) {
        (_, Some("handle_taken")) => "refused-handle-taken",
        (_, Some("rate_limited" | "busy" | "unavailable")) => "refused-busy",
        (RefusalCode::NotFound, _) => "refused-not-found",
        (RefusalCode::OwnAccount, _) => "refused-own-account",
        (RefusalCode::Offline, _) => "refused-offline",
        (RefusalCode::EmptyText, _) => "refused-empty-text",
        (RefusalCode::TextTooLong, _) => "refused-text-too-long",
        (RefusalCode::OutboxFull, _) => "refused-outbox-full",
        (RefusalCode::SafetyNumberChanged, _) => "refused-safety-number-changed",
        (RefusalCode::Restoring, _) => "refused-restoring",
        (RefusalCode::WrongPhrase, _) => "failed-wrong-phrase",
        (RefusalCode::Untrusted, _) => "refused-untrusted",
        (RefusalCode::UpgradeRequired, _) => "refused-upgrade-required",
        (RefusalCode::RelayRefused, _) => "refused-relay-refused",
        // What no screen asks for ends here too.
        (RefusalCode::Invalid | RefusalCode::InvalidSetting | RefusalCode::TooManySettings, _) => {
            "refused-invalid"
        }
        (RefusalCode::LinkFailed, _) => "refused-link-failed",
    }
}

/// A failed request.
pub(crate) const fn failure(failure: &Failure) -> &'static str {
    match failure.code {
        FailureCode::WrongSecret => "failed-wrong-secret",
        FailureCode::BadPhrase => "failed-bad-phrase",
        FailureCode::WrongPhrase => "failed-wrong-phrase",
        FailureCode::RestoreFailed => "failed-restore",
        FailureCode::LinkFailed => "failed-link",
        FailureCode::Offline => "failed-offline",
        FailureCode::RelayRefused => "failed-relay-refused",
        FailureCode::NoPasskey => "failed-no-passkey",
        FailureCode::StorageFull => "failed-storage-full",
        FailureCode::StorageFailed => "failed-storage-failed",
        FailureCode::AccountExists => "failed-account-exists",
        FailureCode::Interrupted => "failed-interrupted",
        FailureCode::BadRequest | FailureCode::NotOpen | FailureCode::Internal => "failed-internal",
    }
}

/// How far a message has come.
pub(crate) const fn delivery(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Failed => "delivery-failed",
        DeliveryState::Queued => "delivery-queued",
        DeliveryState::Sent => "delivery-sent",
        DeliveryState::Delivered => "delivery-delivered",
        DeliveryState::Read => "delivery-read",
        DeliveryState::Received => "delivery-received",
    }
}

/// The icon of how far a message has come; none for others' messages.
pub(crate) const fn delivery_icon(state: DeliveryState) -> Option<&'static str> {
    match state {
        DeliveryState::Failed => Some("alert"),
        DeliveryState::Queued => Some("clock"),
        DeliveryState::Sent => Some("tick"),
        DeliveryState::Delivered => Some("ticks"),
        DeliveryState::Read => Some("read"),
        DeliveryState::Received => None,
    }
}

/// How this client stands with its relay.
pub(crate) const fn connection(connection: Connection) -> &'static str {
    match connection {
        Connection::Offline { .. } => "connection-offline",
        Connection::Connecting => "connection-connecting",
        Connection::CatchingUp => "connection-catching-up",
        Connection::Live => "connection-live",
        Connection::Stopped { .. } => "connection-stopped",
    }
}

/// Why the client cannot go on: title, what it means, what to do.
pub(crate) const fn trouble(code: TroubleCode) -> [&'static str; 3] {
    match code {
        TroubleCode::InsecureContext => ["insecure-title", "insecure-meaning", "insecure-way"],
        TroubleCode::StorageRefused => ["refused-title", "refused-meaning", "refused-way"],
        TroubleCode::StorageFull => ["full-title", "full-meaning", "full-way"],
        TroubleCode::StorageFailed => ["storage-title", "storage-meaning", "storage-way"],
        TroubleCode::UpgradeRequired => ["newer-title", "newer-meaning", "newer-way"],
        TroubleCode::Damaged => ["damaged-title", "damaged-meaning", "damaged-way"],
        TroubleCode::WasmRefused => ["wasm-title", "wasm-meaning", "wasm-way"],
        TroubleCode::BrowserTooOld => ["old-title", "old-meaning", "old-way"],
        TroubleCode::WorkerFailed => ["worker-title", "worker-meaning", "worker-way"],
        TroubleCode::RelayAddress => ["address-title", "address-meaning", "address-way"],
    }
}

/// How data is protected: its name, and what that guards against.
pub(crate) const fn protection(protection: Protection) -> [&'static str; 2] {
    match protection {
        Protection::Browser => ["protection-browser", "protection-browser-means"],
        Protection::Passphrase => ["protection-passphrase", "protection-passphrase-means"],
        Protection::Passkey => ["protection-passkey", "protection-passkey-means"],
    }
}

/// A page of settings: its title, what is there, and its icon.
pub(crate) const fn setting(setting: Setting) -> [&'static str; 3] {
    match setting {
        Setting::Profile => ["setting-profile", "setting-profile-line", "person"],
        Setting::Appearance => ["setting-appearance", "setting-appearance-line", "theme"],
        Setting::Storage => ["setting-storage", "setting-storage-line", "lock"],
        Setting::Phrase => ["setting-phrase", "setting-phrase-line", "key"],
        Setting::Devices => ["setting-devices", "setting-devices-line", "device"],
        Setting::Diagnostics => ["setting-diagnostics", "setting-diagnostics-line", "pulse"],
        Setting::Erase => ["setting-erase", "setting-erase-line", "trash"],
    }
}

/// Erasing everything here: the question, what it means, what is done.
pub(crate) const ERASE: [&str; 3] = ["erase-question", "erase-meaning", "erase-everything"];
/// Erasing what was begun of an account that is coming back.
pub(crate) const ERASE_BEGUN: [&str; 3] =
    ["restoring-stop-question", "restoring-stop-meaning", "restoring-stop-do"];
/// Another tab runs a newer version.
pub(crate) const OUTDATED: [&str; 3] = ["outdated-title", "outdated-meaning", "outdated-way"];
/// Everything was erased.
pub(crate) const WIPED: [&str; 3] = ["wiped-title", "wiped-meaning", "wiped-way"];
/// The data is there, its key is not.
pub(crate) const KEY_LOST: [&str; 3] = ["key-lost-title", "key-lost-meaning", "key-lost-way"];
