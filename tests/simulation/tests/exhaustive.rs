//! Every single death and every pair of near ones, in worlds of one session.

use simulation::exhaust;

#[test]
fn no_death_and_no_pair_of_near_deaths_breaks_anything() {
    let exhausted = exhaust(20);
    let shown: Vec<String> = exhausted
        .violations
        .iter()
        .take(10)
        .map(|(scenario, deaths, violation)| format!("scenario {scenario}, deaths at {deaths:?}: {violation}"))
        .collect();
    assert!(shown.is_empty(), "{} schedules:\n{}", exhausted.schedules, shown.join("\n"));
    assert!(exhausted.scenarios == 20 && exhausted.schedules > 1_000, "{exhausted:?}");
}
