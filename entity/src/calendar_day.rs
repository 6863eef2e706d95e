//! Days of the working calendar 工作日历. They have no table: a file tells them.

use crate::text_enum::text_enum;

text_enum! {
    pub enum CalendarDayKind: "日期类别", "whether work is done on a day" {
        Workday = "WORKDAY": "工作日", "a working day, made up for a holiday or not";
        Restday = "RESTDAY": "休息日", "a Saturday or Sunday on which nothing is made up for";
        Holiday = "HOLIDAY": "节假日", "a day of a holiday, by the yearly notice";
    }
}
