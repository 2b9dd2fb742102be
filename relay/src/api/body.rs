//! Bodies of changes: read, checked, and known again.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::{HeaderMap, Method};
use protocol::Bytes;
use protocol::domain::Domain;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::Api;
use super::asked::{Asking, Changing};
use super::policy::{Kept, Policy};
use super::unreadable::unreadable;
use crate::trade::{Code, Idempotency, Refusal};

/// Bytes of a body: the longest texts of every field, and metadata.
pub(super) const BODY_BYTES_MAX: usize = 64 << 10;
/// How long a body may take: a phone in a tunnel, not somebody who holds a door open. Two thirds of what a request may take, so that
/// one whose body is late is told so.
const BODY_MS_MAX: u64 = 20_000;
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A request for a change, with its body.
pub(super) struct Asked<T> {
    pub(super) changing: Changing,
    pub(super) body: T,
}

/// The same, with the body as it was written.
pub(super) struct Written<T> {
    pub(super) asked: Asked<T>,
    pub(super) text: Bytes,
}

/// The body of a request that needs none: an empty object, or nothing.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &Arc<Api>) -> Result<Self, Refusal> {
        Ok(read(request).await?.asked)
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for Written<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &Arc<Api>) -> Result<Self, Refusal> {
        read(request).await
    }
}

async fn read<T: DeserializeOwned>(request: Request) -> Result<Written<T>, Refusal> {
    let (parts, body) = request.into_parts();
    let asking: Option<Asking> = parts.extensions.get().cloned();
    let asking = asking.ok_or_else(|| Refusal::new(Code::Unauthorized, "this needs a credential"))?;
    let policy: Option<&&'static Policy> = parts.extensions.get();
    let kept = policy.map_or(Kept::Never, |policy| policy.kept);
    let bytes = timeout(Duration::from_millis(BODY_MS_MAX), to_bytes(body, BODY_BYTES_MAX)).await;
    let bytes = bytes.map_err(|_| {
        let message = format!("a body has to come within {BODY_MS_MAX} milliseconds");
        Refusal::new(Code::RequestTimeout, message)
    })?;
    let bytes = bytes.map_err(|_| {
        Refusal::new(Code::PayloadTooLarge, format!("a body has at most {BODY_BYTES_MAX} bytes"))
    })?;
    let value = parse(&bytes)?;
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let hash = hash(&parts.method, route, parts.uri.path(), &value);
    let given = key(&parts.headers)?;
    if given.is_none() && kept.is_key_needed() {
        return Err(Refusal::missing("Idempotency-Key"));
    }
    let known = |kept_ms| given.map(|(key, text)| Idempotency { key, text, hash, kept_ms });
    let idempotency = match kept {
        Kept::Never => None,
        Kept::For(kept_ms) | Kept::Always(kept_ms) => known(Some(kept_ms)),
        Kept::Forever | Kept::AlwaysForever => known(None),
    };
    let body = typed(&value)?;
    Ok(Written { asked: Asked { changing: Changing { asking, idempotency }, body }, text: bytes })
}

fn parse(bytes: &Bytes) -> Result<Value, Refusal> {
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| Refusal::new(Code::InvalidRequest, format!("the body is no JSON: {error}")))?;
    if value.is_null() {
        return Ok(json!({}));
    }
    if value.is_object() {
        Ok(value)
    } else {
        Err(Refusal::new(Code::InvalidRequest, "the body has to be a JSON object"))
    }
}

/// Of what is asked for, however it is written: fields in order, without spaces.
fn hash(method: &Method, route: &str, path: &str, body: &Value) -> [u8; 32] {
    let body = body.to_string();
    Domain::Idempotency.hash(&[
        method.as_str().as_bytes(),
        route.as_bytes(),
        path.as_bytes(),
        body.as_bytes(),
    ])
}

/// A UUID, as the caller made it for this request, and as it wrote it.
fn key(headers: &HeaderMap) -> Result<Option<([u8; 16], String)>, Refusal> {
    let Some(given) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = given.to_str().ok().and_then(|text| Some((uuid(text)?, text.to_owned())));
    let problem = "expected a UUID of version 4 or 7, made for this request alone";
    key.map(Some).ok_or_else(|| Refusal::field("Idempotency-Key", problem))
}

/// Of version 4, or of version 7: in the order of its time it is cheaper to keep.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths != [8, 4, 4, 4, 12] {
        return None;
    }
    let hex = groups.concat().to_ascii_lowercase();
    let bytes: [u8; 16] = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()?;
    (matches!(bytes[6] >> 4, 4 | 7) && bytes[8] >> 6 == 0b10).then_some(bytes)
}

/// The body as the route knows it; what is wrong is said by the field's name.
fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| unreadable(&error, "body"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idempotency_key_is_a_uuid_of_version_4_or_7() {
        let good = "6fa459ea-ee8a-4ca4-894e-db77e160355e";
        assert!(uuid(good).is_some());
        assert!(uuid("0190f5a2-7c1e-7d3a-9b54-3f1f0c2d4e5f").is_some());
        assert_eq!(uuid(&good.to_uppercase()), uuid(good));
        for wrong in [
            "6fa459ea-ee8a-3ca4-894e-db77e160355e",
            "6fa459ea-ee8a-4ca4-094e-db77e160355e",
            "6fa459eaee8a4ca4894edb77e160355e",
            "6fa459ea-ee8a-4ca4-894e-db77e160355",
            "6fa459ea-ee8a-4ca4-894e-db77e160355g",
            "",
        ] {
            assert_eq!(uuid(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_same_request_is_known_however_it_is_written() {
        let of = |path: &str, body: &str| {
            hash(
                &Method::POST,
                "/v1/users/{id}",
                path,
                &parse(&Bytes::copy_from_slice(body.as_bytes())).unwrap(),
            )
        };
        assert_eq!(of("/v1/users/1", r#"{"a":1,"b":[2]}"#), of("/v1/users/1", r#" { "b" : [2], "a" : 1 } "#));
        assert_ne!(of("/v1/users/1", r#"{"a":1}"#), of("/v1/users/2", r#"{"a":1}"#));
        assert_ne!(of("/v1/users/1", r#"{"a":1}"#), of("/v1/users/1", r#"{"a":"1"}"#));
    }

    #[test]
    fn what_is_wrong_is_said_by_the_fields_name() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Body {
            #[expect(dead_code)]
            name: String,
        }
        let code = |body: Value| {
            let refusal = typed::<Body>(&body).unwrap_err();
            (refusal.code, refusal.details["fields"][0]["field"].as_str().map(str::to_owned))
        };
        assert_eq!(code(json!({})), (Code::MissingRequiredField, Some("name".to_owned())));
        assert_eq!(code(json!({ "name": 1 })), (Code::ValidationError, Some("name".to_owned())));
        assert_eq!(code(json!({ "name": "a", "nam": "b" })).0, Code::ValidationError);
    }
}
