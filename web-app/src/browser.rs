//! What the app needs of the browser itself: the address, what is kept for the page, random bytes, focus.

use client_api::CommandId;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Storage};

/// What the theme is kept under; `theme.js` reads it before anything is painted.
const THEME_KEY: &str = "palaver.theme";
/// What the width of the list is kept under.
const LIST_WIDTH_KEY: &str = "palaver.list-width";
/// What the locale is kept under, for this tab.
const LOCALE_KEY: &str = "palaver.locale";

/// An id for a command.
pub(crate) fn command_id() -> CommandId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&random::<16>());
    CommandId(bytes)
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Ok(crypto) = window().crypto() {
        // Refused only for more than 64 KB.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// The path of the address.
pub(crate) fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The locale that is asked for, in the address or earlier in this tab.
pub(crate) fn locale() -> String {
    let search = window().location().search().unwrap_or_default();
    let asked = web_sys::UrlSearchParams::new_with_str(&search).ok().and_then(|search| search.get("locale"));
    let storage = window().session_storage().ok().flatten();
    if let (Some(asked), Some(storage)) = (&asked, &storage) {
        // Not kept where storage is refused: then it holds for this page.
        let _ = storage.set_item(LOCALE_KEY, asked);
    }
    asked.or_else(|| storage?.get_item(LOCALE_KEY).ok().flatten()).unwrap_or_default()
}

/// The theme that was chosen: `light`, `dark`, or neither.
pub(crate) fn theme() -> String {
    local().and_then(|storage| storage.get_item(THEME_KEY).ok().flatten()).unwrap_or_default()
}

/// Chooses a theme; an empty one follows the system.
pub(crate) fn set_theme(theme: &str) {
    if let Some(root) = document().document_element() {
        let set = if theme.is_empty() {
            root.remove_attribute("data-theme")
        } else {
            root.set_attribute("data-theme", theme)
        };
        set.expect("a plain attribute of an element");
    }
    if let Some(storage) = local() {
        // Not kept where storage is refused: then it holds for this page.
        let _ = if theme.is_empty() {
            storage.remove_item(THEME_KEY)
        } else {
            storage.set_item(THEME_KEY, theme)
        };
    }
}

/// The width of the list that was chosen.
pub(crate) fn list_width() -> Option<f64> {
    local()?.get_item(LIST_WIDTH_KEY).ok().flatten()?.parse().ok()
}

/// Keeps the width of the list.
pub(crate) fn set_list_width(width: f64) {
    if let Some(storage) = local() {
        // Not kept where storage is refused: then it holds for this page.
        let _ = storage.set_item(LIST_WIDTH_KEY, &width.to_string());
    }
}

/// Whether the page is what a person is looking at.
pub(crate) fn has_focus() -> bool {
    document().has_focus().unwrap_or(false)
}

/// Whether there is room for panes beside each other.
pub(crate) fn is_wide() -> bool {
    matches("(min-width: 960px)")
}

/// Whether there is room for one pane only: details cover the conversation.
pub(crate) fn is_phone() -> bool {
    matches("(max-width: 640px)")
}

/// Whether a finger does the pointing: then a keyboard on screen is not called up unasked.
pub(crate) fn is_touch() -> bool {
    matches("(pointer: coarse)")
}

fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|query| query.matches())
}

/// Focuses the first element that a selector finds.
pub(crate) fn focus(selector: &str) -> bool {
    let element = document().query_selector(selector).ok().flatten();
    let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok() && !is_focus_lost())
}

/// Whether nothing has the focus: what had it is gone or covered.
pub(crate) fn is_focus_lost() -> bool {
    let is_covered =
        |focused: &web_sys::Element| focused.closest("[inert]").is_ok_and(|inert| inert.is_some());
    document().active_element().is_none_or(|focused| focused.tag_name() == "BODY" || is_covered(&focused))
}

/// Copies text; whether the browser let it.
pub(crate) async fn copy(text: &str) -> bool {
    let copying = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(copying).await.is_ok()
}

/// Loads the page anew.
pub(crate) fn reload() {
    // Refused only to sandboxed pages.
    let _ = window().location().reload();
}

fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
