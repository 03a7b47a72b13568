//! Many models on one replica: loaded when they are first asked for, the least recently used one
//! dropped when there are too many.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::time::Instant;

use crate::call::{CallScope, RequestInfo, with_frame};
use crate::contained::{ContainedFuture, discard_all};
use crate::site::ReplicaContext;

type LoadResult<M> = Result<Arc<M>, LoadError>;
type SharedLoad<M> = Shared<BoxFuture<'static, LoadResult<M>>>;
type Loader<M> = dyn Fn(String) -> BoxFuture<'static, LoadResult<M>> + Send + Sync;

/// A replica's models, by id: a field of a deployment's struct.
///
/// The router knows which replica has which model, and sends a call with a model id
/// (`handle.predict.multiplexed_model_id("m")`, or over HTTP the header `serve_multiplexed_model_id`)
/// to one that has it. When all of those are busy, another one loads it too.
///
/// - **Least recently used.** At most `max_models` are kept. The one not asked for the longest goes when
///   a new one *has been* loaded, so for a moment there is one more, and a load that fails evicts
///   nothing. A model in use lives on until its users drop their `Arc`.
/// - **One load for each id at a time**, however many ask; different ids load side by side.
///   If everybody who waits for a load has gone, it is dropped. A loader that panics fails the load.
///
/// ```
/// use serve_core::prelude::*;
///
/// struct Model(String);
///
/// struct Models { models: Multiplexed<Model> }
///
/// #[deployment]
/// impl Models {
///     fn new() -> Self {
///         Self { models: Multiplexed::new(3, |id| async move { Model(id) }) }
///     }
///
///     async fn predict(&self, input: String) -> Result<String, LoadError> {
///         let model = self.models.current().await?;
///         Ok(format!("{} says {input}", model.0))
///     }
/// }
/// ```
pub struct Multiplexed<M> {
    inner: Arc<Inner<M>>,
}

struct Inner<M> {
    max_models: usize,
    loader: Box<Loader<M>>,
    state: Mutex<State<M>>,
}

struct State<M> {
    /// The least recently used one first.
    models: Vec<(Arc<str>, Arc<M>)>,
    loading: HashMap<Arc<str>, WeakShared<BoxFuture<'static, LoadResult<M>>>>,
}

/// Why a model is not there.
///
/// Over HTTP it is answered with 500, or 400 where the request names no model; the cause is in the log.
///
/// ```
/// use serve_core::{LoadError, Multiplexed};
/// # async fn example() {
/// let models = Multiplexed::<String>::new(2, |id| async move {
///     if id == "gone" { Err("no such file") } else { Ok(id) }
/// });
/// let error: LoadError = models.get("gone").await.unwrap_err();
/// assert_eq!(error.to_string(), "model `gone` cannot be loaded: no such file");
/// # }
/// # futures_util::FutureExt::now_or_never(example()).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct LoadError {
    model_id: Option<Arc<str>>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What a loader may return: the model, or a `Result` of it.
///
/// ```
/// use serve_core::Multiplexed;
/// let sure = Multiplexed::<String>::new(2, |id| async move { id });
/// let unsure = Multiplexed::<u32>::new(2, |id| async move { id.parse::<u32>() });
/// ```
pub trait LoadOutput<M> {
    /// The model, or why there is none.
    ///
    /// # Errors
    ///
    /// The loader's own error.
    fn into_model(self) -> Result<M, Box<dyn std::error::Error + Send + Sync>>;
}

impl<M> LoadOutput<M> for M {
    fn into_model(self) -> Result<M, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self)
    }
}

impl<M, E: Into<Box<dyn std::error::Error + Send + Sync>>> LoadOutput<M> for Result<M, E> {
    fn into_model(self) -> Result<M, Box<dyn std::error::Error + Send + Sync>> {
        self.map_err(Into::into)
    }
}

impl<M: Send + Sync + 'static> Multiplexed<M> {
    /// Keeps at most `max_models` models; zero counts as one. `loader` makes the model of an id, and may
    /// return it or a `Result`.
    pub fn new<F, Fut>(max_models: usize, loader: F) -> Self
    where
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: LoadOutput<M>> + Send + 'static,
    {
        let loader = move |id: String| {
            let (model_id, loading) = (Arc::<str>::from(id.as_str()), loader(id));
            async move {
                loading.await.into_model().map(Arc::new).map_err(|source| LoadError {
                    model_id: Some(model_id),
                    source: Some(source.into()),
                })
            }
            .boxed()
        };
        let state = State { models: Vec::new(), loading: HashMap::new() };
        let max_models = max_models.max(1);
        Self {
            inner: Arc::new(Inner {
                max_models,
                loader: Box::new(loader),
                state: Mutex::new(state),
            }),
        }
    }

    /// The model of this id, loaded if need be.
    ///
    /// # Errors
    ///
    /// The loader failed. The next call tries again.
    pub async fn get(&self, model_id: impl AsRef<str>) -> Result<Arc<M>, LoadError> {
        let id = model_id.as_ref();
        with_frame(|frame| frame.station.site().models.count_request());
        let loading = match self.inner.find(id) {
            Found::Loaded(model) => return Ok(model),
            Found::Loading(loading) => loading,
        };
        loading.await
    }

    /// The model that the current request asks for.
    ///
    /// # Errors
    ///
    /// The request names no model, or as [`get`](Self::get).
    pub async fn current(&self) -> Result<Arc<M>, LoadError> {
        let context = crate::context();
        match context.as_ref().and_then(|context| context.multiplexed_model_id()) {
            Some(id) => self.get(id).await,
            None => Err(LoadError { model_id: None, source: None }),
        }
    }

    /// The ids of the loaded models, the least recently used one first.
    #[must_use]
    pub fn loaded(&self) -> Vec<String> {
        self.inner.lock().models.iter().map(|(id, _)| id.as_ref().to_owned()).collect()
    }
}

