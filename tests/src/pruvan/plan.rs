//! Which days are to come, how often, and for which call.

use std::collections::VecDeque;

use super::day::Day;
use super::request::Call;

/// A day, how often, and for which call.
#[derive(Debug, Clone)]
pub struct Spell {
    day: Day,
    /// None: until changed.
    times: Option<u32>,
    call: Option<Call>,
}

impl Spell {
    /// For the next answer.
    pub fn once(day: Day) -> Self {
        Self::times(day, 1)
    }

    /// For the next `times` answers.
    pub fn times(day: Day, times: u32) -> Self {
        let call = day.only_lists().then_some(Call::GetWorkOrders);
        Self { day, times: Some(times), call }
    }

    /// Until the plan is changed.
    pub fn always(day: Day) -> Self {
        Self { times: None, ..Self::once(day) }
    }

    /// Only for this call. Days that concern a list leave `validate` alone anyway.
    #[must_use]
    pub fn on(mut self, call: Call) -> Self {
        self.call = Some(call);
        self
    }
}

/// The days to come, in order; a spell without an end is replaced by the next one that is planned.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan(VecDeque<Spell>);

impl Plan {
    pub(crate) fn push(&mut self, spell: Spell) {
        self.0.retain(|known| {
            known.times.is_some() || (known.call.is_some() && spell.call.is_some() && known.call != spell.call)
        });
        self.0.push_back(spell);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The day for an answer to this call.
    pub(crate) fn take(&mut self, call: Option<Call>) -> Day {
        let fits = |spell: &Spell| spell.call.is_none() || spell.call == call;
        let Some(place) = self.0.iter().position(fits) else { return Day::Well };
        self.take_at(place)
    }

    /// Whether the next connection is reset before it can say anything.
    pub(crate) fn take_reset_on_accept(&mut self) -> bool {
        match self.0.front() {
            Some(spell) if matches!(spell.day, Day::ResetOnAccept) => matches!(self.take_at(0), Day::ResetOnAccept),
            _ => false,
        }
    }

    fn take_at(&mut self, place: usize) -> Day {
        let Some(spell) = self.0.get_mut(place) else { return Day::Well };
        let day = spell.day.clone();
        if let Some(times) = &mut spell.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.0.remove(place);
            }
        }
        day
    }
}
