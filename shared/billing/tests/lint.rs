//! Every kind of finding, by a tariff that has it and one that has not.
#![cfg(test)]

use billing::tariff::{Finding, FindingCode, Severity, Tariff};

/// A tariff of which there is nothing to say, with other elements.
fn with_elements(elements: &str) -> String {
    format!(
        r#"{{"country_code":"NL","party_id":"EXA","id":"t","currency":"EUR","last_updated":"2026-01-01T00:00:00Z",
            "tariff_alt_text":[{{"language":"en","text":"Ask at the desk."}}],"elements":[{elements}]}}"#
    )
}

/// An element with components `DIMENSION price`, 21 % VAT, and these restrictions.
fn element(components: &str, restrictions: &str) -> String {
    let component = |text: &str| {
        let (dimension, price) = text.split_once(' ').unwrap();
        format!(r#"{{"type":"{dimension}","price":{price},"vat":21,"step_size":1}}"#)
    };
    let components: Vec<String> = components.split(", ").map(component).collect();
    let restrictions =
        if restrictions.is_empty() { String::new() } else { format!(r#","restrictions":{{{restrictions}}}"#) };
    format!(r#"{{"price_components":[{}]{restrictions}}}"#, components.join(","))
}

/// Elements one after the other, each as its components and restrictions.
fn elements(elements: &[(&str, &str)]) -> String {
    let elements: Vec<String> =
        elements.iter().map(|(components, restrictions)| element(components, restrictions)).collect();
    with_elements(&elements.join(","))
}

fn found(json: &str, code: FindingCode) -> Vec<Finding> {
    let findings = Tariff::from_json(json).unwrap_or_else(|error| panic!("{error}: {json}")).lint();
    findings.into_iter().filter(|finding| finding.code == code).collect()
}

/// The first tariff has the finding there, the second has not.
fn check(code: FindingCode, severity: Severity, path: &str, with: &str, without: &str) {
    let findings = found(with, code);
    assert!(findings.iter().any(|finding| finding.path == path), "{code:?} at {path}: {findings:?} in {with}");
    assert!(findings.iter().all(|finding| finding.severity == severity && finding.text.ends_with('.')), "{findings:?}");
    assert_eq!(found(without, code), [], "{without}");
}

/// Components and restrictions of an element.
type Prices = (&'static str, &'static str);

const DAY: &str = r#""start_time":"08:00","end_time":"20:00""#;
const NIGHT: &str = r#""start_time":"20:00","end_time":"08:00""#;

#[test]
fn a_tariff_that_is_clear_has_no_findings() {
    let clear = elements(&[("ENERGY 0.5", DAY), ("ENERGY 0.4, PARKING_TIME 2", "")]);
    assert_eq!(Tariff::from_json(&clear).unwrap().lint(), []);
}

#[test]
fn elements_that_come_too_late_are_unreachable() {
    use FindingCode::Unreachable;
    let later = |earlier: &[Prices], last: Prices| {
        let mut all = earlier.to_vec();
        all.push(last);
        (elements(&all), format!("elements[{}]", earlier.len()))
    };
    let rows: [(&[Prices], Prices, Prices); 9] = [
        // The same again, and beside it what is not.
        (&[("ENERGY 1", "")], ("ENERGY 2", ""), ("ENERGY 2, FLAT 1", "")),
        // Day and night make a day.
        (&[("ENERGY 1", DAY), ("ENERGY 2", NIGHT)], ("ENERGY 3", ""), ("TIME 3", "")),
        // A wider window, and one that is not.
        (
            &[("ENERGY 1", DAY)],
            ("ENERGY 2", r#""start_time":"09:00","end_time":"20:00""#),
            ("ENERGY 2", r#""end_time":"09:00""#),
        ),
        (
            &[("ENERGY 1", r#""day_of_week":["MONDAY","SUNDAY"]"#)],
            ("ENERGY 2", r#""day_of_week":["SUNDAY"],"min_kwh":5"#),
            ("ENERGY 2", r#""day_of_week":["SUNDAY","FRIDAY"]"#),
        ),
        // Up to ten and from ten on.
        (&[("ENERGY 1", r#""max_kwh":10"#), ("ENERGY 2", r#""min_kwh":10"#)], ("ENERGY 3", ""), ("FLAT 3", "")),
        (
            &[("TIME 1", r#""min_duration":600"#)],
            ("TIME 2", r#""min_duration":601"#),
            ("TIME 2", r#""min_duration":599"#),
        ),
        (
            &[("ENERGY 1", r#""start_date":"2026-01-01","end_date":"2027-01-01""#)],
            ("ENERGY 2", r#""start_date":"2026-06-01","end_date":"2026-07-01""#),
            ("ENERGY 2", r#""start_date":"2026-06-01""#),
        ),
        // A period can be below and above 16 kW: two halves of power are no whole.
        (
            &[("ENERGY 1", r#""max_power":16"#), ("ENERGY 1", r#""min_power":16"#)],
            ("ENERGY 2", r#""min_power":20"#),
            ("ENERGY 2", ""),
        ),
        // Sessions and reservations are apart.
        (
            &[("TIME 1", ""), ("TIME 1", r#""reservation":"RESERVATION""#)],
            ("TIME 2", r#""reservation":"RESERVATION""#),
            ("TIME 2", r#""reservation":"RESERVATION_EXPIRES""#),
        ),
    ];
    for (earlier, unreachable, reachable) in rows {
        let ((with, path), (without, _)) = (later(earlier, unreachable), later(earlier, reachable));
        check(Unreachable, Severity::Warning, &path, &with, &without);
    }
}

/// A price of energy under restrictions, and one without.
fn energy(restrictions: &str) -> String {
    elements(&[("ENERGY 1", restrictions), ("ENERGY 2", "")])
}

/// A place in the restrictions of the first element.
fn restrictions(field: &str) -> String {
    format!("elements[0].restrictions.{field}")
}

/// A price of energy, with something else in the place of something.
fn replaced(from: &str, to: &str) -> String {
    let plain = elements(&[("ENERGY 1", "")]);
    assert!(plain.contains(from), "{from}");
    plain.replacen(from, to, 1)
}

#[test]
fn bounds_that_nothing_lies_between() {
    use FindingCode::Impossible;
    use Severity::Warning;
    for (with, without, field) in [
        (r#""min_kwh":5,"max_kwh":5"#, r#""min_kwh":5,"max_kwh":5.001"#, "max_kwh"),
        (r#""max_kwh":0"#, r#""max_kwh":1"#, "max_kwh"),
        (r#""min_power":22,"max_power":11"#, r#""min_power":11,"max_power":22"#, "max_power"),
        (r#""min_current":32,"max_current":32"#, r#""min_current":16,"max_current":32"#, "max_current"),
        (r#""min_duration":60,"max_duration":60"#, r#""max_duration":60"#, "max_duration"),
        (
            r#""start_date":"2026-05-01","end_date":"2026-05-01""#,
            r#""start_date":"2026-05-01","end_date":"2026-05-02""#,
            "end_date",
        ),
    ] {
        check(Impossible, Warning, &restrictions(field), &energy(with), &energy(without));
    }
}

#[test]
fn elements_beside_each_other() {
    use FindingCode::{NoFallback, OrderDecides, Shadowed};
    use Severity::{Advice, Warning};
    check(
        OrderDecides,
        Advice,
        "elements[1]",
        &elements(&[("ENERGY 1", DAY), ("ENERGY 2", r#""day_of_week":["SUNDAY"]"#)]),
        &elements(&[("ENERGY 1", DAY), ("ENERGY 2", NIGHT), ("ENERGY 3", r#""min_kwh":7"#)]),
    );
    check(
        Shadowed,
        Warning,
        "elements[0].price_components[2]",
        &elements(&[("ENERGY 1, FLAT 1, ENERGY 2", "")]),
        &elements(&[("ENERGY 1, FLAT 1", "")]),
    );
    check(
        NoFallback,
        Warning,
        "elements",
        &elements(&[("ENERGY 1", DAY)]),
        &elements(&[("ENERGY 1", DAY), ("ENERGY 2", NIGHT)]),
    );
    check(
        NoFallback,
        Advice,
        "elements",
        &elements(&[("ENERGY 1", ""), ("PARKING_TIME 1", DAY)]),
        &elements(&[("ENERGY 1", ""), ("PARKING_TIME 1", DAY), ("PARKING_TIME 0.5", "")]),
    );
}

#[test]
fn windows_and_days() {
    use FindingCode::{NeverValid, NotForReservations, SameStartAndEnd, WeekdaysOverMidnight};
    use Severity::{Advice, Warning};
    check(
        SameStartAndEnd,
        Warning,
        &restrictions("end_time"),
        &energy(r#""start_time":"08:00","end_time":"08:00""#),
        &energy(r#""start_time":"08:00","end_time":"08:01""#),
    );
    check(
        WeekdaysOverMidnight,
        Advice,
        &restrictions("day_of_week"),
        &energy(r#""start_time":"22:00","end_time":"06:00","day_of_week":["FRIDAY"]"#),
        &energy(r#""start_time":"22:00","end_time":"00:00","day_of_week":["FRIDAY"]"#),
    );
    check(
        NeverValid,
        Warning,
        "end_date_time",
        &replaced(r#""id""#, r#""start_date_time":"2026-02-01T00:00:00Z","end_date_time":"2026-01-01T00:00:00Z","id""#),
        &replaced(r#""id""#, r#""start_date_time":"2026-01-01T00:00:00Z","end_date_time":"2026-02-01T00:00:00Z","id""#),
    );
    let reserved = r#""reservation":"RESERVATION""#;
    check(
        NotForReservations,
        Warning,
        "elements[1].price_components[1]",
        &elements(&[("ENERGY 1", ""), ("TIME 1, ENERGY 1", reserved)]),
        &elements(&[("ENERGY 1", ""), ("TIME 1, FLAT 1", reserved)]),
    );
}

#[test]
fn prices_steps_and_taxes() {
    use FindingCode::{LimitBeforeTaxOnly, NegativePrice, StepSize, VatMissing, VatNowhere, VatWithoutTax, ZeroPrice};
    use Severity::{Advice, Warning};
    let plain = elements(&[("ENERGY 1", "")]);
    let one = |component: &str| with_elements(&format!(r#"{{"price_components":[{component}]}}"#));
    let first = |field: &str| format!("elements[0].price_components[0]{field}");
    check(StepSize, Warning, &first(".step_size"), &replaced(r#""step_size":1"#, r#""step_size":2"#), &plain);
    check(
        StepSize,
        Warning,
        &first(".step_size"),
        &replaced(r#""step_size":1"#, r#""step_size":500"#),
        &elements(&[("FLAT 1", "")]).replace(r#""step_size":1"#, r#""step_size":60"#),
    );
    let untaxed = r#"{"type":"ENERGY","price":1,"step_size":1}"#;
    let taxed = r#"{"type":"FLAT","price":1,"vat":0,"step_size":1}"#;
    check(VatMissing, Warning, &first(""), &one(&format!("{untaxed},{taxed}")), &one(untaxed));
    check(VatNowhere, Advice, "elements", &one(untaxed), &one(&format!("{untaxed},{taxed}")));
    check(
        VatNowhere,
        Advice,
        "elements",
        &one(untaxed),
        &one(untaxed).replacen(r#""id""#, r#""tax_included":"N/A","id""#, 1),
    );
    check(
        VatWithoutTax,
        Advice,
        "tax_included",
        &replaced(r#""id""#, r#""tax_included":"N/A","id""#),
        &replaced(r#""id""#, r#""tax_included":"YES","id""#),
    );
    for limit in ["min_price", "max_price"] {
        let limited = |value: &str| replaced(r#""id""#, &format!(r#""{limit}":{value},"id""#));
        check(
            LimitBeforeTaxOnly,
            Advice,
            limit,
            &limited(r#"{"excl_vat":1}"#),
            &limited(r#"{"excl_vat":1,"incl_vat":1.2}"#),
        );
    }
    check(ZeroPrice, Advice, &first(".price"), &elements(&[("ENERGY 0", "")]), &elements(&[("FLAT 0", "")]));
    check(
        NegativePrice,
        Warning,
        &first(".price"),
        &elements(&[("ENERGY -0.01", "")]),
        &elements(&[("ENERGY 0.01", "")]),
    );
}

#[test]
fn what_partners_and_drivers_miss() {
    use FindingCode::{IdTooLong, OwnerMissing, TextMissing};
    use Severity::Advice;
    let plain = elements(&[("ENERGY 1", "")]);
    check(
        TextMissing,
        Advice,
        "tariff_alt_text",
        &energy(DAY).replace("tariff_alt_text", "unknown"),
        &plain.replace("tariff_alt_text", "unknown"),
    );
    check(TextMissing, Advice, "tariff_alt_text", &energy(DAY).replace("tariff_alt_text", "unknown"), &energy(DAY));
    check(OwnerMissing, Advice, "party_id", &replaced("party_id", "unknown"), &plain);
    check(OwnerMissing, Advice, "country_code", &replaced("country_code", "unknown"), &plain);
    let named = |length: usize| replaced(r#""id":"t""#, &format!(r#""id":"{}""#, "é".repeat(length)));
    check(IdTooLong, Advice, "id", &named(37), &named(36));
}

#[test]
fn prices_for_drivers_without_a_contract_are_held_to_the_regulation() {
    use FindingCode::{AdHocNotPerKwh, AdHocOrder};
    let with_field = |json: &str, field: &str| json.replacen(r#""id""#, &format!(r#"{field},"id""#), 1);
    let per_kwh = elements(&[("ENERGY 0.5, PARKING_TIME 6", "")]);
    for with in ["ENERGY 0.5, FLAT 1", "TIME 2", "FLAT 5", "ENERGY 0.5, TIME 1"] {
        let with = elements(&[(with, "")]);
        check(AdHocNotPerKwh, Severity::Advice, "elements", &with, &per_kwh);
        check(AdHocNotPerKwh, Severity::Advice, "elements", &with_field(&with, r#""type":"AD_HOC_PAYMENT""#), &per_kwh);
        // With a contract, or elsewhere, it may be anything.
        check(AdHocNotPerKwh, Severity::Advice, "elements", &with, &with_field(&with, r#""type":"REGULAR""#));
        check(AdHocNotPerKwh, Severity::Advice, "elements", &with, &with.replace(r#""NL""#, r#""NO""#));
    }
    let reserved = elements(&[("ENERGY 0.5", ""), ("FLAT 2", r#""reservation":"RESERVATION""#)]);
    assert_eq!(found(&reserved, AdHocNotPerKwh), []);
    assert_eq!(found(&elements(&[("FLAT 0", "")]), AdHocNotPerKwh), []);
    for (with, without) in
        [("FLAT 1, ENERGY 0.5", "ENERGY 0.5, FLAT 1"), ("PARKING_TIME 1, ENERGY 0.5", "ENERGY 0.5, TIME 1, FLAT 1")]
    {
        check(AdHocOrder, Severity::Advice, "elements", &elements(&[(with, "")]), &elements(&[(without, "")]));
    }
}
