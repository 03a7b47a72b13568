#[deployment(route_prefix = "/api")]
impl Greeter {
    /// Says hello.
    pub fn say_hello(&self, name: &str) -> String {
        format!("Hello {name}!")
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let name = request.query_param("name").ok_or_else(|| HttpError::bad_request("query parameter `name` is missing"))?;
        Ok(self.say_hello(&name))
    }
}
