//! Where inputs have led to. What no kept input leads to is not tried, whatever campaigns say.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Something that the operations of an input have led to; what was so when it began does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Milestone {
    /// Someone was invited into a room, and has come.
    InvitationTakenUp,
    /// What one account said in a room that was opened meanwhile is shown by three.
    RoomOfThree,
    /// Someone was taken out of a room and knows it.
    Dismissed,
    /// A new device has become one of an account.
    DeviceLinked,
    /// So it has after digits were compared.
    DigitsCompared,
    /// What a device said that was linked meanwhile is shown by another account.
    LinkedHeard,
    /// A device was struck, which it and another of the account know.
    DeviceRevoked,
    /// Something foreign was in a room's log, or in what the relay said of a room.
    ForeignInRoom,
    /// Something foreign came to a device that was linked.
    ForeignToLinked,
}

impl Milestone {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::InvitationTakenUp,
        Self::RoomOfThree,
        Self::Dismissed,
        Self::DeviceLinked,
        Self::DigitsCompared,
        Self::LinkedHeard,
        Self::DeviceRevoked,
        Self::ForeignInRoom,
        Self::ForeignToLinked,
    ];
}

thread_local! {
    static REACHED: RefCell<BTreeMap<Milestone, u64>> = RefCell::default();
}

/// How often each was reached since it was asked last.
pub fn take_milestones() -> BTreeMap<Milestone, u64> {
    REACHED.with(RefCell::take)
}

/// It was reached so many times.
pub(super) fn reached(milestone: Milestone, times: usize) {
    if times > 0 {
        REACHED.with_borrow_mut(|reached| *reached.entry(milestone).or_default() += times as u64);
    }
}
