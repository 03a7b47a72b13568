//! The order of the rooms: a lower layer never names a higher one.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, sources};

/// A row of the table in `ARCHITECTURE.md`.
struct Layer {
    name: &'static str,
    rooms: &'static [&'static str],
    /// It may name itself and the rows before it, except these.
    but: &'static [&'static str],
}

const LAYERS: [Layer; 11] = [
    Layer {
        name: "vocabulary",
        rooms: &[
            "config",
            "contained",
            "edge",
            "error",
            "id",
            "info",
            "log",
            "observe",
            "packed",
            "panic",
            "pings",
            "striped",
            "systemd",
            "tasks",
        ],
        but: &[],
    },
    Layer { name: "call", rooms: &["call", "codec", "site"], but: &[] },
    Layer { name: "methods", rooms: &["web", "multiplex"], but: &[] },
    Layer { name: "bytes", rooms: &["link", "process", "tls"], but: &["call", "methods"] },
    Layer { name: "calls as bytes", rooms: &["exchange", "remote", "wire"], but: &["methods"] },
    Layer {
        name: "typed data plane",
        rooms: &["batching", "deployment", "handle", "replica", "router"],
        but: &["bytes"],
    },
    Layer { name: "ways in", rooms: &["hosting", "ingress"], but: &[] },
    Layer {
        name: "scaling",
        rooms: &["autoscaling"],
        but: &["call", "methods", "bytes", "calls as bytes", "typed data plane", "ways in"],
    },
    Layer { name: "application", rooms: &["application", "secret"], but: &["bytes"] },
    Layer { name: "control plane", rooms: &["controller", "report"], but: &[] },
    // `private` and `lib` hand on what others have: they name everything, and nothing names them.
    Layer {
        name: "shell",
        rooms: &[
            "admin",
            "apply",
            "cli",
            "client",
            "default_instance",
            "file",
            "file_missing",
            "fuzzing",
            "get_handle",
            "guide",
            "instances",
            "lib",
            "prelude",
            "private",
            "serve",
            "shutdown_signal",
            "traces",
        ],
        but: &[],
    },
];

/// The rooms of each circle: each of them leads to all others. `ARCHITECTURE.md` says why the first is one. Only ever
/// take rooms out.
const CIRCLES: &[&[&str]] =
    &[&["batching", "deployment", "handle", "replica", "router"], &["instances", "serve"]];

/// The layer of a room, and its place in the table.
fn layer(room: &str) -> (usize, &'static Layer) {
    let layer = LAYERS.iter().enumerate().find(|(_, layer)| layer.rooms.contains(&room));
    layer.unwrap_or_else(|| panic!("`{room}` has no layer: give it one in this table"))
}

fn may_name(from: &str, to: &str) -> bool {
    let ((from, layer), (to, named)) = (layer(from), layer(to));
    to <= from && !layer.but.contains(&named.name)
}

/// Which room has what a path leads to, through every `pub use` on the way.
struct Map {
    rooms: BTreeSet<String>,
    /// What a room, or the root, hands on from other rooms.
    exports: BTreeMap<(String, String), Vec<String>>,
}

impl Map {
    fn new(sources: &[Source]) -> Self {
        let rooms = sources.iter().map(|source| source.room().to_owned()).collect();
        let doors = sources.iter().filter(|source| match source.name.split_once('/') {
            Some((_, file)) => file == "mod.rs",
            None => true,
        });
        let exports = doors.flat_map(|door| {
            let room = door.room();
            let from_elsewhere = door.exports.iter().filter(move |(_, path)| {
                path.first().is_some_and(|first| first == "crate")
                    && path.get(1).is_some_and(|from| from != room)
            });
            from_elsewhere.map(move |(name, path)| ((room.to_owned(), name.clone()), path.clone()))
        });
        Self { rooms, exports: exports.collect() }
    }

    /// `None` where it leads out of the crate.
    fn room(&self, path: &[String]) -> Option<String> {
        let path: Vec<_> = path.iter().map(|word| word.trim_start_matches("__")).collect();
        let ["crate", first, rest @ ..] = &path[..] else { return None };
        let (room, name) = match self.rooms.contains(*first) {
            true => (*first, rest.first().copied()),
            false => ("lib", Some(*first)),
        };
        let key = (room.to_owned(), name.unwrap_or_default().to_owned());
        match self.exports.get(&key) {
            Some(path) => self.room(path),
            None => Some(room.to_owned()),
        }
    }
}

/// Every file with the other rooms that it names.
fn arrows() -> BTreeSet<(String, String, String)> {
    let sources = sources();
    let map = Map::new(&sources);
    let arrows = sources.iter().flat_map(|source| {
        let rooms = source.paths.iter().filter_map(|path| map.room(path));
        let others = rooms.filter(|room| room != source.room());
        others.map(|room| (source.name.clone(), source.room().to_owned(), room))
    });
    arrows.collect()
}

#[test]
fn a_lower_layer_never_names_a_higher_one() {
    let arrows = arrows();
    let offending = arrows.iter().filter(|(_, from, to)| !may_name(from, to));
    let offending: Vec<_> = offending.map(|(file, _, to)| (file, to)).collect();
    assert!(offending.is_empty(), "files, and the rooms that they should not name: {offending:#?}");
}

#[test]
fn the_circles_among_rooms_are_known() {
    let arrows = arrows();
    let mut ways: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, from, to) in &arrows {
        ways.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<_, _> = ways.keys().map(|room| (*room, reach(room, &ways))).collect();
    let circle = |room: &str| -> Vec<&str> {
        let both = |other: &&str| {
            reached[room].contains(other) && reached.get(other).is_some_and(|of| of.contains(room))
        };
        reached.keys().copied().filter(both).collect()
    };
    let circles = ways.keys().map(|room| circle(room)).filter(|circle| !circle.is_empty());
    let circles: BTreeSet<_> = circles.collect();
    assert_eq!(Vec::from_iter(circles), CIRCLES);
}

/// The rooms that one leads to; itself only if it is in a circle.
fn reach<'a>(room: &str, ways: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = ways.get(room).into_iter().flatten().copied().collect();
    while let Some(room) = next.pop() {
        if reached.insert(room) {
            next.extend(ways.get(room).into_iter().flatten());
        }
    }
    reached
}
