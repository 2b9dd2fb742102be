//! Work that is done by and by.

use std::collections::BTreeMap;

use protocol::{DeliveryId, EndpointId, Timestamp};

use super::jobs;
use crate::store::sqlite::SqliteSpace;
use crate::store::{Answer, Jobs};
use crate::trade::{
    Delivered, Doing, JobCount, JobRow, Lease, Outcome, Outgoing, Settling, begin_schedules, do_job, lease,
    outgoing, settle, settle_delivery,
};

impl Jobs for SqliteSpace {
    fn begin_jobs(&self, now: Timestamp) -> impl Answer<()> {
        self.change(move |books| {
            jobs::release(books.connection, books.space, now)?;
            begin_schedules(books, now)
        })
    }

    fn lease_jobs(&self, asked: Lease) -> impl Answer<Vec<JobRow>> {
        self.change(move |books| lease(books, &asked))
    }

    fn next_job(&self, now: Timestamp) -> impl Answer<Option<Timestamp>> {
        self.read(move |connection, space| jobs::next_due(connection, space, now))
    }

    fn count_jobs(&self) -> impl Answer<BTreeMap<&'static str, JobCount>> {
        self.read(jobs::counts)
    }

    fn do_job(&self, doing: Doing) -> impl Answer<()> {
        self.change(move |books| do_job(books, &doing))
    }

    fn settle_job(&self, settling: Settling) -> impl Answer<()> {
        self.change(move |books| settle(books, &settling))
    }

    fn outgoing(
        &self,
        of: (EndpointId, DeliveryId),
        now: Timestamp,
    ) -> impl Answer<Result<Outgoing, Outcome>> {
        self.look(move |books| outgoing(books, of, now))
    }

    fn settle_delivery(&self, of: (EndpointId, DeliveryId), delivered: Delivered) -> impl Answer<()> {
        self.change(move |books| settle_delivery(books, of, &delivered))
    }
}
