//! What can happen on a day of a scenario: the kinds of event and what each names.

use indexmap::IndexMap;
use jiff::civil::Date;

use super::Estimate;

/// Something that happens, switched on or off.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What a reader calls it.
    pub name: String,
    /// Id of the source that covers its numbers.
    pub source: Option<String>,
    /// What a reader should know about it.
    pub note: Option<String>,
    /// A disabled event does not exist for the model.
    pub enabled: bool,
    /// What happens.
    pub what: What,
}

/// The kinds of event. Dates are civil days; every `until` is the first day no longer held.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Part of each lot of a supply line that arrives from `on` goes to another deployment of
    /// the same interceptor, until `quantity` rounds have gone.
    Divert {
        on: Date,
        /// Id of the supply line.
        supply: String,
        /// Id of the deployment that gains.
        to: String,
        /// Rounds.
        quantity: Estimate,
        /// Share of each lot, 0 to 1.
        share: Estimate,
    },
    /// Stock moves between two deployments of one interceptor.
    Transfer {
        on: Date,
        /// Id of the deployment that gives.
        from: String,
        /// Id of the deployment that gains.
        to: String,
        /// Rounds.
        quantity: Estimate,
    },
    /// One delivery outside every supply line; no pause stops it.
    Shipment {
        on: Date,
        /// Id of the supplier, for the record.
        supplier: String,
        /// Id of the deployment that gains.
        to: String,
        /// Rounds.
        quantity: Estimate,
        /// Whole days before its arrival by which it must be ordered. It changes no run.
        lead: Option<Estimate>,
    },
    /// What is launched on one day, whatever the usual pattern.
    Raid {
        on: Date,
        /// Threats launched, by threat id.
        launches: IndexMap<String, Estimate>,
    },
    /// A number changes linearly over days, or at once where `over` is 0.
    Ramp {
        on: Date,
        /// Whole days.
        over: Estimate,
        /// The path that changes.
        path: String,
        /// What it changes to, in that path's unit.
        to: Estimate,
    },
    /// Supply stops for a while.
    Pause {
        on: Date,
        until: Option<Date>,
        of: Paused,
    },
    /// Nothing is launched against a theatre for a while.
    Ceasefire {
        on: Date,
        until: Option<Date>,
        /// Id of the theatre.
        theatre: String,
    },
}

/// What a [`What::Pause`] stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paused {
    /// Every line of one supplier, by supplier id.
    Supplier(String),
    /// One supply line, by its id.
    Supply(String),
}

impl What {
    /// The name of the kind, as a file writes it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Divert { .. } => "Divert",
            Self::Transfer { .. } => "Transfer",
            Self::Shipment { .. } => "Shipment",
            Self::Raid { .. } => "Raid",
            Self::Ramp { .. } => "Ramp",
            Self::Pause { .. } => "Pause",
            Self::Ceasefire { .. } => "Ceasefire",
        }
    }

    /// The first day on which the event acts.
    #[must_use]
    pub fn on(&self) -> Date {
        match self {
            Self::Divert { on, .. }
            | Self::Transfer { on, .. }
            | Self::Shipment { on, .. }
            | Self::Raid { on, .. }
            | Self::Ramp { on, .. }
            | Self::Pause { on, .. }
            | Self::Ceasefire { on, .. } => *on,
        }
    }
}
