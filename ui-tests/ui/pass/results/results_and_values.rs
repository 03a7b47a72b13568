// `Result` under any alias is told apart; other types are values.
use serve_core::prelude::*;

mod outcome {
    pub type Result<T> = std::result::Result<T, std::fmt::Error>;
}

#[derive(Default)]
struct Results;

#[deployment]
impl Results {
    fn io(&self) -> std::io::Result<u32> {
        Ok(1)
    }

    async fn alias(&self) -> outcome::Result<Option<u32>> {
        Ok(None)
    }

    fn full(&self) -> Result<(), (u8, String)> {
        Err((1, String::new()))
    }

    fn value(&self) -> Option<Vec<u8>> {
        None
    }

    fn text(&self) -> &'static str {
        "x"
    }

    fn unit(&self) {}
}

async fn use_it(handle: ResultsHandle) {
    let _: Result<u32, CallError<std::io::Error>> = handle.io.remote().await;
    let _: Result<Option<u32>, CallError<std::fmt::Error>> = handle.alias.call().await;
    let _: ObjectRef<(), (u8, String)> = handle.full.remote();
    let _: Result<Option<Vec<u8>>, CallError> = handle.value.remote().await;
    let _: Result<&'static str, CallError> = handle.text.remote().await;
    let _: ObjectRef<()> = handle.unit.remote();
}

fn main() {
    let _ = (use_it, Results::bind());
}
