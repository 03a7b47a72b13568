// Names that become one variant.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn ab_c(&self) {}

    fn ab__c(&self) {}

    async fn call(&self) {}

    async fn __call__(&self) {}
}

fn main() {}
