//! `price`, `lint`, `bill`, `receipt` and `detect`: the pure crates over files, without a system. Nothing here decides anything.

use std::path::Path;

use billing::readings::{MeterLimits, signed_text};
use billing::receipt::{PaymentShown, Receipt, ReceiptNumber, read_cdr};
use billing::tariff::{Severity, Tariff};
use billing::{Delivered, price_case, time_zone};
use faults::Profile;
use ports::VerifyReadings;
use serde::Deserialize;
use signatures::{Meters, check_key};

use crate::cli;
use crate::exit::Failure;
use crate::print_lines;

/// Prices one CDR, or a file of cases.
pub(crate) fn price(options: &cli::Price) -> Result<(), Failure> {
    if let Some(cases) = &options.cases {
        return price_cases(cases);
    }
    let Some(file) = &options.cdr else { return Err(Failure::Unusable("give --cdr or --cases".to_owned())) };
    let tariff = options.tariff.as_deref().map(read_tariff).transpose()?;
    let zone =
        options.time_zone.as_deref().map(time_zone).transpose().map_err(|error| unusable("--time-zone", &error))?;
    let priced = billing::price(&read(file)?, tariff.as_ref(), zone.as_ref())
        .map_err(|error| unusable(&file.display().to_string(), &error))?;
    print_json(&priced)
}

fn price_cases(file: &Path) -> Result<(), Failure> {
    for (number, line) in (1..).zip(read(file)?.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let answer = price_case(line).map_err(|error| unusable(&format!("{}:{number}", file.display()), &error))?;
        print_json(&answer)?;
    }
    Ok(())
}

/// Prints what is found in a tariff; a warning is a check that failed.
pub(crate) fn lint(options: &cli::Lint) -> Result<(), Failure> {
    let findings = read_tariff(&options.tariff)?.lint();
    findings.iter().try_for_each(print_json)?;
    match findings.iter().filter(|finding| finding.severity == Severity::Warning).count() {
        0 => Ok(()),
        count => Err(Failure::Failed(format!("{}: {count} of what was found are warnings", options.tariff.display()))),
    }
}

/// Bills the transactions in a file of messages.
pub(crate) fn bill(options: &cli::Bill) -> Result<(), Failure> {
    let tariff = read_tariff(&options.tariff)?;
    let zone = time_zone(&options.time_zone).map_err(|error| unusable("--time-zone", &error))?;
    let config = options.config.as_deref().map_or_else(|| Ok(BillConfig::default()), read_config)?;
    let name = options.file.display().to_string();
    let mut delivered = Vec::new();
    for (number, line) in (1..).zip(read(&options.file)?.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let message =
            Delivered::parse(line.as_bytes()).map_err(|error| unusable(&format!("{name}:{number}"), &error))?;
        delivered.push(message);
    }
    let signed = delivered.iter().filter_map(|delivered| signed_text(&delivered.message));
    let key = config.meter_public_key.as_deref();
    let checks = signed.map(|text| (text.to_owned(), Meters.verify_reading(text, key))).collect();
    billing::bill(&tariff, &zone, &config.limits(), &checks, delivered).iter().try_for_each(print_json)
}

/// What `bill --config` says; absent fields take the defaults of [`MeterLimits`].
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct BillConfig {
    max_power_w: Option<i64>,
    register_modulus_wh: Option<i64>,
    min_energy_wh: Option<i64>,
    max_skew_s: Option<i64>,
    grace_s: Option<i64>,
    meter_public_key: Option<String>,
}

impl BillConfig {
    fn limits(&self) -> MeterLimits {
        let known = MeterLimits::default();
        MeterLimits {
            max_power_w: self.max_power_w.unwrap_or(known.max_power_w),
            register_modulus_wh: self.register_modulus_wh.or(known.register_modulus_wh),
            min_energy_wh: self.min_energy_wh.unwrap_or(known.min_energy_wh),
            max_skew_s: self.max_skew_s.unwrap_or(known.max_skew_s),
            grace_s: self.grace_s.unwrap_or(known.grace_s),
        }
    }
}

