//! What the payer must know besides the figures: notes of the price and flags of the session, in plain words.

use super::figures::{Figures, duration};
use super::texts::Texts;
use crate::cdr::Cdr;
use crate::exact::Exact;
use crate::pricing::{Line, LineDimension, Note};
use crate::tariff::TariffDimension;

/// Each once, notes first.
pub(super) fn remarks(cdr: &Cdr, texts: &Texts, figures: Figures) -> Vec<String> {
    let notes = cdr.notes.iter().map(|note| in_words(note, cdr, texts, figures));
    let flags = cdr.flags.iter().map(|flag| (texts.flag)(*flag).to_owned());
    let mut remarks: Vec<String> = Vec::new();
    for remark in notes.chain(flags).filter(|remark| !remark.trim().is_empty()) {
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    remarks
}

/// A note in the receipt's language; one of another release, as it was written.
fn in_words(note: &Note, cdr: &Cdr, texts: &Texts, figures: Figures) -> String {
    match note.code.as_ref() {
        "step_size" => steps(note, cdr, texts, figures).unwrap_or_else(|| note.text.to_string()),
        "not_priced" => texts.not_priced.to_owned(),
        "min_price" => limit(texts.minimum, cdr, texts),
        "max_price" => limit(texts.maximum, cdr, texts),
        _ => note.text.to_string(),
    }
}

fn limit(applies: &str, cdr: &Cdr, texts: &Texts) -> String {
    if cdr.rounded_cost.vat.len() > 1 { format!("{applies} {}", texts.spread) } else { applies.to_owned() }
}

fn steps(note: &Note, cdr: &Cdr, texts: &Texts, figures: Figures) -> Option<String> {
    let index = note.line?;
    let line = cdr.lines.get(index)?;
    let step = step_size(cdr, line)?;
    let step = match line.dimension {
        LineDimension::Energy => figures.energy(Exact::whole(step)),
        LineDimension::Time | LineDimension::ParkingTime | LineDimension::ReservationTime => duration(i128::from(step)),
        LineDimension::Flat | LineDimension::MinPrice | LineDimension::MaxPrice => return None,
    };
    Some((texts.step)(index.saturating_add(1), &step))
}

/// The step by which a line was rounded up: Wh or seconds.
fn step_size(cdr: &Cdr, line: &Line) -> Option<i64> {
    let wanted = match line.dimension {
        LineDimension::Energy => TariffDimension::Energy,
        LineDimension::Time | LineDimension::ReservationTime => TariffDimension::Time,
        LineDimension::ParkingTime => TariffDimension::ParkingTime,
        LineDimension::Flat | LineDimension::MinPrice | LineDimension::MaxPrice => return None,
    };
    let element = cdr.tariffs.first()?.elements.get(line.element?)?;
    element.price_components.iter().find(|component| component.dimension == wanted).map(|component| component.step_size)
}
