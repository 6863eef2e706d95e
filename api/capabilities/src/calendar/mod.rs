//! The working calendar 工作日历: on which days work is done, by which working days and hours are counted.

use async_graphql::SimpleObject;
use tongxin_kernel::{
    calendar::Kind,
    catalogue::{Capability, RootField},
    error::Refusal,
    say,
    scalars::Date,
    see::{self, Request, Spelt},
};

/// The most days that are told at once: a year, and a day at either end.
const MOST: i64 = 368;
/// What as many cost that are put together without a statement.
const YEAR_COSTS: i32 = 20;

/// 日历日 · 工作日历上的一天 · a day of the working calendar
#[derive(SimpleObject)]
struct CalendarDay {
    /// 日期 · 是哪一天 · the day
    day: Date,
    /// 类别 · 这一天是否上班 · whether it is worked
    kind: Spelt<Kind>,
    /// 名称 · 每年放假通知所用的名称，如春节，调休上班的为春节调休；通知未提及的日子为空 · what the yearly notice calls it, such as 春节, or 春节调休 where it is worked to make up for a holiday; none for days of which the notice says nothing
    name: Option<String>,
    /// 待定 · 该年尚无放假通知，暂按周一至周五上班 · whether nothing is known of its year yet, so that Monday to Friday are taken to be worked
    provisional: bool,
}

pub fn capability() -> Capability {
    Capability::new().query(working_calendar())
}

fn working_calendar() -> RootField {
    let about = "工作日历 · 起止两日之间（含两端）各日是否上班，依国务院每年的放假通知，最多 368 天 · the days from one to another, both included: which are worked, by the State Council's yearly notices; 368 at most";
    let field = RootField::new::<Vec<CalendarDay>>("workingCalendar", "public", about, |ctx| {
        Box::pin(async move {
            let (Date(from), Date(to)) = (see::required(ctx, "from")?, see::required(ctx, "to")?);
            let calendar = Request::of(ctx)?.authority.calendar();
            let days = (to - from).num_days() + 1;
            if !(1..=MOST).contains(&days) {
                let message = say!(
                    "从 {from} 到 {to} 应为 1 到 {MOST} 天，实为 {days} 天",
                    "from {from} to {to} must be 1 to {MOST} days, not {days}"
                );
                return Err(Refusal::invalid("to", "OUT_OF_RANGE", message));
            }
            let one = |day| {
                let known = calendar.day(day);
                let name = known.name.map(str::to_owned);
                CalendarDay { day: Date(day), kind: Spelt(known.kind), name, provisional: known.provisional }
            };
            Ok(from.iter_days().take_while(|day| *day <= to).map(one).collect())
        })
    });
    field
        .costs(YEAR_COSTS)
        .takes::<Date>("from", "起始日期 · 第一天，含当天 · the first day")
        .takes::<Date>("to", "截止日期 · 最后一天，含当天 · the last day")
}
