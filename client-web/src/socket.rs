//! The socket to the relay: opens on request, moves frames, and says when it is gone. Never retries by itself.

use std::cell::Cell;
use std::rc::Rc;

use client_core::Input;
use gloo_timers::callback::Timeout;
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::{Bytes, SUBPROTOCOL};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, Event, MessageEvent, WebSocket};

/// How long opening may take.
const CONNECT_MS_MAX: u32 = 10_000;

/// An open or opening socket. Dropping it closes it; nothing is heard of it then.
pub(crate) struct Socket {
    socket: WebSocket,
    _listeners: [Closure<dyn FnMut(Event)>; 4],
    _patience: Timeout,
}

impl Socket {
    /// Begins to connect; what becomes of it is told. None where the address is no WebSocket's.
    pub(crate) fn open(url: &str, tell: impl Fn(Input) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new_with_str(url, SUBPROTOCOL).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let is_over = Rc::new(Cell::new(false));
        let end = {
            let (tell, is_over) = (tell.clone(), Rc::clone(&is_over));
            move || {
                if !is_over.replace(true) {
                    tell(Input::Disconnected);
                }
            }
        };
        let opened = {
            let tell = tell.clone();
            listener(move |_| tell(Input::Connected))
        };
        let received = listener(move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            if let Some(buffer) = data.and_then(|data| data.dyn_into::<ArrayBuffer>().ok()) {
                tell(Input::Received(Bytes::from(Uint8Array::new(&buffer).to_vec())));
            }
        });
        let [closed, failed] = [end.clone(), end.clone()].map(|end| listener(move |_| end()));
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(received.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        socket.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let patience = {
            let socket = socket.clone();
            Timeout::new(CONNECT_MS_MAX, move || {
                if socket.ready_state() == WebSocket::CONNECTING {
                    close(&socket);
                    end();
                }
            })
        };
        Some(Self { socket, _listeners: [opened, received, closed, failed], _patience: patience })
    }

    pub(crate) fn send(&self, frame: &[u8]) {
        // A socket that has ended says so as an input.
        let _ = self.socket.send_with_u8_array(frame);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        self.socket.set_onerror(None);
        close(&self.socket);
    }
}

fn close(socket: &WebSocket) {
    // Closing fails only where a code is given that is none.
    let _ = socket.close();
}

fn listener(listen: impl FnMut(Event) + 'static) -> Closure<dyn FnMut(Event)> {
    Closure::new(listen)
}
