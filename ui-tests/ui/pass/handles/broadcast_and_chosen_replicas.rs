// A call on every replica, a replica chosen before the call, and methods that may run again.
use serve_core::ChosenReplica;
use serve_core::prelude::*;

#[derive(Clone)]
pub struct Key;

#[derive(Default)]
pub struct Store {
    reads: u64,
}

#[deployment(route_prefix = "/")]
impl Store {
    #[idempotent]
    #[get("/{name}", request_timeout = "250ms")]
    #[put("/{name}")]
    pub async fn read(&self, Path(name): Path<String>) -> std::io::Result<String> {
        Ok(name)
    }

    #[idempotent]
    #[blocking]
    pub fn write(&mut self, key: Key, version: &u64) -> u64 {
        let _ = key;
        self.reads += version;
        self.reads
    }

    pub fn clear(&mut self, names: &[String], key: &Key) {
        let _ = (names, key);
    }

    #[idempotent]
    pub async fn __call__(&self, name: String) -> String {
        name
    }
}

pub struct Cache<T>(T);

#[deployment]
impl<T: Clone> Cache<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }

    #[idempotent]
    pub fn __call__(&self, other: T) -> Result<T, std::fmt::Error> {
        let _ = other;
        Ok(self.0.clone())
    }
}

async fn use_it(handle: StoreHandle, cache: CacheHandle<u8>) -> Result<(), CallError> {
    let all: Vec<ObjectRef<String, std::io::Error>> = handle.read.broadcast("x");
    drop(all);
    let _: Vec<ObjectRef<()>> = handle.clear.broadcast(vec![String::new()], Key);
    let _: Vec<ObjectRef<String>> = handle.broadcast("x");
    let _: Vec<ObjectRef<u8, std::fmt::Error>> = cache.broadcast(1_u8);
    let _: Result<u64, CallError> = handle.write.call(Key, 1_u64).await;
    let _: ChosenReplica<StoreCallMethod> = handle.choose_replica().await?;
    let chosen: ChosenReplica<CacheCallMethod<u8>> = cache.choose_replica().await?;
    drop(chosen);
    drop(handle.read.choose_replica().await?);
    Ok(())
}

fn main() {
    let _ = (use_it, Store::bind(), Cache::bind(1_u8));
}
