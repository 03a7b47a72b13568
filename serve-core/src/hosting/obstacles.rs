//! What keeps the replicas of a deployment out of processes, as sentences for whoever deploys it.

use crate::hosting::ReplicaType;
use crate::info::TypeInfo;

/// Everything that is in the way; empty where nothing is.
pub(crate) fn obstacles(info: &TypeInfo) -> Vec<String> {
    let mut obstacles = Vec::new();
    if ReplicaType::of_key((info.key)()).is_none() {
        obstacles.push(format!(
            "`isolation = \"process\"` needs a type that can be found by its name, which `{}` cannot, \
             because the impl block is generic",
            info.name
        ));
    }
    // A method with a route is called through that, with what HTTP carries.
    let has_route = |name: &str| info.routes.iter().any(|route| route.method_name == name);
    for method in info.methods.iter().filter(|method| !has_route(method.name)) {
        let unable = method.wire().into_iter().filter(|check| !check.capable);
        obstacles.extend(unable.map(|check| {
            format!(
                "method `{}` cannot cross to another process: its {} is of type `{}`, which is not \
                 `Serialize + DeserializeOwned`",
                method.name, check.what, check.ty
            )
        }));
    }
    obstacles
}
