//! `palaver-relay audit`: shows the audit log, and proves that nobody touched it.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use data_encoding::HEXLOWER;
use protocol::RelayId;
use protocol::keys::PublicKey;
use relay::operator::Operator;
use relay::trade::{AuditEntry, AuditHead, Chain, Tampered};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Place;
use super::failure::{AUDIT_LOG_TOUCHED, Failure, NO_EXPORT};

/// Entries that are read at a time.
const PAGE: u32 = 1000;

/// The log of everything that was changed in a space
#[derive(Subcommand)]
#[command(after_help = "Examples:\n  palaver-relay audit export --data ./data > audit.jsonl\n  \
        palaver-relay audit verify --kept audit.jsonl --data ./data")]
pub(crate) enum Audit {
    /// Check that no entry was altered, removed or moved, and that none is missing at the end; in a data folder, that each is found by its user, too
    Verify {
        /// Check an export instead of the data folder
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
        /// The relay's public key, as `audit key` printed it: without it an export is checked by the key in the data folder, and by none
        /// that it names itself
        #[arg(long, value_name = "HEX", requires = "export")]
        key: Option<String>,
        /// An older export: check too that the log goes on from it, since whoever has the relay's key can write a whole log anew
        #[arg(long, value_name = "FILE")]
        kept: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Write the log to stdout, a line of JSON an entry whether `--json` is given or not, ending with the relay's word of where it ends
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
        Audit::Verify { export, key, kept, place } => {
            let kept = kept.as_deref();
            let entries = match export {
                Some(file) => verify_export(&file, signer(&place, key.as_deref())?, kept)?,
                None => place.run(async |operator| verify(operator, kept).await)?,
            };
            place.print(&json!({ "entries": entries }), |_| whole(entries))?;
        }
        Audit::Export { place } => place.run(export)?,
        Audit::Key { place } => {
            let key = HEXLOWER.encode(own_key(&place)?.as_bytes());
            place.print(&json!({ "key": key }), |_| key.clone())?;
        }
    }
    Ok(())
}

/// Who has to have signed an export. It names a key itself, as a forged one does, too.
fn signer(place: &Place, key: Option<&str>) -> anyhow::Result<PublicKey> {
    let unknown = "say who has to have signed it: `--key` with what `audit key` printed, or `--data` with the relay's folder";
    key.map_or_else(|| own_key(place).context(unknown), public_key)
}

fn own_key(place: &Place) -> anyhow::Result<PublicKey> {
    place.run(async |operator| Ok(operator.public_key()))
}

fn whole(entries: u64) -> String {
    format!("whole: {entries} entries, none altered, removed or moved")
}

async fn verify(operator: &Operator, kept: Option<&Path>) -> anyhow::Result<u64> {
    let log = Log { relay: operator.relay(), space: operator.number(), key: operator.public_key() };
    let mut followed = Followed::of(log, kept)?;
    let head = each_entry(operator, |entry| followed.follow(entry)).await?;
    let end = followed.end(head)?;
    match operator.misfiled_audit_entry().await? {
        Some(number) => Err(Tampered::Misfiled(number).into()),
        None => Ok(end.number),
    }
}

async fn export(operator: &Operator) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut write = |line: &Line| {
        serde_json::to_writer(&mut out, line).map_err(std::io::Error::from)?;
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

fn verify_export(file: &Path, key: PublicKey, kept: Option<&Path>) -> anyhow::Result<u64> {
    let (own, lines) = read(file)?;
    let log = Log { key, ..own };
    Ok(end_of(file, lines, Followed::of(log, kept)?)?.number)
}

/// Which log it is, by whose key.
struct Log {
    relay: RelayId,
    space: u32,
    key: PublicKey,
}

/// A log that is gone through, and perhaps an end of it that was seen before.
struct Followed {
    log: Log,
    chain: Chain,
    kept: Option<AuditHead>,
}

impl Followed {
    fn of(log: Log, kept: Option<&Path>) -> anyhow::Result<Self> {
        let kept = kept.map(|file| kept_end(&log, file)).transpose()?;
        Ok(Self { chain: Chain::new(log.space), log, kept })
    }

    fn follow(&mut self, entry: &AuditEntry) -> anyhow::Result<()> {
        self.chain.follow(entry)?;
        match &self.kept {
            Some(kept) => Ok(self.chain.goes_through(kept)?),
            None => Ok(()),
        }
    }

    /// Where it ends, as the relay signed it, and not before what was kept.
    fn end(self, head: Option<AuditHead>) -> anyhow::Result<AuditHead> {
        let head = head.with_context(|| {
            Failure::found(AUDIT_LOG_TOUCHED, "the relay's word of where the log ends is missing")
        })?;
        self.chain.ends_at(&head, &self.log.relay, &self.log.key)?;
        match self.kept {
            Some(kept) if kept.number > head.number => {
                Err(Tampered::CutOff { found: head.number, signed: kept.number }.into())
            }
            _ => Ok(head),
        }
    }
}

/// Where an older export of a log ends.
fn kept_end(log: &Log, file: &Path) -> anyhow::Result<AuditHead> {
    let (own, lines) = read(file)?;
    if (own.relay, own.space) != (log.relay, log.space) {
        bail!(Failure::found(NO_EXPORT, format!("{} is an export of another log", file.display())));
    }
    let kept = Followed::of(Log { key: log.key, ..own }, None)?;
    end_of(file, lines, kept).with_context(|| format!("{} is not what was exported", file.display()))
}

type Lines = std::io::Lines<BufReader<File>>;

/// Which log an export says that it is of, and what follows.
fn read(file: &Path) -> anyhow::Result<(Log, Lines)> {
    let mut lines = BufReader::new(File::open(file).with_context(|| unreadable(file))?).lines();
    match lines.next().map(line).transpose().with_context(|| unreadable(file))? {
        Some(Line::Log { relay, space, key }) => Ok((Log { relay, space, key: public_key(&key)? }, lines)),
        _ => bail!(unreadable(file)),
    }
}

/// Goes through an export; where it ends.
fn end_of(file: &Path, lines: Lines, mut followed: Followed) -> anyhow::Result<AuditHead> {
    let mut head = None;
    for text in lines {
        match line(text).with_context(|| unreadable(file))? {
            Line::Entry { number, body, hash } => {
                followed.follow(&AuditEntry { number, body, hash: bytes(&hash)? })?;
            }
            Line::Head { number, hash, signature } => {
                head = Some(AuditHead { number, hash: bytes(&hash)?, signature: bytes(&signature)? });
            }
            Line::Log { .. } => bail!(unreadable(file)),
        }
    }
    followed.end(head)
}

fn line(text: std::io::Result<String>) -> anyhow::Result<Line> {
    Ok(serde_json::from_str(&text?)?)
}

fn unreadable(file: &Path) -> Failure {
    Failure::found(NO_EXPORT, format!("{} is no export of an audit log", file.display()))
}

fn public_key(hex: &str) -> anyhow::Result<PublicKey> {
    Ok(PublicKey::from_bytes(&bytes(hex).context("the key is no public key")?)?)
}

fn bytes<const N: usize>(hex: &str) -> anyhow::Result<[u8; N]> {
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.with_context(|| format!("expected {} digits and letters of hexadecimal", N * 2))
}
