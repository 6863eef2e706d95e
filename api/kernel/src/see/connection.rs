//! A Relay connection in a statement: the rows of one page, and what is known of the rest.

use async_graphql::{
    Positioned,
    parser::types::{Field as AstField, SelectionSet},
};

use super::{
    page::Window,
    plan::{Planner, Way},
    selection::{collect, sub_selections},
    shape::{Shape, Shaped as _},
    sql::Sql,
    tally::StateCount,
};
use crate::error::Result;

impl<'a> Planner<'a> {
    /// A connection: the rows of one page and what is known of the rest.
    pub(super) fn page(
        &self,
        sql: &mut Sql<'_>,
        shape: &Shape,
        ways: &[Way<'_>],
        window: &Window,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        let selected = collect(self.ctx, &format!("{}Connection", shape.name), &[], sets);
        let keys = selected.keys().copied().collect::<Vec<_>>();
        let wants = |name: &str| selected.values().any(|fields| fields[0].node.name.node == name);
        // One row more than the page tells whether there are more; it is read only for those who ask.
        let counted = selected.values().any(|fields| self.is_page_info_read(fields, window));
        sql.json_subquery(|sql| {
            let page = sql.alias();
            let only = if counted { format!("{page}.rn_ <= {}", window.size) } else { String::new() };
            let order = window.order(&page, false);
            sql.push("SELECT ");
            sql.object(&keys, |sql, at| {
                let fields = &selected[at];
                let sets = sub_selections(fields);
                match fields[0].node.name.node.as_str() {
                    "nodes" => sql.array(&order, &only, |sql| self.object(sql, shape, &page, &sets)),
                    "edges" => sql.array(&order, &only, |sql| self.edge(sql, shape, &page, window, &sets)),
                    "pageInfo" => self.page_info(sql, &page, window, &sets),
                    "totalCount" => {
                        for (at, way) in ways.iter().enumerate() {
                            let row = sql.alias();
                            sql.push(if at > 0 { " + (SELECT count(*)" } else { "(SELECT count(*)" });
                            self.rows(sql, shape, &row, way, window);
                            sql.push(")");
                        }
                        Ok(())
                    }
                    "stateCounts" => self.state_counts(sql, shape, ways, window, &sets),
                    _ => {
                        sql.push("'").push(shape.name).push("Connection'");
                        Ok(())
                    }
                }
            })?;
            // Without an aggregate of the page's rows, a `FROM` would give as many objects as there are rows.
            if !(counted || wants("nodes") || wants("edges")) {
                return Ok(());
            }
            sql.push(" FROM (");
            if counted {
                let row = sql.alias();
                sql.push("SELECT ").push(&row).push(".*, row_number() OVER (ORDER BY ");
                sql.push(&window.order(&row, window.backwards)).push(") AS rn_, count(*) OVER () AS n_ FROM (");
                self.slice(sql, shape, ways, window, window.size + 1);
                sql.push(") ").push(&row);
            } else {
                self.slice(sql, shape, ways, window, window.size);
            }
            sql.push(") ").push(&page);
            Ok(())
        })
    }

    /// How many rows stand in each state: as the database keeps it, where that tells; else counted.
    fn state_counts(
        &self,
        sql: &mut Sql<'_>,
        shape: &Shape,
        ways: &[Way<'_>],
        window: &Window,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        let Some(tally) = shape.tally() else { return Ok(()) };
        let kept = window.of_all && window.filtered.is_only_of(&tally.columns()) && tally.tells(sql, shape);
        let rows = |sql: &mut Sql<'_>| {
            if kept {
                tally.push_kept(sql, shape, |sql, row| window.filtered.push(sql, row));
            } else {
                tally.push_counted(sql, |sql, state| {
                    for (at, way) in ways.iter().enumerate() {
                        let row = sql.alias();
                        sql.push(if at > 0 { " UNION ALL SELECT 1" } else { "SELECT 1" });
                        self.rows(sql, shape, &row, way, window);
                        sql.push(" AND ").push(&row).push(".status = ").bind(state);
                    }
                });
            }
            Ok(())
        };
        self.made(sql, StateCount::shape(), &rows, Some("{c}.place"), sets)
    }

    /// The rows of a page. Where they come by several ways, the first gives as many as the page may hold, read in order by
    /// an index of its own. The others PostgreSQL finds before it sorts them, and all of them where a condition leaves few:
    /// else it walks all rows that there are in the order asked for until there are enough. SQLite finds them first anyway.
    fn slice(&self, sql: &mut Sql<'_>, shape: &Shape, ways: &[Way<'_>], window: &Window, size: i64) {
        let row = sql.alias();
        let order = window.order(&row, window.backwards);
        sql.push("SELECT ").push(&row).push(".*");
        let before_sorting = sql.is_postgres() && window.filtered.leaves_few();
        if let ([way], false) = (ways, before_sorting) {
            self.rows(sql, shape, &row, way, window);
            window.push_keyset(sql, &row);
        } else {
            sql.push(" FROM (");
            for (at, way) in ways.iter().enumerate() {
                sql.push(if at > 0 { " UNION ALL SELECT * FROM (" } else { "SELECT * FROM (" });
                if (at == 0 && !before_sorting) || !sql.is_postgres() {
                    self.slice(sql, shape, &[*way], window, size);
                } else {
                    let found = sql.alias();
                    sql.push("SELECT ").push(&found).push(".*");
                    self.rows(sql, shape, &found, way, window);
                    window.push_keyset(sql, &found);
                    sql.push(" OFFSET 0");
                }
                sql.push(") ").push(&format!("{row}_{at}"));
            }
            sql.push(") ").push(&row);
        }
        sql.push(" ORDER BY ").push(&order).push(" LIMIT ").bind(size);
    }

