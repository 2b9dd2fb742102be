//! Rooms in a simulation: who is wished in and out, what is said, and what everyone must show of it.

use std::collections::BTreeSet;

use client_api::{Command, CommandId, DeliveryState, Event, Outcome, Recipient};
use protocol::ConversationId;

use super::plan::ROOMS_MAX;
use super::run::Simulation;
use crate::history::judge_room;

/// A room, and what was asked of it.
pub(super) struct Room {
    owner: usize,
    opened: Asked,
    wishes: Vec<Wish>,
    pub(super) said: Vec<Said>,
}

/// On which of the world's clients, and by which command.
type Asked = (usize, CommandId);

struct Wish {
    whom: usize,
    is_in: bool,
    asked: Asked,
}

pub(super) struct Said {
    by: usize,
    text: String,
    asked: Asked,
    /// Who was in the room by then, each on which of the world's clients: it comes behind all that let them in.
    heard_by: Vec<(usize, usize)>,
}

impl Room {
    /// Whoever was ever to go may miss something.
    fn was_dismissed(&self, who: usize) -> bool {
        self.wishes.iter().any(|wish| wish.whom == who && !wish.is_in)
    }
}

impl Simulation {
    pub(super) fn open_room(&mut self, who: usize) {
        if self.rooms.len() < ROOMS_MAX {
            let client = self.people[who].client;
            let opened = (client, self.world.ask(client, Command::OpenRoom));
            self.rooms.push(Room { owner: who, opened, wishes: vec![], said: vec![] });
        }
    }

    pub(super) fn wish_in_room(&mut self, number: usize, whom: usize, is_in: bool) {
        let Some((owner, room)) = self.open_one(number).filter(|(owner, _)| *owner != whom) else { return };
        let (client, account) = (self.people[owner].client, self.people[whom].account);
        let command = if is_in {
            Command::Invite { room, who: Recipient::Account(account) }
        } else {
            Command::Dismiss { room, account }
        };
        let asked = (client, self.world.ask(client, command));
        self.rooms[number].wishes.push(Wish { whom, is_in, asked });
    }

    pub(super) fn say_in_room(&mut self, who: usize, number: usize) {
        let Some((_, room)) = self.open_one(number) else { return };
        let text = format!("{} from {who} in room {number}", self.rooms[number].said.len());
        let client = self.people[who].client;
        let asked = (client, self.world.ask(client, Command::SayInRoom { room, text: text.clone() }));
        let heard_by = self.those_in(room);
        self.rooms[number].said.push(Said { by: who, text, asked, heard_by });
    }

    /// Those whose clients are in a room, or were.
    fn those_in(&self, room: ConversationId) -> Vec<(usize, usize)> {
        let clients = self.people.iter().map(|person| person.client).enumerate();
        let is_in = |(_, client): &(usize, usize)| {
            let known = self.world.driver(*client).conversations();
            known.iter().any(|view| view.conversation == room)
        };
        clients.filter(is_in).collect()
    }

    pub(super) fn everyone_says_in_rooms(&mut self) {
        for number in 0..self.rooms.len() {
            (0..self.people.len()).for_each(|who| self.say_in_room(who, number));
        }
    }

    /// The room and its owner, once its client has answered for it.
    fn open_one(&mut self, number: usize) -> Option<(usize, ConversationId)> {
        let Room { owner, opened, .. } = *self.rooms.get(number)?;
        match self.outcome_of(opened)? {
            Outcome::RoomOpened { room } => Some((owner, room)),
            _ => None,
        }
    }

    pub(super) fn outcome_of(&mut self, (client, command): Asked) -> Option<Outcome> {
        let events = self.world.client(client).events.iter().rev();
        let mut outcomes = events.filter_map(|event| match event {
            Event::Done { id, outcome } if *id == command => Some(outcome.clone()),
            _ => None,
        });
        outcomes.next()
    }

    /// Everyone shows of every room what they must.
    pub(super) async fn require_rooms_right(&mut self) -> Result<(), String> {
        for number in 0..self.rooms.len() {
            if let Some((_, room)) = self.open_one(number) {
                let judged = self.require_room_right(number, room).await;
                judged.map_err(|reason| format!("in room {number}: {reason}"))?;
            }
        }
        Ok(())
    }

