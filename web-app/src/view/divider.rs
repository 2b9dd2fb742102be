//! What is between list and conversation, and can be moved.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::app::use_app;

const WIDTH_MIN: f64 = 260.0;
const WIDTH_MAX: f64 = 420.0;
/// What an arrow moves it by.
const STEP: f64 = 16.0;

/// Moved by pointer or arrows; the width is kept.
#[component]
pub(crate) fn Divider(width: RwSignal<f64>) -> impl IntoView {
    let app = use_app();
    let is_moving = RwSignal::new(false);
    let is_reversed = move || {
        document().document_element().is_some_and(|root| root.get_attribute("dir").as_deref() == Some("rtl"))
    };
    let set = move |to: f64| width.set(to.clamp(WIDTH_MIN, WIDTH_MAX).round());
    let keep = move || crate::browser::set_list_width(width.get_untracked());
    let grab = move |event: web_sys::PointerEvent| {
        if let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
            // Refused where the pointer is gone already.
            let _ = target.set_pointer_capture(event.pointer_id());
        }
        is_moving.set(true);
    };
    let drag = move |event: web_sys::PointerEvent| {
        if is_moving.get_untracked() {
            let at = f64::from(event.client_x());
            let all = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(at);
            set(if is_reversed() { all - at } else { at });
        }
    };
    let release = move |_| {
        is_moving.set(false);
        keep();
    };
    let press = move |event: web_sys::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -STEP,
            "ArrowRight" => STEP,
            _ => return,
        };
        event.prevent_default();
        set(width.get_untracked() + if is_reversed() { -by } else { by });
        keep();
    };
    view! {
        <div
            class="divider"
            class:moving=is_moving
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=app.text("list-width")
            aria-valuemin=WIDTH_MIN.to_string()
            aria-valuemax=WIDTH_MAX.to_string()
            aria-valuenow=move || width.get().to_string()
            on:pointerdown=grab
            on:pointermove=drag
            on:pointerup=release
            on:keydown=press
        ></div>
    }
}
