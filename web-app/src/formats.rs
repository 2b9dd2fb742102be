//! Dates, times and numbers, as the reader's locale writes them.

use std::cell::RefCell;
use std::collections::HashMap;

use client_api::Timestamp;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsValue;

const HOUR_MILLIS: u64 = 3_600_000;
const DAY_MILLIS: i64 = 86_400_000;

/// The formats, made once.
pub(crate) struct Formats {
    time: Function,
    weekday: Function,
    day: Function,
    day_of_year: Function,
    full: Function,
    short: Function,
    number: Function,
    /// How far local time is from UTC in each hour that was asked for.
    offsets: RefCell<HashMap<u64, i64>>,
}

impl Formats {
    /// The reader's formats where the language is the texts' one, its plain ones elsewhere.
    pub(crate) fn new() -> Self {
        let locales = Array::of1(&JsValue::from_str(&locale()));
        let date = |options: &[(&str, &str)]| Intl::DateTimeFormat::new(&locales, &object(options)).format();
        Self {
            time: date(&[("hour", "2-digit"), ("minute", "2-digit")]),
            weekday: date(&[("weekday", "short")]),
            day: date(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
            day_of_year: date(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]),
            full: date(&[("dateStyle", "full"), ("timeStyle", "medium")]),
            short: date(&[("day", "numeric"), ("month", "short")]),
            number: Intl::NumberFormat::new(&locales, &object(&[])).format(),
            offsets: RefCell::default(),
        }
    }

    /// Hours and minutes.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        call(&self.time, millis(at))
    }

    /// To the second.
    pub(crate) fn full(&self, at: Timestamp) -> String {
        call(&self.full, millis(at))
    }

    /// A day mark, as far as it is not today's or yesterday's.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let is_recent = now().millis_since(at) < 300 * 24 * HOUR_MILLIS;
        call(if is_recent { &self.day } else { &self.day_of_year }, millis(at))
    }

    /// For the list: the time today, the weekday this week, the date before.
    pub(crate) fn brief(&self, at: Timestamp) -> String {
        let format = match self.day_number(now()) - self.day_number(at) {
            0 => &self.time,
            1..7 => &self.weekday,
            _ => &self.short,
        };
        call(format, millis(at))
    }

    /// A whole number.
    pub(crate) fn number(&self, number: f64) -> String {
        call(&self.number, number)
    }

    /// The number of a day where the reader is.
    pub(crate) fn day_number(&self, at: Timestamp) -> i64 {
        let hour = at.as_millis() / HOUR_MILLIS;
        let offset = *self.offsets.borrow_mut().entry(hour).or_insert_with(|| {
            let minutes = Date::new(&JsValue::from_f64(millis(at))).get_timezone_offset();
            #[expect(clippy::cast_possible_truncation, reason = "an offset is less than a day")]
            let minutes = minutes as i64;
            -minutes * 60_000
        });
        (i64::try_from(at.as_millis()).unwrap_or(i64::MAX - offset.abs()) + offset).div_euclid(DAY_MILLIS)
    }
}

/// A number in a text, as the reader's locale writes it.
pub(crate) fn local_number(number: f64) -> String {
    js_sys::Number::from(number).to_locale_string(&locale()).into()
}

/// The reader's locale where its language is the texts' one, a plain one elsewhere.
fn locale() -> String {
    let language = window().navigator().language().filter(|language| language.starts_with("en"));
    language.unwrap_or_else(|| "en-GB".to_owned())
}

/// The time now, as this machine has it.
pub(crate) fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970")]
    Timestamp::from_millis(Date::now() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact")]
fn millis(at: Timestamp) -> f64 {
    at.as_millis() as f64
}

fn call(format: &Function, value: f64) -> String {
    let text = format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(value));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn object(options: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in options {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}
