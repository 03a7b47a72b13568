#[deployment]
impl<M: Model<Input = I>, I, const N: usize> Predictor<M, I, N>
where
    I: Clone,
    Self: Sized,
{
    pub fn new(model: M) -> Self {
        Self { model }
    }

    pub async fn predict(&self, input: &I, window: [u8; N]) -> Result<M::Output, PredictError<Self>> {
        self.model.predict(input)
    }

    pub fn touch(&self) {}
}
