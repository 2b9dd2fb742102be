//! This device's KeyPackages: published before they run out, that of last resort replaced once it was used or is old, and the
//! private halves of those that nobody will use any more deleted.

use std::collections::BTreeMap;

use protocol::codec::OrEmpty;
use protocol::frame::{KeyPackagesPublish, KeyPackagesStatus, Request};
use protocol::{Bytes, Suite, limits};

use client_api::NoticeCode;
use mls_wasm::NewKeyPackage;

use super::state::{Asked, Engine};
use super::suites::SUITES;
use super::{Context, Load};
use crate::records::KeyPackageRecord;

/// Private halves of KeyPackages to be used once that are kept of a suite. More are made only while this device is there to join by
/// them, so that what has been passed by so many was claimed and never used.
const KEPT_MAX: usize = 5 * limits::KEY_PACKAGES_REFILL_TO as usize;
/// Private halves kept of those of last resort of a suite: Welcomes for the one before may be under way.
const LAST_RESORTS_KEPT_MAX: usize = 2;

impl Engine {
    /// The relay says what is left of every suite.
    pub(super) fn refill_all_key_packages(&mut self, left: &[KeyPackagesStatus], cx: &mut Context<'_>) {
        for suite in SUITES {
            self.refill_key_packages(suite, left.iter().find(|left| left.suite == suite), cx);
        }
    }

    /// The relay says what is left: more are published before there are none.
    pub(super) fn refill_key_packages(
        &mut self,
        suite: Suite,
        left: Option<&KeyPackagesStatus>,
        cx: &mut Context<'_>,
    ) {
        let unissued = left.map_or(0, |left| left.unissued);
        let is_old = |left: &KeyPackagesStatus| left.last_resort_age_ms >= limits::LAST_RESORT_ROTATION_MS;
        let needs_last_resort = left.is_none_or(|left| !left.has_last_resort || is_old(left));
        if unissued < limits::KEY_PACKAGES_REFILL_BELOW || needs_last_resort {
            let missing = limits::KEY_PACKAGES_REFILL_TO.saturating_sub(unissued);
            self.publish_key_packages(suite, missing, needs_last_resort, left.is_none(), cx);
        }
    }

    /// One of last resort was used: if it is the one in the directory, whoever comes next gets another.
    pub(super) fn last_resort_used(&mut self, suite: Suite, number: u64, cx: &mut Context<'_>) {
        if let Some(pool) = self.pool(suite)
            && number >= pool.last_resort_number
        {
            pool.last_resort_number = number + 1;
            pool.is_last_resort_used = true;
            self.replace_last_resort(suite, cx);
        }
    }

    /// Replaces it, unless something is being published: then afterwards.
    pub(super) fn replace_last_resort(&mut self, suite: Suite, cx: &mut Context<'_>) {
        if self.pool(suite).is_some_and(|pool| pool.is_last_resort_used) {
            self.publish_key_packages(suite, 0, true, false, cx);
        }
    }

    fn publish_key_packages(
        &mut self,
        suite: Suite,
        count: u32,
        with_last_resort: bool,
        replaces_all: bool,
        cx: &mut Context<'_>,
    ) {
        let asked = Asked::Publish { suite };
        if !self.is_ready() || self.requests.values().any(|other| *other == asked) {
            return;
        }
        if let Some(pool) = self.pool(suite) {
            pool.is_last_resort_used &= !with_last_resort;
        }
        let count = count.min(u32::try_from(limits::KEY_PACKAGES_PER_PUBLISH_MAX).unwrap_or(u32::MAX));
        let packages = (0..count).filter_map(|_| self.new_key_package(suite, false, cx)).collect();
        let last_resort = OrEmpty(with_last_resort.then(|| self.new_key_package(suite, true, cx)).flatten());
        let publish = KeyPackagesPublish { suite, packages, last_resort, replaces_all };
        self.ask(Request::KeyPackagesPublish(publish), asked, cx);
        cx.load(Load::KeyPackages);
    }

    /// A new KeyPackage, its private half stored.
    fn new_key_package(&mut self, suite: Suite, is_last_resort: bool, cx: &mut Context<'_>) -> Option<Bytes> {
        let secret = cx.secret();
        let made = NewKeyPackage::create(suite, is_last_resort, &self.own_leaf(), &self.device, &secret);
        let Ok(package) = made else {
            self.notice(NoticeCode::KeyPackageRefused, cx);
            return None;
        };
        let reference = package.reference.as_bytes().to_vec();
        let key = KeyPackageRecord::key(&reference);
        let (suite, number) = (suite.number(), self.state_counter);
        cx.put(key, &KeyPackageRecord { reference, suite, number, is_last_resort, private: package.private });
        Some(Bytes::from(package.public))
    }

    /// Deletes the private halves that are too many, the oldest first.
    pub(super) fn key_packages_loaded(&self, mut stored: Vec<KeyPackageRecord>, cx: &mut Context<'_>) {
        stored.sort_by_key(|record| std::cmp::Reverse(record.number));
        let mut kept = BTreeMap::new();
        for record in stored.iter().filter(|record| !record.reference.is_empty()) {
            let kept: &mut usize = kept.entry((record.suite, record.is_last_resort)).or_default();
            *kept += 1;
            if *kept > if record.is_last_resort { LAST_RESORTS_KEPT_MAX } else { KEPT_MAX } {
                cx.delete(KeyPackageRecord::key(&record.reference));
            }
        }
    }
}
