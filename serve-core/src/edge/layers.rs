//! Layers of tower, kept until there is something to put them around.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Weak};

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route, any_service};
use tower_layer::Layer;
use tower_service::Service;

use crate::contained::Contained;

/// Any number of layers; the last one added is the outermost, as in axum.
#[derive(Clone, Default)]
pub(crate) struct Layers(Option<Arc<List>>);

#[derive(Clone)]
struct List(Vec<Arc<dyn Apply>>);

/// The same without keeping them, to be compared.
#[derive(Clone, Default)]
pub(crate) struct LayersRef(Option<Weak<List>>);

/// A layer without its type. Makes what axum calls a service, because that is what layers for axum are made for.
trait Apply: Send + Sync {
    fn apply(&self, inner: MethodRouter) -> MethodRouter;
}

/// Contained, because it is dropped by whoever has the last copy.
struct Kept<L>(Contained<L>);

impl<L> Apply for Kept<L>
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    fn apply(&self, inner: MethodRouter) -> MethodRouter {
        inner.layer::<L, Infallible>(L::clone(&self.0))
    }
}

// === impl Layers ===

impl Layers {
    /// Adds one around those that are there.
    pub(crate) fn add<L>(&mut self, layer: L)
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let list = self.0.get_or_insert_with(|| Arc::new(List(Vec::new())));
        Arc::make_mut(list).0.push(Arc::new(Kept(Contained::new(layer))));
    }

    /// Puts them around `inner`; `None` if there are none. Runs the user's `Layer::layer` and may panic.
    pub(crate) fn around<S>(&self, inner: S) -> Option<MethodRouter>
    where
        S: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        S::Response: IntoResponse + 'static,
        S::Future: Send + 'static,
    {
        let List(layers) = self.0.as_deref()?;
        Some(layers.iter().fold(any_service(inner), |inner, layer| layer.apply(inner)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn downgrade(&self) -> LayersRef {
        LayersRef(self.0.as_ref().map(Arc::downgrade))
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.as_ref().map_or(0, |list| list.0.len());
        write!(f, "{count} layers")
    }
}

// === impl LayersRef ===

/// The same layers, not equal ones: what they do cannot be compared.
impl PartialEq for LayersRef {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(one), Some(other)) => Weak::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl fmt::Debug for LayersRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "layers" } else { "no layers" })
    }
}
