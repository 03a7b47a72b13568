//! The code of `serve-core` without its tests: the modules that `lib.rs` leads to, and what each of them names.
//!
//! A path is looked at wherever it stands: in a `use`, a type, an expression or a macro. What is `#[cfg(test)]`
//! is left out, item by item, so nothing behind it goes unseen.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, Meta, UseTree, Visibility};

/// A file that is a module, or one of two that may be.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Below `src`, with `/`.
    pub(super) name: String,
    /// Every path that the code names, with what `use` has made of its first word.
    pub(super) paths: Vec<Vec<String>>,
    /// What its `pub use` hands on: by which name, and which path.
    pub(super) exports: Vec<(String, Vec<String>)>,
    /// `static` items, as they are written.
    pub(super) statics: Vec<String>,
    /// The types and traits that it defines for other files.
    pub(super) types: Vec<String>,
    pub(super) has_unsafe: bool,
    module: Vec<String>,
}

impl Source {
    /// The first part of its name: a folder or a file below `src`.
    pub(super) fn room(&self) -> &str {
        room_of_file(&self.name)
    }

    pub(super) fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.name.starts_with(place))
    }

    /// Whether some path begins so. The last word need not be complete.
    pub(super) fn names(&self, beginning: &str) -> bool {
        self.paths.iter().any(|path| path.join("::").starts_with(beginning))
    }
}

fn room_of_file(name: &str) -> &str {
    name.split(['/', '.']).next().unwrap_or_default()
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All files below `src`, tests too: their names and texts.
pub(super) fn texts() -> Vec<(String, String)> {
    let paths = files_below(&root(), "rs").into_iter();
    let mut found: Vec<_> =
        paths.map(|path| (name_of(&path), fs::read_to_string(path).unwrap())).collect();
    found.sort();
    found
}

/// The files of this extension in a folder and the folders in it.
pub(super) fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found
}

/// The modules that are no tests, `lib.rs` first.
pub(super) fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    read(&root().join("lib.rs"), Vec::new(), &mut found);
    assert!(found.len() > 200, "the sources have not been found");
    found
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

fn read(path: &Path, module: Vec<String>, found: &mut Vec<Source>) {
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    if is_test(&file.attrs) {
        return;
    }
    let mut aliases = Aliases { module: module.clone(), names: HashMap::new() };
    aliases.visit_file(&file);
    let mut reader = Reader {
        source: Source { name: name_of(path), module, ..Source::default() },
        aliases: aliases.names,
        children: Vec::new(),
    };
    reader.visit_file(&file);
    let Reader { source, children, .. } = reader;
    let children = children.into_iter().map(|child| (file_of(path, &child), child.module));
    let children: Vec<_> = children.collect();
    found.push(source);
    children.into_iter().for_each(|(path, module)| read(&path, module, found));
}

/// A `mod name;`.
struct Child {
    name: String,
    /// What `#[path]` says.
    path: Option<String>,
    module: Vec<String>,
}

fn file_of(parent: &Path, child: &Child) -> PathBuf {
    let folder = parent.parent().unwrap();
    if let Some(path) = &child.path {
        return folder.join(path);
    }
    let is_door = ["lib.rs", "mod.rs"].iter().any(|door| parent.ends_with(door));
    let folder = if is_door { folder.to_owned() } else { parent.with_extension("") };
    let file = folder.join(&child.name).with_extension("rs");
    if file.exists() { file } else { folder.join(&child.name).join("mod.rs") }
}

// === what belongs to tests ===

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args().is_ok_and(|meta| needs_test(&meta))
    })
}

fn needs_test(condition: &Meta) -> bool {
    let parts = || match condition {
        Meta::List(list) => list
            .parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated)
            .map(Vec::from_iter)
            .unwrap_or_default(),
        Meta::Path(_) | Meta::NameValue(_) => Vec::new(),
    };
    match condition.path() {
        path if path.is_ident("test") => true,
        path if path.is_ident("all") => parts().iter().any(needs_test),
        path if path.is_ident("any") => {
            let parts = parts();
            !parts.is_empty() && parts.iter().all(needs_test)
        }
        _ => false,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn attributes_in_impl(item: &syn::ImplItem) -> &[Attribute] {
    match item {
        syn::ImplItem::Const(item) => &item.attrs,
        syn::ImplItem::Fn(item) => &item.attrs,
        syn::ImplItem::Type(item) => &item.attrs,
        syn::ImplItem::Macro(item) => &item.attrs,
        _ => &[],
    }
}

// === paths ===

/// A path from the root of the crate, or of another crate.
fn absolute(module: &[String], mut path: Vec<String>) -> Vec<String> {
    let mut here = match path.first().map(String::as_str) {
        Some("self" | "super") => module.to_vec(),
        _ => return path,
    };
    while let Some("self" | "super") = path.first().map(String::as_str) {
        if path.remove(0) == "super" {
            here.pop();
        }
    }
    ["crate".to_owned()].into_iter().chain(here).chain(path).collect()
}

/// Every name that a tree imports, with its path.
fn leaves(tree: &UseTree, so_far: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let with = |name: &dyn ToString| [so_far, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &with(&path.ident), found),
        UseTree::Name(name) if name.ident == "self" => {
            found.push((so_far.last().cloned().unwrap_or_default(), so_far.to_vec()));
        }
        UseTree::Name(name) => found.push((name.ident.to_string(), with(&name.ident))),
        UseTree::Rename(rename) => found.push((rename.rename.to_string(), with(&rename.ident))),
        UseTree::Glob(_) => found.push(("*".to_owned(), with(&"*"))),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, so_far, found)),
    }
}

