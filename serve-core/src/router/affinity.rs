//! Which replica gets a call that has a preference: for the model it asks for, or for the session it
//! belongs to.
//!
//! **Models.** A replica that has the model, the least loaded of them; if all of those are full, or none
//! has it, one with the fewest models, so that a hot model comes to live on several replicas and cold
//! ones spread out. Among equals the model's name decides, so that a burst of first calls for one model
//! loads it once.
//!
//! **Sessions.** Each session has its own order of the replicas (rendezvous hashing: Thaler and
//! Ravishankar, 1998), which changes little when replicas come and go. The first in that order that is
//! not overloaded gets the call: consistent hashing with bounded loads (Mirrokni, Thorup and
//! Zadimoghaddam, 2018), with a bound of 1.25 times the mean. A few calls at once overload nobody, so a
//! session does not move on account of its own second call.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::choose::{Load, choose};
use crate::call::Extras;
use crate::replica::ReplicaBase;

/// One replica, as seen by a call that has a preference.
#[derive(Clone, Copy, Debug)]
struct Candidate<'a> {
    load: Load,
    name: &'a str,
    has_model: bool,
    models: usize,
}

/// The replica where a call would rather go: to its model, or else to its session's. `None` if none has room.
pub(super) fn preferred(extras: &Extras, replicas: &[&ReplicaBase]) -> Option<usize> {
    let model = extras.multiplexed_model_id.as_deref();
    let candidates = replicas.iter().map(|replica| Candidate {
        load: replica.slot().load(),
        name: &replica.site().name.replica,
        has_model: model.is_some_and(|model| replica.site().models.has(model)),
        models: replica.site().models.count(),
    });
    let candidates: Vec<_> = candidates.collect();
    match (model, &extras.session_id) {
        (Some(model), _) => for_model(model, &candidates),
        (None, Some(session)) => for_session(session, &candidates),
        (None, None) => choose(candidates.len(), |index| candidates[index].load),
    }
}

/// The replica for a call that asks for `model`.
fn for_model(model: &str, candidates: &[Candidate<'_>]) -> Option<usize> {
    let free = || candidates.iter().enumerate().filter(|(_, candidate)| candidate.load.has_room);
    free()
        .filter(|(_, candidate)| candidate.has_model)
        .min_by_key(|(_, candidate)| candidate.load.rank)
        .or_else(|| {
            free().min_by_key(|(_, candidate)| {
                (candidate.models, std::cmp::Reverse(weight(model, candidate.name)))
            })
        })
        .map(|(index, _)| index)
}

/// With fewer calls than this no replica counts as overloaded.
const BOUND_MIN: u64 = 4;

/// The replica for a call of `session`.
fn for_session(session: &str, candidates: &[Candidate<'_>]) -> Option<usize> {
    let ongoing: u64 = candidates.iter().map(|candidate| u64::from(candidate.load.ongoing())).sum();
    // 1.25 times the mean with this call counted, rounded up.
    let bound = ((ongoing + 1) * 5).div_ceil(candidates.len().max(1) as u64 * 4).max(BOUND_MIN);
    let free = || candidates.iter().enumerate().filter(|(_, candidate)| candidate.load.has_room);
    let rank = |(_, candidate): &(usize, &Candidate<'_>)| weight(session, candidate.name);
    free()
        .filter(|(_, candidate)| u64::from(candidate.load.rank) < bound)
        .max_by_key(rank)
        .or_else(|| free().max_by_key(rank))
        .map(|(index, _)| index)
}

/// How much a key prefers a replica.
fn weight(key: &str, replica: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, replica).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::super::slot::Slot;
    use super::*;

    const NAMES: [&str; 5] = ["r0", "r1", "r2", "r3", "r4"];

    fn candidates(
        ongoing: &[u32],
        has_model: &[bool],
        models: &[usize],
    ) -> Vec<Candidate<'static>> {
        (0..ongoing.len())
            .map(|index| Candidate {
                load: Load { rank: ongoing[index], has_room: ongoing[index] < 10 },
                name: NAMES[index],
                has_model: has_model[index],
                models: models[index],
            })
            .collect()
    }

    #[test]
    fn a_model_is_called_where_it_is_loaded() {
        let all = candidates(&[0, 5, 3], &[false, true, true], &[0, 1, 1]);
        assert_eq!(for_model("m", &all), Some(2));
    }

    #[test]
    fn a_model_whose_replicas_are_full_spreads_to_the_one_with_the_fewest() {
        let all = candidates(&[10, 5, 3], &[true, false, false], &[1, 2, 1]);
        assert_eq!(for_model("m", &all), Some(2));
    }

    #[test]
    fn first_calls_for_a_model_agree_on_a_replica() {
        let all = candidates(&[0, 3, 1], &[false; 3], &[0; 3]);
        let first = for_model("m", &all);
        let all = candidates(&[2, 0, 5], &[false; 3], &[0; 3]);
        assert_eq!(for_model("m", &all), first);
    }

    #[test]
    fn a_session_stays_where_it_is_while_its_replica_is_not_overloaded() {
        let idle = candidates(&[0; 5], &[false; 5], &[0; 5]);
        let home = for_session("s", &idle).unwrap();
        let mut busy = idle.clone();
        busy.iter_mut().for_each(|candidate| candidate.load.rank = 4);
        assert_eq!(for_session("s", &busy), Some(home));
        busy[home].load.rank = 9;
        assert_ne!(for_session("s", &busy), Some(home));
    }

    #[test]
    fn a_session_does_not_move_on_account_of_its_own_calls() {
        let mut some = candidates(&[0; 5], &[false; 5], &[0; 5]);
        let home = for_session("s", &some).unwrap();
        some[home].load.rank = 3;
        assert_eq!(for_session("s", &some), Some(home));
        some[home].load.rank = 4;
        assert_ne!(for_session("s", &some), Some(home));
    }

    #[test]
    fn a_replica_that_is_avoided_makes_no_other_seem_less_loaded() {
        let mut some = candidates(&[0; 3], &[false; 3], &[0; 3]);
        let home = for_session("s", &some).unwrap();
        some[(home + 1) % 3].load = avoided();
        some[home].load.rank = 9;
        assert_eq!(for_session("s", &some), Some((home + 2) % 3));
    }

    #[test]
    fn a_session_leaves_a_replica_that_is_avoided() {
        let mut some = candidates(&[0; 3], &[false; 3], &[0; 3]);
        let home = for_session("s", &some).unwrap();
        some[home].load = avoided();
        assert_ne!(for_session("s", &some), Some(home));
    }

    fn avoided() -> Load {
        let slot = Slot::new(10);
        slot.set_avoided(true);
        slot.load()
    }

    #[test]
    fn a_replica_that_goes_moves_only_its_own_sessions() {
        let five = candidates(&[0; 5], &[false; 5], &[0; 5]);
        let four = &five[..4];
        for session in 0..200 {
            let session = session.to_string();
            let home = for_session(&session, &five).unwrap();
            if home < 4 {
                assert_eq!(for_session(&session, four), Some(home));
            }
        }
    }

    #[test]
    fn nothing_is_chosen_where_all_are_full() {
        let full = candidates(&[10, 10], &[true, false], &[1, 0]);
        assert_eq!(for_model("m", &full), None);
        assert_eq!(for_session("s", &full), None);
    }
}
