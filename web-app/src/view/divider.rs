//! What is between list and conversation, and can be moved.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::app::use_app;

/// The width before it was moved.
const WIDTH: f64 = 320.0;
const WIDTH_MIN: f64 = 260.0;
const WIDTH_MAX: f64 = 420.0;
/// What an arrow moves it by.
const STEP: f64 = 16.0;

/// The width that was kept, as far as it is one.
pub(crate) fn kept_width() -> f64 {
    within(crate::browser::list_width().unwrap_or(WIDTH))
}

fn within(width: f64) -> f64 {
    // What was kept may be anything, even no number.
    if width.is_nan() { WIDTH } else { width.clamp(WIDTH_MIN, WIDTH_MAX).round() }
}

/// Moved by pointer or arrows; the width is kept.
#[component]
pub(crate) fn Divider(width: RwSignal<f64>) -> impl IntoView {
    let app = use_app();
    let is_moving = RwSignal::new(false);
    let is_reversed = move || {
        document().document_element().is_some_and(|root| root.get_attribute("dir").as_deref() == Some("rtl"))
    };
    let set = move |to: f64| width.set(within(to));
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
            on:pointercancel=release
            on:keydown=press
        ></div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_that_was_kept_is_within_bounds() {
        let widths = [-5.0, 300.4, 9000.0, f64::NAN, f64::INFINITY].map(within);
        assert_eq!(widths, [WIDTH_MIN, 300.0, WIDTH_MAX, WIDTH, WIDTH_MAX]);
    }
}
