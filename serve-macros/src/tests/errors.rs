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
fn a_wrong_method_is_there_as_if_its_advice_had_been_followed() {
    let source = "#[deployment] impl Greeter { pub fn wrong(self) {} pub fn right(&self) {} }";
    let expansion = expand(source).to_string();
    assert!(expansion.contains("GreeterRightMethod"));
    assert!(expansion.contains("GreeterWrongMethod"));
    assert!(!expansion.contains("< Greeter > :: wrong"), "nothing calls it");
    assert!(expansion.contains("fn wrong (self)"), "the user's own method stays");
}

#[test]
fn wrong_options_leave_the_defaults() {
    let expansion = expand("#[deployment(num_replicas = 0, max_ongoing_requests = 8)] impl Greeter { fn right(&self) {} }").to_string();
    assert!(expansion.contains("max_ongoing_requests = 8"));
    assert!(!expansion.contains("config . num_replicas"));
}

#[test]
fn options_of_processes_are_checked() {
    let error = |options: &str| {
        let source = format!("#[deployment({options})] impl Greeter {{ fn right(&self) {{}} }}");
        let Reported { at, message } = only(&source);
        (at, message)
    };
    let cases = [
        ("gpus = 0", "0", "takes a list of numbers such as [0, 1], not `0`"),
        ("gpus = [-1]", "[-1]", "takes a list of numbers"),
        ("cpus = []", "[]", "must have at least one number"),
        ("memory_limit = 512", "512", "takes a size in quotes"),
        ("memory_limit = \"512\"", "\"512\"", "has no unit; write \"512MiB\" or \"512GiB\""),
        ("memory_limit = \"0B\"", "\"0B\"", "must be more than zero"),
        (
            "max_body_size = 1.5",
            "1.5",
            "takes a size in quotes such as \"64KiB\" or \"10MiB\", or a number of bytes, not `1.5`",
        ),
        ("max_body_size = \"10\"", "\"10\"", "has no unit; write \"10MiB\" or \"10GiB\""),
        ("max_body_size = \"10mb\"", "\"10mb\"", "`mb` is not a unit; sizes are written"),
        ("max_body_size = 0", "0", "must be more than zero"),
        ("working_directory = \"\"", "\"\"", "must not be empty"),
        ("env = \"A=b\"", "\"A=b\"", "write `env(OMP_NUM_THREADS = \"1\")`"),
        ("env(A = 1)", "A", "`A` takes a text in quotes"),
        ("env(A = \"1\", A = \"2\")", "A", "`A` is given twice"),
    ];
    for (options, at, message) in cases {
        let (place, said) = error(options);
        assert_eq!(place.replace(' ', ""), at, "{options}: {said}");
        assert!(said.contains(message), "{options}: {said}");
    }
}

#[test]
fn names_fit_everywhere_they_are_used() {
    let long = format!("{:?}", "x".repeat(201));
    let cases = [
        ("\"\"", "must not be empty"),
        ("\" a\"", "nor begin or end with a space"),
        ("\"a#b\"", "must not contain `#`, `/` or control characters"),
        ("\"a/b\"", "must not contain `#`, `/` or control characters"),
        ("\"a\\0b\"", "must not contain `#`, `/` or control characters"),
        (&*long, "must be of 200 bytes at most"),
    ];
    for (name, advice) in cases {
        let source = format!("#[deployment(name = {name})] impl Greeter {{ fn a(&self) {{}} }}");
        let error = only(&source);
        assert_eq!(error.at, name);
        assert!(error.message.contains(advice), "{name}: {}", error.message);
    }
}

#[test]
fn options_of_updates_are_checked() {
    let cases = [
        ("constructor_timeout = \"0s\"", "\"0s\"", "must be longer than zero"),
        ("update_timeout = 30", "30", "is a duration in quotes: \"30s\""),
        ("stuck_after = \"0ms\"", "\"0ms\"", "must be longer than zero"),
        ("exclusive = true", "true", "write `exclusive` alone"),
    ];
    for (option, at, advice) in cases {
        let error = only(&format!("#[deployment({option})] impl A {{ fn a(&self) {{}} }}"));
        assert_eq!(error.at, at, "{option}: {}", error.message);
        assert!(error.message.contains(advice), "{option}: {}", error.message);
    }
}

