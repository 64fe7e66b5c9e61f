//! HTML from client systems, made safe to show. Whatever they send, what comes out has no script, no style, no picture,
//! no form and nothing that loads anything; its links are http, https, mailto or tel.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ammonia::Builder;

/// What instructions are made of: text, its emphasis, lists, tables and links.
static TAGS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    HashSet::from([
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ])
});

fn builder<'a>() -> Builder<'a> {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.clone())
        .clean_content_tags(HashSet::from(["script", "style", "title", "noscript", "template", "textarea", "iframe"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"));
    builder
}

/// The text as HTML that is safe to show. A text without HTML keeps its lines.
pub(crate) fn sanitise(text: &str) -> String {
    if has_tag(text) && is_bearable(text) {
        return builder().clean(text).to_string();
    }
    let text = &text[..text.floor_char_boundary(MOST_BYTES)];
    let text = &text.replace('&', "&amp;").replace('<', "&lt;");
    builder().clean(&text.trim_end().lines().collect::<Vec<_>>().join("<br>")).to_string()
}

/// A plain text as a value that may hold HTML: shown, it reads exactly as it was written.
pub(crate) fn from_text(text: Cow<'_, str>) -> Cow<'_, str> {
    if !has_tag(&text) {
        return text;
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<p>{}</p>", text.trim_end().lines().collect::<Vec<_>>().join("<br>")).into()
}

/// The longest text that is taken for HTML, and the longest that is shown at all.
const MOST_BYTES: usize = 64 * 1024;
/// The deepest nesting. To parse HTML costs the square of it, and some senders know that.
const DEEPEST: usize = 100;
/// Tags that need no end, and so say nothing about the nesting.
const WITHOUT_END: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "source", "td", "th", "tr", "wbr",
];

/// Whether a text can be parsed in a moment. Another one is shown as it came, its tags as text.
fn is_bearable(text: &str) -> bool {
    if text.len() > MOST_BYTES {
        return false;
    }
    let mut depth = 0_usize;
    text.split('<').skip(1).all(|tag| {
        let name = |tag: &str| -> String {
            let letters = tag.chars().take_while(char::is_ascii_alphanumeric).take(16);
            letters.map(|char| char.to_ascii_lowercase()).collect()
        };
        if let Some(end) = tag.strip_prefix('/') {
            if !WITHOUT_END.contains(&name(end).as_str()) {
                depth = depth.saturating_sub(1);
            }
        } else if tag.starts_with(|next: char| next.is_ascii_alphabetic()) && !WITHOUT_END.contains(&name(tag).as_str())
        {
            depth += 1;
        }
        depth <= DEEPEST
    })
}

/// Whether anything in the text begins as a tag does.
fn has_tag(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| rest.starts_with(|next: char| next.is_ascii_alphabetic() || "/!".contains(next)))
}

/// The addresses that [`sanitise`] leaves in the links of a text.
pub(crate) fn links(text: &str) -> HashSet<String> {
    if !has_tag(text) || !is_bearable(text) {
        return HashSet::new();
    }
    let found = Arc::new(Mutex::new(HashSet::new()));
    {
        let (mut builder, found) = (builder(), Arc::clone(&found));
        builder.attribute_filter(move |element, attribute, value| {
            if element == "a" && attribute == "href" {
                found.lock().unwrap_or_else(PoisonError::into_inner).insert(value.to_owned());
            }
            Some(value.into())
        });
        // Only what the filter sees counts.
        drop(builder.clean(text));
    }
    std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_instructions_come_out_harmless() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)><circle/></svg>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\" jAvAsCrIpT:alert(1)\">x</a>",
            "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
            "<iframe src=https://example.com></iframe>",
            "<form action=https://example.com><input name=password><button>go</button></form>",
            "<p style=\"position:fixed;inset:0\" onclick=\"alert(1)\" class=\"x\" id=\"y\">x</p>",
            "<style>body{display:none}</style>",
            "<link rel=stylesheet href=https://example.com/x.css>",
            "<meta http-equiv=refresh content=\"0;url=https://example.com\">",
            "<base href=https://example.com>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<video><source onerror=alert(1)></video>",
            "<object data=https://example.com></object><embed src=https://example.com>",
            "<details open ontoggle=alert(1)>x</details>",
            "<a href=\"//example.com\">x</a><a href=\"/relative\">x</a>",
            "<!--[if IE]><script>alert(1)</script><![endif]-->",
        ] {
            let clean = sanitise(hostile).to_lowercase();
            for bad in [
                "<script",
                "<img",
                "<svg",
                "<style",
                "<iframe",
                "<form",
                "<input",
                "<link",
                "<meta",
                "<base",
                "<video",
                "<object",
                "<embed",
                "javascript:",
                "data:",
                "style=",
                "class=",
                "id=",
                "<details",
                "href=",
            ] {
                assert!(!clean.contains(bad), "{hostile} -> {clean}");
            }
            // An attribute that runs something; as a text it is harmless.
            let tags = clean.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
            assert!(tags.into_iter().all(|tag| !tag.contains(" on")), "{hostile} -> {clean}");
        }
    }

    #[test]
    fn what_instructions_are_made_of_stays() {
        let html = "<p>Cut <b>all</b> sides.<br>Call first.</p><ul><li>Front</li></ul>";
        assert_eq!(sanitise(html), html);
        assert_eq!(sanitise("Front: $45\nRear: $30\n"), "Front: $45<br>Rear: $30");
        assert_eq!(sanitise("5 < 7 & more"), "5 &lt; 7 &amp; more");
        assert_eq!(sanitise("a < b &lt; c"), "a &lt; b &amp;lt; c", "a text without a tag is a text");
        assert_eq!(sanitise("Locks & keys\nFront"), "Locks &amp; keys<br>Front");
        let link = "<a href=\"https://example.com/pcr?a=1&amp;b=2\">PCR</a>";
        assert!(sanitise(link).contains("href=\"https://example.com/pcr?a=1&amp;b=2\""), "{}", sanitise(link));
    }

    #[test]
    fn a_plain_text_is_shown_as_it_was_written_even_if_it_looks_like_html() {
        for (text, shown) in [
            ("Cut <b>all</b> sides\n& call", "<p>Cut &lt;b&gt;all&lt;/b&gt; sides<br>&amp; call</p>"),
            ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
            ("5 < 7 & more\nlines", "5 &lt; 7 &amp; more<br>lines"),
            ("&lt;b", "&amp;lt;b"),
        ] {
            assert_eq!(sanitise(&from_text(text.into())), shown, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_nested_too_deep_or_too_long_is_shown_as_text() {
        let formatting = (0..2_000).map(|number| format!("<b x={number}>")).collect::<Vec<_>>().concat();
        for bomb in ["<div>".repeat(200_000) + "x", formatting + &"<p>".repeat(2_000), "<p>x</p>".repeat(20_000)] {
            assert!(!is_bearable(&bomb));
            let shown = sanitise(&bomb);
            assert!(!shown.contains('<') && shown.starts_with("&lt;"), "{}", &shown[..40]);
            assert!(links(&bomb).is_empty());
        }
        assert!(is_bearable(&"<p>one<br><li>two</li>".repeat(1_000)));
    }

    #[test]
    fn only_links_that_are_shown_may_be_opened() {
        let text = "<a href=\"https://example.com/pcr?a=1&amp;b=2\">PCR</a> <a href='javascript:x'>no</a> https://plain.example";
        assert_eq!(links(text), HashSet::from(["https://example.com/pcr?a=1&b=2".to_owned()]));
        assert!(links("no link").is_empty());
    }
}
