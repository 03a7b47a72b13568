//! The order of the rooms: a lower layer never names a higher one.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, sources};

/// A row of the table in `ARCHITECTURE.md`.
struct Layer {
    name: &'static str,
    rooms: &'static [&'static str],
    /// The layers that it may name, besides itself.
    below: &'static [&'static str],
}

const LAYERS: [Layer; 8] = [
    Layer {
        name: "vocabulary",
        rooms: &[
            "config",
            "contained",
            "error",
            "id",
            "log",
            "packed",
            "panic",
            "pings",
            "striped",
            "tasks",
        ],
        below: &[],
    },
    Layer { name: "call", rooms: &["call", "codec"], below: &["vocabulary"] },
    Layer { name: "contract", rooms: &["deployment"], below: &["vocabulary", "call"] },
    Layer {
        name: "data plane here",
        rooms: &["batching", "handle", "multiplex", "replica", "router"],
        below: &["vocabulary", "call", "contract"],
    },
    Layer { name: "bytes", rooms: &["link", "process"], below: &["vocabulary"] },
    Layer {
        name: "data plane elsewhere",
        rooms: &["exchange", "hosting", "http", "wire"],
        below: &["vocabulary", "call", "contract", "data plane here", "bytes"],
    },
    Layer {
        name: "control plane",
        rooms: &["controller"],
        below: &[
            "vocabulary",
            "call",
            "contract",
            "data plane here",
            "bytes",
            "data plane elsewhere",
        ],
    },
    // `private` and `lib` hand on what others have: they name everything, and nothing names them.
    Layer {
        name: "shell",
        rooms: &[
            "default_instance",
            "fuzzing",
            "get_handle",
            "guide",
            "instances",
            "lib",
            "prelude",
            "private",
            "serve",
            "shutdown_signal",
        ],
        below: &[
            "vocabulary",
            "call",
            "contract",
            "data plane here",
            "bytes",
            "data plane elsewhere",
            "control plane",
        ],
    },
];

/// What does not keep the order today: a file, and a room that it names. Only ever take lines out.
const KNOWN: &[(&str, &str)] = &[
    ("call/context.rs", "replica"),
    ("deployment/method.rs", "replica"),
    ("deployment/mod.rs", "handle"),
    ("deployment/mod.rs", "http"),
    ("deployment/mod.rs", "replica"),
    ("deployment/mod.rs", "wire"),
    ("deployment/node.rs", "handle"),
    ("deployment/node.rs", "hosting"),
    ("deployment/node.rs", "http"),
    ("deployment/node.rs", "replica"),
    ("deployment/node.rs", "router"),
    ("deployment/node.rs", "wire"),
    ("deployment/recipe.rs", "wire"),
    ("handle/any.rs", "exchange"),
    ("handle/any.rs", "link"),
    ("handle/any.rs", "wire"),
    ("handle/core.rs", "exchange"),
    ("handle/core.rs", "wire"),
    ("handle/mock.rs", "exchange"),
    ("replica/base.rs", "wire"),
    ("replica/far/batch.rs", "exchange"),
    ("replica/far/batch.rs", "link"),
    ("replica/far/batch.rs", "wire"),
    ("replica/far/http.rs", "link"),
    ("replica/far/http.rs", "wire"),
    ("replica/far/methods.rs", "link"),
    ("replica/far/methods.rs", "wire"),
    ("replica/far/mod.rs", "exchange"),
    ("replica/far/mod.rs", "hosting"),
    ("replica/far/mod.rs", "link"),
    ("replica/far/mod.rs", "wire"),
    ("replica/instance.rs", "exchange"),
    ("replica/instance.rs", "wire"),
    ("replica/mod.rs", "exchange"),
    ("replica/mod.rs", "wire"),
];

/// The rooms of each circle of today: each of them leads to all others. Only ever take rooms out.
const CIRCLES: &[&[&str]] = &[
    &[
        "batching",
        "call",
        "deployment",
        "exchange",
        "handle",
        "hosting",
        "http",
        "multiplex",
        "replica",
        "router",
        "wire",
    ],
    &["instances", "serve"],
];

fn layer(room: &str) -> &'static Layer {
    let layer = LAYERS.iter().find(|layer| layer.rooms.contains(&room));
    layer.unwrap_or_else(|| panic!("`{room}` has no layer: give it one in this table"))
}

fn may_name(from: &str, to: &str) -> bool {
    let (from, to) = (layer(from), layer(to));
    from.name == to.name || from.below.contains(&to.name)
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
    let offending: BTreeSet<_> = offending.map(|(file, _, to)| (&**file, &**to)).collect();
    assert_same(&offending, &KNOWN.iter().copied().collect(), "the order of the layers");
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
    let known = CIRCLES.iter().map(|circle| circle.to_vec()).collect();
    assert_same(&circles.collect(), &known, "the circles");
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

/// Exactly what is known: what has been mended leaves the list.
fn assert_same<T: Ord + std::fmt::Debug>(found: &BTreeSet<T>, known: &BTreeSet<T>, what: &str) {
    let lines = |left: &BTreeSet<T>, right: &BTreeSet<T>| {
        left.difference(right).map(|item| format!("    {item:?},\n")).collect::<String>()
    };
    let (new, mended) = (lines(found, known), lines(known, found));
    assert!(new.is_empty(), "{what}: this is new, and should not be:\n{new}");
    assert!(mended.is_empty(), "{what}: this is mended, take it out of the list:\n{mended}");
}
