//! Rules of a tariff that its types do not hold.

use super::{PriceComponent, PriceLimit, Restrictions, Tariff};
use crate::decimal::Decimal;
use crate::error::Invalid;

impl Tariff {
    /// Checks what the types do not hold; [`Tariff::from_json`] has done so already.
    ///
    /// # Errors
    /// [`Invalid`] names the first rule that is broken and where.
    pub fn check(&self) -> Result<(), Invalid> {
        require(!self.id.is_empty() && self.id.len() <= 255, "id", "must be 1 to 255 bytes long")?;
        require(!self.elements.is_empty(), "elements", "must hold at least one element")?;
        check_limits(self.min_price, self.max_price)?;
        for (index, element) in self.elements.iter().enumerate() {
            let place = format!("elements[{index}]");
            require(!element.price_components.is_empty(), "price_components", "must hold at least one component")
                .map_err(|invalid| invalid.below(&place))?;
            for (index, component) in element.price_components.iter().enumerate() {
                component.check().map_err(|invalid| invalid.below(&format!("{place}.price_components[{index}]")))?;
            }
            if let Some(restrictions) = &element.restrictions {
                restrictions.check().map_err(|invalid| invalid.below(&format!("{place}.restrictions")))?;
            }
        }
        Ok(())
    }
}

impl PriceComponent {
    fn check(&self) -> Result<(), Invalid> {
        check_digits("price", self.price)?;
        self.vat.map_or(Ok(()), |vat| check_digits("vat", vat))?;
        let vat_ok = self.vat.is_none_or(|vat| !vat.is_negative() && vat.exact() <= Decimal::whole(1000).exact());
        require(vat_ok, "vat", "must be a percentage from 0 to 1000")?;
        require((0..=1_000_000_000).contains(&self.step_size), "step_size", "must be from 0 to 1,000,000,000")
    }
}

impl Restrictions {
    fn check(&self) -> Result<(), Invalid> {
        for (name, limit) in [
            ("min_kwh", self.min_kwh),
            ("max_kwh", self.max_kwh),
            ("min_current", self.min_current),
            ("max_current", self.max_current),
            ("min_power", self.min_power),
            ("max_power", self.max_power),
        ] {
            let Some(limit) = limit else { continue };
            require(!limit.is_negative(), name, "must not be negative")?;
            check_digits(name, limit)?;
        }
        for (name, limit) in [("min_duration", self.min_duration), ("max_duration", self.max_duration)] {
            let fits = limit.is_none_or(|limit| (0..=1_000_000_000).contains(&limit));
            require(fits, name, "must be from 0 to 1,000,000,000 seconds")?;
        }
        Ok(())
    }
}

fn check_limits(min: Option<PriceLimit>, max: Option<PriceLimit>) -> Result<(), Invalid> {
    for (name, limit) in [("min_price", min), ("max_price", max)] {
        let Some(limit) = limit else { continue };
        require(!limit.excl_vat.is_negative(), &format!("{name}.excl_vat"), "must not be negative")?;
        check_digits(&format!("{name}.excl_vat"), limit.excl_vat)?;
        limit.incl_vat.map_or(Ok(()), |incl| check_digits(&format!("{name}.incl_vat"), incl))?;
        let in_order = limit.incl_vat.is_none_or(|incl| incl.exact() >= limit.excl_vat.exact());
        require(in_order, &format!("{name}.incl_vat"), "must not be below the limit before tax")?;
    }
    let (Some(min), Some(max)) = (min, max) else { return Ok(()) };
    require(min.excl_vat.exact() <= max.excl_vat.exact(), "max_price.excl_vat", "must not be below the minimum")?;
    let in_order = min.incl_vat.zip(max.incl_vat).is_none_or(|(min, max)| min.exact() <= max.exact());
    require(in_order, "max_price.incl_vat", "must not be below the minimum")
}

/// So many digits survive any way of storing a number.
fn check_digits(path: &str, number: Decimal) -> Result<(), Invalid> {
    require(number.significant_digits() <= 15, path, "must have at most 15 digits")
}

fn require(holds: bool, path: &str, rule: &str) -> Result<(), Invalid> {
    if holds { Ok(()) } else { Err(Invalid::new(path, rule)) }
}
