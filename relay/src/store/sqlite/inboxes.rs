//! Devices' inboxes.

use protocol::frame::InboxItem;
use protocol::{Bytes, DeviceId, Epoch, Seq, limits};
use rusqlite::{Row, params};

use super::sessions::id;
use super::{SqliteSpace, number, timestamp, unsigned};
use crate::store::{Answer, InboxPage, Inboxes, StoreError};

impl Inboxes for SqliteSpace {
    fn inbox(&self, device: DeviceId, after: u64, limit: u32) -> impl Answer<InboxPage> {
        self.read(move |connection, space| {
            let mut query = connection.prepare_cached(
                "SELECT number, conversation, seq, epoch, welcome, received_at FROM inbox
                 WHERE space_id = ?1 AND device = ?2 AND number > ?3 ORDER BY number LIMIT ?4",
            )?;
            let mut rows =
                query.query(params![space, device.as_bytes(), number(after), i64::from(limit) + 1])?;
            let (mut items, mut bytes) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                let item = item_of(row)?;
                bytes += item.welcome.len();
                if items.len() == limit as usize || (bytes > limits::PAGE_BYTES_MAX && !items.is_empty()) {
                    return Ok(InboxPage { items, more: true });
                }
                items.push(item);
            }
            Ok(InboxPage { items, more: false })
        })
    }

    fn acknowledge_inbox(&self, device: DeviceId, ids: Vec<u64>) -> impl Answer<()> {
        self.write(move |connection, space, _| {
            let mut delete = connection
                .prepare_cached("DELETE FROM inbox WHERE space_id = ?1 AND device = ?2 AND number = ?3")?;
            for &item in &ids {
                delete.execute(params![space, device.as_bytes(), number(item)])?;
            }
            Ok(())
        })
    }
}

/// The item in a row of `number, conversation, seq, epoch, welcome, received_at`.
fn item_of(row: &Row<'_>) -> Result<InboxItem, StoreError> {
    Ok(InboxItem {
        id: unsigned(row.get(0)?),
        conversation: id(&row.get::<_, Vec<u8>>(1)?)?,
        seq: Seq(unsigned(row.get(2)?)),
        epoch: Epoch(unsigned(row.get(3)?)),
        welcome: Bytes::from(row.get::<_, Vec<u8>>(4)?),
        received_at: timestamp(row.get(5)?),
    })
}
