//! What is looked at of endpoints and deliveries.

use protocol::{DeliveryId, EndpointId};

use super::{DeliveryView, EndpointView, job_of, unknown};
use crate::store::StoreError;
use crate::trade::attempt::Reply;
use crate::trade::books::Books;
use crate::trade::carry_out::Stop;
use crate::trade::jobs::JobRow;
use crate::trade::query::Look;

impl Look {
    pub(in crate::trade) fn endpoint(&self, books: &impl Books, id: EndpointId) -> Result<Reply, Stop> {
        let row = books.endpoint(id)?.ok_or_else(unknown)?;
        Ok(self.one(&EndpointView::of(&row, self.now)))
    }

    pub(in crate::trade) fn endpoints(
        &self,
        books: &impl Books,
        behind: Option<EndpointId>,
        limit: u32,
    ) -> Result<Reply, Stop> {
        let rows = books.endpoints(behind, limit + 1)?;
        let view = |row: &_| EndpointView::of(row, self.now);
        Ok(self.page(rows, limit, |row| row.endpoint.to_string(), view))
    }

    pub(in crate::trade) fn deliveries(
        &self,
        books: &impl Books,
        endpoint: EndpointId,
        behind: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Reply, Stop> {
        books.endpoint(endpoint)?.ok_or_else(unknown)?;
        let rows = books.deliveries(endpoint, behind, limit + 1)?;
        let with_jobs = rows.into_iter().map(|row| Ok((books.job(job_of(row.delivery))?, row)));
        let rows = with_jobs.collect::<Result<Vec<_>, StoreError>>()?;
        let view = |(job, row): &(Option<JobRow>, _)| DeliveryView::of(row, job.as_ref());
        Ok(self.page(rows, limit, |(_, row)| row.delivery.to_string(), view))
    }
}
