#[deployment(route_prefix = "/")]
impl Store {
    #[idempotent]
    #[get("/{key}", request_timeout = "250ms")]
    #[put("/{key}",)]
    pub async fn read(&self, Path(key): Path<String>, version: &Version) -> Result<Entry, StoreError> {
        Err(StoreError)
    }

    #[idempotent]
    #[blocking]
    pub fn __call__(&mut self) -> u64 {
        0
    }
}
