#[deployment(route_prefix = "/")]
impl Writer {
    /// Writes token by token.
    pub async fn tokens(&self, prompt: &str, mut count: usize) -> impl Stream<Item = String> {
        stream::iter(prompt.chars().take(count).map(String::from))
    }

    /// Lines of a file, until one cannot be read.
    #[post("/lines", request_timeout = "1m")]
    pub fn lines(
        &mut self,
        Json(path): Json<PathBuf>,
    ) -> impl futures::Stream<Item = io::Result<Line>> + Send + use<'_> {
        self.read(path)
    }

    pub fn ticks(&self) -> impl Stream<Item = Result<Tick<Self>, TickError>> + 'static {
        stream::pending()
    }

    async fn __call__(&self, request: Request) -> impl Stream<Item = Bytes> + '_ {
        stream::once(request.bytes())
    }
}

#[deployment]
impl<T: Clone> Repeater<T> {
    fn repeat(&self, value: T) -> impl Stream<Item = T> {
        stream::repeat(value)
    }
}
