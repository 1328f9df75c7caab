//! `price`, `bill` and `detect`: the pure crates over files, without a system. Nothing here decides anything.

use std::path::Path;

use billing::tariff::Tariff;
use billing::{Delivered, price_case, time_zone};
use faults::Profile;

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

/// Bills the transactions in a file of messages.
pub(crate) fn bill(options: &cli::Bill) -> Result<(), Failure> {
    let tariff = read_tariff(&options.tariff)?;
    let zone = time_zone(&options.time_zone).map_err(|error| unusable("--time-zone", &error))?;
    let limits = match &options.config {
        Some(file) => {
            serde_json::from_str(&read(file)?).map_err(|error| unusable(&file.display().to_string(), &error))?
        }
        None => billing::readings::MeterLimits::default(),
    };
    let amounts = [limits.max_power_w, limits.min_energy_wh, limits.max_skew_s, limits.grace_s];
    if amounts.iter().any(|amount| *amount < 0) || limits.register_modulus_wh.is_some_and(|modulus| modulus <= 0) {
        return Err(Failure::Unusable(
            "--config: every limit is 0 or more, register_modulus_wh more than 0".to_owned(),
        ));
    }
    let name = options.file.display().to_string();
    let mut delivered = Vec::new();
    for (number, line) in (1..).zip(read(&options.file)?.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let message =
            Delivered::parse(line.as_bytes()).map_err(|error| unusable(&format!("{name}:{number}"), &error))?;
        delivered.push(message);
    }
    billing::bill(&tariff, &zone, &limits, delivered).iter().try_for_each(print_json)
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
