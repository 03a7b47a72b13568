//! `D::get_handle()`: finds a deployment by its type, and says where it has looked if there is none.

use std::sync::Arc;

use crate::call::own_server;
use crate::default_instance;
use crate::deployment::Deployment;
use crate::error::{Error, Result};
use crate::exchange::AnyHandle;
use crate::handle::{Handle, typed_handle};
use crate::instances::{self, Found};
use crate::serve::{Serve, typed};

/// A server to look on, and what it is to whoever asks.
struct Place {
    serve: Serve,
    what: &'static str,
}

/// A handle to the deployment that bears `D`'s own name, from asynchronous code and plain threads alike.
///
/// In a replica it looks on the replica's own server first; if that is a default instance, on no other.
pub(crate) fn get_handle<D: Deployment>() -> Result<Handle<D>> {
    let fits = |handle: &dyn AnyHandle| typed_handle::<D>(handle).is_some();
    typed(&*find(D::NAME, fits)?, D::NAME)
}

fn find(deployment: &str, fits: fn(&dyn AnyHandle) -> bool) -> Result<Arc<dyn AnyHandle>> {
    let mut places = Vec::new();
    if let Some(serve) = own_server().and_then(|tasks| instances::of(&tasks)) {
        places.push(Place { serve, what: "the server of this replica" });
    }
    let missing = match default_instance::find() {
        Found::Own(serve) => {
            add(&mut places, serve, "the default instance of this runtime");
            None
        }
        Found::Oldest(serve) => {
            let what = "there is no default instance of this runtime or thread, and the oldest of the process";
            add(&mut places, serve, what);
            None
        }
        Found::Ended => Some("the default instance of this runtime has been shut down"),
        Found::Nothing => Some("there is no default instance in this process"),
    };
    for Place { serve, .. } in &places {
        match serve.handle_anywhere(deployment) {
            Err(Error::UnknownDeployment { .. }) => {}
            outcome => return outcome,
        }
    }
    let looked = places.iter().map(|place| format!("{} has {}", place.what, has(&place.serve)));
    let looked: Vec<_> = looked.chain(missing.map(str::to_owned)).collect();
    Err(Error::UnknownDeployment {
        deployment: deployment.to_owned(),
        application: None,
        searched: Some(format!("{}; {}", looked.join(", and "), advice(deployment, fits, &places))),
    })
}

fn add(places: &mut Vec<Place>, serve: Serve, what: &'static str) {
    if !places.iter().any(|place| place.serve.is_same(&serve)) {
        places.push(Place { serve, what });
    }
}

/// What runs there, as the end of a sentence.
fn has(serve: &Serve) -> String {
    let applications: Vec<_> = serve
        .status()
        .applications
        .iter()
        .map(|(name, application)| {
            let deployments: Vec<_> =
                application.deployments.keys().map(|name| format!("`{name}`")).collect();
            format!("application `{name}` with {}", deployments.join(", "))
        })
        .collect();
    match applications.is_empty() {
        true => "no application".to_owned(),
        false => applications.join(" and "),
    }
}

fn advice(deployment: &str, fits: fn(&dyn AnyHandle) -> bool, places: &[Place]) -> &'static str {
    let has_it = |serve: &Serve| {
        serve.handle_anywhere(deployment).is_ok_and(|handle| fits(&*handle))
            && !places.iter().any(|place| place.serve.is_same(serve))
    };
    match instances::all().iter().any(has_it) {
        true => {
            "another server of this process has it: ask that `Serve` for its `deployment_handle`, or ask \
             on the runtime that it was deployed on"
        }
        false => "call `deploy` or `run` first",
    }
}
