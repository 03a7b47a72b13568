// A deployment inside a function's body.
use serve_core::prelude::*;

fn main() {
    #[derive(Default)]
    struct Local;

    #[deployment]
    impl Local {
        fn hello(&self, name: &str) -> String {
            name.to_owned()
        }
    }

    #[derive(Default)]
    pub struct Public;

    #[deployment(route_prefix = "/")]
    impl Public {
        pub fn hello(&self) -> String {
            String::new()
        }
    }

    let handle = LocalHandle::mock(|call| match call {
        LocalCall::Hello { name, reply } => reply.ok(name),
    });
    let _ = (handle.hello.remote("x"), Local::bind(), Public::bind());
}
