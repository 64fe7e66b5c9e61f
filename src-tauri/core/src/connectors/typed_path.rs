//! A path as people give it.

/// The path in a setting, without what came along: the Explorer of Windows copies a path in quotation marks.
pub(super) fn typed_path(setting: &str) -> &str {
    let setting = setting.trim();
    setting.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(setting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_was_copied_with_its_quotation_marks_is_that_path() {
        assert_eq!(typed_path(r#" "C:\Users\Ann\My lists" "#), r"C:\Users\Ann\My lists");
        assert_eq!(typed_path(r#""\\server\lists\today.csv""#), r"\\server\lists\today.csv");
        assert_eq!(typed_path(" /home/ann/lists "), "/home/ann/lists");
        for same in ["\"", "\"half", "/a\"b\"", ""] {
            assert_eq!(typed_path(same), same);
        }
    }
}
