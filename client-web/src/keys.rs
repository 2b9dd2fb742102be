//! The data key as this browser keeps it: under a key of its own that it never gives out, or wrapped by a passphrase or
//! by what a passkey gives.

use client_api::page::{CredentialId, Lock, NewProtection, Protection, UnlockSecret};
use client_core::entropy::Entropy;
use client_core::vault::DataKey;
use client_core::wrapping::{self, Needed, UnwrapError, Wrapping};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

/// The version of the note that holds the key.
const NOTE_VERSION: u32 = 1;
const IV_BYTES: usize = 12;

#[wasm_bindgen]
extern "C" {
    type Subtle;

    #[wasm_bindgen(thread_local_v2, js_namespace = crypto, js_name = subtle)]
    static SUBTLE: Subtle;

    #[wasm_bindgen(method, catch, js_name = generateKey)]
    fn generate_key(
        this: &Subtle,
        algorithm: &Object,
        is_extractable: bool,
        usages: &Array,
    ) -> Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn encrypt(
        this: &Subtle,
        algorithm: &Object,
        key: &JsValue,
        data: &Uint8Array,
    ) -> Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn decrypt(
        this: &Subtle,
        algorithm: &Object,
        key: &JsValue,
        data: &Uint8Array,
    ) -> Result<js_sys::Promise, JsValue>;
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// The note cannot be used, or the browser's key is gone.
    Lost,
    /// It was written by a newer version.
    Newer,
    /// The passphrase or the passkey's secret is not the right one.
    Wrong,
}

/// How a data key is kept.
pub(crate) enum KeptKey {
    /// Sealed by a key of the browser's.
    ByBrowser {
        /// The browser's key.
        key: JsValue,
        iv: Vec<u8>,
        sealed: Vec<u8>,
    },
    /// Wrapped by a secret that a person has; the passkey's id where it is one.
    Wrapped { kept: Vec<u8>, credential: Option<Vec<u8>> },
}

impl KeptKey {
    /// Keeps a key in a new way.
    pub(crate) async fn make(
        key: &DataKey,
        by: &NewProtection,
        entropy: &mut Entropy,
    ) -> Result<Self, JsValue> {
        match by {
            NewProtection::Browser => {
                let plain = wrapping::wrap(key, Wrapping::None, entropy);
                let own = generate().await?;
                let iv = entropy.draw::<IV_BYTES>().to_vec();
                let plain = Uint8Array::from(plain.as_slice());
                let sealing = SUBTLE.with(|subtle| subtle.encrypt(&algorithm(&iv), &own, &plain))?;
                plain.fill(0, 0, plain.length());
                let sealed = Uint8Array::new(&done(sealing).await?).to_vec();
                Ok(Self::ByBrowser { key: own, iv, sealed })
            }
            NewProtection::Passphrase { passphrase } => {
                let kept = wrapping::wrap(key, Wrapping::Passphrase(passphrase), entropy).to_vec();
                Ok(Self::Wrapped { kept, credential: None })
            }
            NewProtection::Passkey { credential, secret } => {
                let secret = passkey_secret(&secret.0).ok_or("a passkey's secret has 32 bytes")?;
                let kept = wrapping::wrap(key, Wrapping::Secret(&secret), entropy).to_vec();
                Ok(Self::Wrapped { kept, credential: Some(credential.0.clone()) })
            }
        }
    }

    /// Opens what needs no person.
    pub(crate) async fn open(&self) -> Result<DataKey, KeyError> {
        let Self::ByBrowser { key, iv, sealed } = self else { return Err(KeyError::Wrong) };
        let sealed = Uint8Array::from(sealed.as_slice());
        let opening = SUBTLE.with(|subtle| subtle.decrypt(&algorithm(iv), key, &sealed));
        let opened = done(opening.map_err(|_| KeyError::Lost)?).await.map_err(|_| KeyError::Lost)?;
        let opened = Uint8Array::new(&opened);
        let plain = Zeroizing::new(opened.to_vec());
        opened.fill(0, 0, opened.length());
        wrapping::unwrap(&plain, Wrapping::None).map_err(|_| KeyError::Lost)
    }