#[test]
fn a_shutdown_hook_of_another_shape_is_refused() {
    check_methods(&[
        (
            "fn on_shutdown() {} fn a(&self) {}",
            "on_shutdown",
            "take `&self`, `&mut self` or `self`",
        ),
        (
            "fn on_shutdown(self, why: String) {} fn a(&self) {}",
            "why: String",
            "nothing to pass to it; write `async fn on_shutdown(&self)`",
        ),
        ("fn on_shutdown(self) -> u8 {} fn a(&self) {}", "u8", "nobody is left to take"),
        (
            "fn on_shutdown(self) -> Result<u8, E> {} fn a(&self) {}",
            "Result<u8, E>",
            "`-> Result<(), E>` if it can fail",
        ),
        ("fn on_shutdown(self: Box<Self>) {} fn a(&self) {}", "self: Box<Self>", "take `&self`"),
        (
            "#[get(\"/x\")] fn on_shutdown(self) {} fn a(&self) {}",
            "#[get(\"/x\")]",
            "the runtime calls this method",
        ),
    ]);
}

#[test]
fn a_shutdown_hook_takes_the_instance_in_any_way_and_is_no_method() {
    for hook in [
        "fn on_shutdown(&self) {}",
        "async fn on_shutdown(&mut self) {}",
        "fn on_shutdown(self) -> () {}",
        "async fn on_shutdown(mut self) -> Result<(), E> {}",
        "fn on_shutdown(self: Self) -> io::Result<()> {}",
        "#[blocking] fn on_shutdown(self) {}",
        "#[blocking] fn on_shutdown(&self) {}",
    ] {
        let source = format!("#[deployment] impl Greeter {{ {hook} fn a(&self) {{}} }}");
        assert_eq!(places(&source), [""; 0], "{hook}");
        let expansion = expand(&source).to_string();
        assert!(expansion.contains("const ON_SHUTDOWN"), "{hook}");
        assert!(!expansion.contains("GreeterOnShutdownMethod"), "{hook}");
    }
}

#[test]
fn a_wrong_shutdown_hook_is_left_out_and_nothing_else() {
    let source =
        "#[deployment] impl Greeter { fn on_shutdown(self) -> u8 {} pub fn right(&self) {} }";
    let expansion = expand(source).to_string();
    assert!(expansion.contains("GreeterRightMethod"));
    assert!(!expansion.contains("ON_SHUTDOWN"));
}

