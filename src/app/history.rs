//! Undo and redo: one labelled step a gesture.
//!
//! A gesture is a drag from press to release, a typed value, a run of arrow keys until a second's
//! rest, or one command of a menu. The state before it is kept whole: a document is small, and a
//! whole state cannot be put back wrongly.

use super::document::State;

/// Steps that are remembered. The oldest go first.
const DEPTH: usize = 1_000;

/// The longest rest within a gesture, in seconds.
const REST: f64 = 1.0;

/// One step: what it was, and the document on its other side.
#[derive(Clone, Debug)]
struct Step {
    label: String,
    state: State,
    /// What was worked on at this side when the step was made: who looks at something else
    /// meanwhile makes no step, and must not be taken there by one.
    here: Option<String>,
}

impl Step {
    /// The step the other way, for one who stands at `now`, and the state it leads to.
    fn turned(self, now: State) -> (Self, State) {
        let back = Self {
            label: self.label,
            here: self.state.active().map(str::to_owned),
            state: now.working_on(self.here),
        };
        (back, self.state)
    }
}

/// What can be undone and redone.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Step>,
    future: Vec<Step>,
    /// What the last step is about and when it last grew, while it may still grow.
    open: Option<(String, f64)>,
}

impl History {
    /// Remembers the state before a change, given that after it too. `about` names what is being
    /// changed: changes about the same thing belong to one gesture until it ends. `now` is in
    /// seconds.
    pub fn record(&mut self, before: State, after: &State, about: &str, label: String, now: f64) {
        let here = after.active().map(str::to_owned);
        self.future.clear();
        let grows = self
            .open
            .as_ref()
            .is_some_and(|(open, last)| open == about && now - last <= REST);
        match self.past.last_mut() {
            Some(step) if grows => (step.label, step.here) = (label, here),
            _ => {
                self.past.push(Step {
                    label,
                    state: before,
                    here,
                });
                if self.past.len() > DEPTH {
                    self.past.remove(0);
                }
            }
        }
        self.open = Some((about.to_owned(), now));
    }

    /// The state before the gesture that is going on about this thing, if one is.
    pub fn before(&self, about: &str, now: f64) -> Option<&State> {
        let (open, last) = self.open.as_ref()?;
        let step = self.past.last()?;
        (open == about && now - last <= REST).then_some(&step.state)
    }

    /// Keeps the gesture that is going on open while a hand rests in the middle of it.
    pub fn hold(&mut self, now: f64) {
        if let Some((_, last)) = &mut self.open
            && now - *last <= REST
        {
            *last = now;
        }
    }

    /// Ends the gesture: the next change is a step of its own.
    pub fn end_gesture(&mut self) {
        self.open = None;
    }

    /// Takes the last step back; `now` is the document as it stands. The state to put in its
    /// place comes back, with what was undone.
    pub fn undo(&mut self, now: State) -> Option<(String, State)> {
        self.end_gesture();
        let (back, state) = self.past.pop()?.turned(now);
        let label = back.label.clone();
        self.future.push(back);
        Some((label, state))
    }

    /// Makes the last step that was undone again.
    pub fn redo(&mut self, now: State) -> Option<(String, State)> {
        self.end_gesture();
        let (back, state) = self.future.pop()?.turned(now);
        let label = back.label.clone();
        self.past.push(back);
        Some((label, state))
    }

    /// The steps that can be undone, the last first.
    pub fn undoable(&self) -> impl ExactSizeIterator<Item = &str> {
        self.past.iter().rev().map(|step| step.label.as_str())
    }

    /// The steps that can be redone, the next first.
    pub fn redoable(&self) -> impl ExactSizeIterator<Item = &str> {
        self.future.iter().rev().map(|step| step.label.as_str())
    }
}
