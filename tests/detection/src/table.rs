//! The report as tables for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::report::Report;
use crate::score::{Row, Share};

/// Rows of cells, the first of them the heading.
struct Table(Vec<Vec<String>>);

impl Table {
    fn new(heading: &[&str]) -> Self {
        Self(vec![heading.iter().map(|&cell| cell.to_owned()).collect()])
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }

    /// Columns as wide as their widest cell; what looks like a number is at the right.
    fn write(&self, title: &str, to: &mut String) {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let _ = writeln!(to, "\n{title}");
        for row in &self.0 {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(line, "  {cell:width$}");
            }
            let _ = writeln!(to, "{}", line.trim_end());
        }
    }
}

/// Everything as text.
pub(crate) fn text(report: &Report) -> String {
    let mut text = format!("Detection report, {:?} half, seed {}\n", report.half, report.seed);
    targets(report, &mut text);
    recall(report, &mut text);
    contact(report, &mut text);
    clean(report, &mut text);
    recorded(report, &mut text);
    baselines(report, &mut text);
    cost(report, &mut text);
    let mut table = Table::new(&["fault", "why"]);
    report.not_tried.iter().for_each(|(fault, why)| table.row([fault.clone(), (*why).to_owned()]));
    table.write("Not tried", &mut text);
    text
}

fn targets(report: &Report, text: &mut String) {
    let mut table = Table::new(&["target", "asked", "measured", "interval (95 %)", "over", "holds"]);
    for target in &report.targets {
        let holds = match target.holds {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "not measured",
        };
        let cells = [&target.what, &target.asked, &target.measured, &target.interval, &target.over];
        table.row(cells.into_iter().cloned().chain([holds.to_owned()]));
    }
    table.write("Targets (recall with a full profile)", text);
}

fn recall(report: &Report, text: &mut String) {
    let heading = [
        "fault",
        "magnitude",
        "every",
        "profile",
        "trials",
        "recall",
        "interval",
        "median",
        "p95",
        "median Wh",
        "p95 Wh",
        "again",
        "worse",
        "cleared",
        "wrong",
    ];
    let mut table = Table::new(&heading);
    for row in &report.rows {
        table.row(cells(row));
    }
    table.write("Recall and delay", text);
}

fn cells(row: &Row) -> [String; 15] {
    let seconds = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.0} s"));
    let of_register = row.fault.starts_with("register");
    let energy = |value: Option<f64>| value.filter(|_| of_register).map_or_else(String::new, |wh| format!("{wh:.0}"));
    [
        row.fault.clone(),
        row.magnitude.clone(),
        format!("{} s", row.cadence_s),
        row.profile.to_owned(),
        row.recall.trials.to_string(),
        format!("{:.3}", row.recall.value),
        interval(&row.recall),
        seconds(row.median_s),
        seconds(row.p95_s),
        energy(row.median_wh),
        energy(row.p95_wh),
        row.duplicates.to_string(),
        row.worsened.to_string(),
        if row.cleared.trials == 0 { String::new() } else { format!("{:.3}", row.cleared.value) },
        listed(&row.wrong),
    ]
}

fn interval(share: &Share) -> String {
    format!("{:.2}..{:.2}", share.low, share.high)
}

fn listed(counts: &BTreeMap<String, usize>) -> String {
    let each: Vec<String> = counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
    each.join(", ")
}

fn contact(report: &Report, text: &mut String) {
    let mut table = Table::new(&["contact", "where", "trials", "in 15 min", "interval", "at all", "interval"]);
    for band in &report.contact {
        table.row([
            band.magnitude.clone(),
            band.within.clone(),
            band.recall.trials.to_string(),
            format!("{:.3}", band.in_time.value),
            interval(&band.in_time),
            format!("{:.3}", band.recall.value),
            interval(&band.recall),
        ]);
    }
    if !report.contact.is_empty() {
        table.write("Loose contacts, over what they depend on (all cadences and profiles)", text);
    }
}

fn clean(report: &Report, text: &mut String) {
    let mut table = Table::new(&["every", "profile", "days", "P1", "P2", "P3", "P4", "per day", "at most", "by fault"]);
    for calm in &report.clean {
        let count = |severity: &str| calm.by_severity.get(severity).map_or(0, |rate| rate.count).to_string();
        let by_fault: Vec<String> = calm
            .by_fault
            .iter()
            .map(|(fault, rate)| {
                format!("{fault} {} ({:.4} a day, at most {:.4})", rate.count, rate.per_day, rate.upper)
            })
            .collect();
        table.row([
            calm.cadence.clone(),
            calm.profile.to_owned(),
            format!("{:.0}", calm.days),
            count("P1"),
            count("P2"),
            count("P3"),
            count("P4"),
            format!("{:.4}", calm.all.per_day),
            format!("{:.4}", calm.all.upper),
            by_fault.join(", "),
        ]);
    }
    if !report.clean.is_empty() {
        table.write("False alarms in clean operation (connector-days; upper bounds one-sided 95 %)", text);
    }
    if !report.histories.is_empty() {
        let _ = writeln!(text, "  in the clean histories of the trials: {}", listed(&report.histories));
    }
}

fn recorded(report: &Report, text: &mut String) {
    let mut table = Table::new(&["series", "hours", "profile", "opened"]);
    for series in &report.recorded {
        let opened = if series.opened.is_empty() { "nothing".to_owned() } else { listed(&series.opened) };
        table.row([series.file.clone(), format!("{:.1}", series.hours), series.profile.to_owned(), opened]);
    }
    if !report.recorded.is_empty() {
        table.write("Recorded series, which are clean", text);
    }
}

fn baselines(report: &Report, text: &mut String) {
    let mut heading = vec!["fault".to_owned()];
    heading.extend(report.baselines.iter().map(|compared| compared.method.to_owned()));
    let mut table = Table(vec![heading]);
    let Some(ours) = report.baselines.first() else { return };
    for fault in ours.recall.keys() {
        let recall =
            |share: Option<&Share>| share.map_or_else(|| "blind".to_owned(), |share| format!("{:.3}", share.value));
        let cells = report.baselines.iter().map(|compared| recall(compared.recall.get(fault)));
        table.row(std::iter::once(fault.clone()).chain(cells));
    }
    let rates = report.baselines.iter().map(|compared| format!("{:.3}", compared.false_alarms.per_day));
    table.row(std::iter::once("false alarms per connector-day".to_owned()).chain(rates));
    table.write("Beside simple methods (recall over all magnitudes and cadences, full profile)", text);
}

fn cost(report: &Report, text: &mut String) {
    let Some(cost) = &report.cost else { return };
    let _ = writeln!(
        text,
        "\nCost: a step {:.0} ns, reading the sample {:.0} ns (over {} samples); the largest state {} bytes",
        cost.step_ns, cost.parse_ns, cost.samples, cost.bytes
    );
}
