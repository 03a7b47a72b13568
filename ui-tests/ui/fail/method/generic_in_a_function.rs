//! In a function, where the compiler would propose a type of a similar name.
use serve_core::prelude::*;

fn main() {
    struct G;

    #[deployment]
    impl G {
        fn new<T: ToString>(first: T, second: Vec<T>) -> Self {
            let _ = (first, second);
            Self
        }

        fn list<T>(&self, items: &[T]) -> Result<T, Vec<T>> {
            todo!()
        }
    }
}
