#[deployment(max_ongoing_request = 8, request_timeout = "2s", health_check_period = 10)]
impl Greeter {
    pub fn fine(&self, name: &str) -> String {
        name.to_owned()
    }

    #[blocking]
    pub async fn wrong(&self, name: impl Display) -> &str {
        half.typed.body
    }
}
