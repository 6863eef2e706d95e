//! Pages, filters and orders, read plainly.

use serde_json::{Value as Json, json};

use super::{
    answer::Reader,
    ask::{Asked, Page, Text},
    filters::{filters, is_filtered},
    plain::{City, Row},
};

const ORDERS: [&str; 4] = ["NEWEST", "OLDEST", "DUE_FIRST", "DUE_LAST"];

fn chosen_filter(city: &City, of: &str, page: &Page) -> Option<Json> {
    let all = filters(city, of);
    page.filter.filter(|_| !all.is_empty()).map(|which| all[which % all.len()].clone())
}

/// The values that a row is sorted by.
type SortKeys = fn(Row<'_>) -> Vec<String>;

/// The name of the order, the values that each row is sorted by, and whether it descends.
fn order_of(of: &str, page: &Page) -> (&'static str, SortKeys, bool) {
    let by_id = |row: Row<'_>| vec![row.id().to_owned()];
    let by_due = |row: Row<'_>| match row {
        Row::Item(item) => vec![item.due_on.to_string(), item.id.clone()],
        _ => panic!("only items have a due day"),
    };
    let by_code = |row: Row<'_>| match row {
        Row::Region(region) => vec![region.code.clone()],
        _ => panic!("only regions have codes"),
    };
    match (of, page.order) {
        ("Region", _) => ("CODE", by_code, false),
        ("ServiceItem", Some(1)) => ("OLDEST", by_id, false),
        ("ServiceItem", Some(2)) => ("DUE_FIRST", by_due, false),
        ("ServiceItem", Some(3)) => ("DUE_LAST", by_due, true),
        _ => ("NEWEST", by_id, true),
    }
}

/// One page, cut out of the rows that may be seen.
pub struct Cut<'a> {
    pub rows: Vec<Row<'a>>,
    pub total: usize,
    pub has_previous: bool,
    pub has_next: bool,
    of: &'static str,
    page: Page,
}

impl<'a> Cut<'a> {
    pub fn new(reader: &Reader<'_>, of: &'static str, page: &Page, mut rows: Vec<Row<'a>>) -> Self {
        let city = reader.city;
        if let Some(filter) = chosen_filter(city, of, page) {
            rows.retain(|row| reader.passes(&filter, *row));
        }
        let (_, key, descending) = order_of(of, page);
        rows.sort_by_key(|row| key(*row));
        if descending {
            rows.reverse();
        }
        let total = rows.len();
        let at = |number: Option<usize>| cursor_row(city, of, number).map(key);
        let follows = |row: &Row<'_>, cursor: &Vec<String>| (key(*row) > *cursor) != descending && key(*row) != *cursor;
        if let Some(cursor) = at(page.after) {
            rows.retain(|row| follows(row, &cursor));
        }
        if let Some(cursor) = at(page.before) {
            rows.retain(|row| !follows(row, &cursor) && key(*row) != cursor);
        }
        let backwards = page.backwards && page.size.is_some();
        let size = page.size.unwrap_or(20) as usize;
        let more = rows.len() > size;
        if backwards {
            rows.drain(..rows.len().saturating_sub(size));
        } else {
            rows.truncate(size);
        }
        let (after, before) = (page.after.is_some(), page.before.is_some());
        let (has_previous, has_next) = if backwards { (more, before) } else { (after, more) };
        Self { rows, total, has_previous, has_next, of, page: page.clone() }
    }

    pub fn cursor(&self, row: Row<'_>) -> String {
        cursor(self.of, &self.page, row)
    }
}

fn cursor(of: &str, page: &Page, row: Row<'_>) -> String {
    let (name, key, _) = order_of(of, page);
    hex::encode(format!("{of}|{name}|{}", key(row).join("|")))
}

fn cursor_row<'a>(city: &'a City, of: &str, number: Option<usize>) -> Option<Row<'a>> {
    let all = city.all(of);
    number.map(|number| all[number % all.len()])
}

/// Writes `(first: …, filter: …)`.
pub fn write_arguments(city: &City, text: &mut Text, of: &str, page: &Page) {
    let mut all = Vec::new();
    let mut add = |text: &mut Text, name: &str, ty: &str, value: Option<(Json, String)>| {
        let (value, literal) = match value {
            Some(given) => given,
            None if page.nulls => (Json::Null, "null".to_owned()),
            None => return,
        };
        all.push(format!("{name}: {}", text.value(page.by_variable, ty, value, &literal)));
    };
    let number = |number: i32| (json!(number), number.to_string());
    let string = |string: String| (json!(string), json!(string).to_string());
    add(text, if page.backwards { "last" } else { "first" }, "Int", page.size.map(number));
    let at = |number| cursor_row(city, of, number).map(|row| string(cursor(of, page, row)));
    add(text, "after", "String", at(page.after));
    add(text, "before", "String", at(page.before));
    if of == "ServiceItem" {
        let order = page.order.map(|which| (json!(ORDERS[which]), ORDERS[which].to_owned()));
        add(text, "orderBy", "ServiceItemOrder", order);
    }
    if is_filtered(of) {
        let filter = chosen_filter(city, of, page).map(|filter| (filter.clone(), literal(&filter)));
        add(text, "filter", &format!("{of}Filter"), filter);
    }
    if !all.is_empty() {
        text.body.push_str(&format!("({})", all.join(", ")));
    }
}

/// JSON as GraphQL: keys and enum values bare.
fn literal(value: &Json) -> String {
    match value {
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", literal(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Json::String(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => {
            text.clone()
        }
        other => other.to_string(),
    }
}

/// Whether arguments may stand at this field.
pub fn list_of(asked: &Asked, inner: &str) -> Option<String> {
    asked.page.as_ref()?;
    inner.strip_suffix("Connection").map(str::to_owned)
}
