// `vis` overrides what the methods say, both ways.
mod inner {
    use serve_core::prelude::*;

    #[derive(Default)]
    pub struct Wide;

    #[deployment(vis = "pub")]
    impl Wide {
        fn hello(&self) {}
    }

    #[derive(Default)]
    pub struct Narrow;

    #[deployment(vis = "pub(in crate::inner)")]
    impl Narrow {
        pub fn hello(&self) {}
    }

    #[derive(Default)]
    pub struct Private;

    #[deployment(vis = "")]
    impl Private {
        pub fn hello(&self) {}
    }

    pub fn use_them(_: &WideHandle) {
        let _: Option<(NarrowHandle, PrivateHandle)> = None;
    }
}

fn main() {
    let handle = inner::WideHandle::mock(|call| match call {
        inner::WideCall::Hello { reply } => reply.ok(()),
    });
    inner::use_them(&handle);
    let _ = inner::Wide::bind();
}
