//! `palaver-relay keys`

use clap::{Subcommand, ValueEnum};
use protocol::KeyId;
use relay::trade::{Command, Query, Scope};
use serde_json::Value;

use super::{Place, data, every, text};

/// Keys that programs act by in a space
#[derive(Subcommand)]
#[command(after_help = "Example:\n  palaver-relay keys create --name shop --scope read,write --data ./data")]
pub(crate) enum Keys {
    /// Make a key; its secret is shown this once
    Create {
        /// What people call it
        #[arg(long, value_parser = super::name)]
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        scopes: Vec<GivenScope>,
        #[command(flatten)]
        place: Place,
    },
    /// List keys, the newest first
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Let a key, and every token made from it, work no longer
    Revoke {
        /// Its id: `key_…`
        key: KeyId,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum GivenScope {
    /// Look at what the space holds
    Read,
    /// Act for the space's users
    Write,
    /// Settle disputes, look at the audit log, and administer keys
    Support,
}

impl From<GivenScope> for Scope {
    fn from(given: GivenScope) -> Self {
        match given {
            GivenScope::Read => Self::Read,
            GivenScope::Write => Self::Write,
            GivenScope::Support => Self::Support,
        }
    }
}

pub(crate) fn run(command: Keys) -> anyhow::Result<()> {
    match command {
        Keys::Create { name, scopes, place } => {
            let scopes = scopes.into_iter().map(Scope::from).collect();
            let create = Command::CreateKey { name, scopes };
            let made = place.make(async |operator| data(&operator.carry_out(create).await?))?;
            place.hand_out(&made, |made| text(made, "api_key").to_owned())?;
        }
        Keys::List { place } => {
            let keys = place
                .run(async |operator| every(operator, |behind, limit| Query::Keys { behind, limit }).await)?;
            place.print(&keys, |keys| {
                let lines: Vec<String> = keys.as_array().into_iter().flatten().map(line).collect();
                if lines.is_empty() {
                    "no keys: make one with `keys create`".to_owned()
                } else {
                    lines.join("\n")
                }
            })?;
        }
        Keys::Revoke { key, place } => {
            let revoked =
                place.run(async |operator| data(&operator.carry_out(Command::RevokeKey(key)).await?))?;
            place.print(&revoked, line)?;
        }
    }
    Ok(())
}

fn line(key: &Value) -> String {
    let scopes: Vec<&str> =
        key["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let state = key["revoked_at"].as_str().map_or("works".to_owned(), |at| format!("revoked {at}"));
    format!("{}  {}  {}  {state}", text(key, "id"), scopes.join(","), text(key, "name"))
}
