//! Palaver in a browser: what a person sees and does. Holds no engine: everything comes from the client by messages.

mod app;
mod browser;
mod events;
mod formats;
mod host;
mod model;
mod texts;
mod view;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::app::App;
use crate::host::Host;
use crate::model::route::Route;
use crate::texts::{Locale, Texts};

/// Shows the app of a client in the page.
#[wasm_bindgen]
pub fn start(host: Host) {
    let locale = Locale::named(&browser::locale());
    let root = document().get_element_by_id("app").and_then(|root| root.dyn_into().ok());
    let Some(root) = root else { return };
    if let Some(html) = document().document_element()
        && locale != Locale::English
    {
        html.set_attribute("dir", locale.direction()).expect("a plain attribute of an element");
    }
    let mounted = leptos::mount::mount_to(root, move || {
        let app = App::new(host, Texts::new(locale).with_local_numbers(), Route::parse(&browser::path()));
        provide_context(app);
        app.keep_the_day();
        host::listen(&app.host(), move |message| app.hear(message));
        view::root::Root()
    });
    mounted.forget();
}
