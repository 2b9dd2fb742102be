//! Every kind of message is read whole and written again; Welcomes are opened.

use openmls::prelude::tls_codec;
use openmls::prelude::{
    AddProposalIn, ExternalInitProposal, GroupContextExtensionProposalIn, MlsMessageIn, PreSharedKeyProposal,
    RatchetTreeIn, RemoveProposal, UpdateProposalIn,
};

use super::files::{OfSuite, offered, vectors};
use super::*;
use crate::framing::{Reader, WireFormat, open_frame};

/// Not all that a vector has: a commit and a Welcome's secrets do not stand alone in OpenMLS (`public_message_commit` has a
/// commit in it), and it reads no ReInit whose group context would have a tree in it, as those of the vectors do.
#[derive(Deserialize)]
struct Messages {
    mls_welcome: Hex,
    mls_group_info: Hex,
    mls_key_package: Hex,
    ratchet_tree: Hex,
    add_proposal: Hex,
    update_proposal: Hex,
    remove_proposal: Hex,
    pre_shared_key_proposal: Hex,
    external_init_proposal: Hex,
    group_context_extensions_proposal: Hex,
    public_message_application: Hex,
    public_message_proposal: Hex,
    public_message_commit: Hex,
    private_message: Hex,
}

fn same_again<T>(bytes: &[u8])
where
    T: tls_codec::Deserialize + tls_codec::Serialize,
{
    let read = T::tls_deserialize_exact(bytes).unwrap();
    assert_eq!(read.tls_serialize_detached().unwrap(), bytes);
}

#[test]
fn every_message_of_the_vectors_is_read_and_written_again() {
    for messages in vectors::<Messages>("messages") {
        let whole = [
            &messages.mls_welcome,
            &messages.mls_group_info,
            &messages.mls_key_package,
            &messages.public_message_application,
            &messages.public_message_proposal,
            &messages.public_message_commit,
            &messages.private_message,
        ];
        whole.into_iter().for_each(|message| same_again::<MlsMessageIn>(message));
        same_again::<RatchetTreeIn>(&messages.ratchet_tree);
        same_again::<AddProposalIn>(&messages.add_proposal);
        same_again::<UpdateProposalIn>(&messages.update_proposal);
        same_again::<RemoveProposal>(&messages.remove_proposal);
        same_again::<PreSharedKeyProposal>(&messages.pre_shared_key_proposal);
        same_again::<ExternalInitProposal>(&messages.external_init_proposal);
        same_again::<GroupContextExtensionProposalIn>(&messages.group_context_extensions_proposal);
    }
}

#[derive(Deserialize)]
struct Welcome {
    cipher_suite: u16,
    init_priv: Hex,
    signer_pub: Hex,
    key_package: Hex,
    welcome: Hex,
}

impl OfSuite for Welcome {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

/// What a Welcome holds sealed for one KeyPackage: the encapsulated key, what is sealed, and the sealed GroupInfo.
fn sealed_for<'a>(body: &'a [u8], reference: &[u8]) -> [&'a [u8]; 3] {
    let mut reader = Reader(body);
    reader.u16().unwrap();
    let mut secrets = Reader(reader.vector().unwrap());
    let group_info = reader.vector().unwrap();
    reader.end().unwrap();
    while secrets.end().is_err() {
        let found = [(); 3].map(|()| secrets.vector().unwrap());
        if found[0] == reference {
            return [found[1], found[2], group_info];
        }
    }
    panic!("the Welcome is not for this KeyPackage")
}

#[test]
fn welcomes_of_the_vectors_are_opened_and_their_group_info_is_confirmed() {
    for vector in offered::<Welcome>("welcome") {
        let kdf = Kdf::of(vector.cipher_suite);
        let key_package = &vector.key_package[4..];
        let reference = kdf.ref_hash("MLS 1.0 KeyPackage Reference", key_package);
        let (format, body) = open_frame(&vector.welcome).unwrap();
        assert_eq!(format, WireFormat::Welcome);
        let [kem_output, sealed, sealed_info] = sealed_for(body, &reference);
        let secrets = kdf.open_with_label(&vector.init_priv, "Welcome", sealed_info, kem_output, sealed);
        let secrets = secrets.expect("it is sealed for this key");
        let joiner = Reader(&secrets).vector().unwrap();

        let no_psk = vec![0; kdf.hash_bytes()];
        let member = kdf.extract(joiner, &no_psk);
        let welcome_secret = kdf.derive_secret(&member, "welcome");
        let key = kdf.expand_with_label(&welcome_secret, "key", b"", kdf.key_bytes());
        let nonce = kdf.expand_with_label(&welcome_secret, "nonce", b"", kdf.nonce_bytes());
        let info = kdf.open(&key, &nonce, b"", sealed_info).expect("the GroupInfo opens");

        let mut reader = Reader(&info);
        let (context, confirmed_transcript_hash) = read_context(&mut reader);
        let _extensions = reader.vector().unwrap();
        let tag = reader.vector().unwrap();
        let _signer = reader.u32().unwrap();
        let signed = &info[..info.len() - reader.0.len()];
        let signature = reader.vector().unwrap();
        assert!(kdf.verify_with_label(&vector.signer_pub, "GroupInfoTBS", signed, signature));
        let epoch = kdf.expand_with_label(&member, "epoch", context, kdf.hash_bytes());
        let confirmation = kdf.derive_secret(&epoch, "confirm");
        assert_eq!(kdf.mac(&confirmation, confirmed_transcript_hash), tag);
    }
}

/// A GroupContext, and the confirmed transcript hash in it.
fn read_context<'a>(reader: &mut Reader<'a>) -> (&'a [u8], &'a [u8]) {
    let start = reader.0;
    let (_version, _suite) = (reader.u16().unwrap(), reader.u16().unwrap());
    let _group = reader.vector().unwrap();
    let _epoch = reader.u64().unwrap();
    let [_tree_hash, confirmed_transcript_hash, _extensions] = [(); 3].map(|()| reader.vector().unwrap());
    (&start[..start.len() - reader.0.len()], confirmed_transcript_hash)
}
