//! Names that generated code must not mention, because the user may have given them another meaning.

use proc_macro2::{Spacing, TokenStream, TokenTree};

use super::support::expand;

/// A block that uses everything, without saying any of the banned names itself.
const SOURCE: &str = r#"
    #[deployment(
        crate = "other",
        route_prefix = "/",
        num_replicas = "auto",
        autoscaling(initial_replicas = 1),
        user_config = "{}",
        request_timeout = "1s",
        backpressure(retry_after = "1s"),
        isolation = "process",
        gpus = [0],
        env(A = "b"),
        memory_limit = "1GiB"
    )]
    impl<T> Greeter<T> {
        pub async fn new(text: &str, list: &[T], other: &T) -> a::Result<Self> {}
        pub fn plain(&self, text: &str, list: &[T], other: &T, value: T) -> T {}
        #[blocking]
        pub fn blocking(&mut self) -> a::Result<T> {}
        #[get("/{id}")]
        pub async fn route(&self, Path(id): Path<T>, Json(body): Json<T>) -> a::Result<T> {}
        #[idempotent]
        #[get("/{id}/again", request_timeout = "1s")]
        pub fn again(&self, Path(id): Path<T>) -> T {}
        #[post("/{id}/stream")]
        pub async fn written(&mut self, Path(text): Path<a::Text>, Json(body): Json<T>) -> impl a::Stream<Item = a::Result<T>> {}
        pub fn numbers(&self) -> impl a::Stream<Item = T> {}
        #[batch(max_batch_size = 2, batch_wait_timeout = "1s", max_concurrent_batches = 2, max_batch_cost = 9, cost = Self::weigh)]
        pub async fn values(&self, list: a::Vec<T>) -> a::Vec<T> {}
        #[batch]
        #[idempotent]
        pub fn whole(&mut self, list: a::Vec<T>) -> a::Result<a::Vec<T>> {}
        #[batch]
        #[blocking]
        pub fn each(&self, list: a::Vec<T>) -> a::Vec<a::Result<T>> {}
        async fn __call__(&self, request: Request) -> T {}
        fn check_health(&self) -> a::Result<()> {}
        fn reconfigure(&mut self, settings: T) -> a::Result<()> {}
    }
    #[deployment(crate = "other")]
    impl Private {
        fn plain(&self) {}
    }
"#;

/// What must be qualified, whether by `::core` or by the runtime's own `std`.
const QUALIFIED: &[&str] = &[
    "std",
    "core",
    "alloc",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "String",
    "Vec",
    "Box",
    "Arc",
    "Clone",
    "Default",
    "Debug",
    "Deref",
    "Future",
    "Send",
    "Sync",
    "Fn",
    "From",
    "Into",
    "ToOwned",
    "Borrow",
    "Duration",
    "Infallible",
    "PhantomData",
    "Deployment",
    "Application",
    "BindArg",
    "IntoArg",
    "ObjectRef",
    "CallError",
    "Reply",
    "StreamReply",
    "ResponseStream",
    "ChosenReplica",
    "Stream",
    "Items",
];

/// A name where it stands: whether `::` comes before it, and whether `::` comes after it.
struct Name {
    text: String,
    follows_path: bool,
    begins_path: bool,
}

fn names(tokens: TokenStream, names: &mut Vec<Name>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_path_sign = |index: usize| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) => names.push(Name {
                text: ident.to_string(),
                follows_path: index >= 2 && is_path_sign(index - 2),
                begins_path: is_path_sign(index + 1),
            }),
            TokenTree::Group(group) => self::names(group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn names_of(source: &str) -> Vec<Name> {
    let mut found = Vec::new();
    names(expand(source), &mut found);
    found
}

#[test]
fn names_of_the_prelude_are_qualified() {
    for Name { text, follows_path, begins_path } in names_of(SOURCE) {
        // `core` alone is a field of ours.
        let is_field = text == "core" && !begins_path;
        assert!(
            follows_path || is_field || !QUALIFIED.contains(&&*text),
            "`{text}` is not qualified"
        );
    }
}

#[test]
fn another_crate_path_is_used_throughout() {
    for Name { text, .. } in names_of(SOURCE) {
        assert_ne!(text, "serve_core");
    }
}

#[test]
fn no_macro_of_the_prelude_is_called() {
    let expansion = expand(SOURCE).to_string();
    for name in [
        "matches !",
        "vec !",
        "format !",
        "assert !",
        "unreachable !",
        "panic !",
        "todo !",
        "# [derive (",
    ] {
        assert!(!expansion.contains(name), "{name}");
    }
}
