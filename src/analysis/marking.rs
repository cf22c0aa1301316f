//! What a protective marking says of itself: the level that its colour may show.

/// The level of a marking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Unclassified, or official.
    Open,
    /// Confidential, or restricted.
    Confidential,
    Secret,
    TopSecret,
    /// A marking of somebody's own: nothing claims a level for it.
    Unknown,
}

impl Level {
    /// The level that a marking names.
    #[must_use]
    pub fn of(marking: &str) -> Self {
        let text = marking.trim().to_uppercase();
        if text.starts_with("UNCLASSIFIED") || text.starts_with("OFFICIAL") {
            Self::Open
        } else if text.contains("TOP SECRET") {
            Self::TopSecret
        } else if text.contains("SECRET") {
            Self::Secret
        } else if text.contains("CONFIDENTIAL") || text.contains("RESTRICTED") {
            Self::Confidential
        } else {
            Self::Unknown
        }
    }
}
