//! The number that a project is shown under. On a collision the later one is shown as `number~key` (import rule 15).

use std::collections::HashMap;

/// Takes `number` for the project, or what stands for it if another project has it. `taken` says who has which.
pub(crate) fn take(taken: &mut HashMap<String, i64>, number: String, key: &str, project: i64) -> String {
    match taken.get(&number) {
        Some(other) if *other != project => format!("{number}~{key}"),
        _ => {
            taken.insert(number.clone(), project);
            number
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_collision_the_later_one_is_shown_with_its_key() {
        let mut taken = HashMap::from([("7".to_owned(), 1)]);
        assert_eq!(take(&mut taken, "7".to_owned(), "k7", 1), "7");
        assert_eq!(take(&mut taken, "7".to_owned(), "k8", 2), "7~k8");
        assert_eq!(take(&mut taken, "9".to_owned(), "k9", 3), "9");
        assert_eq!(take(&mut taken, "9".to_owned(), "k0", 4), "9~k0");
    }
}
