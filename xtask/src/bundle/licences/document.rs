//! The file: what Muster consists of, each with its licence, then the texts, each once.

use std::fmt::Write as _;

use super::Terms;

/// The whole text.
pub(super) fn of(version: &str, terms: &[Terms], shared: &str) -> String {
    let mut texts = Texts(Vec::new());
    texts.number(shared);
    let mut document = format!(
        "The licences of Muster {version}\n\n\
         Muster is licensed under MIT or Apache-2.0, as you like. It consists of its own code, of SQLite, which is in the\n\
         public domain, and of what is listed here. Each is under the licence beside it; the number is that of a text below.\n\
         Those under Apache-2.0 share text 1.\n\n"
    );
    for one in terms {
        let mut numbers: Vec<usize> = one.texts.iter().map(|text| texts.number(text)).collect();
        if one.licence.split(" and ").any(|licence| licence == super::SHARED) {
            numbers.insert(0, 1);
        }
        numbers.dedup();
        let numbers = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        line(&mut document, &format!("{}: {} (text {numbers})", one.package, one.licence));
        if let Some(source) = &one.source {
            line(&mut document, &format!("    shipped unchanged; its source: {source}"));
        }
    }
    for (index, text) in texts.0.iter().enumerate() {
        let title = format!("Text {}", index + 1);
        line(&mut document, &format!("\n\n{}\n{title}\n{}\n\n{text}", "=".repeat(72), "=".repeat(72)));
    }
    document
}

fn line(document: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(document, "{text}");
}

/// The texts so far, without what only their typing differs in.
struct Texts(Vec<String>);

impl Texts {
    /// The number of a text, from 1.
    fn number(&mut self, text: &str) -> usize {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let wanted = words(text);
        let index = self.0.iter().position(|known| words(known) == wanted).unwrap_or_else(|| {
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            self.0.push(lines.join("\n").trim_matches('\n').to_owned());
            self.0.len() - 1
        });
        index + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(package: &str, licence: &str, source: Option<&str>, texts: &[&str]) -> Terms {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Terms { package: package.to_owned(), licence: licence.to_owned(), source: source.map(str::to_owned), texts }
    }

    #[test]
    fn each_package_is_there_with_its_licence_and_each_text_once() {
        let all = [
            terms("a 1", "MIT", None, &["Copyright A\r\nas is  \r\n"]),
            terms("b 2", "Apache-2.0", None, &[]),
            terms("c 3", "MPL-2.0", Some("https://example.com/c"), &["Mozilla"]),
            terms("d 4", "MIT", None, &["Copyright A\nas is"]),
        ];
        let document = of("1.2.3", &all, "Apache");
        for expected in [
            "The licences of Muster 1.2.3\n",
            "a 1: MIT (text 2)\n",
            "b 2: Apache-2.0 (text 1)\n",
            "c 3: MPL-2.0 (text 3)\n    shipped unchanged; its source: https://example.com/c\n",
            "d 4: MIT (text 2)\n",
            "Copyright A\nas is\n",
        ] {
            assert!(document.contains(expected), "{expected:?} is not in\n{document}");
        }
        assert_eq!(document.matches("Copyright A").count(), 1);
    }
}
