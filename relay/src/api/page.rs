//! The interface's description as a page for people: no script, nothing from elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value};

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h2 { margin-top: 2.5rem; }
details { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .5rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; }
summary code { font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: start; vertical-align: top; padding: .25rem .75rem .25rem 0; }
pre { overflow-x: auto; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }";

/// The page of a document.
pub(super) fn page(document: &Value) -> String {
    let mut page = String::new();
    let title = text(&document["info"]["title"]);
    let _ = write!(
        page,
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>{title}</title><style>{STYLE}</style><h1>{title}</h1><p>{}</p>\
         <p>For programs: <a href=/v1/openapi.json>OpenAPI {}</a>.</p>",
        text(&document["info"]["description"]),
        text(&document["openapi"]),
    );
    for (tag, operations) in by_tag(document) {
        let _ = write!(page, "<h2>{}</h2>", escaped(tag));
        for (method, path, operation) in operations {
            describe(&mut page, document, (method, path), operation);
        }
    }
    page.push_str("<h2>Schemas</h2>");
    for (name, schema) in fields(&document["components"]["schemas"]) {
        let id = escaped(name);
        let _ = write!(
            page,
            "<details id='{id}'><summary><code>{id}</code></summary>{}</details>",
            shape(schema)
        );
    }
    page
}

type Operations<'a> = Vec<(&'a str, &'a str, &'a Value)>;

fn by_tag(document: &Value) -> BTreeMap<&str, Operations<'_>> {
    let mut by_tag: BTreeMap<&str, Operations<'_>> = BTreeMap::new();
    for (path, item) in fields(&document["paths"]) {
        for (method, operation) in fields(item) {
            let tag = operation["tags"][0].as_str().unwrap_or("Other");
            by_tag.entry(tag).or_default().push((method, path, operation));
        }
    }
    by_tag
}

fn describe(page: &mut String, document: &Value, (method, path): (&str, &str), operation: &Value) {
    let _ = write!(
        page,
        "<details><summary><code>{} {}</code> {}</summary>",
        escaped(&method.to_uppercase()),
        escaped(path),
        text(&operation["summary"]),
    );
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    if !parameters.is_empty() {
        page.push_str("<h3>Parameters</h3><table>");
        for parameter in parameters {
            let _ = write!(
                page,
                "<tr><td><code>{}</code><td>in the {}<td>{}",
                text(&parameter["name"]),
                text(&parameter["in"]),
                text(&parameter["description"]),
            );
        }
        page.push_str("</table>");
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        let _ = write!(page, "<h3>Body</h3>{}", shape(body));
    }
    page.push_str("<h3>Answers</h3><table>");
    for (status, response) in fields(&operation["responses"]) {
        let place = response["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        let response = place.and_then(|place| document.pointer(place)).unwrap_or(response);
        let _ = write!(page, "<tr><td>{}<td>{}", escaped(status), text(&response["description"]));
        let schema = &response["content"]["application/json"]["schema"];
        if status.starts_with('2') && !schema.is_null() {
            page.push_str(&shape(schema));
        }
    }
    page.push_str("</table></details>");
}

/// A schema: a link to a named one, or its JSON.
fn shape(schema: &Value) -> String {
    match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        Some(name) => format!("<p><a href='#{0}'><code>{0}</code></a></p>", escaped(name)),
        None => format!("<pre>{}</pre>", escaped(&format!("{schema:#}"))),
    }
}

fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

/// A text, in which what stands between backticks is code.
fn text(value: &Value) -> String {
    let text = escaped(value.as_str().unwrap_or_default());
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#39;")
        .replace('"', "&quot;")
}
