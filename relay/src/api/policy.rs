//! Who may ask for what, how often, and how long its answer is kept: one line a route.

use axum::http::Method;

use crate::trade::Scope;

const HOUR_MS: u64 = 60 * 60 * 1000;
/// How long answers about who trades are kept: a day of retries.
const DAY_MS: u64 = 24 * HOUR_MS;
/// How long answers about orders are kept: whoever was cut off on Friday asks again on Monday.
const WEEK_MS: u64 = 7 * DAY_MS;

/// A route's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) method: Verb,
    pub(super) path: &'static str,
    pub(super) access: Access,
    pub(super) kept: Kept,
}

/// The methods that routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

impl Verb {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Anybody.
    Public,
    /// Whoever shows a credential that works.
    Anyone,
    /// Keys with a scope.
    Keys(Scope),
    /// Accounts for themselves.
    Accounts,
    /// Keys with a scope, and accounts for themselves.
    KeysAndAccounts(Scope),
}

/// Whether an answer is kept for whoever asks again by the same idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It changes nothing, or shows a secret that is kept nowhere.
    Never,
    /// So long, if a key is given.
    For(u64),
    /// So long; a key has to be given, since doing it twice costs money.
    Always(u64),
    /// Without end, if a key is given.
    Forever,
    /// Without end; a key has to be given.
    AlwaysForever,
}

impl Kept {
    /// Whether nothing is done without a key.
    pub(super) const fn is_key_needed(self) -> bool {
        matches!(self, Self::Always(_) | Self::AlwaysForever)
    }
}

impl Policy {
    /// Whether it comes to the same when it is asked again, by the same key if it has one.
    pub(super) fn is_repeatable(&self, has_key: bool) -> bool {
        self.method == Verb::Get || (has_key && self.kept != Kept::Never)
    }
}

const fn get(path: &'static str, access: Access) -> Policy {
    Policy { method: Verb::Get, path, access, kept: Kept::Never }
}

const fn post(path: &'static str, access: Access, kept: Kept) -> Policy {
    Policy { method: Verb::Post, path, access, kept }
}

