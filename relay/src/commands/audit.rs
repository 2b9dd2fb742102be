//! `palaver-relay audit`: shows the audit log, and proves that nobody touched it.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use data_encoding::HEXLOWER;
use protocol::RelayId;
use protocol::keys::PublicKey;
use relay::operator::Operator;
use relay::trade::{AuditEntry, AuditHead, Chain};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Place;

/// Entries that are read at a time.
const PAGE: u32 = 1000;

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Check that no entry was altered, removed or moved, and that none is missing at the end
    Verify {
        /// Check an export instead of the data folder
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
        /// The relay's public key, as `audit key` printed it: without it an export is checked by the key that it names itself
        #[arg(long, value_name = "HEX", requires = "export")]
        key: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Write the log to stdout, a line of JSON an entry, ending with the relay's word of where it ends
    Export {
        #[command(flatten)]
        place: Place,
    },
    /// Print the public key that the relay's word is checked by: keep it elsewhere
    Key {
        #[command(flatten)]
        place: Place,
    },
}

/// A line of an export.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Log { relay: RelayId, space: u32, key: String },
    Entry { number: u64, body: String, hash: String },
    Head { number: u64, hash: String, signature: String },
}

pub(crate) fn run(command: Audit) -> anyhow::Result<()> {
    match command {
        Audit::Verify { export: Some(file), key, place } => {
            let entries = verify_export(&file, key.as_deref())?;
            place.print(&json!({ "entries": entries }), |_| whole(entries));
        }
        Audit::Verify { export: None, place, .. } => {
            let entries = place.run(verify)?;
            place.print(&json!({ "entries": entries }), |_| whole(entries));
        }
        Audit::Export { place } => place.run(export)?,
        Audit::Key { place } => {
            let key = place.run(async |operator| Ok(HEXLOWER.encode(operator.public_key().as_bytes())))?;
            place.print(&json!({ "key": key }), |_| key.clone());
        }
    }
    Ok(())
}

fn whole(entries: u64) -> String {
    format!("whole: {entries} entries, none altered, removed or moved")
}

async fn verify(operator: &Operator) -> anyhow::Result<u64> {
    let mut chain = Chain::new(operator.number());
    let head = each_entry(operator, |entry| Ok(chain.follow(entry)?)).await?;
    end(&chain, head.as_ref(), &operator.relay(), &operator.public_key())
}

async fn export(operator: &Operator) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut write = |line: &Line| {
        serde_json::to_writer(&mut out, line)?;
        Ok::<_, anyhow::Error>(out.write_all(b"\n")?)
    };
    let key = HEXLOWER.encode(operator.public_key().as_bytes());
    write(&Line::Log { relay: operator.relay(), space: operator.number(), key })?;
    let head = each_entry(operator, |entry| {
        let AuditEntry { number, body, hash } = entry;
        write(&Line::Entry { number: *number, body: body.clone(), hash: HEXLOWER.encode(hash) })
    })
    .await?;
    if let Some(AuditHead { number, hash, signature }) = head {
        let [hash, signature] = [hash.as_slice(), &signature].map(|bytes| HEXLOWER.encode(bytes));
        write(&Line::Head { number, hash, signature })?;
    }
    Ok(())
}

/// Goes through the log as it was when its end was first seen; gives that end.
async fn each_entry(
    operator: &Operator,
    mut work: impl FnMut(&AuditEntry) -> anyhow::Result<()>,
) -> anyhow::Result<Option<AuditHead>> {
    let head = operator.audit(0, 0).await?.head;
    let last = head.as_ref().map_or(0, |head| head.number);
    let mut behind = 0;
    loop {
        let page = operator.audit(behind, PAGE).await?;
        // A relay that runs goes on meanwhile; what is behind an end that stays is made up.
        let is_growing = page.head.as_ref().is_some_and(|now| now.number > last);
        let entries = page.entries.iter().filter(|entry| !is_growing || entry.number <= last);
        entries.clone().try_for_each(&mut work)?;
        match page.entries.last() {
            Some(entry) if entries.count() == PAGE as usize => behind = entry.number,
            _ => return Ok(head),
        }
    }
}

fn verify_export(file: &std::path::Path, key: Option<&str>) -> anyhow::Result<u64> {
    let unreadable = || format!("{} is no export of an audit log", file.display());
    let lines = BufReader::new(std::fs::File::open(file).with_context(unreadable)?).lines();
    let mut lines = lines.map(|line| Ok::<Line, anyhow::Error>(serde_json::from_str(&line?)?));
    let Some(Line::Log { relay, space, key: own }) = lines.next().transpose().with_context(unreadable)?
    else {
        bail!(unreadable());
    };
    let key = PublicKey::from_bytes(&bytes(key.unwrap_or(&own)).context("the key is no public key")?)?;
    let (mut chain, mut head) = (Chain::new(space), None);
    for line in lines {
        match line.with_context(unreadable)? {
            Line::Entry { number, body, hash } => {
                chain.follow(&AuditEntry { number, body, hash: bytes(&hash)? })?;
            }
            Line::Head { number, hash, signature } => {
                head = Some(AuditHead { number, hash: bytes(&hash)?, signature: bytes(&signature)? });
            }
            Line::Log { .. } => bail!(unreadable()),
        }
    }
    end(&chain, head.as_ref(), &relay, &key)
}

fn end(chain: &Chain, head: Option<&AuditHead>, relay: &RelayId, key: &PublicKey) -> anyhow::Result<u64> {
    let head = head.context("the relay's word of where the log ends is missing")?;
    chain.ends_at(head, relay, key)?;
    Ok(head.number)
}

fn bytes<const N: usize>(hex: &str) -> anyhow::Result<[u8; N]> {
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.with_context(|| format!("expected {} digits and letters of hexadecimal", N * 2))
}
