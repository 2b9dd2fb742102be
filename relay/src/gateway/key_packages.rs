//! The KeyPackage directory.

use mls_wasm::public::check_published;
use protocol::frame::{Failure, KeyPackagesClaim, KeyPackagesClaimed, KeyPackagesPublish, Response};
use protocol::{Bytes, ErrorCode, limits};

use super::{Answer, Session};
use crate::rates::Counted;
use crate::server::Relay;
use crate::store::{Claim, Publication, Store};

/// Claims an account may make in a minute from one other: each uses KeyPackages up, and one starts a conversation.
const CLAIMS_FROM_ONE_ACCOUNT_MAX: u32 = 10;

/// Takes in KeyPackages of the session's own device.
pub(super) async fn publish<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    publish: KeyPackagesPublish,
) -> Result<Answer, Failure> {
    let (leaf, suite, replaces_all) = (session.leaf, publish.suite, publish.replaces_all);
    let check = move |package: Bytes, is_last_resort: bool| match check_published(&package, suite, &leaf) {
        Ok((reference, is_marked)) if is_marked == is_last_resort => {
            Ok((reference.as_bytes().to_vec(), package))
        }
        Ok(_) => Err(Failure::new(
            ErrorCode::InvalidKeyPackage,
            "a KeyPackage that is wrongly marked as last resort",
        )),
        Err(error) => Err(Failure::new(ErrorCode::InvalidKeyPackage, error.to_string())),
    };
    let checked = tokio::task::spawn_blocking(move || {
        let packages: Vec<_> =
            publish.packages.into_iter().map(|package| check(package, false)).collect::<Result<_, _>>()?;
        let last_resort = publish.last_resort.0.map(|package| check(package, true)).transpose()?;
        Ok::<_, Failure>((packages, last_resort))
    });
    let (packages, last_resort) =
        checked.await.map_err(|_| Failure::new(ErrorCode::InternalError, "the relay failed"))??;
    let (device, now) = (leaf.identity.device, relay.clock.now());
    let publication = Publication { device, suite, packages, last_resort, replaces_all, now };
    let status = relay.store.publish_key_packages(publication).await?;
    Ok(Response::KeyPackagesStatus(status).into())
}

/// Gives out one KeyPackage for each device of an account.
pub(super) async fn claim<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    claim: KeyPackagesClaim,
) -> Result<Answer, Failure> {
    let now = relay.clock.now();
    let (claimer, account) = (session.leaf.identity.account, claim.account);
    relay.count(Counted::Claims(claimer), relay.config.rates.claims)?;
    // An account adds its own new device to all of its conversations.
    if claimer != account {
        relay.count(Counted::ClaimsFrom { claimer, account }, CLAIMS_FROM_ONE_ACCOUNT_MAX)?;
    }
    let once = Claim { account, devices: claim.devices, suite: claim.suite, may_be_last_resort: false, now };
    let packages = match relay.store.claim_key_packages(once.clone()).await? {
        Some(packages) => packages,
        None => {
            // Before anything is claimed: what is refused uses up no KeyPackage of the account's other devices.
            relay.count(Counted::LastResort(account), limits::LAST_RESORT_CLAIMS_PER_MINUTE)?;
            let last_resort = Claim { may_be_last_resort: true, ..once };
            relay.store.claim_key_packages(last_resort).await?.unwrap_or_default()
        }
    };
    Ok(Response::KeyPackagesClaimed(KeyPackagesClaimed { account, packages }).into())
}
