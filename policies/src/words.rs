//! The words themselves, with what people call them. A new capability adds its resource and its actions here.

/// A word of the policy files.
pub(crate) struct Word {
    pub code: &'static str,
    /// An action's resource.
    pub of: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// An action's class.
    pub class: Option<Class>,
}

/// What sort of power an action is, whatever it acts upon: lines may speak of a class in place of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// 评判: it judges what somebody made or claimed.
    Judges,
    /// 支付: it spends what is held in trust.
    Pays,
    /// 任用: it gives somebody a post.
    Appoints,
}

impl Class {
    pub const ALL: [Self; 3] = [Self::Judges, Self::Pays, Self::Appoints];

    /// The word in the policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Judges => "judges",
            Self::Pays => "pays",
            Self::Appoints => "appoints",
        }
    }
}

macro_rules! words {
    ($($code:literal $zh:literal $en:literal;)*) => { &[$(Word { code: $code, of: "", zh: $zh, en: $en, class: None }),*] };
}
macro_rules! actions {
    ($($of:literal { $($code:literal $zh:literal $en:literal $($class:ident)?;)* })*) => {
        &[$($(Word { code: $code, of: $of, zh: $zh, en: $en, class: actions!(@$($class)?) }),*),*]
    };
    (@) => { None };
    (@$class:ident) => { Some(Class::$class) };
}

pub(crate) const ROLES: &[Word] = words! {
    "anonymous" "任何人" "anyone";
    "civic_app" "第三方应用" "civic app";
    "resident" "居民" "resident";
    "party_member" "党员" "party member";
    "property_manager" "物业经理" "property manager";
    "property_representative" "物业企业负责人" "property company's representative";
    "owners_chair" "业委会主任" "owners' committee chair";
    "owners_member" "业委会委员" "owners' committee member";
    "unit_liaison" "驻区单位联络员" "unit liaison";
    "unit_party_secretary" "单位党组织书记" "secretary of a unit's party organisation";
    "part_time_member" "兼职委员" "part-time member";
    "full_time_member" "专职委员" "full-time member";
    "committee_member" "委员、副书记" "committee member";
    "station_officer" "党群服务站干部" "station officer";
    "community_worker" "社区工作者" "community worker";
    "community_secretary" "社区党委书记" "community secretary";
    "street_officer" "街道干部" "street officer";
    "street_secretary" "街道党工委书记" "street secretary";
    "department_officer" "区职能部门干部" "department officer";
    "district_officer" "区级干部" "district officer";
    "district_secretary" "区委书记" "district secretary";
};

pub(crate) const RESOURCES: &[Word] = words! {
    "region" "行政区划" "regions";
    "organisation" "组织" "organisations";
    "person" "人员" "people";
    "post" "任职" "posts";
    "property_contract" "物业合同" "property contracts";
    "priority" "重点任务" "priorities";
    "implementation" "落实" "implementations";
    "service_item" "服务项目" "service items";
    "claim" "认领" "claims";
    "rating" "评价" "ratings";
    "audit" "审计" "audit";
};

pub(crate) const ACTIONS: &[Word] = actions! {
    "region" { "readRegion" "查看行政区划" "read a region"; }
    "organisation" {
        "readOrganisation" "查看组织" "read an organisation";
        "readAllianceMember" "查看联盟成员" "read an alliance's members";
        "foundOrganisation" "设立组织" "found an organisation";
        "renameOrganisation" "组织更名" "rename an organisation";
        "moveOrganisation" "迁移组织" "move an organisation";
        "dissolveOrganisation" "撤销组织" "dissolve an organisation";
    }
    "person" {
        "readPerson" "查看人员" "read a person";
        "readCheckIn" "查看报到" "read a check-in";
        "revealPhone" "查看完整电话" "reveal a phone number";
        "registerPerson" "登记人员" "register a person";
        "correctPerson" "更正人员" "correct a person's record";
        "moveHome" "迁居" "record a person's move";
        "readInvitation" "查看邀请" "read an invitation";
        "giveInvitation" "发出邀请" "give out an invitation";
        "withdrawInvitation" "收回邀请" "take an invitation back";
        "redeemInvitation" "兑换邀请" "redeem an invitation";
        "readLogin" "查看登录" "read a login";
        "unlinkLogins" "解除登录关联" "unlink logins";
        "erasePerson" "注销本人" "erase oneself";
    }
    "post" {
        "readPost" "查看任职" "read a post";
        "appointPost" "任命" "appoint to a post" Appoints;
        "endPost" "终止任职" "end a post";
    }
    "property_contract" {
        "readPropertyContract" "查看物业合同" "read a property contract";
        "endPropertyContract" "备案合同终止" "record the end of a property contract";
    }
    "priority" {
        "readPriority" "查看重点任务" "read a priority";
        "readPriorityDrafts" "查看重点任务草稿" "read drafts of priorities";
        "createPriority" "起草重点任务" "draft a priority";
        "updatePriority" "修改重点任务草稿" "edit a draft priority";
        "discardPriority" "作废重点任务草稿" "throw away a draft priority";
        "publishPriority" "发布重点任务" "publish a priority";
        "amendPriority" "变更重点任务" "amend a priority";
        "closePriority" "办结重点任务" "close a priority";
        "withdrawPriority" "撤回重点任务" "withdraw a priority";
    }
    "implementation" {
        "readImplementation" "查看落实" "read an implementation";
        "adoptPriority" "承接重点任务" "adopt a priority";
        "objectToPriority" "对重点任务提出异议" "object to a priority";
        "reportImplementation" "报告落实进展" "report on an implementation";
        "submitImplementation" "提交落实结果" "hand in an implementation";
        "decideObjection" "裁定异议" "decide on an objection" Judges;
        "acceptImplementation" "验收落实" "accept an implementation" Judges;
        "returnImplementation" "退回落实" "return an implementation" Judges;
    }
    "service_item" {
        "readServiceItem" "查看服务项目" "read a service item";
        "readServiceItemDrafts" "查看服务项目草稿" "read drafts of service items";
        "draftServiceItem" "起草服务项目" "draft a service item";
        "updateServiceItem" "修改服务项目草稿" "edit a draft service item";
        "publishServiceItem" "发布服务项目" "publish a service item";
        "cancelServiceItem" "取消服务项目" "cancel a service item";
        "finishServiceItem" "结束服务项目认领" "end the claiming of a service item";
        "closeServiceItem" "服务项目结项" "close a service item";
    }
    "claim" {
        "readClaim" "查看认领" "read a claim";
        "claimServiceItem" "认领服务项目" "claim a service item";
        "startClaim" "开始办理认领" "start a claim";
        "submitClaim" "提交认领结果" "hand in a claim";
        "withdrawClaim" "退出认领" "withdraw a claim";
        "acceptClaim" "验收认领" "accept a claim" Judges;
        "returnClaim" "退回认领" "return a claim" Judges;
    }
    "rating" {
        "readRating" "查看评价" "read a rating";
        "rateServiceItem" "评价服务项目" "rate a service item";
    }
    "audit" { "readAuditTrail" "查看审计记录" "read the audit trail"; }
};
