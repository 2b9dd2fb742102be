//! Where the keyboard goes on when what had the focus is gone.

use leptos::prelude::*;

use crate::app::App;
use crate::browser;
use crate::model::route::Route;

/// Follows the screen, and finds a place for a focus that was lost with the one before.
pub(crate) fn keep(app: App) {
    Effect::new(move |before: Option<Route>| {
        let route = app.route.get();
        app.state.track();
        app.registration.track();
        after_drawing(move || find(before, route));
        route
    });
}

/// Does something if the focus is lost once what changes now is drawn.
pub(crate) fn if_lost(something: impl FnOnce() + 'static) {
    after_drawing(move || {
        if browser::is_focus_lost() {
            something();
        }
    });
}

fn find(before: Option<Route>, route: Route) {
    let places: &[&str] = match route {
        // Whoever closes the details is back at what opened them.
        Route::Chat(_) if matches!(before, Some(Route::Details(_))) => {
            &[".chat-head [aria-expanded]", ".chat-name"]
        }
        Route::Details(_) if browser::is_phone() => &[".details .pane-title"],
        Route::Chat(_) | Route::Details(_) if !browser::is_touch() => &[".composer-field", ".chat-name"],
        Route::Chat(_) | Route::Details(_) => &[".chat-name"],
        Route::List | Route::New | Route::Settings => &[".gate h1", ".side .pane-title", ".main h1"],
        _ => &[".gate h1", ".main h1", ".side .pane-title"],
    };
    // What is not to be seen does not take it.
    let _ = places.iter().any(|place| !browser::is_focus_lost() || browser::focus(place));
}

fn after_drawing(something: impl FnOnce() + 'static) {
    request_animation_frame(move || request_animation_frame(something));
}
