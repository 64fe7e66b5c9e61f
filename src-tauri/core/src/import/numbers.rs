//! The number that a project is shown under. On a collision the later one is shown as `number~key` (import rule 15).

use std::collections::{HashMap, HashSet};

use crate::store::{StoreError, sync};

/// Who has which of the numbers that these projects (number and key) may be shown under.
pub(crate) async fn taken(
    db: &impl sea_orm::ConnectionTrait,
    code: &str,
    wanted: &[(&str, &str)],
) -> Result<HashMap<String, i64>, StoreError> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let numbers: Vec<&str> = wanted.iter().map(|(number, _)| *number).collect();
    let mut taken: HashMap<String, i64> = sync::numbers_taken(db, code, &numbers).await?.into_iter().collect();
    let mut once = HashSet::new();
    let collisions = wanted.iter().filter(|(number, _)| taken.contains_key(*number) || !once.insert(*number));
    let seconds: Vec<String> = collisions.map(|(number, key)| format!("{number}~{key}")).collect();
    if !seconds.is_empty() {
        let seconds: Vec<&str> = seconds.iter().map(String::as_str).collect();
        taken.extend(sync::numbers_taken(db, code, &seconds).await?);
    }
    Ok(taken)
}

/// Takes `number` for the project, or what stands for it if another project has it. `taken` says who has which.
pub(crate) fn take(taken: &mut HashMap<String, i64>, number: String, key: &str, project: i64) -> String {
    let mut shown = number;
    // A client may send the very number that stands for a collision, too.
    while taken.get(&shown).is_some_and(|other| *other != project) {
        shown = format!("{shown}~{key}");
    }
    taken.insert(shown.clone(), project);
    shown
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
        assert_eq!(take(&mut taken, "7~k8".to_owned(), "k1", 5), "7~k8~k1", "the number of a collision is taken too");
    }
}
