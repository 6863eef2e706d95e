use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::clock::{shanghai_day, start_of_day};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `2026-02-13 16:00` in China.
fn at(text: &str) -> DateTime<Utc> {
    format!("{}:00+08:00", text.replace(' ', "T")).parse().unwrap()
}

#[test]
fn periods_end_as_the_civil_code_and_the_notices_of_2026_say() {
    use Unit::{Day, Hour, Minute, WorkingDay, WorkingHour};
    let calendar = Calendar::embedded();
    for (from, amount, unit, ends) in [
        // 14 February is worked for the Spring Festival, 9 May for Labour Day.
        ("2026-02-13 00:00", 1, WorkingDay, "2026-02-15 00:00"),
        ("2026-02-13 23:59", 1, WorkingDay, "2026-02-15 00:00"),
        ("2026-02-14 10:00", 1, WorkingDay, "2026-02-25 00:00"),
        ("2026-04-30 10:00", 7, WorkingDay, "2026-05-14 00:00"),
        ("2026-06-15 12:00", 5, WorkingDay, "2026-06-24 00:00"),
        ("2026-06-20 12:00", 0, WorkingDay, "2026-06-21 00:00"),
        ("2026-02-13 16:00", 4, WorkingHour, "2026-02-14 10:30"),
        ("2026-02-13 07:00", 3, WorkingHour, "2026-02-13 11:30"),
        ("2026-02-13 08:30", 4, WorkingHour, "2026-02-13 14:00"),
        ("2026-02-13 12:30", 1, WorkingHour, "2026-02-13 14:30"),
        ("2026-02-13 08:30", 8, WorkingHour, "2026-02-13 18:00"),
        ("2026-02-14 18:00", 1, WorkingHour, "2026-02-24 09:30"),
        ("2026-02-16 09:00", 9, WorkingHour, "2026-02-25 09:30"),
        ("2026-02-13 16:00", 0, WorkingHour, "2026-02-13 16:00"),
        ("2026-02-13 16:00", 90, Minute, "2026-02-13 17:30"),
        ("2026-02-16 16:00", 24, Hour, "2026-02-17 16:00"),
        ("2026-06-15 23:59", 3, Day, "2026-06-19 00:00"),
        // Rolls off the holiday and the weekend after it; a Saturday that is worked is no day of rest.
        ("2026-06-15 00:00", 4, Day, "2026-06-23 00:00"),
        ("2026-02-12 09:00", 2, Day, "2026-02-15 00:00"),
        ("2026-02-12 09:00", 3, Day, "2026-02-25 00:00"),
    ] {
        let due = calendar.due(at(from), Period { amount, unit });
        assert_eq!(due, Due { at: at(ends), provisional: false }, "{amount} {unit:?} from {from}");
    }
}

#[test]
fn the_last_day_is_the_one_that_ends() {
    let calendar = Calendar::embedded();
    let due = |amount, unit| calendar.due(at("2026-02-13 16:00"), Period { amount, unit }).day();
    assert_eq!(due(1, Unit::WorkingDay), day("2026-02-14"));
    assert_eq!(due(4, Unit::WorkingHour), day("2026-02-14"));
    assert_eq!(due(8, Unit::Hour), day("2026-02-13"), "midnight belongs to the day before");
}

#[test]
fn a_year_of_which_nothing_is_told_is_monday_to_friday_and_provisional() {
    let calendar = Calendar::parse("2026-10-01,HOLIDAY,国庆节\n2026-12-31,HOLIDAY,元旦".as_bytes()).unwrap();
    assert_eq!(calendar.day(day("2027-10-01")), Day { kind: Kind::Workday, name: None, provisional: true });
    assert_eq!(calendar.day(day("2027-10-02")).kind, Kind::Restday);
    let due = |from, amount, unit| calendar.due(at(from), Period { amount, unit });
    for (from, amount, unit, last, provisional) in [
        ("2026-12-24 09:00", 4, Unit::WorkingDay, "2026-12-30", false),
        ("2026-12-24 09:00", 5, Unit::WorkingDay, "2027-01-01", true),
        ("2026-12-30 17:00", 1, Unit::WorkingHour, "2026-12-30", false),
        ("2026-12-30 17:00", 2, Unit::WorkingHour, "2027-01-01", true),
        ("2026-12-28 09:00", 2, Unit::Day, "2026-12-30", false),
        ("2026-12-28 09:00", 3, Unit::Day, "2027-01-01", true),
        ("2026-12-31 09:00", 72, Unit::Hour, "2027-01-03", false),
    ] {
        let due = due(from, amount, unit);
        assert_eq!((due.day(), due.provisional), (day(last), provisional), "{amount} {unit:?} from {from}");
    }
    // The last days of a year are told with the next one's first.
    let next = Calendar::parse("2027-12-31,HOLIDAY,元旦".as_bytes()).unwrap();
    assert!(next.day(day("2027-06-01")).provisional);
}

#[test]
fn what_comes_with_the_program_is_what_the_notices_say() {
    let calendar = Calendar::embedded();
    for (of, kind, name) in [
        ("2026-02-13", Kind::Workday, None),
        ("2026-02-14", Kind::Workday, Some("春节调休")),
        ("2026-02-15", Kind::Holiday, Some("春节")),
        ("2026-03-01", Kind::Restday, None),
        ("2026-06-19", Kind::Holiday, Some("端午节")),
        ("2026-10-10", Kind::Workday, Some("国庆节调休")),
        ("2025-10-08", Kind::Holiday, Some("国庆节")),
    ] {
        assert_eq!(calendar.day(day(of)), Day { kind, name, provisional: false }, "{of}");
    }
    // 2026: 365 days without 52 weekends, and 13 days of holidays that six Saturdays and Sundays make up for in part.
    let worked = day("2026-01-01").iter_days().take(365).filter(|day| calendar.is_worked(*day));
    assert_eq!(worked.count(), 248);
    assert!(calendar.day(day("2027-01-01")).provisional);
}

