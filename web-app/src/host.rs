//! The page's side of the client, as the npm package gives it: the only way to what this app shows.

use client_api::page::{Answer, CredentialId, Failure, FailureCode, PasskeySecret, Request, ToPage};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What `connect` returned.
    pub type Host;

    #[wasm_bindgen(method, catch)]
    async fn ask(this: &Host, request: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn listen(this: &Host, callback: &js_sys::Function) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = makePasskey)]
    async fn make_passkey(this: &Host, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = usePasskey)]
    async fn use_passkey(this: &Host, credential: js_sys::Uint8Array) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, js_name = supportsPasskeys)]
    fn supports_passkeys(this: &Host) -> bool;
}

/// A passkey, and what it gave.
pub(crate) struct Passkey {
    /// Which one.
    pub(crate) credential: CredentialId,
    /// It.
    pub(crate) secret: PasskeySecret,
}

/// Asks for something. What cannot be understood is a fault of this program, and said as such.
pub(crate) async fn request(host: &Host, request: &Request) -> Answer {
    // Plain objects for maps; bytes as `Uint8Array`.
    let serializer = serde_wasm_bindgen::Serializer::json_compatible().serialize_bytes_as_arrays(false);
    let Ok(request) = request.serialize(&serializer) else { return fault("a request cannot be written") };
    match host.ask(request).await {
        Ok(answer) => serde_wasm_bindgen::from_value(answer)
            .unwrap_or_else(|error| fault(&format!("an answer cannot be read: {error}"))),
        Err(_) => fault("asking failed"),
    }
}

/// Calls back with everything that happens from now on, and with the state as it is.
pub(crate) fn listen(host: &Host, mut callback: impl FnMut(ToPage) + 'static) {
    let closure = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
        if let Ok(message) = serde_wasm_bindgen::from_value(message) {
            callback(message);
        }
    });
    host.listen(closure.as_ref().unchecked_ref());
    // The app listens for as long as the page lives.
    closure.forget();
}

/// Makes a passkey that keeps a secret for this account.
pub(crate) async fn make_passkey(host: &Host, name: &str) -> Result<Passkey, Failure> {
    let made = host.make_passkey(name).await.map_err(|error| passkey_failure(&error))?;
    let bytes = |name: &str| {
        let value = js_sys::Reflect::get(&made, &JsValue::from_str(name)).unwrap_or_default();
        js_sys::Uint8Array::new(&value).to_vec()
    };
    Ok(Passkey { credential: CredentialId(bytes("credential")), secret: PasskeySecret(bytes("secret")) })
}

/// Asks a passkey for its secret.
pub(crate) async fn use_passkey(host: &Host, credential: &[u8]) -> Result<PasskeySecret, Failure> {
    let secret = host.use_passkey(js_sys::Uint8Array::from(credential)).await;
    secret
        .map(|secret| PasskeySecret(js_sys::Uint8Array::new(&secret).to_vec()))
        .map_err(|error| passkey_failure(&error))
}

/// Whether passkeys that keep a secret can be asked for at all.
pub(crate) fn supports_passkeys(host: &Host) -> bool {
    host.supports_passkeys()
}

fn passkey_failure(error: &JsValue) -> Failure {
    let code = js_sys::Reflect::get(error, &JsValue::from_str("code")).ok().and_then(|code| code.as_string());
    let is_known = code.as_deref() == Some(FailureCode::NoPasskey.as_str());
    let message = code.unwrap_or_else(|| "no code".to_owned());
    Failure { code: if is_known { FailureCode::NoPasskey } else { FailureCode::Internal }, message }
}

fn fault(message: &str) -> Answer {
    Answer::Failed { failure: Failure { code: FailureCode::Internal, message: message.to_owned() } }
}
