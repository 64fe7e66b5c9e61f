//! Counts what passed and what failed.

/// The counts of a whole run, with the names of the checks that failed and of those that could not be tried.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    failures: Vec<String>,
    not_tried: Vec<String>,
}

impl Tally {
    /// Counts one check.
    pub(crate) fn check(&mut self, name: &str, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
            self.failures.push(name.to_owned());
        }
    }

    /// Counts the tests that cargo ran. It failed without a failed test if something did not compile or broke off, and
    /// also if it ran nothing at all.
    pub(crate) fn tests(&mut self, name: &str, tests: &Tests, succeeded: bool) {
        self.passed += tests.passed;
        self.failed += tests.failed;
        if tests.failed > 0 {
            self.failures.push(format!("{name} ({} of its tests)", tests.failed));
        } else if !succeeded || tests.results == 0 {
            self.check(name, false);
        }
    }

    /// Notes a check that could not be made here. It fails nothing, and nobody shall take it for passed.
    pub(crate) fn not_tried(&mut self, name: &str, reason: &str) {
        self.not_tried.push(format!("{name}: {reason}"));
    }

    pub(crate) fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// What to say at the end; the last line is for programs.
    pub(crate) fn summary(&self) -> String {
        let not_tried = self.not_tried.iter().map(|name| format!("NOT TRIED: {name}"));
        let failures = self.failures.iter().map(|name| format!("FAILED: {name}"));
        let counts = format!("{} passed, {} failed", self.passed, self.failed);
        not_tried.chain(failures).chain([counts]).collect::<Vec<_>>().join("\n")
    }
}

/// The sums of cargo's lines `test result: ...`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tests {
    results: u64,
    passed: u64,
    failed: u64,
}

impl Tests {
    /// Takes in one line of cargo's output.
    pub(crate) fn line(&mut self, line: &str) {
        let Some(counts) = line.trim_start().strip_prefix("test result:") else { return };
        self.results += 1;
        let count = |what: &str| {
            let mut words = counts.split_whitespace().map(|word| word.trim_end_matches(';'));
            let mut last = "";
            words
                .find_map(|word| {
                    if word == what {
                        last.parse().ok()
                    } else {
                        last = word;
                        None
                    }
                })
                .unwrap_or(0)
        };
        self.passed += count("passed");
        self.failed += count("failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(lines: &[&str]) -> Tests {
        let mut tests = Tests::default();
        for line in lines {
            tests.line(line);
        }
        tests
    }

    const GOOD: &str = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s";
    const BAD: &str =
        "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";

    #[test]
    fn every_result_line_counts() {
        let tests = counted(&["running 12 tests", GOOD, "test a ... ok", BAD]);
        assert_eq!(tests, Tests { results: 2, passed: 16, failed: 2 });
    }

    #[test]
    fn failed_tests_fail_the_run() {
        let mut tally = Tally::default();
        tally.check("format", true);
        tally.tests("tests", &counted(&[GOOD, BAD]), false);
        assert!(!tally.is_good());
        assert_eq!(tally.summary(), "FAILED: tests (2 of its tests)\n17 passed, 2 failed");
    }

    #[test]
    fn tests_that_do_not_compile_fail_the_run() {
        let mut tally = Tally::default();
        tally.tests("tests", &counted(&[GOOD]), false);
        assert!(!tally.is_good());
        assert_eq!(tally.summary(), "FAILED: tests\n12 passed, 1 failed");
    }

    #[test]
    fn no_tests_at_all_fail_the_run() {
        let mut tally = Tally::default();
        tally.tests("tests", &Tests::default(), true);
        assert!(!tally.is_good());
    }

    #[test]
    fn a_failed_check_fails_the_run() {
        let mut tally = Tally::default();
        tally.check("format", false);
        tally.tests("tests", &counted(&[GOOD]), true);
        assert!(!tally.is_good());
    }
    #[test]
    fn what_was_not_tried_is_said_at_the_end_and_fails_nothing() {
        let mut tally = Tally::default();
        tally.not_tried("package", "only root can");
        assert!(!tally.is_good(), "it does not count as passed");
        tally.check("format", true);
        assert!(tally.is_good());
        assert_eq!(tally.summary(), "NOT TRIED: package: only root can\n1 passed, 0 failed");
        tally.check("icons", false);
        assert_eq!(tally.summary(), "NOT TRIED: package: only root can\nFAILED: icons\n1 passed, 1 failed");
    }
}