#[test]
fn a_wrong_header_leaves_the_block_and_a_handle() {
    let expansion = expand(
        "#[deployment(route_prefix = \"/\")] impl Clone for Greeter { #[get(\"/\")] fn clone(&self) -> Self { Self } }",
    );
    let text = expansion.to_string();
    assert!(text.contains("type GreeterHandle") && text.contains("fn bind"));
    let file: File = syn::parse2(expansion).expect("the expansion is valid syntax");
    let [Item::Impl(block), .., Item::Macro(_)] = &*file.items else {
        panic!("expected the block, what is generated, and one error");
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
            fn hello(&self, a: Box<dyn Fn(&str) -> &str + Send>, b: fn(&u8), c: Box<dyn for<'a> Visitor<'a>>, d: &'static str) -> Cow<'static, str> {}
        }
    ";
    assert_eq!(places(source), [""; 0]);
}

/// Each method alone in a block with a route prefix: the token pointed at, and a part of the advice.
fn check_methods(cases: &[(&str, &str, &str)]) {
    for (method, at, advice) in cases {
        let error =
            only(&format!("#[deployment(route_prefix = \"/\")] impl Greeter {{ {method} }}"));
        assert_eq!(error.at, *at, "{method}: {}", error.message);
        assert!(error.message.contains(advice), "{method}: {}", error.message);
    }
}

#[test]
fn streams_that_cannot_be_sent_are_refused() {
    check_methods(&[
        (
            "#[blocking] fn a(&self) -> impl Stream<Item = u8> {}",
            "#[blocking]",
            "make the items on a blocking thread of your own and return the receiving end",
        ),
        (
            "#[batch] fn a(&self, items: Vec<u8>) -> impl Stream<Item = u8> {}",
            "#[batch]",
            "return `Vec<U>`",
        ),
        (
            "#[idempotent] fn a(&self) -> impl Stream<Item = u8> {}",
            "#[idempotent]",
            "cannot be repeated once items are out",
        ),
        ("fn a(&self) -> impl Stream {}", "Stream", "write `impl Stream<Item = T>`"),
        (
            "fn a(&self) -> impl futures::Stream<Item: Display> + Send {}",
            "futures::Stream<Item: Display>",
            "write `impl Stream<Item = T>`",
        ),
        (
            "async fn a(&self) -> Result<impl Stream<Item = u8>, E> {}",
            "impl Stream<Item = u8>",
            "return `impl Stream<Item = Result<T, E>>`, with the error as first item",
        ),
        (
            "async fn a(&self) -> Option<impl Stream<Item = u8>> {}",
            "impl Stream<Item = u8>",
            "return `impl Stream<Item = T>`",
        ),
        ("fn a(&self) -> impl Stream<Item = &str> {}", "&str", "write `Item = String` here"),
        ("fn a(&self) -> impl Stream<Item = Result<&[u8], E>> {}", "&[u8]", "write `Vec<u8>` here"),
        ("fn a(&self) -> impl Stream<Item = Cow<'_, str>> {}", "'_", "write an owned type"),
        (
            "fn a(&self) -> impl Stream<Item = impl Display> {}",
            "impl Display",
            "write a concrete type",
        ),
        (
            "fn a(&self) -> impl Iterator<Item = u8> {}",
            "impl Iterator<Item = u8>",
            "return `Vec<u8>`, or `impl Stream<Item = u8>`",
        ),
        (
            "fn check_health(&self) -> impl Stream<Item = u8> {} fn a(&self) {}",
            "impl Stream<Item = u8>",
            "`async fn check_health(&self) -> Result<(), E>`",
        ),
        (
            "fn new() -> impl Stream<Item = Self> {} fn a(&self) {}",
            "impl Stream<Item = Self>",
            "`fn new(..) -> Self`",
        ),
    ]);
}

#[test]
fn batches_of_another_shape_are_refused() {
    check_methods(&[
        ("#[batch] fn a(&self) -> Vec<u8> {}", "a", "take `items: Vec<T>`"),
        (
            "#[batch] fn a(&self, b: Vec<u8>, c: Vec<u8>) -> Vec<u8> {}",
            "c: Vec<u8>",
            "take tuples, `items: Vec<(A, B)>`",
        ),
        ("#[batch] fn a(&self, b: u8) -> Vec<u8> {}", "u8", "take `Vec<T>`"),
        ("#[batch] fn a(&self, b: &[u8]) -> Vec<u8> {}", "&[u8]", "take `Vec<u8>`"),
        ("#[batch] fn a(&self, b: Vec<&str>) -> Vec<u8> {}", "&str", "write `String` here"),
        (
            "#[batch] fn a(&self, Json(b): Json<Vec<u8>>) -> Vec<u8> {}",
            "Json(b)",
            "take `b: Vec<T>`",
        ),
        ("#[batch] fn a(&self, b: Vec<u8>) {}", "a", "return `Vec<U>`, `Result<Vec<U>, E>` or"),
        ("#[batch] fn a(&self, b: Vec<u8>) -> u8 {}", "u8", "return `Vec<U>`"),
        ("#[batch] fn a(&self, b: Vec<u8>) -> Vec<&str> {}", "&str", "return an owned value"),
        ("#[batch] fn a(&self, b: Vec<u8>) -> Result<u8, E> {}", "u8", "write `Vec<U>` here"),
        (
            "#[batch] fn a(&self, b: Vec<u8>) -> Result<Vec<io::Result<u8>>, E> {}",
            "io::Result<u8>",
            "return `Result<Vec<U>, E>` or `Vec<Result<U, E>>`",
        ),
        (
            "#[batch] #[post(\"/\")] fn a(&self, b: Vec<u8>) -> Vec<u8> {}",
            "#[post(\"/\")]",
            "`Self::current_handle()?.a.call(item)`",
        ),
        (
            "#[batch] fn __call__(&self, b: Vec<u8>) -> Vec<u8> {}",
            "#[batch]",
            "write a `__call__` that takes the request",
        ),
        (
            "#[batch] fn check_health(&self) -> Result<(), E> {} fn a(&self) {}",
            "#[batch]",
            "the runtime calls this method",
        ),
        ("#[batch] fn helper(b: Vec<u8>) -> Vec<u8> {} fn a(&self) {}", "#[batch]", "take `&self`"),
    ]);
    assert_eq!(
        places("#[deployment] impl A { #[batch] fn __call__(&self, b: Vec<u8>) -> Vec<u8> {} }"),
        [""; 0]
    );
}

#[test]
fn options_of_a_batch_are_checked() {
    let cases = [
        ("max_batch_size = 0", "0", "must be 1 or more"),
        ("max_concurrent_batches = 0", "0", "must be 1 or more"),
        ("batch_wait_timeout = 5", "5", "is a duration in quotes: \"5s\""),
        ("max_batch_cost = 9", "max_batch_cost", "add `cost = Self::tokens`"),
        ("cost = Self::tokens", "cost", "add `max_batch_cost = 16384`"),
        ("max_batch_cost = 9, cost = \"tokens\"", "\"tokens\"", "such as Self::tokens"),
        ("max_batch_cost = 9, cost = |item| 1", "|item| 1", "such as Self::tokens"),
        ("max_batchsize = 8", "max_batchsize", "did you mean `max_batch_size`?"),
        ("max_batch_size = 8, max_batch_size = 9", "max_batch_size", "given twice"),
        ("max_batch_size", "max_batch_size", "takes an integer"),
    ];
    for (options, at, advice) in cases {
        check_methods(&[(
            &format!("#[batch({options})] fn a(&self, b: Vec<u8>) -> Vec<u8> {{}}"),
            at,
            advice,
        )]);
    }
    check_methods(&[(
        "#[batch = 8] fn a(&self, b: Vec<u8>) -> Vec<u8> {}",
        "batch = 8",
        "write `#[batch(max_batch_size = 32)]`",
    )]);
}

#[test]
fn helpers_without_arguments_take_none() {
    check_methods(&[
        ("#[idempotent(true)] fn a(&self) {}", "idempotent(true)", "takes no arguments"),
        ("#[idempotent] #[idempotent] fn a(&self) {}", "#[idempotent]", "given twice"),
        ("#[batch] #[batch] fn a(&self, b: Vec<u8>) -> Vec<u8> {}", "#[batch]", "given twice"),
        (
            "#[idempotent] fn reconfigure(&self, a: u8) -> Result<(), E> {} fn a(&self) {}",
            "#[idempotent]",
            "the runtime calls this method",
        ),
        ("#[idempotant] fn a(&self) {}", "#[idempotant]", "did you mean `#[idempotent]`?"),
    ]);
}

#[test]
fn options_of_a_route_are_checked() {
    check_methods(&[
        (
            "#[get(\"/\", timeout = \"5s\")] fn a(&self) {}",
            "timeout",
            "not an option of `#[get(..)]`; did you mean `request_timeout`?\noptions: `request_timeout`, `max_body_size`",
        ),
        (
            "#[put(\"/\", request_timeout_s = 5)] fn a(&self) {}",
            "request_timeout_s",
            "did you mean `request_timeout`?",
        ),
        (
            "#[post(\"/\", request_timeout = \"0s\")] fn a(&self) {}",
            "\"0s\"",
            "must be longer than zero",
        ),
        (
            "#[patch(\"/\" request_timeout = \"5s\")] fn a(&self) {}",
            "request_timeout = \"5s\"",
            "expected `,` between the path and its options",
        ),
        (
            "#[delete(request_timeout = \"5s\")] fn a(&self) {}",
            "#[delete(request_timeout = \"5s\")]",
            "a route is written with its path",
        ),
        (
            "#[any(\"/\", max_body_size = \"ten\")] fn a(&self) {}",
            "\"ten\"",
            "`ten` is not a size; write a number and a unit, such as \"512MiB\"",
        ),
        (
            "#[options(\"/\", max_body_bytes = 10)] fn a(&self) {}",
            "max_body_bytes",
            "not an option of `#[options(..)]`; did you mean `max_body_size`?",
        ),
        (
            "#[head] fn a(&self) {}",
            "#[head]",
            "is written with its path: `#[head(\"/items/{id}\")]`",
        ),
    ]);
}

#[test]
fn everything_wrong_with_a_batch_is_reported_in_one_run() {
    let source = r#"
        #[deployment(route_prefix = "/")]
        impl Greeter {
            #[batch(size = 8, cost = x)]
            #[get("/a/", request_timeout = "5")]
            fn a(self, b: &str, c: u8) {}
            #[blocking]
            #[idempotent]
            fn b(&self, c: impl Display) -> impl Stream<Item = &u8> {}
        }
    "#;
    let expected = [
        "\"5\"",
        "#[get(\"/a/\", request_timeout = \"5\")]",
        "self",
        "size",
        "cost",
        "c: u8",
        "a",
        "#[blocking]",
        "#[idempotent]",
        "impl Display",
        "&u8",
    ];
    let mut found = places(source);
    found.sort_unstable();
    let mut expected = expected.map(str::to_owned);
    expected.sort_unstable();
    assert_eq!(found, expected);
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
        "#[batch(,)] #[get(\"/\",,)] #[post] fn a(&self) -> impl Stream<> {}",
        "#[batch(cost)] #[idempotent()] fn a(&self, b: Vec) -> Result {}",
        "#[batch] fn a(&self, b: Vec<u8, A>) -> Vec<Result> {}",
        "fn a(&self) -> impl Stream(u8) -> u8 {}",
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
