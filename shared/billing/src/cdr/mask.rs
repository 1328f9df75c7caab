//! Id tokens as they may be shown.

use messages::IdToken;

/// The last characters of a token, at most four and at most half of it; the rest as `*`.
#[must_use]
pub fn mask(token: &IdToken) -> String {
    let text = token.as_str();
    let shown = (text.len() / 2).min(4);
    let hidden = text.len() - shown;
    text.chars().enumerate().map(|(index, letter)| if index < hidden { '*' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_half_of_a_token_stays_hidden() {
        for (token, masked) in [("04A1B2C3D4", "******C3D4"), ("04A1", "**A1"), ("ABC", "**C"), ("A", "*")] {
            assert_eq!(mask(&token.parse().unwrap()), masked);
        }
    }
}
