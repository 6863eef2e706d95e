//! Pages, filters and orders, read plainly.

use serde_json::{Value as Json, json};
use tongxin_entity::service_item;

use super::{
    ask::{Asked, Page, Text},
    plain::{City, Row},
};

const ORDERS: [&str; 4] = ["NEWEST", "OLDEST", "DUE_FIRST", "DUE_LAST"];

/// The conditions that a list of this type may get, as its `filter`.
fn filters(city: &City, of: &str) -> Vec<Json> {
    let statuses = |all: &[&str]| all.iter().map(|status| json!({"status": status})).collect::<Vec<_>>();
    let day = |days| (city.today + chrono::TimeDelta::days(days)).to_string();
    match of {
        "ServiceItem" => {
            let mut all = statuses(&["DRAFT", "OPEN", "IN_PROGRESS", "DONE", "CLOSED", "EXPIRED", "CANCELLED"]);
            let item = city.items.iter().find(|item| item.compound_id.is_some() && item.priority_id.is_some());
            all.extend([
                json!({}),
                json!({"status": null, "communityCode": null}),
                json!({"statusIn": ["OPEN", "DONE", "DRAFT"]}),
                json!({"statusIn": []}),
                json!({"claimableBy": "UNIT"}),
                json!({"claimableBy": "OWNERS_COMMITTEE", "dueBy": day(30)}),
                json!({"dueBy": day(0)}),
                json!({"communityCode": "120106001002"}),
                json!({"communityCode": "120106001002", "status": "OPEN"}),
                json!({"streetCode": "120106001"}),
                json!({"streetCode": "120106", "status": "DRAFT"}),
                json!({"compoundId": item.map(|item| &item.compound_id)}),
                json!({"priorityId": item.map(|item| &item.priority_id)}),
                json!({"implementationId": item.map(|item| &item.implementation_id)}),
                json!({"compoundId": "compound_' OR 1=1 --"}),
            ]);
            all
        }
        "Claim" => {
            let mut all = statuses(&["CLAIMED", "SUBMITTED", "ACCEPTED", "WITHDRAWN"]);
            all.extend([
                json!({}),
                json!({"claimantId": city.claims[0].claimant_id}),
                json!({"serviceItemId": city.claims[0].service_item_id, "status": null}),
            ]);
            all
        }
        _ => Vec::new(),
    }
}

fn passes(filter: &Json, row: Row<'_>) -> bool {
    let conditions = filter.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    conditions.into_iter().all(|(name, value)| match row {
        Row::Item(item) => item_passes(item, name, value),
        Row::Claim(claim) => match &**name {
            "status" => value == claim.status.as_str(),
            "claimantId" => *value == claim.claimant_id,
            "serviceItemId" => *value == claim.service_item_id,
            _ => panic!("a filter of claims by {name}"),
        },
        _ => panic!("a filter of {}", row.type_name()),
    })
}

fn item_passes(item: &service_item::Model, name: &str, value: &Json) -> bool {
    match name {
        "status" => value == item.status.as_str(),
        "statusIn" => value.as_array().unwrap().iter().any(|status| status == item.status.as_str()),
        "claimableBy" => item.claimable_by & if value == "UNIT" { 4 } else { 2 } != 0,
        "dueBy" => item.due_on.to_string().as_str() <= value.as_str().unwrap(),
        "communityCode" => *value == item.community_code,
        "streetCode" => item.community_code.starts_with(value.as_str().unwrap()),
        "compoundId" => item.compound_id.as_deref() == value.as_str(),
        "priorityId" => item.priority_id.as_deref() == value.as_str(),
        "implementationId" => item.implementation_id.as_deref() == value.as_str(),
        _ => panic!("a filter of items by {name}"),
    }
}

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
    pub fn new(city: &City, of: &'static str, page: &Page, mut rows: Vec<Row<'a>>) -> Self {
        if let Some(filter) = chosen_filter(city, of, page) {
            rows.retain(|row| passes(&filter, *row));
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
    if matches!(of, "ServiceItem" | "Claim") {
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
        Json::String(text) if text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => text.clone(),
        other => other.to_string(),
    }
}

/// Whether arguments may stand at this field.
pub fn list_of(asked: &Asked, inner: &str) -> Option<String> {
    asked.page.as_ref()?;
    inner.strip_suffix("Connection").map(str::to_owned)
}
