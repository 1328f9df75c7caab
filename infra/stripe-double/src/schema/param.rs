//! One parameter of an endpoint: its name, what it may hold, and whether it must be sent.

/// Where a page gives no limit to a text: the longest id and text of the reference.
const TEXT_CHARS_MAX: usize = 5000;

/// A parameter.
#[derive(Debug)]
pub(crate) struct Param {
    /// Nested ones in brackets, such as `invoice_settings[default_payment_method]`.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// A nested one only when something of its group is sent.
    pub(super) required: bool,
}

/// What a parameter may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A text of at most so many characters.
    Text { chars_max: usize },
    /// A whole number between the two, both included.
    Integer { min: i64, max: i64 },
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    Enum(&'static [&'static str]),
    /// `name[key]`, the caller's own keys; a text each.
    Map { entries_max: usize, key_chars_max: usize, text_chars_max: usize },
    /// `name[]` or `name[0]`, a text each.
    Array { items_max: usize },
}

impl Param {
    /// It must be sent.
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// An integer no smaller than this.
    pub(super) const fn at_least(self, min: i64) -> Self {
        let kind = match self.kind {
            Kind::Integer { max, .. } => Kind::Integer { min, max },
            other => other,
        };
        Self { name: self.name, kind, required: self.required }
    }

    /// An integer no larger than this.
    pub(super) const fn at_most(self, max: i64) -> Self {
        let kind = match self.kind {
            Kind::Integer { min, .. } => Kind::Integer { min, max },
            other => other,
        };
        Self { name: self.name, kind, required: self.required }
    }
}

const fn optional(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: false }
}

/// A text or an id of no documented length.
pub(super) const fn text(name: &'static str) -> Param {
    text_up_to(name, TEXT_CHARS_MAX)
}

pub(super) const fn text_up_to(name: &'static str, chars_max: usize) -> Param {
    optional(name, Kind::Text { chars_max })
}

pub(super) const fn integer(name: &'static str) -> Param {
    optional(name, Kind::Integer { min: i64::MIN, max: i64::MAX })
}

pub(super) const fn boolean(name: &'static str) -> Param {
    optional(name, Kind::Boolean)
}

pub(super) const fn one_of(name: &'static str, words: &'static [&'static str]) -> Param {
    optional(name, Kind::Enum(words))
}

pub(super) const fn array(name: &'static str) -> Param {
    array_up_to(name, 100)
}

pub(super) const fn array_up_to(name: &'static str, items_max: usize) -> Param {
    optional(name, Kind::Array { items_max })
}

/// Metadata and its limits (`docs.stripe.com/metadata`).
pub(super) const fn metadata(name: &'static str) -> Param {
    optional(name, Kind::Map { entries_max: 50, key_chars_max: 40, text_chars_max: 500 })
}

/// `docs.stripe.com/api/expanding_objects`.
pub(super) const EXPAND: &[Param] = &[array("expand")];

/// `docs.stripe.com/api/pagination`.
pub(super) const PAGES: &[Param] =
    &[text("ending_before"), integer("limit").at_least(1).at_most(100), text("starting_after")];

/// Of a page, the one cursor or the other.
pub(super) const ONE_CURSOR: &[&[&str]] = &[&["starting_after", "ending_before"]];

/// A moment or a range of time, as every list takes it (`docs.stripe.com/api/payment_intents/list`, `created`).
pub(super) const CREATED: &[Param] = &[
    integer("created"),
    integer("created[gt]"),
    integer("created[gte]"),
    integer("created[lt]"),
    integer("created[lte]"),
];
