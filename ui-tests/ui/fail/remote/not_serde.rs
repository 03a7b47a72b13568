// Types that cannot leave the process, in a deployment that must.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(remote)]
impl Greeter {
    fn hello(&self, key: Key, name: String) -> Result<Vec<Key>, std::fmt::Error> {
        Ok(vec![key])
    }
}

fn main() {}

struct Key;
