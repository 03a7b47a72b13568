// One public method makes the handle public, private types in private methods notwithstanding.
#![deny(warnings)]

pub mod inner {
    use serve_core::prelude::*;

    #[derive(Clone)]
    struct Secret;

    #[derive(Default)]
    pub struct Greeter;

    #[deployment]
    impl Greeter {
        pub fn hello(&self, name: &str) -> String {
            drop(self.secret(Secret));
            name.to_owned()
        }

        fn secret(&self, secret: Secret) -> Result<Secret, std::fmt::Error> {
            Ok(secret)
        }
    }
}

fn main() {
    let handle = inner::GreeterHandle::mock(|call| {
        if let inner::GreeterCall::Hello { name, reply } = call {
            reply.ok(name)
        }
    });
    let _ = handle.hello.remote("x");
    let _ = inner::Greeter::bind();
}
