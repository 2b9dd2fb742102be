//! One's own link, as a code to be scanned.

use leptos::prelude::*;
use qrcode::{Color, QrCode};

/// A code of a text; drawn as one path, dark on light whatever the theme, as cameras want it.
#[component]
pub(crate) fn Code(
    /// What it says to a camera.
    text: String,
    /// What it says to a person.
    label: String,
) -> impl IntoView {
    /// Modules of light around the code.
    const QUIET: usize = 4;
    QrCode::new(text.as_bytes()).ok().map(|code| {
        let side = code.width() + 2 * QUIET;
        let path = path(&code.to_colors(), code.width(), QUIET);
        view! {
            <svg
                class="code"
                role="img"
                aria-label=label
                viewBox=format!("0 0 {side} {side}")
                shape-rendering="crispEdges"
            >
                <path d=path></path>
            </svg>
        }
    })
}

/// Runs of dark modules, row by row.
fn path(colors: &[Color], width: usize, quiet: usize) -> String {
    let mut path = String::new();
    for (row, modules) in colors.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = modules[column..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", column + quiet, row + quiet));
            }
            column += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_modules_become_runs() {
        let (dark, light) = (Color::Dark, Color::Light);
        assert_eq!(path(&[dark, dark, light, dark], 2, 1), "M1 1h2v1h-2zM2 2h1v1h-1z");
    }
}
