//! Which addresses need no encryption.

/// Whether an address is of this computer, and not of one whose name only begins like it.
pub(crate) fn is_this_computer(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| {
        host.strip_prefix(own).is_some_and(|port| {
            port.is_empty()
                || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_is_told_from_others() {
        for url in ["http://127.0.0.1:8765/stable.json", "http://localhost", "http://localhost/x", "http://[::1]:80/x"]
        {
            assert!(is_this_computer(url), "{url}");
        }
        for url in [
            "http://example.com/localhost",
            "http://127.0.0.1.example.com/x",
            "http://localhost.example.com",
            "http://localhost:80@example.com/x",
            "http://localhost@example.com/x",
            "http://localhost\\@example.com/x",
            "https://localhost/x",
            "ftp://localhost/x",
            "localhost",
            "",
        ] {
            assert!(!is_this_computer(url), "{url}");
        }
    }
}
