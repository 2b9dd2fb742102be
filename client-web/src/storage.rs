//! What the browser says about the space it gives.

use client_api::page::{Protection, StorageView};
use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, StorageManager};

/// Where and how safely data is kept.
pub(crate) async fn view(protection: Protection) -> StorageView {
    let is_persistent = ask(StorageManager::persisted).await.is_some_and(|answer| answer.is_truthy());
    let estimate = ask(StorageManager::estimate).await;
    let number = |name: &str| {
        let value = Reflect::get(estimate.as_ref()?, &name.into()).ok()?.as_f64()?;
        // Counts of bytes: whole, never negative, far below what a float holds exactly.
        Some(value as u64)
    };
    StorageView { protection, is_persistent, used_bytes: number("usage"), quota_bytes: number("quota") }
}

async fn ask(question: impl Fn(&StorageManager) -> Result<Promise, JsValue>) -> Option<JsValue> {
    let global: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    JsFuture::from(question(&global.navigator().storage()).ok()?).await.ok()
}
