//! Tables for the small pure parts: durations, paths, JSON, names, nearest names, rendered types.

use std::time::Duration;

use quote::{ToTokens, quote};
use syn::parse_quote;

use crate::model::{
    check_json, check_prefix, check_route, parse_duration, parse_size, shape, widest,
};
use crate::names::camel_case;
use crate::nearest::{distance, nearest};
use crate::render::render;

#[test]
fn durations_are_numbers_with_units() {
    let cases = [
        ("250ms", Duration::from_millis(250)),
        ("10s", Duration::from_secs(10)),
        ("5m", Duration::from_mins(5)),
        ("1h", Duration::from_hours(1)),
        ("1.5s", Duration::from_millis(1500)),
        ("0.3s", Duration::from_millis(300)),
        ("0.5ms", Duration::from_micros(500)),
        ("0s", Duration::ZERO),
        ("0.0000000001s", Duration::ZERO),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_duration(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_duration_says_why() {
    let cases = [
        ("10", "has no unit"),
        ("s", "is not a duration"),
        ("", "is not a duration"),
        ("-1s", "is not a duration"),
        ("1d", "`d` is not a unit"),
        ("1 s", "` s` is not a unit"),
        ("1..5s", "is not a number"),
        (".5s", "is not a number"),
        ("5.s", "is not a number"),
        ("99999999999999999999999999h", "is not a number that fits"),
    ];
    for (text, expected) in cases {
        let message = parse_duration(text).expect_err(text);
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn sizes_are_numbers_with_units() {
    let cases =
        [("1B", 1), ("1KiB", 1024), ("1.5GB", 1_500_000_000), ("0.3KB", 300), ("2TiB", 2 << 40)];
    for (text, expected) in cases {
        assert_eq!(parse_size(text), Ok(expected), "{text}");
    }
    let cases = [
        ("10", "has no unit"),
        ("GiB", "is not a size"),
        ("1gb", "`gb` is not a unit"),
        ("1..5GiB", "is not a number"),
        ("99999999999TiB", "is not a number that fits"),
    ];
    for (text, expected) in cases {
        let message = parse_size(text).expect_err(text);
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn prefixes_are_fixed_paths() {
    for prefix in ["/", "/api", "/api/v1", "/a-b_c.d~e"] {
        assert_eq!(check_prefix(prefix), Ok(()), "{prefix}");
    }
    for prefix in ["", "api", "/api/", "//", "/a//b", "/{id}", "/*", "/a b", "/a?b", "/a#b"] {
        assert!(check_prefix(prefix).is_err(), "{prefix}");
    }
}

#[test]
fn routes_may_have_parameters() {
    for route in ["/", "/items", "/items/{id}", "/{a}/{b}", "/files/{*rest}", "/items/"] {
        assert_eq!(check_route(route), Ok(()), "{route}");
    }
    for route in [
        "",
        "items",
        "/:id",
        "/*rest",
        "/{id",
        "/id}",
        "/{}",
        "/{*}",
        "/a{id}",
        "/{*rest}/a",
        "/{a}/{a}",
        "/a b",
    ] {
        assert!(check_route(route).is_err(), "{route}");
    }
}

#[test]
fn parameter_names_do_not_tell_routes_apart() {
    assert_eq!(shape("/items/{id}"), shape("/items/{name}"));
    assert_eq!(shape("/{*a}"), shape("/{*b}"));
    assert_ne!(shape("/{a}"), shape("/{*a}"));
    assert_ne!(shape("/items"), shape("/{items}"));
}

#[test]
fn json_is_checked_by_its_grammar() {
    for text in [
        "{}",
        "[]",
        " 1 ",
        "-0.5e+3",
        "0",
        r#""a\n\u00e4\"""#,
        r#"{"a": [1, {"b": null}], "c": false}"#,
        "true",
    ] {
        assert_eq!(check_json(text), Ok(()), "{text}");
    }
    for text in [
        "",
        "{",
        "[1,]",
        "{a: 1}",
        "{\"a\" 1}",
        "01",
        "1.",
        ".5",
        "+1",
        "nan",
        "inf",
        "1 2",
        "'a'",
        "\"a",
        r#""\x""#,
        r#""\u12""#,
        "-",
        "1e",
    ] {
        assert!(check_json(text).is_err(), "{text}");
    }
    let deep = "[".repeat(1000);
    assert!(check_json(&deep).expect_err("it is too deep").contains("nested"));
}

#[test]
fn variants_are_camel_case() {
    for (name, expected) in [
        ("say_hello", "SayHello"),
        ("__call__", "Call"),
        ("a__b", "AB"),
        ("x1_2", "X12"),
        ("__", ""),
        ("größe", "Größe"),
    ] {
        assert_eq!(camel_case(name), expected);
    }
}

#[test]
fn the_nearest_name_is_near() {
    let names = ["num_replicas", "max_replicas", "autoscaling", "name", "vis"];
    assert_eq!(nearest("num_replica", names), Some("num_replicas"));
    assert_eq!(nearest("autoscaling_config", names), Some("autoscaling"));
    assert_eq!(nearest("naem", names), Some("name"));
    assert_eq!(nearest("colour", names), None);
    assert_eq!(distance("abcd", "abdc"), 1);
    assert_eq!(distance("", "abc"), 3);
}

#[test]
fn types_are_rendered_as_they_are_written() {
    let cases = [
        (quote!(Vec<String>), "Vec<String>"),
        (quote!(std::io::Result<(u8, String)>), "std::io::Result<(u8, String)>"),
        (quote!(&'static str), "&'static str"),
        (quote!(Box<dyn Fn(&str) -> u32 + Send>), "Box<dyn Fn(&str) -> u32 + Send>"),
        (quote!([u8; 4]), "[u8; 4]"),
        (quote!(<T as Trait>::Output), "<T as Trait>::Output"),
        (quote!(Cow<'static, str>), "Cow<'static, str>"),
        (quote!(Iterator<Item = u8>), "Iterator<Item = u8>"),
        (quote!(*const u8), "*const u8"),
        (quote!(()), "()"),
    ];
    for (tokens, expected) in cases {
        assert_eq!(render(tokens), expected);
    }
}

#[test]
fn the_widest_visibility_holds_all_of_them() {
    let text = |visibilities: &[syn::Visibility]| {
        widest(visibilities).to_token_stream().to_string().replace(' ', "")
    };
    assert_eq!(text(&[]), "");
    assert_eq!(text(&[parse_quote!(), parse_quote!(pub(self))]), "");
    assert_eq!(text(&[parse_quote!(), parse_quote!(pub(super))]), "pub(super)");
    assert_eq!(text(&[parse_quote!(pub(super)), parse_quote!(pub(in crate::a))]), "pub(crate)");
    assert_eq!(text(&[parse_quote!(pub(crate)), parse_quote!(pub(super))]), "pub(crate)");
    assert_eq!(text(&[parse_quote!(pub(crate)), parse_quote!(pub)]), "pub");
}
