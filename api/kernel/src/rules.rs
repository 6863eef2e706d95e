//! Figures of the rules. The documents of the practice name the rules; where they name a figure it is said so.

use serde::{Deserialize, Serialize};

use crate::calendar::Period;

/// Days and counts that the rules go by. All are ours: the practice tells of the steps and names no figure for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Days after which a claim that was not started is released (ours).
    pub claim_start_days: u16,
    /// Days past the due date after which a claim that was not handed in is released (ours).
    pub claim_overdue_days: u16,
    /// Days over which lapsed claims of a claimant are counted (ours).
    pub lapse_window_days: u16,
    /// Lapsed claims that suspend a claimant; 0 suspends nobody (ours).
    pub lapses_until_suspension: u16,
    /// Days that a suspension lasts (ours).
    pub suspension_days: u16,
    /// Days after which a finished service item is closed (ours).
    pub close_after_days: u16,
    /// Days within which a community adopts a published priority or objects to it (ours).
    pub adopt_within_days: u16,
    /// Working days within which what was handed in is accepted or returned (ours).
    pub judge_working_days: u16,
}

impl Rules {
    /// How long what was handed in may lie until it is accepted or returned.
    pub const fn judging(&self) -> Period {
        Period::working_days(self.judge_working_days)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            claim_start_days: 3,
            claim_overdue_days: 7,
            lapse_window_days: 90,
            lapses_until_suspension: 2,
            suspension_days: 30,
            close_after_days: 30,
            adopt_within_days: 10,
            judge_working_days: 5,
        }
    }
}
