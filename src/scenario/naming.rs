//! What a reader calls the things of a scenario: by name, and with the id where names are not enough.

use super::section::{Section, lever};
use super::{Deployment, Paused, Scenario, Supply};

impl Section {
    /// What a reader calls an item, with its id where others are called the same; its id alone where it
    /// is not there.
    #[must_use]
    pub fn name(self, s: &Scenario, id: &str) -> String {
        let Some(name) = self.own_name(s, id) else {
            return id.to_owned();
        };
        let others = self.ids(s).into_iter().filter(|other| other != id);
        let mut names = others.filter_map(|other| self.own_name(s, &other));
        // Nobody knows a lever by its number.
        if self != Self::Levers && names.any(|other| other == name) {
            format!("{name}, {id}")
        } else {
            name
        }
    }

    /// What an item is called, be it alone or with others.
    #[must_use]
    pub fn own_name(self, s: &Scenario, id: &str) -> Option<String> {
        match self {
            Self::Theatres => s.theatres.get(id).map(|item| item.name.clone()),
            Self::Suppliers => s.suppliers.get(id).map(|item| item.name.clone()),
            Self::Threats => s.threats.get(id).map(|item| item.name.clone()),
            Self::Interceptors => s.interceptors.get(id).map(|item| item.name.clone()),
            Self::Deployments => s.deployments.get(id).map(|item| deployment(s, item)),
            Self::Supply => s.supply.get(id).map(|item| supply(s, item)),
            Self::Events => s.events.get(id).map(|item| item.name.clone()),
            Self::Levers => lever(id)
                .and_then(|index| s.levers.get(index))
                .map(|lever| lever.label.clone()),
            Self::Sources => s.sources.get(id).map(|item| item.title.clone()),
        }
    }
}

impl Scenario {
    /// The deployments of a theatre that use up rounds: the index of each, and what a reader who knows
    /// the theatre calls it, in short.
    #[must_use]
    pub fn magazines(&self, theatre: &str) -> Vec<(usize, String)> {
        let here = self.deployments.iter().enumerate();
        let here = here.filter(|(_, (_, deployment))| deployment.theatre == theatre);
        let expendable = here.filter_map(|(index, (id, deployment))| {
            let interceptor = self.interceptors.get(&deployment.interceptor)?;
            interceptor
                .expendable
                .then(|| (index, id, short_name(&interceptor.name)))
        });
        let all: Vec<_> = expendable.collect();
        let named = all.iter().map(|&(index, id, name)| {
            let shared = all.iter().filter(|(.., other)| *other == name).count() > 1;
            let name = if shared {
                format!("{name}, {id}")
            } else {
                name.to_owned()
            };
            (index, name)
        });
        named.collect()
    }

    /// What a reader calls the thing that an event acts on, for a label beside it.
    #[must_use]
    pub fn paused_name(&self, of: &Paused) -> String {
        match of {
            Paused::Supplier(id) => Section::Suppliers.name(self, id),
            Paused::Supply(id) => Section::Supply.name(self, id),
        }
    }
}

/// A name without what stands in parentheses after it.
#[must_use]
pub fn short_name(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name).trim()
}

/// A deployment: its interceptor, and where.
fn deployment(s: &Scenario, deployment: &Deployment) -> String {
    let interceptor = s.interceptors.get(&deployment.interceptor);
    let name = interceptor.map_or(deployment.interceptor.as_str(), |i| i.name.as_str());
    match s.theatres.get(&deployment.theatre) {
        Some(theatre) if s.theatres.len() > 1 => format!("{name}, {}", theatre.name),
        _ => name.to_owned(),
    }
}

/// A supply line: who sends it, and what.
fn supply(s: &Scenario, line: &Supply) -> String {
    let supplier = s.suppliers.get(&line.supplier);
    let supplier = supplier.map_or(line.supplier.as_str(), |s| s.name.as_str());
    let to = s.deployments.get(&line.to);
    let what = to
        .and_then(|to| s.interceptors.get(&to.interceptor))
        .map_or(line.to.as_str(), |i| i.name.as_str());
    format!("{supplier}, {}", lower_first(what))
}

/// The text with its first letter small, unless it begins with an abbreviation.
pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Address, Checked, Section, file, library};

    fn bundled() -> Checked {
        let bundled = library::find("diversion-2025").unwrap();
        file::read(bundled.id, bundled.text).unwrap().scenario
    }

    #[test]
    fn an_id_stands_only_where_a_name_could_be_that_of_others() {
        let scenario = bundled();
        let label = |s: &Checked, path| Address::find(s, path).unwrap().label(s);
        let stock = "deployments.ua-apkws.stock";
        assert_eq!(
            label(&scenario, stock),
            "Laser-guided rocket (APKWS class), Ukraine: rounds in stock at the start"
        );
        let names = |s: &Checked| -> Vec<String> {
            let names = s.magazines("ukraine").into_iter();
            names.map(|(_, name)| name).collect()
        };
        let of_one = names(&scenario);
        assert_eq!(of_one[..2], ["Laser-guided rocket", "Interceptor drone"]);

        // A second layer of the same in the same theatre, and what the same supplier sends it.
        let mut s = scenario.into_inner();
        let layer = s.deployments["ua-apkws"].clone();
        s.deployments.insert("ua-apkws-east".to_owned(), layer);
        let mut line = s.supply["us-apkws"].clone();
        line.to = "ua-apkws-east".to_owned();
        s.supply.insert("us-east".to_owned(), line);
        let two = Checked::new(s).unwrap();
        assert_eq!(
            label(&two, stock),
            "Laser-guided rocket (APKWS class), Ukraine, ua-apkws: rounds in stock at the start"
        );
        let line = Section::Supply.name(&two, "us-east");
        assert!(
            line.ends_with("laser-guided rocket (APKWS class), us-east"),
            "{line}"
        );
        let mut of_two = names(&two);
        assert_eq!(of_two[0], "Laser-guided rocket, ua-apkws");
        assert_eq!(of_two.pop().unwrap(), "Laser-guided rocket, ua-apkws-east");
        // That in another theatre is told by the theatre.
        let other = Section::Deployments.name(&two, "me-apkws");
        assert!(!other.ends_with("me-apkws"), "{other}");
    }
}