fn read_config(file: &Path) -> Result<BillConfig, Failure> {
    let name = file.display().to_string();
    let config: BillConfig = serde_json::from_str(&read(file)?).map_err(|error| unusable(&name, &error))?;
    let amounts = [config.max_power_w, config.min_energy_wh, config.max_skew_s, config.grace_s];
    if amounts.into_iter().flatten().any(|amount| amount < 0)
        || config.register_modulus_wh.is_some_and(|modulus| modulus <= 0)
    {
        return Err(Failure::Unusable(
            "--config: every limit is 0 or more, register_modulus_wh more than 0".to_owned(),
        ));
    }
    if let Some(key) = &config.meter_public_key {
        check_key(key).map_err(|error| unusable(&format!("{name}: meter_public_key"), &error))?;
    }
    Ok(config)
}

/// Writes the receipt of one CDR.
pub(crate) fn receipt(options: &cli::Receipt) -> Result<(), Failure> {
    let file = options.cdr.display().to_string();
    let cdr = read_cdr(&read(&options.cdr)?).map_err(|error| unusable(&file, &error))?;
    let number = match (options.number, &cdr.cdr_location) {
        (None, _) => None,
        (Some(number), Some(site)) => Some(ReceiptNumber { series: site.id.clone(), number }),
        (Some(_), None) => {
            return Err(Failure::Unusable(format!(
                "{file}: cdr_location: without a site there is no series for --number"
            )));
        }
    };
    let issued_at = options.issued_at.unwrap_or(cdr.created_at);
    let payment = PaymentShown::at_first(&cdr);
    print_lines(&Receipt { number, issued_at, cdr, payment }.html(options.language.into()))
}

/// Finds faults in a file of telemetry.
pub(crate) fn detect(options: &cli::Detect) -> Result<(), Failure> {
    let profile: Profile = match &options.profile {
        Some(file) => {
            serde_json::from_str(&read(file)?).map_err(|error| unusable(&file.display().to_string(), &error))?
        }
        None => Profile::default(),
    };
    let text = read(&options.file)?;
    let detected = faults::detect(&profile.resolve(), text.lines())
        .map_err(|error| unusable(&options.file.display().to_string(), &error))?;
    detected.iter().try_for_each(print_json)
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| unusable(&file.display().to_string(), &error))
}

fn read_tariff(file: &Path) -> Result<Tariff, Failure> {
    Tariff::from_json(&read(file)?).map_err(|error| unusable(&file.display().to_string(), &error))
}

fn unusable(place: &str, error: &dyn std::error::Error) -> Failure {
    Failure::Unusable(format!("{place}: {}", crate::exit::chain(error)))
}

fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(|error| Failure::failed(&error))?;
    print_lines(&format!("{line}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<BillConfig, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        std::fs::write(&file, text).unwrap();
        read_config(&file)
    }

    #[test]
    fn a_config_says_what_differs() {
        let config = config(r#"{ "max_power_w": 11000, "register_modulus_wh": 1000000 }"#).unwrap();
        let expected =
            MeterLimits { max_power_w: 11_000, register_modulus_wh: Some(1_000_000), ..MeterLimits::default() };
        assert_eq!((config.limits(), config.meter_public_key), (expected, None));
        assert_eq!(BillConfig::default().limits(), MeterLimits::default());
    }

    #[test]
    fn what_is_wrong_with_a_config_is_named_in_one_line() {
        for (text, expected) in [
            (r#"{ "max_power_w": -1 }"#, "every limit is 0 or more"),
            (r#"{ "max_power": 1 }"#, "unknown field `max_power`"),
            (r#"{ "meter_public_key": 1 }"#, "line 1"),
            (r#"{ "meter_public_key": "3059" }"#, "config.json: meter_public_key: the key cannot be read: "),
        ] {
            let failure = config(text).map(|_| ()).unwrap_err();
            let message = failure.message();
            assert!(message.contains(expected) && !message.contains('\n'), "{text}: {message}");
            assert!(matches!(failure, Failure::Unusable(_)), "{text}");
        }
    }
}
