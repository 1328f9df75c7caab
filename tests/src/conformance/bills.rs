//! What was billed lately.

use billing::payment::ExcessPolicy;
use billing::receipt::Issued;
use messages::SiteId;
use ports::{KeepAssets, KeepReceipts, KeepSessions, Language, ReadBills, Saved, Settled, Site};

use super::values::{at, euros, seller, session, settled};

/// Catches bills that are missed beyond a page, taken from before their time, or found at one site only.
pub async fn what_was_billed_lately_is_found_by_its_receipt(
    ports: &(impl KeepAssets + KeepSessions + KeepReceipts + ReadBills),
) {
    // Far after whatever else was issued.
    let since = at(1_000_000);
    let sites: [SiteId; 2] = ["bills-one", "bills-two"].map(|id| id.parse().unwrap());
    for id in &sites {
        ports.put_site(&site(id)).await.unwrap();
    }
    let mut expected = Vec::new();
    for (site, count) in sites.iter().zip([120, 3]) {
        let mut last = None;
        for n in 0..count {
            let id = session(&format!("{site}-{n}"));
            let end = settled(&id, 0);
            let head = billing::session::Head { site: site.clone(), ..end.head.clone() };
            assert_eq!(ports.settle(&Settled { head: head.clone(), ..end }).await.unwrap(), Saved::Done);
            let issued_at = at(1_000_000 - 2 + n);
            let receipt = Issued::after(last.as_ref(), site, &id, issued_at);
            let head = billing::session::Head { version: 1, ..head }.with_receipt(&receipt);
            assert_eq!(ports.issue(&receipt, &head).await.unwrap(), Saved::Done);
            if issued_at >= since {
                expected.push(id);
            }
            last = Some(receipt);
        }
    }
    let mut found: Vec<_> = ports.bills_since(since).await.unwrap().into_iter().map(|cdr| cdr.session_id).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

fn site(id: &SiteId) -> Site {
    Site {
        id: id.clone(),
        name: "Site".to_owned(),
        time_zone: "UTC".to_owned(),
        currency: euros(),
        language: Language::default(),
        nominal_v: None,
        holds: ExcessPolicy::default(),
        seller: seller(),
        operators: Vec::new(),
    }
}
