//! Data keys: opened by what keeps them, also after they were stored.

use client_api::page::{CredentialId, Lock, NewProtection, PasskeySecret, Request, UnlockSecret};
use client_core::vault::DataKey;
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::new_name;
use crate::database::Database;
use crate::keys::{KeptKey, KeyError};
use crate::speech::{Unread, read_request};
use crate::world;

#[wasm_bindgen_test]
async fn the_browsers_own_key_opens_after_storing_and_is_never_given_out() {
    let (key, kept) = kept_by(NewProtection::Browser).await;
    assert_eq!(kept.lock(), None);
    assert_eq!(kept.open().await.unwrap().to_bytes(), key.to_bytes());
    let KeptKey::ByBrowser { key: own, .. } = kept else { panic!("it is the browser's") };
    assert!(Reflect::get(&own, &"extractable".into()).unwrap().is_falsy());
}

#[wasm_bindgen_test]
async fn a_passphrase_opens_and_another_does_not() {
    let (key, kept) = kept_by(NewProtection::Passphrase { passphrase: "correct horse".to_owned() }).await;
    assert_eq!(kept.lock(), Some(Lock::Passphrase));
    let unlock = |words: &str| kept.unlock(&UnlockSecret::Passphrase { passphrase: words.to_owned() });
    assert_eq!(unlock("battery").err(), Some(KeyError::Wrong));
    assert_eq!(unlock("correct horse").unwrap().to_bytes(), key.to_bytes());
    assert_eq!(kept.open().await.err(), Some(KeyError::Wrong), "nothing opens by itself");
}

#[wasm_bindgen_test]
async fn a_passkeys_secret_opens_and_another_does_not() {
    let protection =
        NewProtection::Passkey { credential: CredentialId(vec![1, 2]), secret: PasskeySecret(vec![5; 32]) };
    let (key, kept) = kept_by(protection).await;
    assert_eq!(kept.lock(), Some(Lock::Passkey { credential: CredentialId(vec![1, 2]) }));
    let unlock = |byte: u8, length: usize| {
        kept.unlock(&UnlockSecret::Passkey { bytes: PasskeySecret(vec![byte; length]) })
    };
    assert_eq!(unlock(6, 32).err(), Some(KeyError::Wrong));
    assert_eq!(unlock(5, 31).err(), Some(KeyError::Wrong));
    assert_eq!(unlock(5, 32).unwrap().to_bytes(), key.to_bytes());
}

#[wasm_bindgen_test]
fn a_passkeys_secret_is_wiped_once_it_is_read() {
    let secret = Uint8Array::new_with_length(32);
    secret.fill(5, 0, 32);
    let (request, inner) = (Object::new(), Object::new());
    for (object, name, value) in [
        (&inner, "secret", JsValue::from("passkey")),
        (&inner, "bytes", secret.clone().into()),
        (&request, "request", "unlock".into()),
        (&request, "secret", inner.clone().into()),
    ] {
        Reflect::set(object, &name.into(), &value).unwrap();
    }
    let read = read_request(&Unread(request.into())).unwrap();
    assert_eq!(read, Request::Unlock { secret: UnlockSecret::Passkey { bytes: PasskeySecret(vec![5; 32]) } });
    assert_eq!(secret.to_vec(), [0; 32]);
}

/// A new key that was kept, stored and read again.
async fn kept_by(protection: NewProtection) -> (DataKey, KeptKey) {
    let mut entropy = world::entropy();
    let key = DataKey::generate(&mut entropy);
    let made = KeptKey::make(&key, &protection, &mut entropy).await.unwrap();
    let database = Database::open(&new_name(), |_| {}).await.unwrap();
    let token = database.take_over().await.unwrap();
    database.set_note(token, "key", &made.to_note().unwrap()).await.unwrap();
    let note = database.note("key").await.unwrap().unwrap();
    (key, KeptKey::from_note(&note).unwrap())
}
