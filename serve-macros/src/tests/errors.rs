//! What is reported: everything, in one run, at the user's token; and what is generated nevertheless.

use syn::{File, ImplItem, Item};

use super::support::{Reported, errors, expand};

/// The tokens pointed at, in order.
fn places(source: &str) -> Vec<String> {
    errors(source).into_iter().map(|Reported { at, .. }| at).collect()
}

/// The one error of this source.
fn only(source: &str) -> Reported {
    let mut errors = errors(source);
    assert_eq!(
        errors.len(),
        1,
        "{:?}",
        errors.iter().map(|error| &error.message).collect::<Vec<_>>()
    );
    errors.remove(0)
}

#[test]
fn everything_is_reported_in_one_run() {
    let source = r#"
        #[deployment(naem = "x", request_timeout = "10", num_replicas = 0)]
        impl Greeter {
            fn new(&self) -> Self {}
            fn bind(&self) {}
            #[get("items")]
            fn items(&self, one: impl Display, two: &mut u8) -> &str {}
            #[blocking]
            async fn wait(self) {}
            fn check_health(&self) {}
        }
    "#;
    let expected = [
        "naem",
        "\"10\"",
        "0",
        "&self",
        "bind",
        "#[get(\"items\")]",
        "\"items\"",
        "impl Display",
        "mut",
        "&str",
        "#[blocking]",
        "self",
        "check_health",
    ];
    assert_eq!(places(source), expected);
}

#[test]
fn errors_name_the_deployment_and_the_method() {
    let error = only("#[deployment] impl<T> a::Greeter<T> { fn hello(self) {} }");
    assert!(
        error.message.starts_with("deployment `Greeter`, method `hello`: "),
        "{}",
        error.message
    );
    let error = only("#[deployment(vis = 1)] impl Greeter { fn hello(&self) {} }");
    assert!(error.message.starts_with("deployment `Greeter`: "), "{}", error.message);
}

#[test]
fn a_wrong_method_suppresses_only_its_own_output() {
    let source = "#[deployment] impl Greeter { pub fn wrong(self) {} pub fn right(&self) {} }";
    let expansion = expand(source).to_string();
    assert!(expansion.contains("GreeterRightMethod"));
    assert!(!expansion.contains("GreeterWrongMethod"));
    assert!(expansion.contains("fn wrong (self)"), "the user's own method stays");
}

#[test]
fn wrong_options_leave_the_defaults() {
    let expansion = expand("#[deployment(num_replicas = 0, max_ongoing_requests = 8)] impl Greeter { fn right(&self) {} }").to_string();
    assert!(expansion.contains("max_ongoing_requests = 8"));
    assert!(!expansion.contains("config . num_replicas"));
}

#[test]
fn a_wrong_header_leaves_the_block() {
    let expansion = expand(
        "#[deployment(route_prefix = \"/\")] impl Clone for Greeter { #[get(\"/\")] fn clone(&self) -> Self { Self } }",
    );
    let file: File = syn::parse2(expansion).expect("the expansion is valid syntax");
    let [Item::Impl(block), Item::Macro(_)] = &*file.items else {
        panic!("expected the block and one error");
    };
    let [ImplItem::Fn(function)] = &*block.items else {
        panic!("expected the method");
    };
    assert!(function.attrs.is_empty(), "helper attributes are taken off even then");
}

#[test]
fn other_items_are_left_alone() {
    for (source, keyword) in [
        ("#[deployment] struct Greeter;", "struct"),
        ("#[deployment] pub(crate) unsafe trait Greeter {}", "trait"),
        ("#[deployment] pub async fn hello() {}", "fn"),
    ] {
        assert_eq!(only(source).at, keyword);
    }
}

#[test]
fn an_unreachable_method_is_not_an_empty_block() {
    assert_eq!(places("#[deployment] impl Greeter { fn hello(self) {} }"), ["self"]);
    assert_eq!(places("#[deployment] impl Greeter {}"), ["Greeter"]);
}

#[test]
fn alternatives_under_cfg_are_one_method() {
    let source = r#"
        #[deployment(route_prefix = "/")]
        impl Greeter {
            #[cfg(unix)] #[get("/")] fn hello(&self) {}
            #[cfg(not(unix))] #[get("/")] fn hello(&self) {}
        }
    "#;
    assert_eq!(places(source), [""; 0]);
}

#[test]
fn owned_types_may_mention_lifetimes_of_their_own() {
    let source = r"
        #[deployment]
        impl Greeter {
            fn hello(&self, a: Box<dyn Fn(&str) -> &str>, b: fn(&u8), c: Box<dyn for<'a> Visitor<'a>>, d: &'static str) -> Cow<'static, str> {}
        }
    ";
    assert_eq!(places(source), [""; 0]);
}

#[test]
fn what_cannot_be_parsed_is_no_panic() {
    for arguments in [
        "",
        ",",
        ",,",
        "=",
        "a = = b",
        "()",
        "a()",
        "a(b(c(d)))",
        "autoscaling(autoscaling())",
        "crate",
        "crate = \"\"",
        "vis = \"pub pub\"",
        "name(x)",
        "remote()",
        "1 2 3",
        "a b c, d",
    ] {
        drop(errors(&format!(
            "#[deployment({arguments})] impl Greeter {{ fn hello(&self) {{}} }}"
        )));
    }
    for items in [
        "fn hello(&self);",
        "const X: u8 = { 1 };",
        "type X = u8;",
        "make! { fn x(&self) {} }",
        "make!(x);",
        "pub default fn hello(&self) {}",
        "fn r#fn(&self) {}",
    ] {
        drop(errors(&format!("#[deployment] impl Greeter {{ {items} fn right(&self) {{}} }}")));
    }
}
