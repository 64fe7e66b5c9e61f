//! The calls for single orders, where a list says less than the orders do: what is the same whichever client system is asked.

use super::ConnectError;

/// How many are made at once.
pub(super) const AT_ONCE: usize = 4;
/// After so many that failed one after the other, the rest would fail too, and only take long.
const HOPELESS: u32 = 8;

/// How many calls failed one after the other, for whatever reason.
#[derive(Debug, Default)]
pub(super) struct Failures(u32);

impl Failures {
    /// One went well.
    pub(super) fn reset(&mut self) {
        self.0 = 0;
    }

    /// One failed. Gives the error back: as `Ok` if only this order is missing, as `Err` if it is the end of the run.
    pub(super) fn add(&mut self, error: ConnectError) -> Result<ConnectError, ConnectError> {
        self.0 += 1;
        let is_fatal =
            matches!(error, ConnectError::WrongCredentials { .. } | ConnectError::Setting(_) | ConnectError::Sink);
        if is_fatal || self.0 >= HOPELESS { Err(error) } else { Ok(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_in_a_row_are_the_end_whatever_they_are_and_a_success_begins_anew() {
        let error = |at: u32| match at % 3 {
            0 => ConnectError::NotUnderstood("odd".to_owned()),
            1 => ConnectError::Refused { words: "no".to_owned(), may_pass: false },
            _ => ConnectError::TooLarge("much".to_owned()),
        };
        let mut failures = Failures::default();
        assert!((1..HOPELESS).all(|at| failures.add(error(at)).is_ok()));
        failures.reset();
        assert!((1..HOPELESS).all(|at| failures.add(error(at)).is_ok()));
        assert!(failures.add(error(0)).is_err());
    }

    #[test]
    fn what_concerns_every_order_ends_it_at_once() {
        let refused = ConnectError::WrongCredentials { words: String::new() };
        assert!(Failures::default().add(refused).is_err());
        assert!(Failures::default().add(ConnectError::Sink).is_err());
    }
}
