//! Places of the demo city.

/// 红桥区.
pub const DISTRICT: &str = "120106";
/// 西于庄街道.
pub const STREET: &str = "120106001";
/// 增产里社区, where most of the demo is.
pub const HERE: &str = "120106001002";
/// 新建里社区, of the same street.
pub const SIBLING: &str = "120106001004";
/// 咸阳北路街道.
pub const FAR_STREET: &str = "120106003";
/// 凤城社区, of that other street.
pub const FAR: &str = "120106003001";
