//! What helps to find a fault, without anything secret or personal.

use client_api::page::{Answer, PAGE_VERSION, Request};
use client_api::{Connection, Diagnostics};
use leptos::prelude::*;

use super::super::attempt::{Missing, get};
use super::super::controls::CopyButton;
use crate::app::{App, use_app};
use crate::model::words;

/// A table, and a button that copies it.
#[component]
pub(super) fn DiagnosticsPage() -> impl IntoView {
    let app = use_app();
    let known = RwSignal::new(None::<Diagnostics>);
    let problem = RwSignal::new(None);
    let diagnostics = |answer| match answer {
        Answer::Diagnostics { diagnostics } => Some(diagnostics),
        _ => None,
    };
    let load = move || get(known, problem, app.fetch(Request::Diagnostics, diagnostics));
    Effect::new(move |_| {
        // Asked for again whenever the connection changes.
        app.connection.track();
        load();
    });
    let lines = Memo::new(move |_| known.get().map(|known| lines(app, &known)).unwrap_or_default());
    let text = Signal::derive(move || {
        lines.get().iter().map(|(label, value)| format!("{label}: {value}\n")).collect::<String>()
    });
    view! {
        <section class="card">
            <p class="muted">{app.text("diagnostics-meaning")}</p>
            <Missing problem on_again=move |()| load() />
            <dl class="facts">
                {move || {
                    lines
                        .get()
                        .into_iter()
                        .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
                        .collect_view()
                }}
            </dl>
            <div class="row-of-buttons">
                <CopyButton text label=app.text("copy-diagnostics") />
            </div>
        </section>
    }
}

fn lines(app: App, known: &Diagnostics) -> Vec<(String, String)> {
    let connection = match known.connection {
        Connection::Stopped { reason } => {
            format!("{} ({})", app.text("connection-stopped"), reason.as_str())
        }
        connection => app.text(words::connection(connection)),
    };
    let user_agent = window().navigator().user_agent().unwrap_or_default();
    let counts = [
        (app.text("diagnostics-outbox"), known.outbox_count),
        (app.text("diagnostics-conversations"), known.conversation_count),
        (app.text("diagnostics-contacts"), known.contact_count),
        (app.text("diagnostics-devices"), known.device_count),
        (app.text("diagnostics-writes"), known.state_counter),
        (app.text("diagnostics-protocol"), u64::from(known.protocol_version)),
        (app.text("diagnostics-page"), u64::from(PAGE_VERSION)),
    ];
    let mut lines = vec![(app.text("diagnostics-connection"), connection)];
    lines.extend(counts.map(|(label, count)| (label, app.number(count))));
    lines.push((app.text("diagnostics-version"), env!("CARGO_PKG_VERSION").to_owned()));
    lines.push((app.text("diagnostics-browser"), user_agent));
    lines
}
