//! What an operator does at the command line.

pub(crate) mod audit;
pub(crate) mod failure;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod maintenance;
pub(crate) mod reconcile;
pub(crate) mod traders;

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use failure::Failure;
use relay::config::{Settings, data_folder};
use relay::operator::Operator;
use relay::trade::{Query, Reply};
use serde_json::Value;

/// Things on a page that is read at a time.
const PAGE: u32 = 100;

/// Which space of which folder, and how to answer.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// Folder for everything the relay keeps [default: ./palaver-data]
    #[arg(long, env = "PALAVER_RELAY_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// TOML file with the relay's settings, for its `data`
    #[arg(long, env = "PALAVER_RELAY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Space to work in
    #[arg(long, default_value = "default", value_name = "NAME", value_parser = name)]
    space: String,
    /// Answer in JSON, also where it fails
    #[arg(long)]
    json: bool,
}

impl Place {
    /// Does something in the space.
    pub(crate) fn run<T>(&self, work: impl AsyncFnOnce(&Operator) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let data = self.folder()?;
        block_on(async { work(&Operator::open(&data, &self.space).await?).await })
    }

    /// The same, in one that is made if need be.
    pub(crate) fn make<T>(
        &self,
        work: impl AsyncFnOnce(&Operator) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let data = self.folder()?;
        block_on(async { work(&Operator::make(&data, &self.space).await?).await })
    }

    fn folder(&self) -> anyhow::Result<PathBuf> {
        let file = self.config.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
        Ok(data_folder(self.data.clone().or(file.data))?)
    }

    /// Prints what was answered: as it is, or for people.
    pub(crate) fn print(
        &self,
        answer: &Value,
        for_people: impl FnOnce(&Value) -> String,
    ) -> anyhow::Result<()> {
        say(&self.shown(answer, for_people))
    }

    /// The same, of what is told this once: somebody has to read it.
    pub(crate) fn hand_out(
        &self,
        answer: &Value,
        for_people: impl FnOnce(&Value) -> String,
    ) -> anyhow::Result<()> {
        writeln!(std::io::stdout(), "{}", self.shown(answer, for_people))
            .context("it was made, and nobody has read it: revoke it, and make another")
    }

    fn shown(&self, answer: &Value, for_people: impl FnOnce(&Value) -> String) -> String {
        if self.json { format!("{answer:#}") } else { for_people(answer) }
    }
}

/// Says something on stdout. What was done is done, and found is found, also where nobody reads what is said any more.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        said => said.context("it cannot be printed"),
    }
}

/// What was answered, or why it was not done.
pub(crate) fn data(reply: &Reply) -> anyhow::Result<Value> {
    Ok(body(reply)?["data"].take())
}

/// The same, with what is said about it.
pub(crate) fn body(reply: &Reply) -> anyhow::Result<Value> {
    let body: Value = serde_json::from_slice(&reply.body).context("the store's answer cannot be read")?;
    match body["error"]["message"].as_str() {
        Some(message) => {
            let code = body["error"]["code"].as_str().unwrap_or_default().to_owned();
            Err(Failure::Refused { code, message: message.to_owned() }.into())
        }
        None => Ok(body),
    }
}

/// Everything of a list, page by page: one with few things on it, or none, may still go on.
pub(crate) async fn every<Id: FromStr>(
    operator: &Operator,
    query: impl Fn(Option<Id>, u32) -> Query,
) -> anyhow::Result<Value> {
    let (mut all, mut behind) = (Vec::new(), None);
    loop {
        let page = body(&operator.look_up(query(behind, PAGE)).await?)?;
        all.extend(page["data"].as_array().into_iter().flatten().cloned());
        let Some(next) = page["meta"]["pagination"]["next_cursor"].as_str() else { return Ok(all.into()) };
        behind = Some(next.parse().ok().context("where the next page begins cannot be read")?);
    }
}

/// A text of an answer.
pub(crate) fn text<'a>(answer: &'a Value, field: &str) -> &'a str {
    answer[field].as_str().unwrap_or("-")
}

/// What people call something: a line that can be shown.
pub(crate) fn name(text: &str) -> Result<String, String> {
    relay::trade::line(text, 1..=relay::trade::NAME_LENGTH_MAX).map(|()| text.to_owned())
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
