//! The tables of a type and of its methods, which are made where the types are known.

use super::{Deployment, MethodSpec, Parameters, ReplicaCell, Shape};
use crate::codec::Codecs;
use crate::id::method_id;
use crate::info::{MethodInfo, TypeInfo, WireCheck};

impl TypeInfo {
    pub(crate) const fn of<D: Deployment>() -> &'static Self {
        const {
            &Self {
                key: std::any::type_name::<D>,
                name: D::NAME,
                methods: D::METHODS,
                routes: D::ROUTES,
                batches: D::BATCHES,
                has_health_check: D::HAS_HEALTH_CHECK,
                has_warm_up: D::HAS_WARM_UP,
                on_shutdown: D::ON_SHUTDOWN,
                is_locked: D::Cell::IS_LOCKED,
            }
        }
    }
}

impl MethodInfo {
    pub(crate) const fn of<M: MethodSpec>() -> Self {
        Self {
            name: M::NAME,
            id: method_id(M::NAME),
            signature: M::SIGNATURE,
            streaming: M::Shape::IS_STREAM,
            batched: M::IS_BATCHED,
            idempotent: M::REPEAT.is_some(),
            wire: wire_checks::<M>,
        }
    }
}

fn wire_checks<M: MethodSpec>() -> Vec<WireCheck> {
    let Codecs { what, types: [ok, err], value, error } = M::OUTPUT;
    let mut checks = M::Args::checks(&M::PARAMETERS);
    checks.push(WireCheck { what: what.into(), ty: ok, capable: value.is_some() });
    checks.push(WireCheck { what: "error".into(), ty: err, capable: error.is_some() });
    checks
}
