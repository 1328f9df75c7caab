//! The receipts of five situations: read the snapshots, they are the specification.

use billing::cdr::SignedReadings;
use billing::receipt::Receipt;
use messages::Language;

use crate::scenes::{capped, credit, fast, night, signed};

const BOTH: [Language; 2] = [Language::En, Language::De];

/// The words of a receipt, both languages after each other.
fn shown(receipt: &Receipt) -> String {
    BOTH.map(|language| words(&receipt.html(language))).join("\n\n----\n")
}

/// A page without its tags: a fact, a row of a table or a paragraph a line.
fn words(html: &str) -> String {
    let (_, body) = html.split_once("<body>").unwrap();
    let mut text = String::new();
    for part in body.replace('\n', " ").split('<').skip(1) {
        let (tag, words) = part.split_once('>').unwrap();
        text.push_str(match tag.split_once(' ').map_or(tag, |(name, _)| name) {
            "h1" => "\n# ",
            "h2" => "\n\n## ",
            "li" => "\n- ",
            "div" | "p" | "address" | "tr" => "\n",
            "dd" => ": ",
            "td" => " | ",
            "th" if !text.ends_with('\n') => " | ",
            "small" => " / ",
            _ => "",
        });
        text.push_str(words.trim());
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let text = lines.map(|line| line.replace("## ", "\n## ")).collect::<Vec<_>>().join("\n");
    text.replace("&#39;", "'").replace("&#38;", "&")
}

#[test]
fn alternating_current_by_day_and_night_with_an_idle_fee() {
    insta::assert_snapshot!("night", shown(&night()));
    insta::assert_snapshot!("night_html", night().html(Language::De));
}

#[test]
fn direct_current_with_a_fee_and_a_reservation() {
    insta::assert_snapshot!("fast", shown(&fast()));
}

#[test]
fn the_maximum_price_over_the_hour_that_the_clock_repeats() {
    insta::assert_snapshot!("capped", shown(&capped()));
}

#[test]
fn a_session_that_is_taken_back() {
    insta::assert_snapshot!("credit", shown(&credit()));
}

#[test]
fn readings_with_signatures() {
    insta::assert_snapshot!("signed", shown(&signed(SignedReadings::Verified)));
    let others = [SignedReadings::None, SignedReadings::Unverified, SignedReadings::Invalid];
    let about = |worth| {
        let text = shown(&signed(worth));
        let is_about = |line: &str| line.starts_with("Signed readings") || line.starts_with("Signierte Messwerte");
        let lines = text.lines().zip(text.lines().skip(1)).filter(|(line, _)| is_about(line));
        lines.map(|(line, reason)| [line, reason].join("\n")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!("signed_otherwise", others.map(about).join("\n\n"));
}
