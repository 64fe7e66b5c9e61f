//! When removals wait for a person (import rule 9), and what it takes that there may be any (rule 8).

use crate::connectors::List;

/// At most so many go without a question, whatever their share.
const FEW: usize = 5;
/// At most this share of the projects goes without a question, in per cent.
const SHARE: usize = 20;
/// More than so many never go without a question.
const MANY: usize = 500;

/// Whether `removals` of the `before` projects that the integration had before the import wait for a decision.
pub(super) fn waits(removals: usize, before: usize) -> bool {
    let large_share = removals > FEW && removals * 100 > before * SHARE;
    let all = removals > 0 && removals >= before;
    large_share || removals > MANY || all
}

/// Proof that a list holds everything, so that what is not in it may be removed. It can be had from a good end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CompleteList(());

impl CompleteList {
    /// Only for a Full Import whose connector said *complete*, of which every order had a readable key.
    pub(super) fn prove(is_full: bool, list: &List, every_order_has_a_key: bool) -> Option<Self> {
        (is_full && *list == List::Complete && every_order_has_a_key).then_some(Self(()))
    }
}

/// Who has agreed to what, before the removals are known for sure.
#[derive(Debug)]
pub(super) enum Consent {
    /// Nobody looked: the guard decides.
    Unseen,
    /// An admin agreed beforehand, whatever it is.
    Beforehand,
    /// An admin saw exactly these.
    Seen(std::collections::HashSet<i64>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removals_wait_if_they_are_a_large_share_or_many_or_all() {
        let rows = [
            (0, 0, false),
            (0, 10, false),
            (5, 20, false), // more than 20 %, but only five
            (5, 6, false),  // likewise
            (6, 30, false), // exactly 20 %
            (6, 29, true),  // more than five and more than 20 %
            (500, 10_000, false),
            (501, 100_000, true),
            (1, 1, true), // all of them
            (5, 5, true),
        ];
        for (removals, before, expected) in rows {
            assert_eq!(waits(removals, before), expected, "{removals} of {before}");
        }
    }

    #[test]
    fn only_a_complete_full_list_with_every_key_may_remove() {
        assert!(CompleteList::prove(true, &List::Complete, true).is_some());
        assert!(CompleteList::prove(false, &List::Complete, true).is_none());
        assert!(CompleteList::prove(true, &List::Complete, false).is_none());
        assert!(CompleteList::prove(true, &List::Nothing, true).is_none());
        assert!(CompleteList::prove(true, &List::Open, true).is_none());
        assert!(CompleteList::prove(true, &List::Partial("a detail call failed".to_owned()), true).is_none());
    }
}
