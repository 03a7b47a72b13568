// What can cross processes is found out per type, without a bound on anything.
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

struct Opaque;

#[derive(Default)]
struct Mixed;

#[deployment]
impl Mixed {
    fn plain(&self, text: &str, numbers: &[u32]) -> std::io::Result<u32> {
        Ok(text.len() as u32 + numbers.len() as u32)
    }

    fn opaque(&self, opaque: Opaque) -> Result<String, u8> {
        let _ = opaque;
        Ok(String::new())
    }

    fn items(&self) -> impl Stream<Item = Result<u64, Opaque>> {
        stream::iter([])
    }

    #[batch]
    fn each(&self, numbers: Vec<u32>) -> Vec<Result<Opaque, u8>> {
        numbers.iter().map(|_| Ok(Opaque)).collect()
    }

    #[batch]
    fn whole(&self, opaques: Vec<Opaque>) -> Result<Vec<u64>, String> {
        Ok(opaques.iter().map(|_| 1).collect())
    }
}

fn main() {
    let found: Vec<_> = Mixed::METHODS
        .iter()
        .flat_map(|method| method.wire().into_iter().map(|check| (method.name, check)))
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|(method, check)| (*method, &*check.what, check.ty, check.capable))
        .collect();
    assert_eq!(
        found,
        [
            ("plain", "argument `text`", "String", true),
            ("plain", "argument `numbers`", "Vec<u32>", true),
            ("plain", "result", "u32", true),
            ("plain", "error", "std::io::Result<u32>", false),
            ("opaque", "argument `opaque`", "Opaque", false),
            ("opaque", "result", "String", true),
            ("opaque", "error", "u8", true),
            ("items", "item", "u64", true),
            ("items", "error", "Opaque", false),
            ("each", "argument `numbers`", "u32", true),
            ("each", "result", "Opaque", false),
            ("each", "error", "u8", true),
            ("whole", "argument `opaques`", "Opaque", false),
            ("whole", "result", "u64", true),
            ("whole", "error", "String", true),
        ]
    );
}
