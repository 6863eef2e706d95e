//! What was measured, and the table of it.

use crate::requests::Request;

/// One slice of one request against one server.
pub struct Slice {
    /// Processor time of the server and of its database connections, ms a request.
    pub cpu: f64,
    pub database: Option<f64>,
    pub per_second: f64,
    /// Milliseconds.
    pub p50: f64,
    pub p99: f64,
}

/// What a server came to at one request.
pub struct Row {
    pub request: Request,
    pub server: &'static str,
    pub slices: Vec<Slice>,
    /// Megabytes after it.
    pub memory: f64,
}

impl Row {
    fn median(&self, figure: impl Fn(&Slice) -> f64) -> f64 {
        median(self.slices.iter().map(figure).collect())
    }
}

/// The share of sorted latencies below which this part lies, in ms.
pub fn percentile(sorted: &[u32], part: f64) -> f64 {
    let at = ((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => figures[middle],
        _ => f64::midpoint(figures[middle - 1], figures[middle]),
    }
}

/// The table: medians of the slices, and each server's ratio to the bare handler of the same request. Ratios are taken
/// slice by slice, for what else the machine did then met both.
pub fn print(rows: &[Row]) {
    println!(
        "| request | server | CPU ms | × limit | goal | database ms | requests/s | share | goal | p50 ms | p99 ms | MB |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for row in rows {
        let limit = rows.iter().find(|other| other.request == row.request && other.server == "limit");
        let ratio = |figure: &dyn Fn(&Slice) -> f64| {
            let pairs = limit.iter().flat_map(|limit| row.slices.iter().zip(&limit.slices));
            median(pairs.map(|(ours, limits)| figure(ours) / figure(limits)).collect())
        };
        let is_limit = row.server == "limit";
        let told = |text: String| if is_limit { String::new() } else { text };
        let goal = row.request.goal();
        let database = row.slices.iter().all(|slice| slice.database.is_some());
        println!(
            "| {} | {} | {:.3} | {} | {} | {} | {:.0} | {} | {} | {:.1} | {:.1} | {:.0} |",
            if is_limit { row.request.words() } else { "" },
            row.server,
            row.median(|slice| slice.cpu),
            told(format!("**{:.2}**", ratio(&|slice| slice.cpu))),
            told(format!("≤ {}", goal.cpu)),
            if database { format!("{:.3}", row.median(|s| s.database.unwrap_or_default())) } else { "–".into() },
            row.median(|slice| slice.per_second),
            told(format!("{:.2}", ratio(&|slice| slice.per_second))),
            told(format!("≥ {}", goal.per_second)),
            row.median(|slice| slice.p50),
            row.median(|slice| slice.p99),
            row.memory,
        );
    }
}
