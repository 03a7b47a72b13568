//! What is wrong, with the lines of the file that it is about.

use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::masked::masked;
use crate::file::problem::{ConfigError, Problem, SourceText};

/// More than anybody reads at once; what is wrong with the first often goes for the others.
const SHOWN_MAX: usize = 100;

impl ConfigError {
    /// Every problem with the lines that it is about, for a terminal: with colours or without. Values of options that are
    /// called like secrets (`token`, `password`, `..key`) are masked in these lines.
    ///
    /// ```
    /// # #[cfg(feature = "cli")] {
    /// use serve_core::file::ServerConfig;
    ///
    /// let error = ServerConfig::from_yaml("applications:\n  - nam: hello\n").unwrap_err();
    /// assert!(error.excerpts(false).contains("2 |   - nam: hello"), "{}", error.excerpts(false));
    /// # }
    /// ```
    #[must_use]
    pub fn excerpts(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let problems = self.problems();
        let source = self.source().map(|source| SourceText {
            name: Arc::clone(&source.name),
            text: masked(&source.text).into(),
        });
        let shown = problems.iter().take(SHOWN_MAX);
        let mut excerpts: Vec<_> =
            shown.map(|problem| excerpt(&renderer, problem, source.as_ref())).collect();
        if problems.len() > SHOWN_MAX {
            excerpts.push(format!("and {} more", problems.len() - SHOWN_MAX));
        }
        excerpts.join("\n\n")
    }
}

fn excerpt(renderer: &Renderer, problem: &Problem, source: Option<&SourceText>) -> String {
    let title = match (&problem.span, source) {
        (Some(_), Some(_)) => problem.message.clone(),
        _ if problem.path.is_empty() => problem.message.clone(),
        _ => format!("{}: {}", problem.path, problem.message),
    };
    let mut group = Group::with_title(Level::ERROR.primary_title(title.as_str()));
    if let (Some(span), Some(source)) = (&problem.span, source) {
        let mut snippet = Snippet::source(&*source.text)
            .path(&*source.name)
            .annotation(AnnotationKind::Primary.span(span.clone()));
        if let Some((span, why)) = &problem.also {
            snippet =
                snippet.annotation(AnnotationKind::Context.span(span.clone()).label(why.as_str()));
        }
        group = group.element(snippet);
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}
