//! What a log says of an account at one head.

use std::collections::BTreeMap;

use super::entry::{DeviceListing, EntryKind, Recover};
use super::log::IdentityError;
use crate::handle::Handle;
use crate::ids::DeviceId;
use crate::keys::PublicKey;
use crate::limits;

/// A device an account lists or has listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRecord {
    /// The device's key.
    pub key: PublicKey,
    /// Whether the account still lists it.
    pub is_active: bool,
}

/// An account as its log describes it at one head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    root_key: PublicKey,
    devices: BTreeMap<DeviceId, DeviceRecord>,
    handle: Option<Handle>,
    is_closed: bool,
}

impl AccountView {
    pub(super) fn opened(root_key: PublicKey, device: &DeviceListing) -> Self {
        let record = DeviceRecord { key: device.key, is_active: true };
        Self {
            root_key,
            devices: BTreeMap::from([(device.key.device_id(), record)]),
            handle: None,
            is_closed: false,
        }
    }

    /// The root key in force.
    pub fn root_key(&self) -> PublicKey {
        self.root_key
    }

    /// The device, if the account lists it.
    pub fn device(&self, device: &DeviceId) -> Option<PublicKey> {
        self.devices.get(device).filter(|record| record.is_active).map(|record| record.key)
    }

    /// Whether the account listed the device once and no longer does.
    pub fn has_revoked(&self, device: &DeviceId) -> bool {
        self.devices.get(device).is_some_and(|record| !record.is_active)
    }

    /// Every device the account lists or has listed.
    pub fn devices(&self) -> impl Iterator<Item = (&DeviceId, &DeviceRecord)> {
        self.devices.iter()
    }

    /// The devices the account lists.
    pub fn active_devices(&self) -> impl Iterator<Item = (&DeviceId, &PublicKey)> {
        self.devices
            .iter()
            .filter(|(_, record)| record.is_active)
            .map(|(device, record)| (device, &record.key))
    }

    /// The account's handle.
    pub fn handle(&self) -> Option<&Handle> {
        self.handle.as_ref()
    }

    /// Whether the account is closed; nothing follows.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Applies an entry whose signer was checked.
    pub(super) fn apply(&mut self, kind: &EntryKind) -> Result<(), IdentityError> {
        match kind {
            EntryKind::OpenAccount(_) => Err(IdentityError::Forged("a second opening")),
            EntryKind::AddDevice(add) => self.list(&add.device),
            EntryKind::RevokeDevice(revoke) => self.revoke(&revoke.device),
            EntryKind::SetHandle(set) => {
                self.handle.clone_from(&set.handle.0);
                Ok(())
            }
            EntryKind::RotateRoot(rotate) => {
                self.root_key = rotate.root_key;
                Ok(())
            }
            EntryKind::Recover(recover) => self.recover(recover),
            EntryKind::CloseAccount(_) => {
                self.is_closed = true;
                self.devices.values_mut().for_each(|record| record.is_active = false);
                Ok(())
            }
        }
    }

    fn list(&mut self, listing: &DeviceListing) -> Result<(), IdentityError> {
        let device = listing.key.device_id();
        if self.devices.contains_key(&device) {
            return Err(IdentityError::Forged("a device listed twice"));
        }
        let has_listed_enough = self.devices.len() >= limits::ACCOUNT_DEVICES_EVER_MAX;
        if has_listed_enough || self.active_devices().count() >= limits::ACCOUNT_DEVICES_MAX {
            return Err(IdentityError::TooManyDevices);
        }
        self.devices.insert(device, DeviceRecord { key: listing.key, is_active: true });
        Ok(())
    }

    fn revoke(&mut self, device: &DeviceId) -> Result<(), IdentityError> {
        match self.devices.get_mut(device) {
            Some(record) if record.is_active => {
                record.is_active = false;
                Ok(())
            }
            _ => Err(IdentityError::Forged("a revocation of a device that is not listed")),
        }
    }

    fn recover(&mut self, recover: &Recover) -> Result<(), IdentityError> {
        if recover.surviving.iter().any(|device| self.device(device).is_none()) {
            return Err(IdentityError::Forged("a survivor that was not listed"));
        }
        if !recover.surviving.is_sorted_by(|one, next| one < next) {
            return Err(IdentityError::Forged("survivors out of order"));
        }
        for (device, record) in &mut self.devices {
            record.is_active = recover.surviving.binary_search(device).is_ok();
        }
        recover.added.iter().try_for_each(|listing| self.list(listing))
    }

    /// Remembers as revoked what was listed only in entries that were taken back: its leaves have to go.
    pub(super) fn revoke_strangers(&mut self, taken_back: &Self) {
        for (device, record) in &taken_back.devices {
            self.devices.entry(*device).or_insert(DeviceRecord { is_active: false, ..*record });
        }
    }
}
