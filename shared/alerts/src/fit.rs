//! Making text fit a channel, always between characters.

/// The longest text message that is sent as one part, bytes: 140 septet-packed GSM 03.38, or 70 UCS-2 units.
pub(crate) const SMS_BYTES: usize = 140;
/// The longest GSM text of one part, septets.
const SMS_SEPTETS: usize = 160;

/// The characters of GSM 03.38 beyond ASCII letters and digits that take one septet.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Those that take two.
const GSM_EXTENDED: &str = "^{}\\[~]|€";

/// One part of a text message: the pieces in order, as many as fit. A piece that does not fit ends the text; of the first, what fits
/// is kept.
pub(crate) fn sms(pieces: &[String]) -> String {
    let mut text = String::new();
    for piece in pieces {
        let longer = format!("{text}{piece}");
        if !fits_sms(&longer) {
            break;
        }
        text = longer;
    }
    match pieces.first() {
        Some(first) if text.is_empty() => longest_start(first, fits_sms).to_owned(),
        Some(_) | None => text,
    }
}

/// Whether a text is one part of a text message, and 140 bytes of UTF-8 as well.
pub(crate) fn fits_sms(text: &str) -> bool {
    let on_air = match text.chars().map(septets).sum::<Option<usize>>() {
        Some(septets) => septets <= SMS_SEPTETS,
        None => text.encode_utf16().count() * 2 <= SMS_BYTES,
    };
    on_air && text.len() <= SMS_BYTES
}

/// How many septets a character takes, when GSM 03.38 knows it.
fn septets(c: char) -> Option<usize> {
    if c.is_ascii_alphanumeric() || GSM_BASIC.contains(c) { Some(1) } else { GSM_EXTENDED.contains(c).then_some(2) }
}

/// At most `max` characters in one line; `…` stands for what was cut.
pub(crate) fn line(text: &str, max: usize) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.chars().count() <= max {
        return flat;
    }
    let kept: String = flat.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The longest beginning that `fits`.
fn longest_start(text: &str, fits: impl Fn(&str) -> bool) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let starts = ends.map_while(|end| text.get(..end)).take_while(|start| fits(start));
    starts.last().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_message_is_one_part_in_whatever_alphabet() {
        for (text, fits) in [
            ("a".repeat(140), true),
            ("a".repeat(141), false),
            ("ä".repeat(70), true),
            ("ä".repeat(71), false),
            // 46 euro signs are 138 bytes and 92 septets.
            ("€".repeat(46), true),
            // 81 brackets are 81 bytes but 162 septets.
            ("[".repeat(81), false),
            // One foreign letter makes every character two bytes.
            (format!("ł{}", "a".repeat(69)), true),
            (format!("ł{}", "a".repeat(70)), false),
            // An emoji is two UCS-2 units.
            ("🔌".repeat(35), true),
            ("🔌".repeat(36), false),
        ] {
            assert_eq!(fits_sms(&text), fits, "{} characters of {:?}", text.chars().count(), text.chars().next());
        }
    }

    #[test]
    fn pieces_are_left_out_from_the_first_that_does_not_fit() {
        let pieces = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(sms(&pieces(&["a", " b", &"c".repeat(138), " d"])), "a b");
        assert_eq!(sms(&pieces(&["ü".repeat(100).as_str()])), "ü".repeat(70));
        assert_eq!(sms(&[]), "");
    }

    #[test]
    fn a_line_has_no_breaks_and_shows_where_it_was_cut() {
        assert_eq!(line("one\ntwo", 10), "one two");
        assert_eq!(line("äöü äöü", 5), "äöü…");
        assert_eq!(line("short", 5), "short");
    }
}
