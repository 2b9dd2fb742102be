//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use client_api::Recipient;
use protocol::{DeviceId, Handle};

/// Private messages, end-to-end encrypted.
#[derive(Debug, Parser)]
#[command(name = "palaver", version, arg_required_else_help = true)]
#[command(
    after_help = "Examples:\n  palaver init --handle ana\n  palaver contact add @ben\n  palaver send @ben \"hello\"\n  palaver read @ben\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 offline (a message that shows as queued goes out later),\n  4 not found, 5 home in use.\n\nPALAVER_PASSPHRASE, set at `init` and from then on, wraps the home's key."
)]
pub(crate) struct Arguments {
    /// Folder of this account [default: the platform's data folder]
    #[arg(long, global = true, env = "PALAVER_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Relay's address [default: the one the account was made on, else http://127.0.0.1:8787]
    #[arg(long, global = true, env = "PALAVER_RELAY", value_name = "URL", value_parser = relay)]
    pub(crate) relay: Option<String>,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an account, and show its recovery phrase once
    Init {
        /// The name others find you by
        #[arg(long, value_name = "NAME", value_parser = handle)]
        handle: Handle,
    },
    /// Make this home one more device of an account you have: shows what to type or scan there
    Join {
        /// Take the digits for the same without asking
        #[arg(long)]
        yes: bool,
    },
    /// Come back to an account by its recovery phrase, read from standard input; its other devices are revoked
    Restore,
    /// Replace the recovery phrase: the old one is read from standard input, the new one shown once
    ReplacePhrase,
    /// Let a new device into this account: it shows a code and a number
    Link {
        /// The code or the number
        shown: String,
        /// Take the digits for the same without asking
        #[arg(long)]
        yes: bool,
    },
    /// Revoke one of this account's devices
    Revoke {
        /// Which, as `palaver devices` shows it
        device: DeviceId,
    },
    /// Show who you are
    Id,
    /// Keep contacts
    #[command(subcommand)]
    Contact(ContactCommand),
    /// List contacts
    Contacts,
    /// Send a message
    #[command(override_usage = "palaver send <TO> <TEXT>\n       palaver send <TO> --stdin")]
    Send {
        /// To whom: @NAME or a link as `palaver id` shows it
        #[arg(value_parser = recipient)]
        to: Recipient,
        /// The words
        #[arg(required_unless_present = "stdin")]
        text: Option<String>,
        /// Read the words from standard input
        #[arg(long, conflicts_with = "text")]
        stdin: bool,
    },
    /// Catch up, then print a conversation, oldest first
    Read {
        /// With whom
        #[arg(value_parser = recipient)]
        with: Recipient,
        /// Only what stands behind this place
        #[arg(long, value_name = "SEQ", default_value_t = 0)]
        since: u64,
    },
    /// Print messages as they come
    Watch {
        /// With whom; everyone if not given
        #[arg(value_parser = recipient)]
        with: Option<Recipient>,
        /// Stop after so many seconds
        #[arg(long = "for", value_name = "SECONDS")]
        seconds: Option<u64>,
    },
    /// Talk in an interactive view
    Chat {
        /// With whom
        #[arg(value_parser = recipient)]
        with: Recipient,
    },
    /// List conversations, the latest first
    Conversations,
    /// List this account's devices
    Devices,
    /// Show what is set on all of this account's devices, or set it
    Settings {
        #[command(subcommand)]
        change: Option<SettingCommand>,
    },
    /// Show the safety number of a contact, or mark it as compared
    Verify {
        /// Whom
        #[arg(value_parser = recipient)]
        who: Recipient,
        /// The number is the same on both sides
        #[arg(long)]
        matches: bool,
    },
    /// Check this home and its relay
    Doctor,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContactCommand {
    /// Look someone up and keep them
    Add {
        /// Who: @NAME or a link as `palaver id` shows it
        #[arg(value_parser = recipient)]
        who: Recipient,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingCommand {
    /// Set it on all of this account's devices
    Set {
        /// Which, such as theme: up to 32 small letters, digits and hyphens
        name: String,
        /// To what, such as dark [default: what holds where nothing is set]
        value: Option<String>,
    },
}

/// `@NAME`, `palaver:acct_…` or `acct_…`.
fn recipient(text: &str) -> Result<Recipient, String> {
    let account = text.strip_prefix("palaver:");
    if account.is_some() || text.starts_with("acct_") {
        let unreadable = "this link is not whole: copy it again as `palaver id` shows it";
        return account.unwrap_or(text).parse().map(Recipient::Account).map_err(|_| unreadable.to_owned());
    }
    handle(text).map(Recipient::Handle)
}

/// Names are written in lower case, however they are typed.
fn handle(text: &str) -> Result<Handle, String> {
    text.to_lowercase().parse().map_err(|error: protocol::handle::ParseHandleError| error.to_string())
}

fn relay(text: &str) -> Result<String, String> {
    client_native::check_relay(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn people_are_named_by_handle_or_link() {
        assert_eq!(recipient("@Ben"), recipient("@ben"));
        assert_eq!(recipient("@ben"), Ok(Recipient::Handle("ben".parse().unwrap())));
        let account = protocol::AccountId::from_bytes([7; 32]);
        assert_eq!(recipient(&format!("palaver:{account}")), Ok(Recipient::Account(account)));
        assert!(recipient("palaver:acct_nonsense").is_err());
        assert!(recipient("@B en").is_err());
    }
}
