//! The story that the start page plays: from a street's priority to a rated piece of work, with three refusals on the
//! way. Ids are carried: a step takes them from its answer, and later requests hold their names in angle brackets.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;

use super::samples::{due, organisation_of};

/// One request of the story.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub account: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub request: String,
    /// Which ids the answer gives, each with its pointer into `data`.
    pub takes: &'static [(&'static str, &'static str)],
    /// The code of the refusal that is to be seen here.
    pub refused: Option<&'static str>,
}

struct Scene {
    account: &'static str,
    zh: &'static str,
    en: &'static str,
    request: &'static str,
    takes: &'static [(&'static str, &'static str)],
    refused: Option<&'static str>,
}

const SCENES: &[Scene] = &[
    Scene {
        account: "street-officer",
        zh: "街道干部起草一项重点任务，交给两个社区",
        en: "A street officer drafts a priority for two communities",
        request: r#"mutation {
  createPriority(input: {
    title: "楼道照明改造"
    description: "居民反映夜间楼道无灯"
    target: "更换灯具 120 盏，无一处不亮"
    dueOn: "<due>"
    streetCode: "120106001"
    communityCodes: ["120106001002", "120106001004"]
  }) {
    priority { id title status }
  }
}"#,
        takes: &[("priority", "/createPriority/priority/id")],
        refused: None,
    },
    Scene {
        account: "street-secretary",
        zh: "街道书记发布：从此全城可见",
        en: "The street's secretary publishes it for all to see",
        request: r#"mutation {
  publishPriority(input: { priorityId: "<priority>" }) {
    priority { status progress communities { name } }
  }
}"#,
        takes: &[],
        refused: None,
    },
    Scene {
        account: "community-secretary",
        zh: "社区书记认领，说明怎么落实",
        en: "The community's secretary adopts it and says how",
        request: r#"mutation {
  adoptPriority(input: {
    priorityId: "<priority>"
    communityCode: "120106001002"
    plan: "先摸排、后更换，分三栋实施"
  }) {
    implementation { id status }
  }
}"#,
        takes: &[("implementation", "/adoptPriority/implementation/id")],
        refused: None,
    },
    Scene {
        account: "community-secretary",
        zh: "社区把它化为一个服务项目，名额一个",
        en: "The community makes a service item of it, for one claimant",
        request: r#"mutation {
  publishServiceItem(input: {
    implementationId: "<implementation>"
    communityCode: "120106001002"
    title: "更换楼道灯"
    description: "三栋共 120 盏"
    dueOn: "<due>"
    claimableBy: [PROPERTY_COMPANY]
    quota: 1
  }) {
    serviceItem { id title status quota }
  }
}"#,
        takes: &[("item", "/publishServiceItem/serviceItem/id")],
        refused: None,
    },
    Scene {
        account: "property-manager",
        zh: "物业经理代表公司认领",
        en: "A property manager claims it for the company",
        request: r#"mutation {
  claimServiceItem(input: {
    serviceItemId: "<item>"
    claimantId: "<claimant>"
  }) {
    claim { id status claimant { name } }
    serviceItem { status claimCount quota }
  }
}"#,
        takes: &[("claim", "/claimServiceItem/claim/id")],
        refused: None,
    },
    Scene {
        account: "rival-property-manager",
        zh: "另一家公司也想认领：名额已满",
        en: "A second company claims too: no place is left",
        request: r#"mutation {
  claimServiceItem(input: {
    serviceItemId: "<item>"
    claimantId: "<claimant>"
  }) {
    claim { id status }
  }
}"#,
        takes: &[],
        refused: Some("CONFLICT"),
    },
    Scene {
        account: "property-manager",
        zh: "开始办理",
        en: "Work begins",
        request: r#"mutation {
  startClaim(input: { claimId: "<claim>" }) {
    claim { status startedAt }
  }
}"#,
        takes: &[],
        refused: None,
    },
    Scene {
        account: "property-manager",
        zh: "办完提交",
        en: "What was done is handed in",
        request: r#"mutation {
  submitClaim(input: {
    claimId: "<claim>"
    summary: "120 盏已全部更换"
  }) {
    claim { status summary }
  }
}"#,
        takes: &[],
        refused: None,
    },
    Scene {
        account: "rival-property-manager",
        zh: "另一家公司想来验收：无权",
        en: "The second company tries to accept it: not its right",
        request: r#"mutation {
  acceptClaim(input: { claimId: "<claim>" }) {
    claim { status }
  }
}"#,
        takes: &[],
        refused: Some("FORBIDDEN"),
    },
    Scene {
        account: "community-secretary",
        zh: "社区书记验收",
        en: "The community's secretary accepts the work",
        request: r#"mutation {
  acceptClaim(input: { claimId: "<claim>" }) {
    claim { status }
    serviceItem { status acceptedCount }
  }
}"#,
        takes: &[],
        refused: None,
    },
    Scene {
        account: "far-resident",
        zh: "别的街道的居民想来评价：不住这里",
        en: "A resident of another street tries to rate it: not at home here",
        request: r#"mutation {
  rateServiceItem(input: { serviceItemId: "<item>", stars: 1 }) {
    rating { id }
  }
}"#,
        takes: &[],
        refused: Some("FORBIDDEN"),
    },
    Scene {
        account: "resident",
        zh: "本社区居民评价，一事一评",
        en: "A resident of the community rates it, once",
        request: r#"mutation {
  rateServiceItem(input: {
    serviceItemId: "<item>"
    stars: 5
    comment: "夜里回家亮堂了"
  }) {
    rating { stars comment }
    serviceItem { title averageStars }
  }
}"#,
        takes: &[],
        refused: None,
    },
    Scene {
        account: "street-secretary",
        zh: "街道看进度：由验收的工作算出，两个社区完成一个",
        en: "The street sees progress, derived from accepted work: one community of two",
        request: r#"{
  priority(id: "<priority>") {
    title
    progress
    implementations { nodes {
      community { name } status progress
      serviceItems { nodes { title status latestRating { stars comment } } }
    } }
  }
}"#,
        takes: &[],
        refused: None,
    },
];

/// The story for this database and day.
///
/// # Errors
/// When the database cannot be read.
pub async fn story(db: &impl ConnectionTrait, today: NaiveDate) -> Result<Vec<Step>, DbErr> {
    let mut steps = Vec::new();
    for scene in SCENES {
        let Scene { account, zh, en, takes, refused, .. } = *scene;
        let mut request = scene.request.replace("<due>", &due(today));
        if request.contains("<claimant>") {
            let claimant = organisation_of(db, account).await?;
            request = request.replace("<claimant>", &claimant.unwrap_or_default());
        }
        steps.push(Step { account, zh, en, request, takes, refused });
    }
    Ok(steps)
}