#[test]
fn a_file_is_refused_by_line() {
    let wrong = |file: &str| {
        let faults = Calendar::parse(file.as_bytes()).unwrap_err();
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    for (file, line, why) in [
        ("", 1, "tells of no day"),
        ("day,kind,name\n", 1, "tells of no day"),
        ("day,kind,name\n2026-02-30,HOLIDAY,春节", 2, "\"2026-02-30\" is not a day such as"),
        ("2026-2-14,WORKDAY,春节", 1, "\"2026-2-14\" is not a day such as"),
        ("2026-02-15,HOLIDAY,春节\n2026-02-14,RESTDAY,春节", 2, "the kind is \"RESTDAY\", not HOLIDAY or WORKDAY"),
        ("2026-02-15,holiday,春节", 1, "the kind is \"holiday\""),
        ("2026-02-15,HOLIDAY", 1, "has 2 columns, not 3"),
        ("2026-02-15,HOLIDAY,春节,x", 1, "has 4 columns, not 3"),
        ("2026-02-15,HOLIDAY,", 1, "the name has 0 characters"),
        ("2026-02-13,WORKDAY,春节", 1, "is a Monday to Friday and worked anyway"),
        ("2026-02-15,HOLIDAY,春节\n\n2026-02-15,HOLIDAY,春节", 3, "2026-02-15 stands on line 1 already"),
        ("day;kind;name\n", 1, "has 1 columns"),
    ] {
        let told = wrong(file);
        assert_eq!(told.len(), 1, "{file:?}: {told:?}");
        assert!(told[0].starts_with(&format!("line {line}: ")) && told[0].contains(why), "{file:?}: {told:?}");
    }
    assert_eq!(Calendar::parse(b"2026-02-15,HOLIDAY,\xff\n").unwrap_err()[0].line, 1);
    let all = wrong("2026-02-30,HOLIDAY,春节\n2026-02-15,HOLIDAY,春节\n2026-02-16,X,春节");
    assert_eq!(all.len(), 2, "each line is told: {all:?}");
    let taken = "\u{feff}day,kind,name\r\n 2026-02-15 , HOLIDAY , 春节 \r\n\r\n2026-02-14,WORKDAY,调休\r\n";
    assert!(Calendar::parse(taken.as_bytes()).is_ok());
}

/// How much working time lies between two moments, by looking at each minute.
fn worked_minutes(calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>) -> usize {
    let minutes = (0..(to - from).num_minutes()).map(|n| from + TimeDelta::minutes(n));
    let worked = minutes.filter(|at| {
        let of_day = (*at - start_of_day(shanghai_day(*at))).num_minutes();
        calendar.is_worked(shanghai_day(*at)) && ((510..720).contains(&of_day) || (810..1080).contains(&of_day))
    });
    worked.count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn working_days_are_counted_after_the_first_and_end_on_one(minute in 0_i64..1_500_000, amount in 1_u16..60) {
        let calendar = Calendar::embedded();
        let from = at("2024-06-01 00:00") + TimeDelta::minutes(minute);
        let due = calendar.due(from, Period { amount, unit: Unit::WorkingDay });
        let (first, last) = (shanghai_day(from), due.day());
        let counted = first.iter_days().skip(1).take_while(|day| *day <= last).filter(|day| calendar.is_worked(*day));
        prop_assert_eq!(counted.count(), usize::from(amount));
        prop_assert!(calendar.is_worked(last));
        prop_assert_eq!(due.at, start_of_day(last + Days::new(1)));
    }

    #[test]
    fn working_hours_are_so_many_minutes_of_work(minute in 0_i64..700_000, amount in 1_u16..24) {
        let calendar = Calendar::embedded();
        let from = at("2025-06-01 00:00") + TimeDelta::minutes(minute);
        let due = calendar.due(from, Period { amount, unit: Unit::WorkingHour });
        prop_assert_eq!(worked_minutes(&calendar, from, due.at), usize::from(amount) * 60);
        prop_assert_eq!(worked_minutes(&calendar, due.at - TimeDelta::minutes(1), due.at), 1);
    }

    #[test]
    fn days_end_on_the_first_working_day_from_their_last(minute in 0_i64..1_500_000, amount in 0_u16..90) {
        let calendar = Calendar::embedded();
        let from = at("2024-06-01 00:00") + TimeDelta::minutes(minute);
        let due = calendar.due(from, Period { amount, unit: Unit::Day });
        let last = shanghai_day(from) + Days::new(amount.into());
        prop_assert!(due.day() >= last && calendar.is_worked(due.day()));
        prop_assert!(last.iter_days().take_while(|day| *day < due.day()).all(|day| !calendar.is_worked(day)));
    }

    #[test]
    fn who_begins_later_is_due_no_earlier(minute in 0_i64..900_000, later in 0_i64..10_000, amount in 0_u16..60, which in 0_usize..5) {
        let unit = [Unit::Minute, Unit::Hour, Unit::WorkingHour, Unit::WorkingDay, Unit::Day][which];
        let calendar = Calendar::embedded();
        let from = at("2025-01-01 00:00") + TimeDelta::minutes(minute);
        let due = |from| calendar.due(from, Period { amount, unit }).at;
        prop_assert!(due(from) <= due(from + TimeDelta::minutes(later)));
        prop_assert!(due(from) >= from);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(faults) = Calendar::parse(&bytes) {
            prop_assert!(!faults.is_empty() && faults.iter().all(|fault| fault.line > 0));
        }
    }
}
