//! The list of people: its filter.

use tongxin_kernel::{filter, see::Within};

filter! {
    PersonFilter: "人员筛选 · conditions on persons; all given must hold";
    home_code: String = Within("{c}.home_community_code"),
        "居住地 · who live in this place or anything under it, by statistical code";
}
