//! Pages of our own. Each carries its scripts and styles inside and may load nothing else.

use std::sync::Arc;

use actix_web::{HttpResponse, http::header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// An HTML page, with the policy that lets its own inline blocks run and nothing else.
#[derive(Clone)]
pub struct Page {
    html: Arc<str>,
    policy: Arc<str>,
}

impl Page {
    /// Takes a page whose scripts stand in plain `<script>` and whose styles in plain `<style>` blocks.
    pub fn new(html: impl Into<Arc<str>>) -> Self {
        let html = html.into();
        let (scripts, styles) = (hashes(&html, "script"), hashes(&html, "style"));
        let policy = format!(
            "default-src 'none'; script-src{scripts}; style-src{styles}; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self { html, policy: policy.into() }
    }

    /// Its text.
    pub fn html(&self) -> &str {
        &self.html
    }

    pub(super) fn response(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, &*self.policy))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "Accept"))
            .body(self.html().to_owned())
    }
}

/// The explorer: a page to write queries on and read the schema.
pub(super) fn explorer() -> Page {
    Page::new(include_str!("explorer.html"))
}

/// The start page of a service that has none of its own.
pub(super) fn plain() -> Page {
    Page::new(include_str!("start.html"))
}

fn hashes(html: &str, tag: &str) -> String {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let blocks = html.split(&open).skip(1).filter_map(|rest| rest.split(&close).next());
    let sources: String = blocks.map(|block| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(block)))).collect();
    if sources.is_empty() { " 'none'".into() } else { sources }
}

#[cfg(test)]
mod tests {
    use super::{Page, explorer, plain};

    #[test]
    fn a_policy_allows_its_own_blocks_only() {
        let page = Page::new("<style>a{}</style><script>1</script><script>2</script>");
        assert_eq!(page.policy.matches("'sha256-").count(), 3);
        assert!(Page::new("x").policy.contains("script-src 'none'"));
        // echo -n 1 | openssl dgst -sha256 -binary | base64
        assert!(page.policy.contains("'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"));
    }

    #[test]
    fn our_pages_need_no_other_host_and_no_inline_attributes() {
        for page in [explorer(), plain()] {
            for forbidden in ["http://", "https://", "//cdn", " onclick=", " style=", "javascript:"] {
                assert!(!page.html.contains(forbidden), "{forbidden}");
            }
        }
    }
}
