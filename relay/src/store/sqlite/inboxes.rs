//! Devices' inboxes.

use protocol::frame::InboxItem;
use protocol::{Bytes, DeviceId, Epoch, Seq, Timestamp};
use rusqlite::params;

use super::sessions::id;
use super::{SqliteSpace, number, unsigned};
use crate::store::{Answer, InboxPage, Inboxes, StoreError};

impl Inboxes for SqliteSpace {
    fn inbox(&self, device: DeviceId, after: u64, limit: u32) -> impl Answer<InboxPage> {
        self.read(move |connection, space| {
            let rows: Vec<(i64, Vec<u8>, i64, i64, Vec<u8>, i64)> = connection
                .prepare_cached(
                    "SELECT number, conversation, seq, epoch, welcome, received_at FROM inbox
                     WHERE space_id = ?1 AND device = ?2 AND number > ?3 ORDER BY number LIMIT ?4",
                )?
                .query_map(params![space, device.as_bytes(), number(after), i64::from(limit) + 1], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
                })?
                .collect::<Result<_, _>>()?;
            let more = rows.len() > limit as usize;
            let items = rows
                .into_iter()
                .take(limit as usize)
                .map(|(number, conversation, seq, epoch, welcome, received_at)| {
                    Ok(InboxItem {
                        id: unsigned(number),
                        conversation: id(&conversation)?,
                        seq: Seq(unsigned(seq)),
                        epoch: Epoch(unsigned(epoch)),
                        welcome: Bytes::from(welcome),
                        received_at: Timestamp::from_millis(unsigned(received_at)),
                    })
                })
                .collect::<Result<_, StoreError>>()?;
            Ok(InboxPage { items, more })
        })
    }

    fn acknowledge_inbox(&self, device: DeviceId, ids: Vec<u64>) -> impl Answer<()> {
        self.write(move |connection, space, _| {
            let mut delete = connection
                .prepare_cached("DELETE FROM inbox WHERE space_id = ?1 AND device = ?2 AND number = ?3")?;
            for item in ids {
                delete.execute(params![space, device.as_bytes(), number(item)])?;
            }
            Ok(())
        })
    }
}
