// `crate = ".."` names the runtime where it has another name.
extern crate serve_core as renamed;

mod inner {
    #[allow(dead_code)]
    pub mod serve_core {}

    pub struct Greeter;

    #[renamed::deployment(crate = "renamed", route_prefix = "/")]
    impl Greeter {
        pub fn new() -> Self {
            Self
        }

        pub fn __call__(&self) -> &'static str {
            "hello"
        }
    }

    #[renamed::deployment(crate = "::serve_core", vis = "pub(super)")]
    impl Other {
        pub fn hello(&self) {}
    }

    #[derive(Default)]
    pub struct Other;
}

fn main() {
    let _ = (inner::Greeter::bind(), inner::Other::bind());
}
