//! A function that is only the user's keeps the attributes of its arguments: the compiler says what it thinks of them.

use serve_core::prelude::*;

#[derive(Default)]
struct Files;

#[deployment]
impl Files {
    fn read(&self, name: String) -> String {
        Self::cleaned(name)
    }

    fn cleaned(#[path] name: String) -> String {
        name
    }
}

fn main() {}
