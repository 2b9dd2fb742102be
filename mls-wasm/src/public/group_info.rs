//! A submitted GroupInfo, read just far enough to bind it to the commit it came with.

use protocol::keys::PublicKey;

use crate::Error;
use crate::framing::{Reader, WireFormat, open_frame, write_vector};

const EXTERNAL_PUB: u16 = 4;

/// A GroupInfo over a known context.
pub(crate) struct GroupInfo<'a> {
    pub(super) external_key: &'a [u8],
    signed: &'a [u8],
    confirmation_tag: &'a [u8],
    signature: &'a [u8],
}

impl<'a> GroupInfo<'a> {
    /// Reads one whose context is `context`, and which has an external key and no other extension.
    pub(crate) fn read(group_info: &'a [u8], context: &[u8]) -> Result<Self, Error> {
        let (WireFormat::GroupInfo, body) = open_frame(group_info)? else { return Err(Error::Malformed) };
        let rest = body.strip_prefix(context).ok_or(mismatch("GroupInfoContext"))?;
        let mut reader = Reader(rest);
        let mut extensions = Reader(reader.vector()?);
        if extensions.u16()? != EXTERNAL_PUB {
            return Err(mismatch("GroupInfoExtensions"));
        }
        let mut external_pub = Reader(extensions.vector()?);
        let external_key = external_pub.vector()?;
        external_pub.end().map_err(|_| mismatch("GroupInfoExtensions"))?;
        extensions.end().map_err(|_| mismatch("GroupInfoExtensions"))?;
        let confirmation_tag = reader.vector()?;
        reader.u32()?;
        let signed = &body[..body.len() - reader.0.len()];
        let signature = reader.vector()?;
        reader.end()?;
        Ok(Self { external_key, signed, confirmation_tag, signature })
    }

    /// What confirms its epoch.
    pub(crate) fn confirmation_tag(&self) -> &[u8] {
        self.confirmation_tag
    }

    /// Its confirmation tag is the commit's, and the committer signed it.
    pub(crate) fn check(&self, tag: &[u8], committer: &PublicKey) -> Result<(), Error> {
        if self.confirmation_tag != tag {
            return Err(mismatch("GroupInfoConfirmationTag"));
        }
        let mut labelled = Vec::new();
        write_vector(&mut labelled, b"MLS 1.0 GroupInfoTBS");
        write_vector(&mut labelled, self.signed);
        if committer.verifies_mls(&labelled, self.signature) {
            Ok(())
        } else {
            Err(mismatch("GroupInfoSignature"))
        }
    }
}

fn mismatch(what: &str) -> Error {
    Error::Invalid { detail: what.to_owned() }
}
