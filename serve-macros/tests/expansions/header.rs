impl Display for Greeter {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
::core::compile_error! {
    "deployment `Greeter`: this goes on an inherent block; write `impl Greeter { .. }` with the methods that can be called, and leave the trait's `impl` without the attribute"
}
struct NotABlock {
    field: u32,
}
::core::compile_error! {
    "`#[deployment]`: this goes on an inherent `impl` block, as in `#[deployment] impl Greeter { .. }`, not on this `struct`; did you mean the `impl` block that holds its methods?"
}
