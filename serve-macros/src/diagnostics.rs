//! The one sink for everything that is wrong with a deployment.
//!
//! Errors are collected and reported together, so that a user fixes a block in one round. A [`Scope`] knows whom it
//! speaks about (which deployment, which method) and whether anything under it went wrong, which answers the question
//! "may the code for this part be generated?".

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::LitStr;

/// Collects errors. Must end in [`append_to`](Diagnostics::append_to).
#[must_use = "the collected errors are lost unless they are appended to the output"]
pub(crate) struct Diagnostics {
    errors: RefCell<Vec<syn::Error>>,
    /// Items that make the compiler warn.
    warnings: RefCell<TokenStream>,
    muted: Cell<bool>,
    finished: Cell<bool>,
}

/// A part of the input that is reported on by name, and that may fail by itself.
pub(crate) struct Scope<'a> {
    diagnostics: &'a Diagnostics,
    subject: String,
    failed: Cell<bool>,
    muted: Cell<bool>,
}

// === impl Diagnostics ===

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::default(),
            warnings: RefCell::default(),
            muted: Cell::new(false),
            finished: Cell::new(false),
        }
    }

    /// Speaks about the attribute itself, before it is known what it stands on.
    pub(crate) fn attribute(&self) -> Scope<'_> {
        self.scope("`#[deployment]`".to_owned())
    }

    /// Speaks about the deployment of this name.
    pub(crate) fn deployment(&self, name: impl Display) -> Scope<'_> {
        self.scope(format!("deployment `{name}`"))
    }

    /// Says no more: what comes now is wrong because of what has been reported.
    pub(crate) fn mute(&self) {
        self.muted.set(true);
    }

    /// Whether nothing has been reported so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// `output`, followed by one `compile_error!` for each error.
    pub(crate) fn append_to(self, mut output: TokenStream) -> TokenStream {
        self.finished.set(true);
        output.extend(self.warnings.take());
        for error in self.errors.take() {
            output.extend(error.into_compile_error());
        }
        output
    }

    fn scope(&self, subject: String) -> Scope<'_> {
        Scope { diagnostics: self, subject, failed: Cell::new(false), muted: Cell::new(false) }
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        debug_assert!(
            self.finished.get() || std::thread::panicking(),
            "errors were collected and never reported"
        );
    }
}

// === impl Scope ===

impl Scope<'_> {
    /// Speaks about one method of this deployment.
    pub(crate) fn method(&self, name: impl Display) -> Self {
        self.diagnostics.scope(format!("{}, method `{name}`", self.subject))
    }

    /// Reports an error at these tokens.
    pub(crate) fn report(&self, at: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(at, format!("{}: {message}", self.subject)));
    }

    /// Passes on an error of the parser, which has its own span.
    pub(crate) fn report_parse(&self, error: &syn::Error) {
        self.push(syn::Error::new(error.span(), format!("{}: {error}", self.subject)));
    }

    fn push(&self, error: syn::Error) {
        self.failed.set(true);
        if self.speaks() {
            self.diagnostics.errors.borrow_mut().push(error);
        }
    }

    /// Makes the compiler warn at this text. There is no other way than the use of something deprecated, whose name is shown
    /// as well.
    pub(crate) fn warn(&self, at: &LitStr, name: &str, message: impl Display) {
        if !self.speaks() {
            return;
        }
        let note = format!("{}: {message}", self.subject);
        let constant = Ident::new(name, Span::mixed_site().located_at(at.span()));
        self.diagnostics.warnings.borrow_mut().extend(quote! {
            const _: () = {
                #[deprecated(note = #note)]
                const #constant: () = ();
                #constant
            };
        });
    }

    fn speaks(&self) -> bool {
        !self.muted.get() && !self.diagnostics.muted.get()
    }

    /// Something is wrong that the compiler reports.
    pub(crate) fn fail(&self) {
        self.failed.set(true);
    }

    /// Says no more about it: what comes now is wrong because of what has been reported.
    pub(crate) fn mute(&self) {
        self.muted.set(true);
    }

    /// Whether anything was reported here. A method's scope is its own: it does not fail the deployment's.
    pub(crate) fn failed(&self) -> bool {
        self.failed.get()
    }
}
