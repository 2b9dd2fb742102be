//! How the suite comes by a store: all that it knows of an implementation.

use relay::store::{SpaceId, Spaces};

/// The space that every store has.
pub(crate) const FIRST: SpaceId = SpaceId(1);

/// A handle of the space that every store has.
pub(crate) type Space<K> = <<K as Kept>::Store as Spaces>::Space;

/// Where a store is kept.
pub(crate) trait Kept {
    /// What is kept there.
    type Store: Spaces;

    /// A place where there is none yet.
    fn anew() -> Self;

    /// Opens the store that is there, made if need be. One at a time is open.
    fn open(&self) -> Self::Store;

    /// The same, for the space that every store has.
    fn space(&self) -> Space<Self>
    where
        Self: Sized,
    {
        self.open().space(FIRST)
    }
}
