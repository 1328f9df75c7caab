//! A chart of a series over time, as SVG that reads on light and dark.

use std::fmt::Write;

/// One line of a chart: its name and its values, by hours.
pub(crate) struct Curve {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

/// A chart.
pub(crate) struct Chart {
    pub(crate) title: String,
    /// What the vertical axis shows, with its unit.
    pub(crate) axis: &'static str,
    pub(crate) curves: Vec<Curve>,
    /// Levels that matter: their names and values.
    pub(crate) limits: Vec<(String, f64)>,
    /// Times that matter, in hours, and what happened then.
    pub(crate) marks: Vec<(f64, String)>,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 122.0;
const BOTTOM: f64 = 56.0;
/// Lines of labels above the chart.
const LANES: usize = 4;
/// About the width of a letter.
const LETTER: f64 = 7.2;
/// More points than pixels show nothing more.
const POINTS_MAX: usize = 1500;

const STYLE: &str = "\
svg{color:#1c2430;background:#fff;font:13px system-ui,sans-serif}
text{fill:currentColor}.title{font-size:16px;font-weight:600}
.axis{stroke:currentColor;stroke-width:1}.grid{stroke:currentColor;stroke-opacity:.15}
.curve{fill:none;stroke-width:1.6}.c0{stroke:#2563c9}.c1{stroke:#c2571a}.c2{stroke:#28813c}
.k0{fill:#2563c9}.k1{fill:#c2571a}.k2{fill:#28813c}
.limit{stroke:#b3261e;stroke-dasharray:6 4}.mark{stroke:currentColor;stroke-dasharray:2 3}
@media(prefers-color-scheme:dark){svg{color:#e3e7ee;background:#14181f}
.c0{stroke:#7fb0ff}.c1{stroke:#ffa36b}.c2{stroke:#74d18a}.k0{fill:#7fb0ff}.k1{fill:#ffa36b}.k2{fill:#74d18a}.limit{stroke:#ff8a80}}";

/// The scales of a chart.
struct Scale {
    x: (f64, f64),
    y: (f64, f64),
}

impl Scale {
    fn of(chart: &Chart) -> Self {
        let points = || chart.curves.iter().flat_map(|curve| &curve.points);
        let x = range(points().map(|point| point.0));
        let (low, high) = range(points().map(|point| point.1).chain(chart.limits.iter().map(|limit| limit.1)));
        let margin = 0.06 * (high - low).max(1e-6);
        Self { x, y: (low - margin, high + margin) }
    }

    fn x(&self, hours: f64) -> f64 {
        LEFT + (hours - self.x.0) / (self.x.1 - self.x.0).max(1e-9) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (value - self.y.0) / (self.y.1 - self.y.0) * (HEIGHT - TOP - BOTTOM)
    }
}

impl Chart {
    /// The chart as a file.
    pub(crate) fn svg(&self) -> String {
        let scale = Scale::of(self);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\n\
             <style>{STYLE}</style>\n<text class=\"title\" x=\"{LEFT}\" y=\"24\">{title}</text>\n",
            title = escaped(&self.title)
        );
        self.axes(&scale, &mut svg);
        for (name, value) in &self.limits {
            let y = scale.y(*value);
            line(&mut svg, "limit", (LEFT, y), (WIDTH - RIGHT, y));
            text(&mut svg, (WIDTH - RIGHT, y - 4.0), "end", name);
        }
        for (index, curve) in self.curves.iter().enumerate() {
            self.curve(&scale, index, curve, &mut svg);
        }
        self.marks(&scale, &mut svg);
        svg + "</svg>\n"
    }

    /// Marks with their labels above, each in the first lane that is free there.
    fn marks(&self, scale: &Scale, svg: &mut String) {
        let mut taken = [f64::NEG_INFINITY; LANES];
        for (hours, what) in &self.marks {
            let x = scale.x(*hours);
            line(svg, "mark", (x, TOP), (x, HEIGHT - BOTTOM));
            let width = LETTER * crate::number::measure(what.chars().count());
            let begin = x.min(WIDTH - RIGHT - width);
            let lane = taken.iter().position(|end| *end <= begin).unwrap_or(LANES - 1);
            taken[lane] = begin + width;
            text(svg, (begin, TOP - 6.0 - 15.0 * crate::number::measure(lane)), "start", what);
        }
    }

    fn axes(&self, scale: &Scale, svg: &mut String) {
        for value in ticks(scale.y) {
            let y = scale.y(value);
            line(svg, "grid", (LEFT, y), (WIDTH - RIGHT, y));
            text(svg, (LEFT - 8.0, y + 4.0), "end", &format!("{value}"));
        }
        for hours in ticks(scale.x) {
            text(svg, (scale.x(hours), HEIGHT - BOTTOM + 18.0), "middle", &format!("{hours}"));
        }
        line(svg, "axis", (LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM));
        line(svg, "axis", (LEFT, TOP), (LEFT, HEIGHT - BOTTOM));
        text(svg, (LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 14.0), "middle", "time, h");
        let middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        let turned = format!("transform=\"rotate(-90 18 {middle})\"");
        let _ = writeln!(
            svg,
            "<text x=\"18\" y=\"{middle}\" text-anchor=\"middle\" {turned}>{}</text>",
            escaped(self.axis)
        );
    }

    fn curve(&self, scale: &Scale, index: usize, curve: &Curve, svg: &mut String) {
        let every = curve.points.len().div_ceil(POINTS_MAX).max(1);
        let points = curve.points.iter().step_by(every);
        let points: Vec<String> =
            points.map(|(hours, value)| format!("{:.1},{:.1}", scale.x(*hours), scale.y(*value))).collect();
        let _ = writeln!(svg, "<polyline class=\"curve c{}\" points=\"{}\"/>", index % 3, points.join(" "));
        if self.curves.len() > 1 {
            let x = LEFT + 160.0 * crate::number::measure(index);
            let y = 44.0;
            let name = escaped(&curve.name);
            let _ = writeln!(
                svg,
                "<rect class=\"k{}\" x=\"{x}\" y=\"{:.0}\" width=\"12\" height=\"4\"/><text x=\"{:.0}\" y=\"{y}\">{name}</text>",
                index % 3,
                y - 6.0,
                x + 18.0
            );
        }
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (value.min(low), value.max(high)));
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// About five round numbers in a range.
fn ticks((low, high): (f64, f64)) -> Vec<f64> {
    let rough = (high - low).max(1e-9) / 5.0;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|of| of * power).into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step).ceil();
    (0..12).map(|n| (first + f64::from(n)) * step).filter(|tick| *tick <= high).map(tidy).collect()
}

/// Without what binary fractions add.
fn tidy(value: f64) -> f64 {
    (value * 1e6).round() / 1e6 + 0.0
}

fn line(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    let _ = writeln!(
        svg,
        "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn text(svg: &mut String, at: (f64, f64), anchor: &str, text: &str) {
    let text = escaped(text);
    let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{text}</text>", at.0, at.1);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        for (range, expected) in [
            ((0.0, 10.0), &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0][..]),
            ((226.0, 262.0), &[230.0, 240.0, 250.0, 260.0]),
            ((-0.3, 0.31), &[-0.2, 0.0, 0.2]),
        ] {
            assert_eq!(ticks(range), expected, "{range:?}");
        }
    }

    #[test]
    fn a_chart_names_its_axes_limits_and_marks() {
        let chart = Chart {
            title: "a < b".to_owned(),
            axis: "voltage, V",
            curves: vec![Curve { name: "L1".to_owned(), points: vec![(0.0, 230.0), (1.0, 231.0)] }],
            limits: vec![("110 %".to_owned(), 253.0)],
            marks: vec![(0.5, "opened P2".to_owned())],
        };
        let svg = chart.svg();
        for part in ["a &lt; b", "voltage, V", "time, h", "110 %", "opened P2", "polyline"] {
            assert!(svg.contains(part), "{part}");
        }
        assert!(!svg.contains("NaN") && svg.ends_with("</svg>\n"));
    }
}
