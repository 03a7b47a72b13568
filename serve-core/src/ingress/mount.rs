//! One deployment's place among the routes: who answers there, and what stands around it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::SentResponse;
use super::keys::{Access, KeyTable};
use super::layered::{Layered, Onward};
use super::missing::Missing;
use super::paths::Paths;
use super::shaping::Shaper;
use super::target::{HttpTarget, answered};
use crate::call::RequestInfo;
use crate::edge::Layers;
use crate::info::RouteInfo;
use crate::web::HttpRequest;

/// From the outside in: the deployment's layers, the keys of its application, the deployment.
#[derive(Clone)]
pub(crate) struct Mount {
    pub(super) target: Arc<dyn HttpTarget>,
    pub(super) paths: Paths,
    pub(super) keys: Option<Arc<KeyTable>>,
    layered: Option<Arc<Layered>>,
}

/// A request's way to a method, and what is known of the request. Layers may send it more than once.
#[derive(Clone)]
pub(super) struct Errand {
    pub(super) way: Result<&'static RouteInfo, Missing>,
    pub(super) info: RequestInfo,
    /// `None` where nobody needs a key.
    pub(super) access: Option<Access>,
    /// `None` where errors are sent as they are.
    pub(super) shaper: Option<Arc<Shaper>>,
}

impl Mount {
    /// Runs the user's layers, inside a catch.
    pub(super) fn new(
        target: Arc<dyn HttpTarget>,
        routes: &'static [RouteInfo],
        prefix: &str,
        layers: &Layers,
    ) -> Result<Self, String> {
        let paths = Paths::of(routes, prefix)?;
        let layered = Layered::new(layers)?.map(Arc::new);
        Ok(Self { target, paths, keys: None, layered })
    }

    pub(crate) fn with_keys(self, keys: Option<Arc<KeyTable>>) -> Self {
        Self { keys, ..self }
    }

    /// Whether dropping it drops something of the user's.
    pub(super) fn is_layered(&self) -> bool {
        self.layered.is_some()
    }

    /// Sends a request on its way.
    pub(super) fn serve(
        &self,
        request: HttpRequest,
        errand: Errand,
    ) -> BoxFuture<'static, SentResponse> {
        match &self.layered {
            None => run(&*self.target, request, errand),
            Some(layered) => {
                let (layered, target) = (Arc::clone(layered), Arc::clone(&self.target));
                Box::pin(serve_layered(layered, target, request, errand))
            }
        }
    }
}

/// The part of the way that layers are around.
fn run(
    target: &dyn HttpTarget,
    request: HttpRequest,
    errand: Errand,
) -> BoxFuture<'static, SentResponse> {
    let Errand { way, info, access, shaper } = errand;
    let answer = match access.map(|access| access.admit(Instant::now())).transpose() {
        Err(refusal) => answered(*refusal),
        Ok(hold) => {
            let answer = match way {
                Ok(route) => target.serve(request, info, route.method_name),
                Err(missing) => answered(missing.into_response()),
            };
            match hold {
                None => answer,
                Some(hold) => Box::pin(hold.until_sent(answer)),
            }
        }
    };
    match shaper {
        None => answer,
        Some(shaper) => Box::pin(shaper.shape(answer)),
    }
}

async fn serve_layered(
    layered: Arc<Layered>,
    target: Arc<dyn HttpTarget>,
    request: HttpRequest,
    errand: Errand,
) -> SentResponse {
    let (info, shaper) = (errand.info.clone(), errand.shaper.clone());
    let id = target.id().clone();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let onward = Onward(Arc::new(move |mut request: HttpRequest| {
        // The route has been found. A replica's process finds it once more, and has to find the same.
        request.method_mut().clone_from(&method);
        if request.uri().path() != uri.path() {
            request.uri_mut().clone_from(&uri);
        }
        run(&*target, request, errand.clone())
    }));
    match layered.answer(request, onward, info.deadline).await {
        Ok(response) => response,
        Err(failed) => {
            let response = failed.answer(&info.id, |line| line.deployment(&id).about(&info));
            match shaper {
                None => response,
                Some(shaper) => shaper.shape(answered_with(response)).await,
            }
        }
    }
}

fn answered_with(response: SentResponse) -> BoxFuture<'static, SentResponse> {
    Box::pin(std::future::ready(response))
}
