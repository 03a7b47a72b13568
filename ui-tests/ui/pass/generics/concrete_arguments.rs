// A block for one instance of a generic type, and the user's own `Self` in signatures.
use serve_core::prelude::*;

#[derive(Clone, Debug, Default)]
struct Wrapper<T>(T);

#[deployment]
impl Wrapper<Vec<u8>> {
    const SIZE: usize = 4;

    fn merge(&mut self, other: Self, window: [u8; Self::SIZE]) -> Result<Self, Wrapper<u8>> {
        let _ = window;
        self.0.extend(other.0);
        Ok(self.clone())
    }

    fn compare(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

fn main() {
    let _ = Wrapper::<Vec<u8>>::bind();
}
