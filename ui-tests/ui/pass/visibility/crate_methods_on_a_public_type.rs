// `pub(crate)` methods make a handle for the crate; a method beside them may be seen by fewer.
mod inner {
    use serve_core::prelude::*;

    #[derive(Default)]
    pub struct Greeter;

    #[deployment]
    impl Greeter {
        pub(crate) fn hello(&self, name: &str) -> String {
            name.to_owned()
        }

        pub(super) fn wave(&self) {}

        fn private(&self) {}
    }

    pub mod deeper {
        pub fn use_it(handle: &super::GreeterHandle) {
            drop(handle.private.remote());
        }
    }
}

use inner::{GreeterCall, GreeterHandle};

fn main() {
    let handle = GreeterHandle::mock(|call: GreeterCall| match call {
        GreeterCall::Hello { name, reply } => reply.ok(name),
        GreeterCall::Wave { reply } | GreeterCall::Private { reply } => reply.ok(()),
    });
    let _ = (handle.hello.remote("x"), handle.wave.remote());
    inner::deeper::use_it(&handle);
    let _ = inner::Greeter::bind();
}
