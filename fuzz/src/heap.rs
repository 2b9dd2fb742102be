//! What the heap grows by while an input is taken in: counted for each one, in campaigns and in replays alike.

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Does something, and says by how many bytes the heap had grown at most meanwhile.
pub(crate) fn growth_of(act: impl FnOnce()) -> usize {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    act();
    HEAP.peak_usage().saturating_sub(before)
}
