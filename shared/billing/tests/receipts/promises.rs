//! What holds of every receipt.

use billing::cdr::{Cdr, SignedReadings};
use billing::receipt::{PaymentShown, Receipt, read_cdr};
use messages::Language;

use crate::scenes::{at, capped, credit, fast, night, signed};

const BOTH: [Language; 2] = [Language::En, Language::De];

#[test]
fn a_page_asks_for_nothing_and_runs_nothing() {
    for receipt in [night(), fast(), capped(), credit(), signed(SignedReadings::Verified)] {
        for language in BOTH {
            let html = receipt.html(language);
            for foreign in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "javascript:", " on"] {
                let found = html.match_indices(foreign).map(|(index, _)| &html[index..]);
                let found: Vec<_> = found.filter(|rest| foreign != " on" || is_handler(rest)).collect();
                assert!(found.is_empty(), "{foreign}: {:?}", found[0].get(..60));
            }
            assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", language.as_tag())));
            assert!(html.trim_end().ends_with("</html>"));
        }
    }
}

/// Whether ` on…` is an attribute with a handler.
fn is_handler(rest: &str) -> bool {
    rest[3..].find(|letter: char| !letter.is_ascii_alphabetic()).is_some_and(|end| rest[3 + end..].starts_with('='))
}

#[test]
fn text_from_elsewhere_stays_text() {
    let hostile = "<script>alert('x')</script>\"'&<b onclick=x>";
    let mut receipt = night();
    let cdr = &mut receipt.cdr;
    cdr.cdr_location.as_mut().unwrap().name = hostile.to_owned();
    for text in [&mut cdr.id, &mut cdr.token, &mut cdr.seller.name, &mut cdr.time_zone] {
        *text = hostile.to_owned();
    }
    for text in [&mut cdr.seller.address, &mut cdr.seller.contact, &mut cdr.seller.vat_id] {
        *text = Some(hostile.to_owned());
    }
    let tariff = &mut cdr.tariffs[0];
    for text in &mut tariff.tariff_alt_text {
        text.text = hostile.to_owned();
    }
    tariff.tariff_alt_url = Some(format!("https://x.example/{hostile}"));
    cdr.notes[0].code = "of another release".into();
    cdr.notes[0].text = hostile.into();
    for language in BOTH {
        let html = receipt.html(language);
        assert!(!html.contains("<script") && !html.contains("<b "), "{html}");
        // As often as there are places for it, the name of the seller twice; the address of the page once more, as a link.
        assert_eq!(
            html.matches("&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#34;&#39;&#38;&#60;b onclick=x&#62;")
                .count(),
            13
        );
    }
}

#[test]
fn only_pages_become_links() {
    for (url, links) in
        [("https://a.example/x?a=1", 1), ("javascript:alert(1)", 0), ("data:text/html,x", 0), ("a.example", 0)]
    {
        let mut receipt = night();
        receipt.cdr.tariffs[0].tariff_alt_url = Some(url.to_owned());
        assert_eq!(receipt.html(Language::En).matches("<a href=").count(), links, "{url}");
    }
}

#[test]
fn what_is_not_known_leaves_no_empty_label() {
    let mut receipt = night();
    receipt.number = None;
    let cdr = &mut receipt.cdr;
    (cdr.cdr_location, cdr.seller) = (None, billing::cdr::Seller::default());
    cdr.token = " ".to_owned();
    cdr.tariffs.clear();
    (cdr.lines, cdr.notes) = (Vec::new(), Vec::new());
    cdr.seller.address = Some("  ".to_owned());
    for (language, gone) in [
        (Language::En, ["Number", "VAT ID", "Site", "Questions", "Version", "Please note", "Reservation", "ID token"]),
        (Language::De, ["nummer", "IdNr", "Standort", "Fragen", "Stand<", "Bitte", "Reservierung", "ID-Token"]),
    ] {
        let html = receipt.html(language);
        for word in gone {
            assert!(!html.contains(word), "{word}");
        }
        for empty in ["<dd></dd>", "<dt></dt>", "<p></p>", "<address></address>", "<li></li>", "<h2></h2>", ": <"] {
            assert!(!html.contains(empty), "{empty}");
        }
    }
}

#[test]
fn every_payment_has_its_words() {
    let payments = [
        PaymentShown::NothingDue,
        PaymentShown::TooSmall,
        PaymentShown::DueByCard,
        PaymentShown::PaidByCard { at: at("2026-06-01T22:30:00Z") },
        PaymentShown::NotCollected,
    ];
    let said = |receipt: Receipt| {
        let of = |payment| {
            let receipt = Receipt { payment, ..receipt.clone() };
            BOTH.map(|language| {
                let html = receipt.html(language);
                let (_, rest) = html.split_once("<p class=\"payment\">").unwrap();
                rest.split_once('<').unwrap().0.to_owned()
            })
        };
        payments.map(|payment| of(payment).join(" | ")).join("\n")
    };
    insta::assert_snapshot!("payments", format!("{}\n\n{}", said(night()), said(credit())));
}

#[test]
fn a_cdr_alone_tells_what_is_known_of_its_payment() {
    let of = |minor: i64, change: fn(&mut Cdr)| {
        let mut cdr = night().cdr;
        cdr.rounded_cost.incl_minor = minor;
        change(&mut cdr);
        PaymentShown::at_first(&cdr)
    };
    assert_eq!(of(0, |_| ()), PaymentShown::NothingDue);
    assert_eq!(of(1, |_| ()), PaymentShown::TooSmall);
    assert_eq!(of(1000, |_| ()), PaymentShown::DueByCard);
    assert_eq!(of(-1000, |cdr| cdr.credit = true), PaymentShown::DueByCard);
    assert_eq!(of(1000, |cdr| cdr.flags.extend([billing::Flag::NoPayer])), PaymentShown::NotCollected);
}

#[test]
fn a_cdr_is_read_as_it_is_stored_and_from_a_line_of_a_bill() {
    let cdr = night().cdr;
    let json = serde_json::to_string(&cdr).unwrap();
    assert_eq!(read_cdr(&json), Ok(cdr.clone()));
    let line = format!(r#"{{"transactionId":"7a1c","held":false,"cdr":{json}}}"#);
    assert_eq!(read_cdr(&line), Ok(cdr));
    for (from, to, place) in [
        (r#""currency":"EUR""#, r#""currency":"EURO""#, "currency"),
        (r#""unit":"Wh""#, r#""unit":"mile""#, "lines[0].unit"),
        (r#""time_zone":"Europe/Berlin""#, r#""time_zone":"Mars""#, "time_zone"),
        (r#""end_date_time":"#, r#""end":"#, "."),
    ] {
        assert!(json.contains(from), "{from}");
        assert_eq!(read_cdr(&json.replacen(from, to, 1)).unwrap_err().path, place);
        let below = if place == "." { "cdr".to_owned() } else { format!("cdr.{place}") };
        assert_eq!(read_cdr(&line.replacen(from, to, 1)).unwrap_err().path, below);
    }
    assert_eq!(read_cdr(r#"{"held":true,"cdr":null}"#).unwrap_err().path, "cdr");
    assert_eq!(read_cdr("nonsense").unwrap_err().path, ".");
    assert_eq!(read_cdr(&format!("{json}\n{json}")).unwrap_err().path, ".");
}
