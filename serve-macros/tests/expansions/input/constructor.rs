#[deployment]
impl Counter {
    /// Starts at this number.
    pub async fn new(name: &str, start: u64, adder: AdderHandle) -> Result<Self, io::Error> {
        Ok(Self { name: name.to_owned(), count: start, adder })
    }

    /// Counts these words.
    pub fn count(&mut self, words: &[String], by: &Step, mut scale: u64, _: ()) -> std::io::Result<u64> {
        scale += 1;
        Ok(scale)
    }

    pub async fn read(&self) -> u64 {
        self.count
    }

    pub fn merge(&mut self, other: Self) -> Option<Self> {
        None
    }

    fn helper(x: u32) -> u32 {
        x
    }

    const LIMIT: u64 = { 8 };
}
