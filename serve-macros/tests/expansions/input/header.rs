#[deployment(route_prefix = "/")]
impl Display for Greeter {
    #[get("/")]
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[deployment]
struct NotABlock {
    field: u32,
}
