//! What keeps the replicas of a deployment out of processes, as sentences for whoever deploys it.

use crate::deployment::Deployment;
use crate::wire::{ReplicaType, key};

/// Everything that is in the way; empty where nothing is.
pub(crate) fn obstacles<D: Deployment>() -> Vec<String> {
    let mut obstacles = Vec::new();
    if ReplicaType::find(key::<D>()).is_none() {
        obstacles.push(format!(
            "`isolation = \"process\"` needs a type that can be found by its name, which `{}` cannot, \
             because the impl block is generic",
            D::NAME
        ));
    }
    for method in D::METHODS {
        let unable = method.wire.iter().filter(|check| !check.capable);
        obstacles.extend(unable.map(|check| {
            format!(
                "method `{}` cannot cross to another process: its {} is of type `{}`, which is not \
                 `Serialize + DeserializeOwned`",
                method.name, check.what, check.ty
            )
        }));
    }
    if !D::ROUTES.is_empty() {
        obstacles.push(
            "HTTP routes of a deployment in a process are not available in this version; call it by \
             handle from a deployment that has the route"
                .to_owned(),
        );
    }
    obstacles
}
