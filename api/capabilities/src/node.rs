//! `node(id)`: whatever has an id, found by its prefix and read under its own scope.

use std::sync::LazyLock;

use async_graphql::{Context, ID, Object};
use tongxin_kernel::{
    directive::needs,
    error::{Refusal, Result},
    see::{self, Any, Field, InterfaceShape, Member, Request, ShapedInterface},
};

use super::{
    audit::AuditEntry,
    claims::Claim,
    implementations::{Implementation, ImplementationReport},
    organisations::{
        AllianceMember, BigPartyCommittee, Compound, OwnersCommittee, PartyAlliance, PartyOrganisation,
        PropertyCompany, PropertyContract, PublicBody, Unit,
    },
    people::{CheckIn, Person, Post},
    priorities::{Priority, PriorityChange},
    ratings::Rating,
    regions::Region,
    service_items::ServiceItem,
};

/// 节点.
pub struct Node;

impl ShapedInterface for Node {
    fn interface() -> &'static InterfaceShape {
        static SHAPE: LazyLock<InterfaceShape> = LazyLock::new(|| InterfaceShape {
            name: "Node",
            description: "节点 · anything that has an id of its own",
            table: "",
            fields: vec![Field::id("编号 · opaque id; its prefix tells the type")],
            members: vec![
                Member::of::<Region>(),
                Member::of::<PartyOrganisation>(),
                Member::of::<PublicBody>(),
                Member::of::<Unit>(),
                Member::of::<PropertyCompany>(),
                Member::of::<OwnersCommittee>(),
                Member::of::<PartyAlliance>(),
                Member::of::<AllianceMember>(),
                Member::of::<BigPartyCommittee>(),
                Member::of::<Compound>(),
                Member::of::<PropertyContract>(),
                Member::of::<Person>(),
                Member::of::<Post>(),
                Member::of::<CheckIn>(),
                Member::of::<Priority>(),
                Member::of::<PriorityChange>(),
                Member::of::<Implementation>(),
                Member::of::<ImplementationReport>(),
                Member::of::<ServiceItem>(),
                Member::of::<Claim>(),
                Member::of::<Rating>(),
                Member::of::<AuditEntry>(),
            ],
        });
        &SHAPE
    }
}

#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// 节点 · whatever has this id, under the caller's own rights
    #[graphql(directive = needs::apply("public".into()))]
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "编号 · an opaque id")] id: ID,
    ) -> Result<Option<Any<Node>>> {
        let found = see::node(ctx, &Request::of(ctx)?.reading(), &id).await?;
        found.map(Some).ok_or_else(|| Refusal::not_found("Node"))
    }

    /// 多个节点 · whatever have these ids, in their order; null for each that the caller may not see
    #[graphql(directive = needs::apply("public".into()))]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "编号 · up to 100 opaque ids")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Any<Node>>>> {
        let ids = ids.into_iter().map(|id| id.0).collect::<Vec<_>>();
        see::nodes(ctx, &Request::of(ctx)?.reading(), &ids).await
    }
}
