// A public type whose methods are private has a private handle.
mod inner {
    use serve_core::prelude::*;

    struct Secret;

    #[derive(Default)]
    pub struct Greeter;

    #[deployment]
    impl Greeter {
        fn hello(&self, _: Secret) -> String {
            String::new()
        }
    }

    pub fn use_it() {
        let handle: GreeterHandle = GreeterHandle::mock(|call| match call {
            GreeterCall::Hello { arg0, reply } => {
                let Secret = arg0;
                reply.ok(String::new());
            }
        });
        let _ = handle.hello.remote(Secret);
        let _ = Greeter::bind();
    }
}

fn main() {
    let _ = inner::Greeter;
    inner::use_it();
}