fn imports(item: &ItemUse, module: &[String]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    leaves(&item.tree, &[], &mut found);
    found.into_iter().map(|(name, path)| (name, absolute(module, path))).collect()
}

/// What `use` makes of names in a file, in whatever scope.
struct Aliases {
    module: Vec<String>,
    names: HashMap<String, Vec<String>>,
}

impl<'ast> Visit<'ast> for Aliases {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.names.extend(imports(item, &self.module));
    }
}

/// Collects what a file names.
struct Reader {
    source: Source,
    aliases: HashMap<String, Vec<String>>,
    children: Vec<Child>,
}

impl Reader {
    fn path(&mut self, path: Vec<String>) {
        let path = match path.first().and_then(|first| self.aliases.get(first)) {
            Some(alias) => alias.iter().cloned().chain(path.into_iter().skip(1)).collect(),
            None => path,
        };
        self.source.paths.push(absolute(&self.source.module, path));
    }

    /// The paths in what no parser has made sense of. Those that begin with `$crate` belong to whoever
    /// uses the macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons, mut before) = (Vec::new(), 0, String::new());
        for token in tokens {
            let text = token.to_string();
            match &token {
                TokenTree::Ident(_) if text == "unsafe" => self.source.has_unsafe = true,
                TokenTree::Ident(_) if colons == 2 && !path.is_empty() => path.push(text.clone()),
                TokenTree::Ident(_) => {
                    self.end(&mut path);
                    // Not a lifetime, nor a variable of the macro's.
                    if !["'", "$"].contains(&before.as_str()) {
                        path.push(text.clone());
                    }
                }
                TokenTree::Punct(_) if text == ":" => {}
                TokenTree::Group(group) => {
                    // Of a `use` in a macro.
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => self.end(&mut path),
            }
            colons = if text == ":" { colons + 1 } else { 0 };
            before = text;
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            self.path(std::mem::take(path));
        }
    }

    fn defines(&mut self, visibility: &Visibility, name: &syn::Ident) {
        if !matches!(visibility, Visibility::Inherited) {
            self.source.types.push(name.to_string());
        }
    }

    fn child(&mut self, item: &syn::ItemMod) {
        let name = item.ident.to_string();
        let path = item.attrs.iter().find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => {
                Some(pair.value.to_token_stream().to_string().trim_matches('"').to_owned())
            }
            _ => None,
        });
        let module = [&self.source.module[..], std::slice::from_ref(&name)].concat();
        self.children.push(Child { name, path, module });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        if !is_test(attributes_in_impl(item)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !is_test(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !is_test(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_none() {
            return self.child(item);
        }
        self.source.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.source.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let imports = imports(item, &self.source.module);
        self.source.paths.extend(imports.iter().map(|(_, path)| path.clone()));
        if !matches!(item.vis, Visibility::Inherited) {
            self.source.exports.extend(imports);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.defines(&item.vis, &item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.defines(&item.vis, &item.ident);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.defines(&item.vis, &item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.defines(&item.vis, &item.ident);
        visit::visit_item_type(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.source.statics.push(item.to_token_stream().to_string());
        visit::visit_item_static(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        visit::visit_macro(self, item);
        self.tokens(item.tokens.clone());
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.source.has_unsafe |= matches!(signature.safety, syn::Safety::Unsafe(_));
        visit::visit_signature(self, signature);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.source.has_unsafe |= item.unsafety.is_some();
        visit::visit_item_impl(self, item);
    }

    fn visit_expr_unsafe(&mut self, expression: &'ast syn::ExprUnsafe) {
        self.source.has_unsafe = true;
        visit::visit_expr_unsafe(self, expression);
    }
}

// === tests of all this ===

#[test]
fn what_only_tests_have_is_left_out_and_what_follows_is_not() {
    let code = r#"
        #[cfg(test)]
        use crate::one::{self, Two};
        use super::super::three::{Four, five as six};
        #[cfg(all(test, unix))]
        mod tests { use crate::seven; }
        #[cfg(any(test, feature = "fuzzing"))]
        fn both(value: crate::eight::Type) {}
        impl Type {
            #[cfg(test)]
            fn of_tests() { crate::nine() }
            fn other(&'static self) { tokio::select! { _ = six::seven(ten::eleven) => $crate::twelve() } }
        }
    "#;
    let file = syn::parse_file(code).unwrap();
    let module = vec!["room".to_owned(), "file".to_owned()];
    let mut aliases = Aliases { module: module.clone(), names: HashMap::new() };
    aliases.visit_file(&file);
    let source = Source { module, ..Source::default() };
    let mut reader = Reader { source, aliases: aliases.names, children: Vec::new() };
    reader.visit_file(&file);
    let names = |path| reader.source.names(path);
    for named in
        ["crate::three::Four", "crate::eight::Type", "crate::three::five::seven", "ten::eleven"]
    {
        assert!(names(named), "{named}: {:?}", reader.source.paths);
    }
    for absent in ["crate::one", "crate::seven", "crate::nine", "crate::twelve", "static"] {
        assert!(!names(absent), "{absent}");
    }
}