/// Every route. One that is not here is open to nobody.
pub(super) const POLICIES: &[Policy] = &[
    get("/v1/health", Access::Public),
    get("/v1/health/detailed", Access::Keys(Scope::Support)),
    get("/v1/openapi.json", Access::Public),
    get("/v1/docs", Access::Public),
    get("/v1/me", Access::Anyone),
    get("/v1/config", Access::Anyone),
    post("/v1/auth/api-keys", Access::Keys(Scope::Support), Kept::Never),
    get("/v1/auth/api-keys", Access::Keys(Scope::Support)),
    Policy {
        method: Verb::Delete,
        path: "/v1/auth/api-keys/{id}",
        access: Access::Keys(Scope::Support),
        kept: Kept::Never,
    },
    post("/v1/auth/api-keys/{id}/token", Access::Keys(Scope::Write), Kept::Never),
    post("/v1/users", Access::Keys(Scope::Write), Kept::For(DAY_MS)),
    get("/v1/users", Access::Keys(Scope::Read)),
    get("/v1/users/{id}", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/users/{id}/balance", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/users/{id}/suspend", Access::Keys(Scope::Support), Kept::For(DAY_MS)),
    post("/v1/users/{id}/activate", Access::Keys(Scope::Support), Kept::For(DAY_MS)),
    post("/v1/topups", Access::KeysAndAccounts(Scope::Write), Kept::Always(DAY_MS)),
    get("/v1/topups", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/topups/{id}", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/topups/{id}/cancel", Access::KeysAndAccounts(Scope::Write), Kept::For(DAY_MS)),
    post("/v1/topups/{id}/confirm", Access::Keys(Scope::Support), Kept::For(DAY_MS)),
    post("/v1/topups/{id}/fail", Access::Keys(Scope::Support), Kept::For(DAY_MS)),
    post("/v1/orders", Access::KeysAndAccounts(Scope::Write), Kept::Always(WEEK_MS)),
    get("/v1/orders", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/orders/{id}", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/orders/{id}/reserve", Access::KeysAndAccounts(Scope::Write), Kept::Always(WEEK_MS)),
    post("/v1/orders/{id}/cancel", Access::KeysAndAccounts(Scope::Write), Kept::For(WEEK_MS)),
    post("/v1/orders/{id}/escrow", Access::KeysAndAccounts(Scope::Write), Kept::Always(WEEK_MS)),
    get("/v1/orders/{id}/escrow", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/orders/{id}/escrow/fund", Access::KeysAndAccounts(Scope::Write), Kept::Always(WEEK_MS)),
    get("/v1/orders/{id}/milestones", Access::KeysAndAccounts(Scope::Read)),
    post(
        "/v1/orders/{id}/milestones/{ref}/complete",
        Access::KeysAndAccounts(Scope::Write),
        Kept::For(WEEK_MS),
    ),
    post("/v1/orders/{id}/release", Access::KeysAndAccounts(Scope::Write), Kept::Always(WEEK_MS)),
    post("/v1/orders/{id}/refund", Access::KeysAndAccounts(Scope::Write), Kept::Always(WEEK_MS)),
    post("/v1/orders/{id}/disputes", Access::KeysAndAccounts(Scope::Write), Kept::AlwaysForever),
    get("/v1/disputes", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/disputes/{id}", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/disputes/{id}/comments", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/disputes/{id}/comment", Access::KeysAndAccounts(Scope::Support), Kept::Forever),
    post("/v1/disputes/{id}/assign", Access::Keys(Scope::Support), Kept::Forever),
    post("/v1/disputes/{id}/resolve", Access::Keys(Scope::Support), Kept::AlwaysForever),
    post("/v1/withdrawals", Access::KeysAndAccounts(Scope::Write), Kept::Always(DAY_MS)),
    get("/v1/withdrawals", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/withdrawals/{id}", Access::KeysAndAccounts(Scope::Read)),
    Policy {
        method: Verb::Delete,
        path: "/v1/withdrawals/{id}",
        access: Access::KeysAndAccounts(Scope::Write),
        kept: Kept::Never,
    },
    post("/v1/withdrawals/{id}/commit", Access::KeysAndAccounts(Scope::Write), Kept::Always(DAY_MS)),
    post("/v1/withdrawals/{id}/complete", Access::Keys(Scope::Support), Kept::For(DAY_MS)),
    post("/v1/withdrawals/{id}/fail", Access::Keys(Scope::Support), Kept::For(DAY_MS)),
    post("/v1/listings", Access::KeysAndAccounts(Scope::Write), Kept::For(DAY_MS)),
    get("/v1/listings", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/listings/suggestions", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/listings/{id}", Access::KeysAndAccounts(Scope::Read)),
    Policy {
        method: Verb::Patch,
        path: "/v1/listings/{id}",
        access: Access::KeysAndAccounts(Scope::Write),
        kept: Kept::For(DAY_MS),
    },
    Policy {
        method: Verb::Delete,
        path: "/v1/listings/{id}",
        access: Access::KeysAndAccounts(Scope::Write),
        kept: Kept::Never,
    },
    post("/v1/listings/{id}/publish", Access::KeysAndAccounts(Scope::Write), Kept::For(DAY_MS)),
    post("/v1/listings/{id}/pause", Access::KeysAndAccounts(Scope::Write), Kept::For(DAY_MS)),
    post("/v1/listings/{id}/resume", Access::KeysAndAccounts(Scope::Write), Kept::For(DAY_MS)),
    get("/v1/categories", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/offers", Access::KeysAndAccounts(Scope::Write), Kept::For(WEEK_MS)),
    get("/v1/offers", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/offers/{id}", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/offers/{id}/counter", Access::KeysAndAccounts(Scope::Write), Kept::For(WEEK_MS)),
    post("/v1/offers/{id}/accept", Access::KeysAndAccounts(Scope::Write), Kept::For(WEEK_MS)),
    post("/v1/offers/{id}/decline", Access::KeysAndAccounts(Scope::Write), Kept::For(WEEK_MS)),
    post("/v1/offers/{id}/withdraw", Access::KeysAndAccounts(Scope::Write), Kept::For(WEEK_MS)),
    post("/v1/transfers", Access::KeysAndAccounts(Scope::Write), Kept::Always(DAY_MS)),
    get("/v1/transfers", Access::KeysAndAccounts(Scope::Read)),
    get("/v1/transfers/{id}", Access::KeysAndAccounts(Scope::Read)),
    get("/api/wallet", Access::Accounts),
    get("/api/wallet/transfers", Access::Accounts),
    // Those who ask here may know of no idempotency keys.
    post("/api/wallet/send", Access::Accounts, Kept::For(DAY_MS)),
    get("/v1/events", Access::KeysAndAccounts(Scope::Read)),
    post("/v1/webhook-endpoints", Access::Keys(Scope::Support), Kept::Never),
    get("/v1/webhook-endpoints", Access::Keys(Scope::Support)),
    get("/v1/webhook-endpoints/{id}", Access::Keys(Scope::Support)),
    Policy {
        method: Verb::Patch,
        path: "/v1/webhook-endpoints/{id}",
        access: Access::Keys(Scope::Support),
        kept: Kept::For(DAY_MS),
    },
    Policy {
        method: Verb::Delete,
        path: "/v1/webhook-endpoints/{id}",
        access: Access::Keys(Scope::Support),
        kept: Kept::For(DAY_MS),
    },
    post("/v1/webhook-endpoints/{id}/rotate-secret", Access::Keys(Scope::Support), Kept::Never),
    get("/v1/webhook-endpoints/{id}/deliveries", Access::Keys(Scope::Support)),
    post("/v1/webhook-deliveries/{id}/retry", Access::Keys(Scope::Support), Kept::For(DAY_MS)),
    get("/v1/audit/logs", Access::Keys(Scope::Support)),
    post("/v1/admin/reconcile", Access::Keys(Scope::Support), Kept::Never),
    get("/v1/admin/jobs/{id}", Access::Keys(Scope::Support)),
    post("/v1/admin/maintenance/enable", Access::Keys(Scope::Support), Kept::Never),
    post("/v1/admin/maintenance/disable", Access::Keys(Scope::Support), Kept::Never),
    get("/v1/admin/maintenance/status", Access::Keys(Scope::Support)),
];

/// The rules of a route. Whoever asks for the head of an answer asks for it.
pub(super) fn policy(method: &Method, path: &str) -> Option<&'static Policy> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    POLICIES.iter().find(|policy| policy.path == path && policy.method.name() == method.as_str())
}

/// Every method that a route has.
pub(super) const ALL_METHODS: [&str; 4] =
    [Verb::Get.name(), Verb::Post.name(), Verb::Patch.name(), Verb::Delete.name()];

/// The methods that a place takes.
pub(super) fn methods(path: &str) -> Vec<&'static str> {
    POLICIES.iter().filter(|policy| policy.path == path).map(|policy| policy.method.name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kept_for_as_long_as_whoever_was_cut_off_may_ask_again() {
        const SECOND_MS: u64 = 1_000;
        let kept = |path: &str| {
            let is_it = |policy: &&Policy| policy.path == path && policy.method == Verb::Post;
            POLICIES.iter().find(is_it).unwrap().kept
        };
        for path in ["/v1/topups", "/v1/withdrawals", "/v1/withdrawals/{id}/commit", "/v1/transfers"] {
            assert_eq!(kept(path), Kept::Always(86_400 * SECOND_MS), "{path}");
        }
        for path in
            ["", "/{id}/reserve", "/{id}/escrow", "/{id}/escrow/fund", "/{id}/release", "/{id}/refund"]
        {
            assert_eq!(kept(&format!("/v1/orders{path}")), Kept::Always(604_800 * SECOND_MS), "{path}");
        }
        for path in ["/v1/orders/{id}/disputes", "/v1/disputes/{id}/resolve"] {
            assert_eq!(kept(path), Kept::AlwaysForever, "{path}");
        }
        for path in ["/v1/disputes/{id}/comment", "/v1/disputes/{id}/assign"] {
            assert_eq!(kept(path), Kept::Forever, "{path}");
        }
    }
}
