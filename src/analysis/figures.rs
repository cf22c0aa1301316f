//! Key figures: a run boiled down to the numbers that a briefing quotes.

/// Days over which coverage is judged.
pub const WINDOW: usize = 28;

/// The key figures of one run. Things stand in the order of the scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyFigures {
    pub theatres: Vec<TheatreFigures>,
    pub deployments: Vec<DeploymentFigures>,
}

/// One theatre over the whole horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheatreFigures {
    /// Threats.
    pub launched: f64,
    /// Threats.
    pub covered: f64,
    /// Threats: the coverage shortfall.
    pub uncovered: f64,
    /// The shortfall by cause; adds up to `uncovered`.
    pub why: Why,
    /// Threats.
    pub killed: f64,
    /// Threats.
    pub leakers: f64,
    /// Covered over launched; nothing where nothing was launched.
    pub coverage: Option<f64>,
    /// Killed over launched; nothing where nothing was launched.
    pub protection: Option<f64>,
    /// First day on which coverage over the last 28 days is below target, never before day 28.
    pub breach: Option<usize>,
    /// Days on which coverage over the last 28 days is below target, day 28 and later.
    pub days_below: usize,
    /// The worst full 28 days.
    pub worst: Option<Worst>,
    /// Rounds fired by all layers.
    pub fired: f64,
    /// Rounds short: demand less fired, all layers.
    pub short: f64,
    /// Rounds in stock at the end, all layers.
    pub left: f64,
    /// Cost of the rounds fired.
    pub cost_fired: Cost,
    /// Cost of the threats launched.
    pub cost_launched: Cost,
}

/// Threats not engaged, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Why {
    /// Rounds held in reserve or rationed.
    pub held: f64,
    /// Magazines empty.
    pub stock: f64,
    /// Launchers saturated.
    pub capacity: f64,
    /// Out of reach, or nothing that can engage it.
    pub reach: f64,
}

/// The 28 days with the lowest coverage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst {
    /// Last day of the 28; the earliest such where several are as bad.
    pub last_day: usize,
    pub coverage: f64,
}

/// Money, as far as unit costs are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// US dollars.
    pub dollars: f64,
    /// Whether something used has no unit cost, so that the true figure is higher.
    pub partial: bool,
}

/// One deployment over the whole horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeploymentFigures {
    /// First day with rounds short and nothing above the reserve left at its close.
    pub stock_out: Option<usize>,
    /// Rounds.
    pub received: f64,
    /// Rounds.
    pub sent: f64,
    /// Rounds.
    pub fired: f64,
    /// Rounds: demand less fired.
    pub short: f64,
    /// Rounds in stock at the end.
    pub left: f64,
}
