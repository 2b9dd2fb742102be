//! Rooms in a simulation: who is wished in and out, what is said, and what everyone must show of it.

use std::collections::{BTreeMap, BTreeSet};

use client_api::{Command, DeliveryState, Outcome, Recipient};
use protocol::ConversationId;

use super::asked::Asked;
use super::plan::ROOMS_MAX;
use super::run::Simulation;
use crate::history::{Fate, judge_last_word, judge_room};

/// A room, and what was asked of it.
pub(super) struct Room {
    owner: usize,
    opened: Asked,
    wishes: Vec<Wish>,
    pub(super) said: Vec<Said>,
}

struct Wish {
    whom: usize,
    is_in: bool,
    asked: Asked,
}

pub(super) struct Said {
    by: usize,
    text: String,
    asked: Asked,
    is_last_word: bool,
    /// The clients that were in the room by then: it comes behind all that let them in.
    heard_by: Vec<usize>,
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
            let opened = self.ask(client, Command::OpenRoom);
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
        let asked = self.ask(client, command);
        self.rooms[number].wishes.push(Wish { whom, is_in, asked });
    }

    pub(super) fn say_in_room(&mut self, who: usize, client: usize, number: usize) {
        let Some((_, room)) = self.open_one(number) else { return };
        let text = format!("{} from {who} in room {number}", self.rooms[number].said.len());
        let asked = self.ask(client, Command::SayInRoom { room, text: text.clone() });
        let heard_by = self.those_in(room);
        self.rooms[number].said.push(Said { by: who, text, asked, is_last_word: self.is_over, heard_by });
    }

    /// The clients that are in a room, or were.
    fn those_in(&self, room: ConversationId) -> Vec<usize> {
        let clients = self.devices().into_iter().map(|(_, client)| client);
        let is_in = |client: &usize| {
            let known = self.world.driver(*client).conversations();
            known.iter().any(|view| view.conversation == room)
        };
        clients.filter(is_in).collect()
    }

    pub(super) fn everyone_says_in_rooms(&mut self) {
        for number in 0..self.rooms.len() {
            for (who, client) in self.devices() {
                self.say_in_room(who, client, number);
            }
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
        let devices = self.devices();
        let mut shown = Vec::new();
        for (who, client) in &devices {
            let texts = self.world.room_texts(*client, room).await;
            shown.push((texts, !self.rooms[number].was_dismissed(*who)));
        }
        for (one, other) in (0..devices.len()).zip(1..devices.len()) {
            let ((one_shown, is_whole), (other_shown, _)) = (&shown[one], &shown[other]);
            if devices[one].0 == devices[other].0 && *is_whole && one_shown != other_shown {
                let who = devices[one].0;
                return Err(format!("{who}'s devices differ:\n    {one_shown:?}\n    {other_shown:?}"));
            }
        }
        let clients: Vec<usize> = devices.into_iter().map(|(_, client)| client).collect();
        let mut due = Vec::new();
        let mut refused = BTreeSet::new();
        for place in 0..self.rooms[number].said.len() {
            let Said { ref text, asked, .. } = self.rooms[number].said[place];
            let text = text.clone();
            match self.fate_of(asked) {
                Fate::Taken if !self.has_failed(asked.0, room, &text) => {
                    due.extend(clients.iter().position(|client| *client == asked.0).map(|by| (by, text)));
                }
                Fate::Taken | Fate::Refused => {
                    refused.insert(text);
                }
                Fate::Unknown => {}
            }
        }
        due.extend(self.due_to_others(number, &clients, &shown, &due));
        let said: BTreeSet<&str> = self.rooms[number].said.iter().map(|said| said.text.as_str()).collect();
        judge_room(&shown, &said, &due, &refused)
            .map_err(|reason| format!("{reason} (shown by {})", self.names_of(&clients)))
    }

    fn names_of(&self, clients: &[usize]) -> String {
        clients.iter().map(|client| self.name(*client)).collect::<Vec<_>>().join(", ")
    }

    /// What was said while others were in, and is in the log: they show it, each on the devices that they were in with, unless
    /// they were ever to go.
    fn due_to_others(
        &self,
        number: usize,
        clients: &[usize],
        shown: &[(Vec<String>, bool)],
        taken: &[(usize, String)],
    ) -> Vec<(usize, String)> {
        let is_in_log = |text: &String| {
            taken.iter().any(|(_, due)| due == text) || shown.iter().any(|(texts, _)| texts.contains(text))
        };
        let mut due = Vec::new();
        for said in self.rooms[number].said.iter().filter(|said| is_in_log(&said.text)) {
            let heard = clients.iter().enumerate().filter(|(_, client)| said.heard_by.contains(client));
            let heard = heard.filter(|(place, _)| shown[*place].1);
            due.extend(heard.map(|(place, _)| (place, said.text.clone())));
        }
        due
    }

    fn has_failed(&self, client: usize, room: ConversationId, text: &str) -> bool {
        let pending = self.world.driver(client).pending_in(room);
        pending.iter().any(|view| view.text == text && view.state == DeliveryState::Failed)
    }

    /// What was said last has come to everyone who is in, and to nobody else; those are in who were wished in.
    pub(super) async fn require_rooms_joined(&mut self) -> Result<(), String> {
        for number in 0..self.rooms.len() {
            if let Some((owner, room)) = self.open_one(number) {
                let judged = self.require_room_joined(number, owner, room).await;
                judged.map_err(|reason| format!("in room {number}: {reason}"))?;
            }
        }
        Ok(())
    }

    async fn require_room_joined(
        &mut self,
        number: usize,
        owner: usize,
        room: ConversationId,
    ) -> Result<(), String> {
        let words = self.rooms[number].said.iter().filter(|said| said.is_last_word);
        let words: Vec<(usize, String, Asked)> =
            words.map(|said| (said.by, said.text.clone(), said.asked)).collect();
        // A second device is in where the first one is.
        let mut members = BTreeMap::new();
        let mut taken = Vec::new();
        for (by, text, asked) in words {
            let fate = self.fate_of(asked);
            let may_speak = self.is_wished_in(number, owner, by).or_else(|| members.get(&by).copied());
            judge_last_word(&text, fate, may_speak).map_err(|reason| {
                let [told, owner_told] = [asked.0, self.people[owner].client].map(|client| self.told(client));
                format!("{reason}; {} was told {told}, and the owner {owner_told}", self.name(asked.0))
            })?;
            members.insert(by, fate == Fate::Taken);
            taken.push((text, fate == Fate::Taken));
        }
        for (who, client) in self.devices() {
            let texts = self.world.room_texts(client, room).await;
            for (text, is_taken) in &taken {
                let is_due = *is_taken && members[&who];
                if texts.contains(text) != is_due {
                    let (name, told) = (self.name(client), self.told(client));
                    return Err(format!(
                        "{text:?} is {}shown to {name}: {texts:?}; it was told {told}",
                        if is_due { "not " } else { "" }
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