    async fn require_room_right(&mut self, number: usize, room: ConversationId) -> Result<(), String> {
        let mut shown = Vec::new();
        for who in 0..self.people.len() {
            let (client, second) = (self.people[who].client, self.people[who].second);
            let texts = self.world.room_texts(client, room).await;
            let is_whole = !self.rooms[number].was_dismissed(who);
            if let Some(second) = second.filter(|_| is_whole) {
                let on_second = self.world.room_texts(second, room).await;
                if on_second != texts {
                    return Err(format!("{who}'s devices differ:\n    {texts:?}\n    {on_second:?}"));
                }
            }
            shown.push((texts, is_whole));
        }
        let mut due = Vec::new();
        let mut refused = BTreeSet::new();
        for place in 0..self.rooms[number].said.len() {
            let Said { by, ref text, asked, .. } = self.rooms[number].said[place];
            let text = text.clone();
            let is_there = self.people[by].client == asked.0;
            match self.outcome_of(asked) {
                Some(Outcome::Refused(_)) => {
                    refused.insert(text);
                }
                Some(_) if is_there && self.has_failed(by, room, &text) => {
                    refused.insert(text);
                }
                Some(_) if is_there => due.push((by, text)),
                Some(_) | None => {}
            }
        }
        due.extend(self.due_to_others(number, &shown, &due));
        let said: BTreeSet<&str> = self.rooms[number].said.iter().map(|said| said.text.as_str()).collect();
        judge_room(&shown, &said, &due, &refused)
    }

    /// What was said while others were in, and is in the log: they show it, each on the device that they were in with, unless
    /// they were ever to go.
    fn due_to_others(
        &self,
        number: usize,
        shown: &[(Vec<String>, bool)],
        taken: &[(usize, String)],
    ) -> Vec<(usize, String)> {
        let is_in_log = |text: &String| {
            taken.iter().any(|(_, due)| due == text) || shown.iter().any(|(texts, _)| texts.contains(text))
        };
        let said = self.rooms[number].said.iter().filter(|said| is_in_log(&said.text));
        let heard = said.flat_map(|said| said.heard_by.iter().map(move |heard| (heard, &said.text)));
        let is_due = |(who, client): &(usize, usize)| shown[*who].1 && self.people[*who].client == *client;
        heard.filter(|(heard, _)| is_due(heard)).map(|((who, _), text)| (*who, text.clone())).collect()
    }

    fn has_failed(&self, who: usize, room: ConversationId, text: &str) -> bool {
        let pending = self.world.driver(self.people[who].client).pending_in(room);
        pending.iter().any(|view| view.text == text && view.state == DeliveryState::Failed)
    }

    /// What was said last has come to everyone who is in, and to nobody else; those are in who were wished in.
    pub(super) async fn require_rooms_joined(&mut self) -> Result<(), String> {
        for number in 0..self.rooms.len() {
            let Some((owner, room)) = self.open_one(number) else { continue };
            let first_of_last = self.rooms[number].said.len() - self.people.len();
            let mut last = Vec::new();
            for place in first_of_last..self.rooms[number].said.len() {
                let Said { ref text, asked, .. } = self.rooms[number].said[place];
                let text = text.clone();
                last.push((!matches!(self.outcome_of(asked), Some(Outcome::Refused(_))), text));
            }
            for who in 0..self.people.len() {
                let texts = self.world.room_texts(self.people[who].client, room).await;
                for (is_said, text) in &last {
                    let is_due = *is_said && last[who].0;
                    if texts.contains(text) != is_due {
                        let told = self.told(who);
                        return Err(format!(
                            "room {number}: {text:?} is {}shown to {who}: {texts:?}; it was told {told}",
                            if is_due { "not " } else { "" }
                        ));
                    }
                }
                if let Some(is_wished) = self.is_wished_in(number, owner, who)
                    && is_wished != last[who].0
                {
                    let told = (self.told(who), self.told(owner));
                    return Err(format!(
                        "room {number}: {who} is to be in: {is_wished}, and is not so; told {told:?}"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether someone is to be in a room; none where that is not known, since a device is lost with what it wished.
    fn is_wished_in(&mut self, number: usize, owner: usize, who: usize) -> Option<bool> {
        if self.people[owner].client != self.rooms[number].opened.0 {
            return None;
        }
        if who == owner {
            return Some(true);
        }
        let wishes = self.rooms[number].wishes.iter().filter(|wish| wish.whom == who);
        let wishes: Vec<(bool, Asked)> = wishes.map(|wish| (wish.is_in, wish.asked)).collect();
        for (is_in, asked) in wishes.into_iter().rev() {
            match self.outcome_of(asked) {
                Some(Outcome::Refused(_)) => {}
                Some(_) => return Some(is_in),
                None => return None,
            }
        }
        Some(false)
    }
}
