//! Laws of a receipt.

use billing::receipt::{PaymentShown, Receipt};
use billing::settlement::Outcome;
use jiff::Timestamp;
use messages::Language;
use proptest::prelude::*;
use proptest::sample::select;

use crate::generate::{CASES, Restricted, session, settled, tariff};

/// The cells of a part of the table of VAT rates, as minor units, row by row: net, VAT, gross.
fn rows(html: &str, part: &str) -> Vec<[i64; 3]> {
    let (_, table) = html.split_once("<table class=\"vat\"").unwrap();
    let (_, rows) = table.split_once(&format!("<{part}>")).unwrap();
    let (rows, _) = rows.split_once(&format!("</{part}>")).unwrap();
    let minor = |cell: &str| -> i64 {
        let written = cell.split_once("</td>").unwrap().0.replace(['.', ','], "");
        written.replace('\u{2212}', "-").parse().unwrap()
    };
    let row = |row: &str| {
        let cells: Vec<i64> = row.split("<td>").skip(1).map(minor).collect();
        <[i64; 3]>::try_from(cells).unwrap()
    };
    rows.split("<tr>").skip(1).map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]
    #[test]
    fn what_is_shown_per_rate_adds_up_to_the_total_that_is_shown(
        tariff in select(vec!["EUR", "JPY", "KWD"]).prop_flat_map(|currency| tariff(currency, Restricted::ByAnything)),
        (messages, _, _) in session(),
        language in select(vec![Language::En, Language::De]),
    ) {
        let Outcome::Billed { cdr, due, .. } = settled(&tariff, &messages, 2_000_000_000).outcome else { panic!("held") };
        let credit = cdr.credit(Timestamp::MAX).unwrap();
        for (cdr, due) in [(*cdr, due.minor), (credit, -due.minor)] {
            let payment = PaymentShown::at_first(&cdr);
            let html = Receipt { number: None, issued_at: Timestamp::MAX, cdr, payment }.html(language);
            let (shares, sums) = (rows(&html, "tbody"), rows(&html, "tfoot"));
            let mut added = [0; 3];
            for share in &shares {
                prop_assert_eq!(share[0] + share[1], share[2]);
                for (sum, part) in added.iter_mut().zip(share) {
                    *sum += part;
                }
            }
            prop_assert_eq!(&sums, &[added]);
            prop_assert_eq!(added[2], due);
        }
    }
}
