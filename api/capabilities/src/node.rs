//! `node(id)`: whatever has an id, found by its prefix and read under its own scope.

use std::sync::LazyLock;

use async_graphql::ID;
use tongxin_kernel::{
    catalogue::{Capability, RootField},
    error::Refusal,
    see::{self, Any, Field, InterfaceShape, Request, ShapedInterface},
};

/// 节点.
pub struct Node;

impl ShapedInterface for Node {
    fn interface() -> &'static InterfaceShape {
        static SHAPE: LazyLock<InterfaceShape> = LazyLock::new(|| InterfaceShape {
            name: "Node",
            description: "对象 · 任何有编号的对象 · anything that has an id of its own",
            table: "",
            fields: vec![Field::id(
                "编号 · 对象的编号，前缀表明类型，其余不必解读 · opaque id; its prefix tells the type",
            )],
            members: crate::all().iter().flat_map(Capability::members).copied().collect(),
        });
        &SHAPE
    }
}

pub fn capability() -> Capability {
    Capability::new().query(node()).query(nodes())
}

fn node() -> RootField {
    let about =
        "节点 · 按编号读取任一对象，以调用者自己的权限为限 · whatever has this id, under the caller's own rights";
    let field = RootField::new::<Option<Any<Node>>>("node", "public", about, |ctx| {
        Box::pin(async move {
            let id = see::required::<ID>(ctx, "id")?;
            let found = see::node(ctx, &Request::of(ctx)?.reading(), &id).await?;
            found.map(Some).ok_or_else(|| Refusal::not_found(Node::interface().called()))
        })
    });
    field.takes::<ID>("id", "编号 · 对象的编号，不必解读 · an opaque id")
}

fn nodes() -> RootField {
    let about = "多个节点 · 按编号依次读取多个对象，调用者看不到的为空 · whatever have these ids, in their order; null for each that the caller may not see";
    let field = RootField::new::<Vec<Option<Any<Node>>>>("nodes", "public", about, |ctx| {
        Box::pin(async move {
            let ids = see::required::<Vec<ID>>(ctx, "ids")?;
            let ids = ids.into_iter().map(|id| id.0).collect::<Vec<_>>();
            see::nodes(ctx, &Request::of(ctx)?.reading(), &ids).await
        })
    });
    field.takes::<Vec<ID>>("ids", "编号 · 对象的编号，最多 100 个 · up to 100 opaque ids")
}
