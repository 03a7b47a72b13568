#[deployment]
impl Model {
    /// Embeds a text.
    #[batch(
        max_batch_size = 32,
        batch_wait_timeout = "5ms",
        max_concurrent_batches = 2,
        max_batch_cost = 16384,
        cost = Self::tokens
    )]
    pub async fn embed(&self, mut texts: Vec<String>) -> Vec<Embedding> {
        texts.iter().map(Embedding::of).collect()
    }

    #[batch]
    #[blocking]
    pub fn rank(&mut self, pairs: std::vec::Vec<(String, String)>) -> Result<Vec<f32>, RankError> {
        Err(RankError)
    }

    #[batch()]
    #[idempotent]
    pub fn alias(&self, _: Vec<Self>) -> anyhow::Result<Vec<Self>> {
        Err(anyhow!("no"))
    }

    #[batch(batch_wait_timeout = "0s")]
    pub fn each(&self, numbers: Vec<u32>) -> Vec<io::Result<u32>> {
        numbers.into_iter().map(Ok).collect()
    }

    pub fn plain(&self, text: &str) -> String {
        text.to_owned()
    }

    fn tokens(text: &String) -> usize {
        text.len()
    }
}

#[deployment]
impl<T: Clone, const N: usize> Doubler<T, N> {
    #[cfg(unix)]
    #[batch(max_batch_cost = 1, cost = crate::cost::<T>)]
    fn __call__(&self, items: Vec<[T; N]>) -> Vec<Result<T, DoubleError<T>>> {
        vec![]
    }
}
