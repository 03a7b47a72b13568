#[deployment(route_prefix = "/")]
impl Shop {
    #[get("/items/{id}")]
    #[delete("/items/{id}")]
    pub async fn item(&self, Path(id): Path<u32>, Query(page): Query<Page>) -> Result<Json<Item>, ItemError> {
        Err(ItemError)
    }

    #[blocking]
    #[post("/crunch")]
    pub fn crunch(&self, axum::Json(mut data): axum::Json<Vec<f32>>) -> f32 {
        data.pop().unwrap_or_default()
    }

    #[blocking]
    pub fn rebuild(&mut self, path: &Path) -> io::Result<()> {
        Ok(())
    }

    #[head("/items/{id}")]
    pub fn item_head(&self) {}

    #[any("/files/{*path}", max_body_size = "10MiB", request_timeout = "5s")]
    #[options("/files")]
    pub fn files(&self) {}

    #[get("/")]
    pub fn index(&self) -> &'static str {
        "hello"
    }
}
