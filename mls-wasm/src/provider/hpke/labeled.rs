//! HKDF-SHA256 with HPKE's labels (RFC 9180 §4).

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

pub(super) const HASH_BYTES: usize = 32;

pub(super) fn labeled_extract(
    suite: &[u8],
    salt: &[u8],
    label: &[u8],
    material: &[u8],
) -> Zeroizing<[u8; HASH_BYTES]> {
    let labeled = Zeroizing::new([b"HPKE-v1", suite, label, material].concat());
    let (prk, _) = Hkdf::<Sha256>::extract(Some(salt), &labeled);
    Zeroizing::new(prk.into())
}

pub(super) fn labeled_expand(
    suite: &[u8],
    prk: &[u8; HASH_BYTES],
    label: &[u8],
    info: &[u8],
    bytes: &mut [u8],
) {
    let length = u16::try_from(bytes.len()).expect("HPKE expands to less than 64 KiB").to_be_bytes();
    Hkdf::<Sha256>::from_prk(prk)
        .expect("a pseudorandom key is as long as the hash")
        .expand_multi_info(&[&length, b"HPKE-v1", suite, label, info], bytes)
        .expect("HPKE expands within HKDF's limit");
}
