//! Reading someone's code with the camera, where the browser can.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::controls::Problem;
use crate::app::use_app;

#[wasm_bindgen]
extern "C" {
    type BarcodeDetector;

    #[wasm_bindgen(constructor, catch)]
    fn new(options: &JsValue) -> Result<BarcodeDetector, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn detect(this: &BarcodeDetector, video: &web_sys::HtmlVideoElement) -> Result<JsValue, JsValue>;
}

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// Whether the browser reads codes.
pub(crate) fn can_scan() -> bool {
    js_sys::Reflect::has(&window(), &JsValue::from_str("BarcodeDetector")).unwrap_or(false)
        && window().navigator().media_devices().is_ok()
}

/// What the camera sees, until it sees a code.
#[component]
pub(crate) fn Scanner(#[prop(into)] on_found: Callback<String>) -> impl IntoView {
    let app = use_app();
    let video = NodeRef::<html::Video>::new();
    let problem = RwSignal::new(None);
    let stream = StoredValue::new_local(None::<MediaStream>);
    let is_over = StoredValue::new(false);
    video.on_load(move |video| {
        spawn_local(async move {
            match open_camera().await {
                Ok(camera) if is_over.try_get_value() == Some(false) => {
                    video.set_src_object(Some(&camera));
                    // A video that does not start shows its first picture.
                    let _ = video.play();
                    stream.set_value(Some(camera));
                    look(video, is_over, on_found);
                }
                Ok(camera) => close_camera(&camera),
                Err(_) => problem.set(Some(app.text("camera-refused"))),
            }
        });
    });
    on_cleanup(move || {
        is_over.set_value(true);
        if let Some(Some(camera)) = stream.try_update_value(Option::take) {
            close_camera(&camera);
        }
    });
    view! {
        <div class="scanner">
            <video node_ref=video class="scanner-view" muted playsinline aria-label=app.text("camera")></video>
            <span class="scanner-frame" aria-hidden="true"></span>
        </div>
        <Problem text=problem />
    }
}

async fn open_camera() -> Result<MediaStream, JsValue> {
    let wanted = MediaStreamConstraints::new();
    let facing = js_sys::Object::new();
    js_sys::Reflect::set(&facing, &JsValue::from_str("facingMode"), &JsValue::from_str("environment"))?;
    wanted.set_video(&facing);
    let asking = window().navigator().media_devices()?.get_user_media_with_constraints(&wanted)?;
    Ok(JsFuture::from(asking).await?.unchecked_into())
}

fn close_camera(camera: &MediaStream) {
    for track in camera.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// Looks again and again, until there is a code or the screen is left.
fn look(video: web_sys::HtmlVideoElement, is_over: StoredValue<bool>, on_found: Callback<String>) {
    let options = js_sys::Object::new();
    let formats = js_sys::Array::of1(&JsValue::from_str("qr_code"));
    // Setting a property of a plain object does not fail.
    let _ = js_sys::Reflect::set(&options, &JsValue::from_str("formats"), &formats);
    let Ok(detector) = BarcodeDetector::new(&options) else { return };
    spawn_local(async move {
        while is_over.try_get_value() == Some(false) {
            if let Some(text) = detector.detect(&video).await.ok().and_then(|found| first(&found)) {
                on_found.run(text);
                return;
            }
            pause().await;
        }
    });
}

fn first(found: &JsValue) -> Option<String> {
    let code = js_sys::Array::from(found).get(0);
    js_sys::Reflect::get(&code, &JsValue::from_str("rawValue")).ok()?.as_string()
}

async fn pause() {
    let waiting = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(move || drop(resolve.call0(&JsValue::UNDEFINED)), PAUSE);
    });
    // The promise is never rejected.
    let _ = JsFuture::from(waiting).await;
}