enum Found<M> {
    Loaded(Arc<M>),
    Loading(SharedLoad<M>),
}

impl<M: Send + Sync + 'static> Inner<M> {
    fn find(self: &Arc<Self>, id: &str) -> Found<M> {
        let mut state = self.lock();
        if let Some(index) = state.models.iter().position(|(loaded, _)| **loaded == *id) {
            let entry = state.models.remove(index);
            let model = Arc::clone(&entry.1);
            state.models.push(entry);
            return Found::Loaded(model);
        }
        if let Some(loading) = state.loading.get(id).and_then(WeakShared::upgrade) {
            return Found::Loading(loading);
        }
        let id: Arc<str> = id.into();
        let frame = own_frame(&id);
        let station = frame.as_ref().map(|frame| Arc::clone(&frame.station));
        let place =
            Loading { inner: Arc::clone(self), id: Arc::clone(&id), station: station.clone() };
        let loading = Self::load(place, frame).boxed().shared();
        if let Some(weak) = loading.downgrade() {
            // The key tells whose entry it is, and only a new entry gets a new key.
            state.loading.remove(&id);
            state.loading.insert(id, weak);
        }
        drop(state);
        self.publish(station.as_deref());
        Found::Loading(loading)
    }

    async fn load(place: Loading<M>, frame: Option<CallScope>) -> LoadResult<M> {
        let begun = Instant::now();
        let loading = async { (place.inner.loader)(place.id.to_string()).await };
        // Caught here, because those who wait for another's load would not be told of its panic.
        let loading = ContainedFuture::new(loading);
        let loaded = match frame {
            Some(frame) => frame.run(loading).await,
            None => loading.await,
        };
        let model = loaded.unwrap_or_else(|message| {
            let source = format!("the loader panicked: {message}");
            let source: Box<dyn std::error::Error + Send + Sync> = source.into();
            Err(LoadError { model_id: Some(Arc::clone(&place.id)), source: Some(source.into()) })
        })?;
        let evicted = {
            let mut state = place.inner.lock();
            state.models.push((Arc::clone(&place.id), Arc::clone(&model)));
            let surplus = state.models.len().saturating_sub(place.inner.max_models);
            state.models.drain(..surplus).collect::<Vec<_>>()
        };
        if let Some(station) = &place.station {
            station.site().models.count_load(begun.elapsed(), evicted.len());
        }
        // A model's `Drop` may take its time, so not under the lock.
        discard_all(evicted);
        Ok(model)
    }

    /// Tells the router which models this replica has, or will have in a moment.
    fn publish(&self, station: Option<&dyn ReplicaContext>) {
        let Some(station) = station else { return };
        let models = {
            let state = self.lock();
            let loaded = state.models.iter().map(|(id, _)| id);
            loaded.chain(state.loading.keys()).cloned().collect()
        };
        let key = std::ptr::from_ref(self).addr();
        station.site().models.set(key, models);
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The context of a load: a request of its own, because it may outlive the one that asked first.
fn own_frame(id: &Arc<str>) -> Option<CallScope> {
    with_frame(|asking| {
        let mut asked = asking.request.borrow_mut();
        asked.id.settle();
        let mut request = RequestInfo::root();
        request.id = asked.id.clone();
        request.extras_mut().multiplexed_model_id = Some(Arc::clone(id));
        CallScope::new(request, Arc::clone(&asking.station), asking.method)
    })
}

/// A load's place among those under way; gone when it ends, however it ends.
struct Loading<M: Send + Sync + 'static> {
    inner: Arc<Inner<M>>,
    /// The very key of its entry: another load of the same model has another one.
    id: Arc<str>,
    /// The replica; `None` where a model is asked for outside a request.
    station: Option<Arc<dyn ReplicaContext>>,
}

impl<M: Send + Sync + 'static> Drop for Loading<M> {
    fn drop(&mut self) {
        let mut state = self.inner.lock();
        let is_own = |(id, _): (&Arc<str>, _)| Arc::ptr_eq(id, &self.id);
        if state.loading.get_key_value(&self.id).is_some_and(is_own) {
            state.loading.remove(&self.id);
        }
        drop(state);
        self.inner.publish(self.station.as_deref());
    }
}

impl LoadError {
    /// The id of the model; `None` where the request named none.
    #[must_use]
    pub fn model_id(&self) -> Option<&str> {
        self.model_id.as_deref()
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.model_id, &self.source) {
            (Some(id), Some(source)) => write!(f, "model `{id}` cannot be loaded: {source}"),
            (Some(id), None) => write!(f, "model `{id}` cannot be loaded"),
            (None, _) => f.write_str(
                "the request names no model; set `multiplexed_model_id` on the call, or the header \
                 `serve_multiplexed_model_id`",
            ),
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// So that it may be a method's own error in a process. What the loader said crosses as its text.
impl Serialize for LoadError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let source = self.source.as_ref().map(ToString::to_string);
        (self.model_id(), source).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LoadError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (model_id, source) = <(Option<String>, Option<String>)>::deserialize(deserializer)?;
        let source = source.map(Box::<dyn std::error::Error + Send + Sync>::from);
        Ok(Self { model_id: model_id.map(Arc::from), source: source.map(Arc::from) })
    }
}

impl<M> fmt::Debug for Multiplexed<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multiplexed")
            .field("max_models", &self.inner.max_models)
            .finish_non_exhaustive()
    }
}
