//! The language model: what a text has after two words, the model says after these two words.
//!
//! It is small, but it does what large ones do: token after token, each by chance and as probable as what came before
//! makes it. It does not know that there is a server.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;

use crate::tokens::tokens;

/// How many words the next one depends on.
const CONTEXT: usize = 2;

/// What has come after which words, and how often.
#[derive(Debug)]
pub(crate) struct Ngrams {
    // Ordered, so that a seed says the same on every run.
    after: HashMap<Vec<String>, BTreeMap<String, u32>>,
}

impl Ngrams {
    /// Learns from a text that has a paragraph on each line.
    pub(crate) fn learn(text: &str) -> Self {
        let mut after = HashMap::<_, BTreeMap<_, _>>::new();
        let mut context = beginning();
        for token in tokens(text) {
            for length in 1..=context.len() {
                let next = after.entry(latest(&context, length).to_vec()).or_default();
                *next.entry(token.to_owned()).or_default() += 1;
            }
            remember(&mut context, token);
        }
        Self { after }
    }

    /// What follows a prompt: tokens without end. What has never been read is followed by a new paragraph.
    ///
    /// At temperature 1 they are as probable as in the text, at 0 the most probable is always taken.
    pub(crate) fn follow(
        &self,
        prompt: &str,
        temperature: f64,
        mut chance: Rng,
    ) -> impl Iterator<Item = String> {
        let mut context = beginning();
        tokens(prompt).for_each(|token| remember(&mut context, token));
        std::iter::from_fn(move || {
            let token = choose(self.candidates(&context)?, temperature, &mut chance)?;
            remember(&mut context, token);
            Some(token.to_owned())
        })
    }

    /// What may come next, by the longest part of the context that the text has. Where two words have always had the
    /// same one after them, it is by the last alone, or the model would recite its text.
    fn candidates(&self, context: &[String]) -> Option<&BTreeMap<String, u32>> {
        let mut lengths = (1..=context.len()).rev();
        let known = lengths.find_map(|length| {
            let next = self.after.get(latest(context, length))?;
            (length < CONTEXT || next.len() > 1).then_some(next)
        });
        known.or_else(|| self.after.get(&beginning()))
    }
}

/// What a text has before its first word: the end of another paragraph.
fn beginning() -> Vec<String> {
    vec!["\n".to_owned()]
}

/// The last words of a context.
fn latest(context: &[String], length: usize) -> &[String] {
    &context[context.len() - length..]
}

/// Adds a token to a context, without the blank: a word is the same at the beginning of a text.
fn remember(context: &mut Vec<String>, token: &str) {
    context.push(token.trim_matches(' ').to_owned());
    if context.len() > CONTEXT {
        context.remove(0);
    }
}

fn choose<'a>(
    candidates: &'a BTreeMap<String, u32>,
    temperature: f64,
    chance: &mut Rng,
) -> Option<&'a str> {
    let most = candidates.values().max().copied().map_or(1.0, f64::from);
    // At temperature 0 that is 1 for the most frequent and 0 for all others.
    let weight = |count: u32| (f64::from(count) / most).powf(temperature.recip());
    let sum: f64 = candidates.values().map(|&count| weight(count)).sum();
    let mut left = if temperature > 0.0 { sum * chance.f64() } else { 0.0 };
    let chosen = candidates.iter().find(|&(_, &count)| {
        left -= weight(count);
        left < 0.0
    });
    // Only a rounding can leave something over.
    chosen.or(candidates.last_key_value()).map(|(token, _)| &**token)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a b c\na b d\na b d\nx\n";

    fn said(prompt: &str, temperature: f64, seed: u64) -> String {
        let model = Ngrams::learn(TEXT);
        model.follow(prompt, temperature, Rng::with_seed(seed)).take(11).collect()
    }

    #[test]
    fn at_temperature_zero_the_most_frequent_comes_next_whatever_the_seed() {
        for seed in 0..10 {
            assert_eq!(said("a", 0.0, seed), " b d\na b d\na b d\n");
        }
    }

    #[test]
    fn a_seed_says_the_same_again_and_another_seed_something_else() {
        assert_eq!(said("a", 1.0, 7), said("a", 1.0, 7));
        assert!((0..10).any(|seed| said("a", 1.0, seed) != said("a", 1.0, 7)));
    }

    #[test]
    fn what_follows_is_as_frequent_as_in_the_text() {
        let model = Ngrams::learn(TEXT);
        let mut chance = Rng::with_seed(1);
        let mut next = || model.follow("a b", 1.0, chance.fork()).next().unwrap();
        let of_d = (0..3000).filter(|_| next() == " d").count();
        assert!((1900..2100).contains(&of_d), "{of_d}");
    }

    #[test]
    fn any_prompt_is_followed_by_words_of_the_text() {
        for prompt in ["", " ", "never seen", "\n", "→"] {
            let said = said(prompt, 2.0, 3);
            assert!(tokens(&said).all(|token| TEXT.contains(token.trim_matches(' '))), "{said}");
        }
    }
}
