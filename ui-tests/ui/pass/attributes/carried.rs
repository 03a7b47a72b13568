// Docs, `#[deprecated]`, `#[doc(hidden)]`, `#[allow]` and `#[expect]` carry over, and cause no warning by that.
#![deny(warnings, missing_docs, clippy::pedantic)]
//! Carries.

use serve_core::prelude::*;

/// A shop.
#[derive(Debug, Default)]
pub struct Shop;

#[deployment(route_prefix = "/")]
#[allow(clippy::unused_self)]
impl Shop {
    /// Old.
    ///
    /// ```
    /// let x = 1;
    /// ```
    #[deprecated(since = "1.0.0", note = "use `new_way`")]
    #[get("/old")]
    #[must_use]
    #[inline]
    pub fn old(&self) -> String {
        String::new()
    }

    #[doc(hidden)]
    pub fn hidden(&self) {}

    /// Expects.
    #[expect(unused_variables, reason = "an example")]
    pub fn expects(&mut self, argument: u32) {
        let unused = 1;
    }

    /// Allows.
    #[allow(unused_variables)]
    pub async fn allows(&self, argument: u32) {}

    /// Conditional.
    #[cfg_attr(all(), doc = " More.")]
    #[cfg_attr(any(), deprecated)]
    pub fn conditional(&self) {}
}

fn main() {
    let handle = Shop::get_handle();
    if let Ok(handle) = handle {
        #[expect(deprecated, reason = "it is")]
        let _ = handle.old.remote();
        let _ = handle.conditional.remote();
    }
}
