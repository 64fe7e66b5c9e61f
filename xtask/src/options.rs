//! The options of a chore: `--name VALUE`, in any order.

use crate::Result;

/// What stands behind each option, and what stands alone.
#[derive(Debug)]
pub(crate) struct Options<'a> {
    values: Vec<(&'a str, &'a str)>,
    alone: Vec<&'a str>,
}

impl<'a> Options<'a> {
    /// Takes the options apart. Those that are `known` have a value; another one is refused, and so is one that comes twice.
    pub(crate) fn read(args: &[&'a str], known: &[&str]) -> Result<Self> {
        let mut options = Self { values: Vec::new(), alone: Vec::new() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let Some(name) = arg.strip_prefix("--") else {
                options.alone.push(arg);
                continue;
            };
            if !known.contains(&name) || options.get(name).is_some() {
                return Err(format!("--{name} is not known here, or comes twice").into());
            }
            let value = args.next().ok_or_else(|| format!("--{name} needs a value"))?;
            options.values.push((name, value));
        }
        Ok(options)
    }

    /// What stands behind `--name`, if it was given.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.values.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// What stands behind `--name`, which has to be given.
    pub(crate) fn need(&self, name: &str) -> Result<&'a str> {
        self.get(name).ok_or_else(|| format!("--{name} is missing").into())
    }

    /// What stands alone: as many as are wanted, neither more nor fewer.
    pub(crate) fn alone<const WANTED: usize>(&self) -> Result<[&'a str; WANTED]> {
        let found = self.alone.len();
        let exactly = self.alone.as_slice().try_into();
        exactly.map_err(|_| format!("{WANTED} words were wanted beside the options, and {found} found").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_in_any_order() {
        let options = Options::read(&["--to", "x", "here", "--from", ""], &["from", "to", "by"]).unwrap();
        assert_eq!((options.need("to").unwrap(), options.get("from"), options.get("by")), ("x", Some(""), None));
        assert_eq!(options.alone::<1>().unwrap(), ["here"]);
        assert!(options.need("by").is_err());
        assert!(options.alone::<0>().is_err() && options.alone::<2>().is_err());
    }

    #[test]
    fn an_option_that_is_not_known_is_refused() {
        assert!(Options::read(&["--form", "x"], &["from"]).is_err());
        assert!(Options::read(&["--from"], &["from"]).is_err());
        assert!(Options::read(&["--from", "x", "--from", "y"], &["from"]).is_err());
    }
}