    /// Whether what is asked of a connection is page info that only its rows can tell.
    fn is_page_info_read(&self, asked: &[&'a Positioned<AstField>], window: &Window) -> bool {
        let known = if window.backwards { "hasNextPage" } else { "hasPreviousPage" };
        asked[0].node.name.node == "pageInfo"
            && collect(self.ctx, "PageInfo", &[], &sub_selections(asked)).values().any(|fields| {
                let name = fields[0].node.name.node.as_str();
                name != known && name != "__typename"
            })
    }

    fn rows(&self, sql: &mut Sql<'_>, shape: &Shape, row: &str, way: Way<'_>, window: &Window) {
        self.from(sql, shape, row, way);
        window.filtered.push(sql, row);
    }

    fn edge(
        &self,
        sql: &mut Sql<'_>,
        shape: &Shape,
        row: &str,
        window: &Window,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        let selected = collect(self.ctx, &format!("{}Edge", shape.name), &[], sets);
        let keys = selected.keys().copied().collect::<Vec<_>>();
        sql.object(&keys, |sql, at| {
            match selected[at][0].node.name.node.as_str() {
                "node" => return self.object(sql, shape, row, &sub_selections(&selected[at])),
                "cursor" => window.push_cursor(sql, row),
                _ => {
                    sql.push("'").push(shape.name).push("Edge'");
                }
            }
            Ok(())
        })
    }

    fn page_info(&self, sql: &mut Sql<'_>, page: &str, window: &Window, sets: &[&'a SelectionSet]) -> Result<()> {
        let selected = collect(self.ctx, "PageInfo", &[], sets);
        let keys = selected.keys().copied().collect::<Vec<_>>();
        let more = format!("count(*) > {}", window.size);
        // An empty page begins nowhere, though the row after it was read.
        let first = window.size.min(1).to_string();
        let last = format!("CASE WHEN {page}.n_ > {size} THEN {size} ELSE {page}.n_ END", size = window.size);
        let (start, end) = if window.backwards { (&last, &first) } else { (&first, &last) };
        let given = |cursor: bool| if cursor { "1=1" } else { "1=0" }.to_owned();
        let (before, after) = (given(window.after.is_some()), given(window.before.is_some()));
        let (has_previous, has_next) = if window.backwards { (&more, &after) } else { (&before, &more) };
        sql.object(&keys, |sql, at| {
            match selected[at][0].node.name.node.as_str() {
                "hasNextPage" => {
                    sql.boolean(|sql| {
                        sql.push(has_next);
                    });
                }
                "hasPreviousPage" => {
                    sql.boolean(|sql| {
                        sql.push(has_previous);
                    });
                }
                name @ ("startCursor" | "endCursor") => {
                    let place = if name == "startCursor" { start } else { end };
                    sql.push("max(CASE WHEN ").push(page).push(".rn_ = ").push(place).push(" THEN ");
                    window.push_cursor(sql, page);
                    sql.push(" END)");
                }
                _ => {
                    sql.push("'PageInfo'");
                }
            }
            Ok(())
        })
    }
}
