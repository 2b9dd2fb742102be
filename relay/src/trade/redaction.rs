//! What the audit log keeps of a payload: enough to see what was changed, nothing that is secret or somebody's own.

use serde_json::Value;

/// What stands where something is left out.
const LEFT_OUT: &str = "***REDACTED***";
/// Characters that are shown of the end of a number.
const SHOWN_END: usize = 4;
/// Characters of a number of which an end is shown.
const SHOWN_LENGTH_MIN: usize = 2 * SHOWN_END;
/// Parts of the names of what is secret.
const SECRET: [&str; 5] = ["secret", "password", "token", "salt", "api_key"];
/// Names whose values are the space's or the user's own words.
const PERSONAL: [&str; 20] = [
    "metadata",
    "name",
    "external_user_id",
    "client_order_ref",
    "milestone_ref",
    "title",
    "category",
    "description",
    "message",
    "evidence",
    "note",
    "decision_note",
    "assigned_to",
    "confirmation_uri",
    "return_url",
    "cancel_url",
    "settlement_reason",
    "provider_ref",
    "failure_reason",
    "cancel_reason",
];

/// Masks everything in a payload that is nobody else's business.
pub(super) fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| redact_field(name, value)),
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

fn redact_field(name: &str, value: &mut Value) {
    let kept = match value {
        Value::Null => return,
        _ if SECRET.iter().any(|secret| name.contains(secret)) => LEFT_OUT.to_owned(),
        _ if PERSONAL.contains(&name) => LEFT_OUT.to_owned(),
        Value::String(text) if name.contains("email") => masked_email(text),
        Value::String(text) if name == "ref" || name.contains("destination") => last_four(text),
        // A path may be all that keeps others from a place.
        Value::String(text) if name == "url" => origin(text),
        other => return redact(other),
    };
    *value = kept.into();
}

/// The first character and the domain.
fn masked_email(email: &str) -> String {
    match (email.chars().next(), email.rsplit_once('@')) {
        (Some(first), Some((_, domain))) => format!("{first}***@{domain}"),
        _ => LEFT_OUT.to_owned(),
    }
}

/// Where an address leads, without what it says there.
fn origin(url: &str) -> String {
    let authority_begin = url.find("://").map_or(0, |at| at + 3);
    let authority_end =
        url[authority_begin..].find(['/', '?', '#']).map_or(url.len(), |end| authority_begin + end);
    format!("{}/…", &url[..authority_end])
}

/// The end of a number by which its owner knows it; nothing of one of which that would be half or more.
fn last_four(text: &str) -> String {
    let length = text.chars().count();
    let left_out = if length < SHOWN_LENGTH_MIN { length } else { length - SHOWN_END };
    format!("****{}", text.chars().skip(left_out).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_secret_or_personal_is_masked_at_any_depth() {
        let mut payload = json!({
            "id": "usr_1", "email": "ana@example.org", "api_key": "plv_1", "metadata": { "phone": "1" },
            "url": "https://hooks.example.org/T0/B0/x", "list": [{ "webhook_secret": "s", "destination_ref": "DE89370400440532013000" }], "note": null,
            "name": "Ana's till", "category": "What my aunt left",
        });
        let expected = json!({
            "id": "usr_1", "email": "a***@example.org", "api_key": LEFT_OUT, "metadata": LEFT_OUT,
            "url": "https://hooks.example.org/…", "list": [{ "webhook_secret": LEFT_OUT, "destination_ref": "****3000" }], "note": null,
            "name": LEFT_OUT, "category": LEFT_OUT,
        });
        redact(&mut payload);
        assert_eq!(payload, expected);
    }

    #[test]
    fn of_a_short_number_nothing_is_shown() {
        for (number, shown) in [
            ("", "****"),
            ("1234", "****"),
            ("1234567", "****"),
            ("12345678", "****5678"),
            ("äöüß1234", "****1234"),
        ] {
            assert_eq!(last_four(number), shown, "{number}");
        }
    }
}
