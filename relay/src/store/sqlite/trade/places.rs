//! Places of what is only appended to: the space in the upper bits, the number within it in the lower ones.

/// Bits of a number: more than a space can fill.
const NUMBER_BITS: u32 = 40;
const NUMBER_MAX: i64 = (1 << NUMBER_BITS) - 1;

/// Where a space's number is.
pub(super) fn place(space: i64, number: u64) -> i64 {
    let number = i64::try_from(number).unwrap_or(NUMBER_MAX).min(NUMBER_MAX);
    first_place(space) | number
}

/// Before a space's first number.
pub(super) const fn first_place(space: i64) -> i64 {
    space << NUMBER_BITS
}

/// Behind which nothing is a space's.
pub(super) const fn last_place(space: i64) -> i64 {
    first_place(space) | NUMBER_MAX
}

/// All that are a space's, from the first to the last.
pub(super) const fn places(space: i64) -> [i64; 2] {
    [first_place(space), last_place(space)]
}

/// The number at a place.
pub(super) fn number_of(place: i64) -> u64 {
    (place & NUMBER_MAX).unsigned_abs()
}
