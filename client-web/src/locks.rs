//! The Web Lock that one tab of a profile holds.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::DomException;

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = locks)]
    static LOCKS: LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &JsValue,
    ) -> Result<Promise, JsValue>;

    type AbortController;

    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;

    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;

    #[wasm_bindgen(method)]
    fn abort(this: &AbortController);
}

/// What becomes of a lock that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LockNews {
    /// It is ours.
    Granted,
    /// Another tab took it away.
    Stolen,
    /// The browser gives none.
    Refused(JsValue),
}

/// A lock that is held or waited for. Dropping it lets it go.
pub(crate) struct Lock {
    release: Rc<RefCell<Option<Function>>>,
    waiting: AbortController,
}

impl Lock {
    /// Waits for the lock, or takes it from whoever has it.
    pub(crate) fn request(
        name: &str,
        is_stealing: bool,
        tell: impl Fn(LockNews) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let release = Rc::new(RefCell::new(None));
        let waiting = AbortController::new();
        let options = Object::new();
        if is_stealing {
            Reflect::set(&options, &"steal".into(), &JsValue::TRUE)?;
        } else {
            Reflect::set(&options, &"signal".into(), &waiting.signal())?;
        }
        let granted = {
            let (tell, release) = (tell.clone(), Rc::clone(&release));
            Closure::once_into_js(move |_lock: JsValue| {
                tell(LockNews::Granted);
                Promise::new(&mut |resolve, _| {
                    release.replace(Some(resolve));
                })
            })
        };
        let ended = LOCKS.with(|locks| locks.request(name, &options, &granted))?;
        let is_held = Rc::clone(&release);
        spawn_local(async move {
            // Whoever lets a lock go, or no longer waits for it (`AbortError`), knows.
            let Err(error) = JsFuture::from(ended).await else { return };
            if is_held.borrow_mut().take().is_some() {
                tell(LockNews::Stolen);
            } else if error.dyn_ref::<DomException>().is_none_or(|exception| exception.name() != "AbortError")
            {
                tell(LockNews::Refused(error));
            }
        });
        Ok(Self { release, waiting })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        match self.release.borrow_mut().take() {
            // Resolving a promise does not fail.
            Some(release) => drop(release.call0(&JsValue::NULL)),
            None => self.waiting.abort(),
        }
    }
}
