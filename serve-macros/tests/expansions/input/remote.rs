#[deployment(isolation = "process")]
impl Adder {
    pub fn add(&self, left: &str, right: Vec<u64>) -> Result<u64, AddError> {
        Ok(1)
    }
}
