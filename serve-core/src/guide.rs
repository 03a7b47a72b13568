//! Pages that tell how to use it, where that takes more than the documentation of one item.

#[doc = include_str!("docs/redeploy.md")]
pub mod redeploy_and_scale {}
