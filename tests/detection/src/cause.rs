//! What goes wrong: the causes that a trial brings into a healthy world.

/// One malfunction with its magnitude.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cause {
    /// The supply sits at so much of the nominal voltage.
    Supply(f64),
    /// The car draws so much of what is offered.
    Draws(f64),
    /// The connector goes to this temperature, °C, with this time constant, s (0: at once).
    Hot { celsius: f64, slow_s: f64 },
    /// A contact has so much more resistance, ohm.
    Contact(f64),
    /// A phase carries so much of its current and has so much of its voltage.
    PhaseLost { phase: usize, current: f64, voltage: f64 },
    /// The spread of the phases' currents over their mean.
    Imbalance(f64),
    /// The contactor stays closed when it should be open, and so much flows, A.
    Welded(f64),
    /// The car draws next to nothing, A.
    NoDraw(f64),
    /// The register goes back once, Wh.
    RegisterBack(f64),
    /// The register counts so much of what flows.
    RegisterCounts(f64),
    /// The power reads so much of what it is.
    PowerReads(f64),
    /// The voltage reading stands still.
    FrozenVoltage,
    /// The current reading stands still.
    FrozenCurrent,
    /// The temperature reading stands still.
    FrozenTemperature,
    /// The temperature reads this, °C.
    TemperatureReads(f64),
    /// The voltage reads so many times what it is.
    VoltageReads(f64),
    /// The voltage reading has this noise, over the nominal voltage (standard deviation).
    VoltageNoise(f64),
    /// The station's clock is ahead, s.
    ClockAhead(f64),
    /// The station reports a code: OCPP's own and the vendor's.
    Reports { error: &'static str, vendor: Option<&'static str> },
}

impl Cause {
    /// What each phase carries of its current.
    pub(crate) fn phase_share(&self, of: usize) -> f64 {
        match self {
            Self::PhaseLost { phase, current, .. } if *phase == of => *current,
            // Around the mean: one less, one more by the same, so that (max - min) / mean is the spread.
            Self::Imbalance(spread) => match of {
                0 => 1.0,
                1 => (1.0 - spread / 2.0) / (1.0 + spread / 2.0),
                _ => 1.0 / (1.0 + spread / 2.0),
            },
            _ => 1.0,
        }
    }

    /// More resistance at the contact, ohm.
    pub(crate) fn contact_ohm(&self) -> f64 {
        match self {
            Self::Contact(ohm) => *ohm,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imbalance_has_the_spread_that_it_names() {
        for spread in [0.6, 0.8, 1.2] {
            let shares: Vec<f64> = (0..3).map(|phase| Cause::Imbalance(spread).phase_share(phase)).collect();
            let mean = shares.iter().sum::<f64>() / 3.0;
            let (low, high) = (shares[1], shares[0]);
            assert!(((high - low) / mean - spread).abs() < 1e-9, "{shares:?}");
        }
    }
}