    /// Opens what a person's secret opens.
    pub(crate) fn unlock(&self, secret: &UnlockSecret) -> Result<DataKey, KeyError> {
        let Self::Wrapped { kept, .. } = self else { return Err(KeyError::Wrong) };
        let opened = match secret {
            UnlockSecret::Passphrase { passphrase } => {
                wrapping::unwrap(kept, Wrapping::Passphrase(passphrase))
            }
            UnlockSecret::Passkey { bytes } => {
                let secret = passkey_secret(&bytes.0).ok_or(KeyError::Wrong)?;
                wrapping::unwrap(kept, Wrapping::Secret(&secret))
            }
        };
        opened.map_err(|error| match error {
            UnwrapError::Damaged => KeyError::Lost,
            UnwrapError::Needs(_) | UnwrapError::Wrong => KeyError::Wrong,
        })
    }

    /// What a person has to give, if anything.
    pub(crate) fn lock(&self) -> Option<Lock> {
        match self {
            Self::ByBrowser { .. } => None,
            Self::Wrapped { credential: Some(credential), .. } => {
                Some(Lock::Passkey { credential: CredentialId(credential.clone()) })
            }
            Self::Wrapped { credential: None, .. } => Some(Lock::Passphrase),
        }
    }

    pub(crate) fn protection(&self) -> Protection {
        match self.lock() {
            None => Protection::Browser,
            Some(Lock::Passphrase) => Protection::Passphrase,
            Some(Lock::Passkey { .. }) => Protection::Passkey,
        }
    }

    /// The note to store.
    pub(crate) fn to_note(&self) -> Result<JsValue, JsValue> {
        let note = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&note, &name.into(), value).map(drop);
        let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
        set("version", &NOTE_VERSION.into())?;
        match self {
            Self::ByBrowser { key, iv, sealed } => {
                set("key", key)?;
                set("iv", &bytes(iv))?;
                set("sealed", &bytes(sealed))?;
            }
            Self::Wrapped { kept, credential } => {
                set("kept", &bytes(kept))?;
                if let Some(credential) = credential {
                    set("credential", &bytes(credential))?;
                }
            }
        }
        Ok(note.into())
    }

    /// A stored note.
    pub(crate) fn from_note(note: &JsValue) -> Result<Self, KeyError> {
        let get = |name: &str| Reflect::get(note, &name.into()).ok().filter(|value| !value.is_undefined());
        let bytes = |name: &str| get(name)?.dyn_into::<Uint8Array>().ok().map(|array| array.to_vec());
        let version = get("version").and_then(|version| version.as_f64()).ok_or(KeyError::Lost)?;
        if version > f64::from(NOTE_VERSION) {
            return Err(KeyError::Newer);
        }
        if let Some(kept) = bytes("kept") {
            let is_wrapped = wrapping::needed(&kept).is_ok_and(|needed| needed != Needed::Nothing);
            let wrapped = Self::Wrapped { kept, credential: bytes("credential") };
            return if is_wrapped { Ok(wrapped) } else { Err(KeyError::Lost) };
        }
        let kept = get("key").zip(bytes("iv")).zip(bytes("sealed"));
        kept.map(|((key, iv), sealed)| Self::ByBrowser { key, iv, sealed }).ok_or(KeyError::Lost)
    }
}

fn passkey_secret(bytes: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    bytes.try_into().ok().map(Zeroizing::new)
}

/// A key that leaves the browser in no way but by a copy of its files.
async fn generate() -> Result<JsValue, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"name".into(), &"AES-GCM".into())?;
    Reflect::set(&options, &"length".into(), &256.into())?;
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    done(SUBTLE.with(|subtle| subtle.generate_key(&options, false, &usages))?).await
}

fn algorithm(iv: &[u8]) -> Object {
    let options = Object::new();
    for (name, value) in [("name", JsValue::from("AES-GCM")), ("iv", Uint8Array::from(iv).into())] {
        // An object made here takes every property.
        let _ = Reflect::set(&options, &name.into(), &value);
    }
    options
}

async fn done(promise: js_sys::Promise) -> Result<JsValue, JsValue> {
    wasm_bindgen_futures::JsFuture::from(promise).await
}
