//! What MLS costs in this browser, over a database of its own: called by `cargo xtask bench mls`.

use std::rc::Rc;

use client_core::testing::MlsBench;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::database::Database;
use crate::store::IdbStore;

#[wasm_bindgen]
extern "C" {
    type Performance;

    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Performance;

    #[wasm_bindgen(method)]
    fn now(this: &Performance) -> f64;
}

/// Measures a group of `members`: an object of the costs by the operations' names, and of bytes by what they are of.
#[wasm_bindgen(js_name = benchMls)]
pub async fn bench_mls(members: u32, rounds: u32) -> Result<Object, JsValue> {
    let failed = |error: &dyn std::fmt::Debug| JsValue::from(format!("{error:?}"));
    let database =
        Database::open(&format!("bench-{members}"), |_| {}).await.map_err(|error| failed(&error))?;
    let database = Rc::new(database);
    let token = database.take_over().await.map_err(|error| failed(&error))?;
    let store = IdbStore::new(database, token);
    let clock = || PERFORMANCE.with(Performance::now);
    let (costs, sizes) = MlsBench::new(store, clock).run(members as usize, rounds as usize).await;
    let (of_costs, of_sizes) = (Object::new(), Object::new());
    for (operation, cost) in costs {
        let one = Object::new();
        set(&one, "computed", cost.computed_ms)?;
        set(&one, "stored", cost.stored_ms)?;
        set(&one, "written", cost.written_bytes as f64)?;
        set(&of_costs, operation.name(), one)?;
    }
    for (name, bytes) in sizes {
        set(&of_sizes, name, bytes as f64)?;
    }
    let all = Object::new();
    set(&all, "costs", of_costs)?;
    set(&all, "sizes", of_sizes)?;
    Ok(all)
}

fn set(object: &Object, name: &str, value: impl Into<JsValue>) -> Result<bool, JsValue> {
    Reflect::set(object, &name.into(), &value.into())
}
