//! MLS's outermost framing, read without OpenMLS: what has to be known of a message before, or without, its group.

use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{MlsMessageBodyIn, MlsMessageIn, RatchetTreeIn, Welcome};

use crate::Error;

const MLS_1_0: u16 = 1;

/// RFC 9420's wire formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WireFormat {
    PublicMessage = 1,
    PrivateMessage = 2,
    Welcome = 3,
    GroupInfo = 4,
}

/// Reads TLS presentation language, MLS's flavour.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Error::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        Ok(self.take(N)?.try_into().expect("as many bytes were taken"))
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_be_bytes)
    }

    /// A vector behind its length.
    pub(crate) fn vector(&mut self) -> Result<&'a [u8], Error> {
        let length = self.length()?;
        self.take(length)
    }

    /// A length in one, two or four bytes, the fewest that hold it.
    pub(crate) fn length(&mut self) -> Result<usize, Error> {
        let first = self.byte()?;
        let low = usize::from(first & 0x3F);
        let (length, shortest) = match first >> 6 {
            0 => (low, 0),
            1 => (low << 8 | usize::from(self.byte()?), 1 << 6),
            2 => {
                let [second, third, fourth] = self.array()?.map(usize::from);
                (low << 24 | second << 16 | third << 8 | fourth, 1 << 14)
            }
            _ => return Err(Error::Malformed),
        };
        if length < shortest { Err(Error::Malformed) } else { Ok(length) }
    }

    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Malformed) }
    }
}

/// Appends a vector behind its length.
pub(crate) fn write_vector(out: &mut Vec<u8>, content: &[u8]) {
    let length = u32::try_from(content.len()).expect("MLS vectors are shorter than 1 GiB");
    match length {
        0..=0x3F => out.push(length as u8),
        0x40..=0x3FFF => out.extend_from_slice(&((length as u16) | 0x4000).to_be_bytes()),
        _ => out.extend_from_slice(&(length | 0x8000_0000).to_be_bytes()),
    }
    out.extend_from_slice(content);
}

/// The format and body of a message.
pub(crate) fn open_frame(bytes: &[u8]) -> Result<(WireFormat, &[u8]), Error> {
    let mut reader = Reader(bytes);
    if reader.u16()? != MLS_1_0 {
        return Err(Error::Malformed);
    }
    let format = match reader.u16()? {
        1 => WireFormat::PublicMessage,
        2 => WireFormat::PrivateMessage,
        3 => WireFormat::Welcome,
        4 => WireFormat::GroupInfo,
        _ => return Err(Error::Malformed),
    };
    Ok((format, reader.0))
}

/// The frame around a body.
pub(crate) fn frame(format: WireFormat, body: &[u8]) -> Vec<u8> {
    [MLS_1_0.to_be_bytes().as_slice(), &(format as u16).to_be_bytes(), body].concat()
}

/// Reads one whole message.
pub(crate) fn message(bytes: &[u8]) -> Result<MlsMessageBodyIn, Error> {
    MlsMessageIn::tls_deserialize_exact(bytes).map(MlsMessageIn::extract).map_err(|_| Error::Malformed)
}

pub(crate) fn welcome(bytes: &[u8]) -> Result<Welcome, Error> {
    match message(bytes)? {
        MlsMessageBodyIn::Welcome(welcome) => Ok(welcome),
        _ => Err(Error::Malformed),
    }
}

pub(crate) fn tree(bytes: &[u8]) -> Result<RatchetTreeIn, Error> {
    require_endless_leaves(bytes)?;
    RatchetTreeIn::tls_deserialize_exact(bytes).map_err(|_| Error::Malformed)
}

/// The bytes of anything MLS can write.
pub(crate) fn bytes(value: &impl openmls::prelude::tls_codec::Serialize) -> Vec<u8> {
    value.tls_serialize_detached().expect("what MLS made can be written")
}

/// Refuses a tree with a leaf whose lifetime ends: whether it is valid would depend on a clock.
fn require_endless_leaves(tree: &[u8]) -> Result<(), Error> {
    const LEAF: u8 = 1;
    const PARENT: u8 = 2;
    let mut whole = Reader(tree);
    let mut nodes = Reader(whole.vector()?);
    whole.end()?;
    while !nodes.0.is_empty() {
        match nodes.byte()? {
            0 => {}
            1 => match nodes.byte()? {
                LEAF => skip_endless_leaf(&mut nodes)?,
                PARENT => {
                    for _ in ["encryption key", "parent hash", "unmerged leaves"] {
                        nodes.vector()?;
                    }
                }
                _ => return Err(Error::Malformed),
            },
            _ => return Err(Error::Malformed),
        }
    }
    Ok(())
}

fn skip_endless_leaf(nodes: &mut Reader<'_>) -> Result<(), Error> {
    const FROM_KEY_PACKAGE: u8 = 1;
    const FROM_UPDATE: u8 = 2;
    const FROM_COMMIT: u8 = 3;
    nodes.vector()?;
    nodes.vector()?;
    nodes.u16()?;
    nodes.vector()?;
    for _ in ["versions", "suites", "extensions", "proposals", "credentials"] {
        nodes.vector()?;
    }
    match nodes.byte()? {
        FROM_KEY_PACKAGE => {
            let (not_before, not_after) = (nodes.u64()?, nodes.u64()?);
            if (not_before, not_after) != crate::leaf::ENDLESS {
                return Err(Error::ForeignLeaf("a lifetime that ends"));
            }
        }
        FROM_UPDATE => {}
        FROM_COMMIT => {
            nodes.vector()?;
        }
        _ => return Err(Error::Malformed),
    }
    nodes.vector()?;
    nodes.vector()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_round_trip_at_every_length_of_length() {
        for length in [0, 1, 63, 64, 16_383, 16_384, 70_000] {
            let content = vec![7; length];
            let mut written = Vec::new();
            write_vector(&mut written, &content);
            let mut reader = Reader(&written);
            assert_eq!(reader.vector().unwrap(), content);
            reader.end().unwrap();
        }
    }

    #[test]
    fn a_longer_length_than_needed_is_refused() {
        assert_eq!(Reader(&[0x40, 1, 7]).vector(), Err(Error::Malformed));
        assert_eq!(Reader(&[0xC0]).vector(), Err(Error::Malformed));
    }
}
