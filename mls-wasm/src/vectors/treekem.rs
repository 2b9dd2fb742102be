//! Update paths: each member opens its path secret, and from it reaches the commit secret (RFC 9420 §7.4–§7.6).

use super::files::{OfSuite, offered};
use super::labels::vector;
use super::schedule::group_context;
use super::*;
use crate::framing::Reader;

#[derive(Deserialize)]
struct TreeKem {
    cipher_suite: u16,
    group_id: Hex,
    epoch: u64,
    confirmed_transcript_hash: Hex,
    leaves_private: Vec<LeafPrivate>,
    update_paths: Vec<UpdatePath>,
}

impl OfSuite for TreeKem {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

#[derive(Deserialize)]
struct LeafPrivate {
    index: usize,
    encryption_priv: Hex,
    path_secrets: Vec<NodeSecret>,
}

#[derive(Deserialize)]
struct NodeSecret {
    path_secret: Hex,
}

#[derive(Deserialize)]
struct UpdatePath {
    sender: u32,
    update_path: Hex,
    path_secrets: Vec<Option<Hex>>,
    commit_secret: Hex,
    tree_hash_after: Hex,
}

/// A node that a path renews: its key, and its secret sealed for some members.
struct PathNode<'a> {
    key: &'a [u8],
    sealed: Vec<[&'a [u8]; 2]>,
}

/// Reads a path, and checks that its leaf's owner has signed it for this group.
fn read_path<'a>(kdf: &Kdf, group: &[u8], path: &'a UpdatePath) -> Vec<PathNode<'a>> {
    const COMMITTED: u8 = 3;
    let mut reader = Reader(&path.update_path);
    let [_encryption_key, signature_key] = [(); 2].map(|()| reader.vector().unwrap());
    let _credential = (reader.u16().unwrap(), reader.vector().unwrap());
    let _capabilities = [(); 5].map(|()| reader.vector().unwrap());
    assert_eq!(reader.byte().unwrap(), COMMITTED);
    let [_parent_hash, _extensions] = [(); 2].map(|()| reader.vector().unwrap());
    let leaf = &path.update_path[..path.update_path.len() - reader.0.len()];
    let signed = [leaf, &vector(group), &path.sender.to_be_bytes()].concat();
    assert!(kdf.verify_with_label(signature_key, "LeafNodeTBS", &signed, reader.vector().unwrap()));

    let mut nodes = Reader(reader.vector().unwrap());
    reader.end().unwrap();
    let mut found = Vec::new();
    while nodes.end().is_err() {
        let key = nodes.vector().unwrap();
        let mut secrets = Reader(nodes.vector().unwrap());
        let mut sealed = Vec::new();
        while secrets.end().is_err() {
            sealed.push([(); 2].map(|()| secrets.vector().unwrap()));
        }
        found.push(PathNode { key, sealed });
    }
    found
}

fn node_key_pair(kdf: &Kdf, path_secret: &[u8]) -> openmls_traits::types::HpkeKeyPair {
    kdf.key_pair(&kdf.derive_secret(path_secret, "node"))
}

/// The only secret in a path that one of these keys opens, and how far up the path.
fn open_path(kdf: &Kdf, keys: &[Vec<u8>], context: &[u8], path: &[PathNode<'_>]) -> Option<(usize, Vec<u8>)> {
    let sealed =
        path.iter().enumerate().flat_map(|(height, node)| node.sealed.iter().map(move |it| (height, it)));
    let mut opened = sealed.flat_map(|(height, [kem_output, sealed])| {
        let open = |key: &Vec<u8>| kdf.open_with_label(key, "UpdatePathNode", context, kem_output, sealed);
        keys.iter().filter_map(open).map(move |secret| (height, secret)).collect::<Vec<_>>()
    });
    let found = opened.next();
    assert!(opened.next().is_none(), "a path has one secret for each member");
    found
}

#[test]
fn every_member_of_the_vectors_trees_reaches_the_commit_secret() {
    for tree in offered::<TreeKem>("treekem") {
        let kdf = Kdf::of(tree.cipher_suite);
        for path in &tree.update_paths {
            let nodes = read_path(&kdf, &tree.group_id, path);
            let context = group_context(
                tree.cipher_suite,
                &tree.group_id,
                tree.epoch,
                &path.tree_hash_after,
                &tree.confirmed_transcript_hash,
            );
            for leaf in &tree.leaves_private {
                let of_nodes = leaf
                    .path_secrets
                    .iter()
                    .map(|node| node_key_pair(&kdf, &node.path_secret).private.as_ref().to_vec());
                let keys: Vec<Vec<u8>> = of_nodes.chain([leaf.encryption_priv.0.clone()]).collect();
                let opened = open_path(&kdf, &keys, &context, &nodes);
                let Some(expected) = &path.path_secrets[leaf.index] else {
                    assert!(opened.is_none(), "a sender seals nothing for itself");
                    continue;
                };
                let (height, mut secret) = opened.expect("a path has a secret for each member");
                assert_eq!(secret, expected.0);
                for node in &nodes[height..] {
                    assert_eq!(node_key_pair(&kdf, &secret).public, node.key);
                    secret = kdf.derive_secret(&secret, "path");
                }
                assert_eq!(secret, path.commit_secret.0);
            }
        }
    }
}
