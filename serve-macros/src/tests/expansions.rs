//! Golden expansions: each file in `tests/expansions/input`, expanded, is the file of the same name beside that folder.
//!
//! `UPDATE_EXPECT=1 cargo test -p serve-macros` writes the files; read the difference before committing it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::support;

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expansions");
    let source = fs::read_to_string(folder.join("input").join(name)).expect("the input is there");
    let expansion = support::format(support::expand(&source));
    let expected_path: PathBuf = folder.join(name);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&expected_path, &expansion).expect("the expected file can be written");
        return;
    }
    let expected = fs::read_to_string(&expected_path).unwrap_or_default();
    let difference =
        expected.lines().zip(expansion.lines()).position(|(expected, actual)| expected != actual);
    assert!(
        expected == expansion,
        "the expansion of {name} has changed, from line {}; if that is meant, run with UPDATE_EXPECT=1",
        difference.map_or(0, |line| line + 1)
    );
}

macro_rules! expansions {
    ($($test:ident => $file:literal,)*) => {
        $(
            #[test]
            fn $test() {
                check($file);
            }
        )*

        #[test]
        fn every_input_is_checked() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expansions/input");
            for entry in fs::read_dir(folder).expect("the folder is there") {
                let name = entry.expect("the entry is readable").file_name();
                assert!([$($file),*].iter().any(|file| *file == name), "no test for {name:?}");
            }
        }
    };
}

expansions! {
    the_example_of_the_first_page => "page.rs",
    constructor_with_borrowed_arguments_and_an_exclusive_method => "constructor.rs",
    blocking_methods_and_routes => "routes.rs",
    streams_of_items_and_of_results => "streams.rs",
    batches_of_each_kind => "batch.rs",
    idempotent_methods_and_routes_with_options => "idempotent.rs",
    generics_carry_over => "generics.rs",
    cfg_and_other_attributes_carry_over => "attributes.rs",
    narrow_visibility_makes_aliases => "visibility.rs",
    hooks_and_every_option => "options.rs",
    remote_requires_wire_types => "remote.rs",
    errors_keep_the_block_and_the_rest => "errors.rs",
    a_wrong_header_keeps_the_block_alone => "header.rs",
}
