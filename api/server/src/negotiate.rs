//! Which of the two media types an answer takes, by `Accept`.

/// The media types of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/json`: the older one, where a refused request is still 200.
    Json,
    /// `application/graphql-response+json`, where the status says how it went.
    Response,
}

impl Media {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Response => "application/graphql-response+json; charset=utf-8",
        }
    }

    /// The one a client likes best; `None` when it takes neither. Without the header it is JSON.
    pub fn accepted(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept else { return Some(Self::Json) };
        let mut best: Option<(Self, f32, bool)> = None;
        for (essence, weight) in ranges(accept) {
            let (media, exact) = match essence.as_str() {
                "application/graphql-response+json" => (Self::Response, true),
                "application/json" => (Self::Json, true),
                "application/*" | "*/*" => (Self::Json, false),
                _ => continue,
            };
            let better =
                best.is_none_or(|(_, other, other_exact)| weight > other || (weight == other && exact && !other_exact));
            if weight > 0.0 && better {
                best = Some((media, weight, exact));
            }
        }
        best.map(|(media, ..)| media)
    }
}

/// Whether a browser asks for a page: HTML is named, and neither of ours is.
pub(super) fn wants_page(accept: Option<&str>) -> bool {
    let mut page = false;
    for (essence, weight) in ranges(accept.unwrap_or_default()) {
        match essence.as_str() {
            "text/html" | "application/xhtml+xml" => page |= weight > 0.0,
            "application/json" | "application/graphql-response+json" => return false,
            _ => {}
        }
    }
    page
}

fn ranges(accept: &str) -> impl Iterator<Item = (String, f32)> {
    accept.split(',').map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|p| p.strip_prefix("q=").or(p.strip_prefix("Q=")));
        (essence, weight.map_or(1.0, |q| q.parse().unwrap_or(0.0)))
    })
}

/// Whether a body is JSON in UTF-8, by `Content-Type`.
pub(super) fn is_json(content_type: Option<&str>) -> bool {
    let mut parts = content_type.unwrap_or_default().split(';').map(|p| p.trim().to_ascii_lowercase());
    let essence = parts.next();
    let mut charsets = parts.filter_map(|p| p.strip_prefix("charset=").map(|c| c.trim_matches('"').to_owned()));
    essence.as_deref() == Some("application/json") && charsets.all(|c| c == "utf-8" || c == "utf8")
}

#[cfg(test)]
mod tests {
    use super::{Media, is_json, wants_page};

    #[test]
    fn takes_what_is_liked_best() {
        use Media::{Json, Response};
        for (accept, media) in [
            (None, Some(Json)),
            (Some("*/*"), Some(Json)),
            (Some("application/*"), Some(Json)),
            (Some("application/json"), Some(Json)),
            (Some("application/graphql-response+json"), Some(Response)),
            (Some("application/graphql-response+json, application/json;q=0.9"), Some(Response)),
            (Some("application/graphql-response+json;q=0.1, application/json"), Some(Json)),
            (Some("*/*, Application/GraphQL-Response+JSON; charset=utf-8"), Some(Response)),
            (Some("text/html"), None),
            (Some("application/json;q=0"), None),
            (Some(""), None),
            (Some("application/xml, */*;q=0.1"), Some(Json)),
        ] {
            assert_eq!(Media::accepted(accept), media, "{accept:?}");
        }
    }

    #[test]
    fn knows_browsers() {
        let chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        assert!(wants_page(Some(chromium)));
        assert!(!wants_page(Some("application/json, text/html")));
        assert!(!wants_page(Some("*/*")) && !wants_page(None));
    }

    #[test]
    fn takes_json_in_utf_8_only() {
        for (content_type, good) in [
            (Some("application/json"), true),
            (Some("Application/JSON; Charset=\"UTF-8\""), true),
            (Some("application/json; charset=gb18030"), false),
            (Some("application/json; charset=utf-8; charset=gb18030"), false),
            (Some("application/jsonp"), false),
            (Some("text/plain"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (None, false),
        ] {
            assert_eq!(is_json(content_type), good, "{content_type:?}");
        }
    }
}
