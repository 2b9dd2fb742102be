//! What stands in a timeline: a day, the unread line, a message. Nothing of a message ever becomes markup.

use client_api::{Command, DeliveryState, MessageId, Timestamp};
use leptos::html;
use leptos::prelude::*;

use super::attempt::attempt;
use super::composer::send;
use super::controls::{Icon, Problem};
use crate::app::{App, use_app};
use crate::model::conversations::ChatKey;
use crate::model::segments::{Segment, segments};
use crate::model::timeline::{Bubble, Item, shown_at};
use crate::model::words;

/// An item of the timeline.
#[component]
pub(crate) fn TimelineItem(item: Item, key: ChatKey) -> impl IntoView {
    let app = use_app();
    match item {
        Item::Day(at) => view! { <li class="day"><DayMark at /></li> }.into_any(),
        Item::Unread => {
            view! { <li class="unread-line"><span>{app.text("unread-line")}</span></li> }.into_any()
        }
        Item::Message(bubble) => view! { <MessageItem bubble key /> }.into_any(),
    }
}

#[component]
fn DayMark(at: Timestamp) -> impl IntoView {
    let app = use_app();
    let text = move || {
        app.today.track();
        let days = app.format(|formats| formats.day_number(crate::formats::now()) - formats.day_number(at));
        match days {
            0 => app.text("today"),
            1 => app.text("yesterday"),
            _ => app.format(|formats| formats.day(at)),
        }
    };
    view! { <span class="day-words">{text}</span> }
}

#[component]
fn MessageItem(bubble: Bubble, key: ChatKey) -> impl IntoView {
    let app = use_app();
    let Bubble { message, is_own, is_first, is_last } = bubble;
    let at = shown_at(&message);
    let state = message.state;
    let is_failed = state == DeliveryState::Failed;
    let has_meta = is_last || is_failed || state == DeliveryState::Queued;
    let sender = if is_own {
        app.text("you")
    } else {
        app.directory.with_untracked(|directory| directory.name(message.from))
    };
    let full = app.format(|formats| formats.full(at));
    let time = app.format(|formats| formats.time(at));
    let icon = words::delivery_icon(state).filter(|_| is_own);
    let text = message.text.clone();
    let words = app.text(words::delivery(state));
    view! {
        <li class="message" class:own=is_own class:first=is_first class:last=is_last class:failed=is_failed>
            <div class="bubble" title=full.clone()>
                <span class="visually-hidden">{sender}", "{full.clone()}": "</span>
                // The text alone says in which direction it is read, and so to which side it is set.
                <div class="bubble-body" dir="auto">
                    <span class="bubble-text">{body(&message.text)}</span>
                    {has_meta
                        .then(|| {
                            view! {
                                <span class="meta" aria-hidden="true">
                                    <span class="meta-time">{time}</span>
                                    {icon.map(|icon| view! { <Icon name=icon /> })}
                                </span>
                            }
                        })}
                </div>
                {is_own.then(|| view! { <span class="visually-hidden">". "{words}</span> })}
            </div>
            {is_failed.then(|| view! { <Failed key id=message.id text /> })}
        </li>
    }
}

#[component]
fn Failed(key: ChatKey, id: MessageId, text: String) -> impl IntoView {
    let app = use_app();
    let (is_busy, problem) = (RwSignal::new(false), RwSignal::new(None));
    let again = move |_| attempt(is_busy, problem, send_again(app, key, id, text.clone()));
    let discard = move |_| attempt(is_busy, problem, discard(app, key, id));
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        // Below the last message it would lie beyond the edge.
        if problem.read().is_some()
            && let Some(node) = node.get()
        {
            request_animation_frame(move || node.scroll_into_view_with_bool(false));
        }
    });
    view! {
        <p class="message-failed">
            <span>{app.text("delivery-failed")}"."</span>
            <button type="button" class="link-button" on:click=again>{app.text("send-again")}</button>
            <button type="button" class="link-button" on:click=discard>{app.text("discard")}</button>
        </p>
        <div node_ref=node><Problem text=problem /></div>
    }
}

async fn send_again(app: App, key: ChatKey, id: MessageId, text: String) -> Result<(), String> {
    let ChatKey::Peer(account) = key else { return Ok(()) };
    send(app, key, account, text).await?;
    // The new one stands in its place.
    discard(app, key, id).await
}

async fn discard(app: App, key: ChatKey, message: MessageId) -> Result<(), String> {
    app.carry_out(Command::Discard { message }).await?;
    app.timeline(key).update(|timeline| timeline.forget(message));
    Ok(())
}

/// Words and links; each stretch keeps its own direction.
fn body(text: &str) -> impl IntoView + use<> {
    let stretches = segments(text).into_iter().map(|segment| match segment {
        Segment::Plain(words) => words.into_any(),
        Segment::Link(address) => view! {
            <a href=address.clone() target="_blank" rel="noopener noreferrer">
                <bdi>{address.clone()}</bdi>
            </a>
        }
        .into_any(),
    });
    stretches.collect_view()
}
