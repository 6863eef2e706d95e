//! Pages of our own. Each carries its scripts and styles inside and may load nothing else.

use std::{io, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, http::header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tongxin_kernel::lang::Lang;

use super::reply::lang;

/// Where a page says its language; it is written in both, and shows the one of its root.
const ROOT: &str = r#"<html lang="zh-CN">"#;
const EXPLORER: [&str; 6] = [
    include_str!("json.js"),
    include_str!("operations.js"),
    include_str!("docs.js"),
    include_str!("history.js"),
    include_str!("subscribe.js"),
    include_str!("explorer.js"),
];

/// An HTML page, with the policy that lets its own inline blocks run and nothing else.
#[derive(Clone)]
pub struct Page {
    chinese: Arc<str>,
    english: Arc<str>,
    policy: Arc<str>,
}

/// What a service shows to those who open it, beyond the API.
pub struct Front {
    /// The page at `/`.
    pub start: Page,
    /// The page at `/graphql`, where strangers may read the schema.
    pub explorer: Page,
    /// Told once, when the service listens; an error ends it.
    pub listening: Box<dyn FnOnce() -> io::Result<()> + Send + Sync>,
}

impl Default for Front {
    /// A plain start page, an explorer that knows no account, and nobody told.
    fn default() -> Self {
        let start = Page::new(include_str!("plain.html"), include_str!("plain.css"), &[], &());
        Self { start, explorer: Page::explorer::<()>(&[]), listening: Box::new(|| Ok(())) }
    }
}

impl Page {
    /// Takes the text of a page without scripts and styles, its style, its scripts, and what these read as `data`. What all
    /// pages share comes before. Texts stand in it in both languages, each in an element with its `lang`.
    pub fn new(html: &str, style: &str, scripts: &[&str], data: &impl Serialize) -> Self {
        let styles = [include_str!("shared.css"), style].concat();
        // Inside a script element only `<` could end it.
        let data = serde_json::to_string(data).unwrap_or_default().replace('<', "\\u003c");
        let mut tail = format!("<script type=\"application/json\" id=\"data\">{data}</script>\n");
        let mut hashes = String::new();
        for script in [include_str!("shared.js")].iter().chain(scripts) {
            tail += &format!("<script>\n{script}</script>\n");
            hashes += &format!(" {}", hash(&format!("\n{script}")));
        }
        let policy = format!(
            "default-src 'none'; script-src{hashes}; style-src {}; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            hash(&styles)
        );
        let chinese = html.replacen("</head>", &format!("<style>{styles}</style>\n</head>"), 1);
        let chinese = chinese.replacen("</body>", &format!("{tail}</body>"), 1);
        let english = chinese.replacen(ROOT, r#"<html lang="en">"#, 1);
        Self { chinese: chinese.into(), english: english.into(), policy: policy.into() }
    }

    /// The explorer, where requests are written and the schema is read. Each of the accounts has a `name`, a `token`, and
    /// who it is in `zh` and `en`; they are offered to be chosen.
    pub fn explorer<A: Serialize>(accounts: &[A]) -> Self {
        #[derive(Serialize)]
        struct Data<'a, A> {
            accounts: &'a [A],
        }
        Self::new(include_str!("explorer.html"), include_str!("explorer.css"), &EXPLORER, &Data { accounts })
    }

    /// Its text, as whoever prefers Chinese gets it.
    pub fn html(&self) -> &str {
        &self.chinese
    }

    /// In the language that the request prefers; what the reader chose on a page before is looked up there.
    pub(super) fn response(&self, request: &HttpRequest) -> HttpResponse {
        let html = match lang(request) {
            Lang::Zh => &self.chinese,
            Lang::En => &self.english,
        };
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, &*self.policy))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "Accept, Accept-Language"))
            .body(html.as_bytes().to_vec())
    }
}

fn hash(block: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(block)))
}

#[cfg(test)]
mod tests {
    use super::{Front, Page};

    #[test]
    fn a_policy_allows_its_own_blocks_only() {
        let page = Page::new(
            "<html lang=\"zh-CN\"><head></head><body></body>",
            "a{}",
            &["1"],
            &["</script><script>2</script>"],
        );
        assert_eq!(page.policy.matches("'sha256-").count(), 3);
        // printf '\n1' | openssl dgst -sha256 -binary | base64
        assert!(page.policy.contains("'sha256-790w0d2loaMp7p0L9hOH7n4lTsaUd+F84cQ3DSjists='"), "{}", page.policy);
        assert_eq!(page.chinese.matches("<script>").count(), 2, "data cannot become a script");
        assert!(page.chinese.starts_with("<html lang=\"zh-CN\">") && page.english.starts_with("<html lang=\"en\">"));
    }

    #[test]
    fn our_pages_need_no_other_host_and_no_inline_attributes() {
        let Front { start, explorer, .. } = Front::default();
        for page in [start, explorer] {
            for forbidden in ["http://", "https://", "//cdn", " onclick=", " style=", "javascript:"] {
                assert!(!page.html().contains(forbidden), "{forbidden}");
            }
            assert_ne!(page.chinese, page.english, "the root says its language");
        }
    }
}
