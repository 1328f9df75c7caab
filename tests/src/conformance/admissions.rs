//! The allow-list of stations that may claim a certificate.

use futures_util::future::join_all;
use ports::{Allowed, Claimed, KeepAdmissions};

use super::values::{at, station};

/// Catches a list that lets in whoever is not on it.
pub async fn nobody_claims_who_is_not_allowed(ports: &impl KeepAdmissions) {
    let (on_the_list, other) = (station("claims"), station("claims-2"));
    assert_eq!(ports.allow_claim(&on_the_list, at(60)).await.unwrap(), Allowed::Done);
    assert_eq!(ports.claim(&other, "c-1", at(0)).await.unwrap(), Claimed::NotAllowed);
    ports.forbid_claim(&on_the_list).await.unwrap();
    ports.forbid_claim(&other).await.unwrap();
    assert_eq!(ports.claim(&on_the_list, "c-1", at(0)).await.unwrap(), Claimed::NotAllowed);
}

/// Catches a second certificate for one allowance, and a claim that cannot be repeated after a lost answer.
pub async fn an_allowance_is_used_by_one_certificate(ports: &impl KeepAdmissions) {
    let station = station("claims-once");
    assert_eq!(ports.allow_claim(&station, at(60)).await.unwrap(), Allowed::Done);
    for (certificate, claimed) in
        [("c-1", Claimed::Done), ("c-2", Claimed::UsedBefore), ("c-1", Claimed::Done), ("c-10", Claimed::UsedBefore)]
    {
        assert_eq!(ports.claim(&station, certificate, at(0)).await.unwrap(), claimed, "{certificate}");
    }
    // Allowing again by mistake must not open the door again.
    assert_eq!(ports.allow_claim(&station, at(90)).await.unwrap(), Allowed::ClaimedBefore);
    assert_eq!(ports.claim(&station, "c-2", at(0)).await.unwrap(), Claimed::UsedBefore);
    ports.forbid_claim(&station).await.unwrap();
    assert_eq!(ports.allow_claim(&station, at(60)).await.unwrap(), Allowed::Done);
    assert_eq!(ports.claim(&station, "c-2", at(0)).await.unwrap(), Claimed::Done);
}

/// Catches an allowance that lasts for ever, or that ends a moment late.
pub async fn an_allowance_ends(ports: &impl KeepAdmissions) {
    let station = station("claims-end");
    assert_eq!(ports.allow_claim(&station, at(60)).await.unwrap(), Allowed::Done);
    for second in [60, 61, 1_000_000] {
        assert_eq!(ports.claim(&station, "c-1", at(second)).await.unwrap(), Claimed::Expired, "after {second} s");
    }
    assert_eq!(ports.allow_claim(&station, at(60)).await.unwrap(), Allowed::Done, "one that was not used is replaced");
    assert_eq!(ports.claim(&station, "c-1", at(59)).await.unwrap(), Claimed::Done);
    assert_eq!(ports.claim(&station, "c-2", at(61)).await.unwrap(), Claimed::UsedBefore);
}

/// Catches a list that is looked at before it is written instead of while it is written.
pub async fn of_100_that_claim_at_once_one_is_admitted(ports: &impl KeepAdmissions) {
    let station = station("claims-race");
    assert_eq!(ports.allow_claim(&station, at(60)).await.unwrap(), Allowed::Done);
    let certificates: Vec<String> = (0..100).map(|number| format!("c-{number}")).collect();
    let claims = join_all(certificates.iter().map(|certificate| ports.claim(&station, certificate, at(0)))).await;
    let claims: Vec<Claimed> = claims.into_iter().map(Result::unwrap).collect();
    assert_eq!(claims.iter().filter(|claimed| **claimed == Claimed::Done).count(), 1);
    assert_eq!(claims.iter().filter(|claimed| **claimed == Claimed::UsedBefore).count(), 99);
}
