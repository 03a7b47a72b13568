//! What nobody uses of what is generated is nobody's fault, in a `macro_rules!` with a visibility neither.
#![deny(warnings)]

use serve_core::prelude::*;

macro_rules! make {
    ($($method:ident)*) => {
        #[derive(Default)]
        pub(crate) struct Made;

        #[deployment]
        impl Made {
            $(pub(crate) fn $method(&self, value: u8) -> u8 {
                value
            })*
        }
    };
}

make! { one two }

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    let made = serve_core::run(Made::bind()).await?;
    let (_, _) = (made.one.remote(1).await, made.two.remote(2).await);
    Ok(())
}
