//! The tokens that requests have to have, of which only hashes are kept.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Any of them will do; where there is none, none is asked for.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    hashes: Vec<[u8; 32]>,
    problem: Option<&'static str>,
}

impl Tokens {
    pub(super) fn add(&mut self, token: &str) {
        if token.is_empty() {
            self.problem = Some("the token is empty; AdminOptions::token takes a random text");
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.problem = Some(
                "the token has a letter that a header cannot have; use ASCII letters, digits and punctuation, \
                 without spaces",
            );
        }
        self.hashes.push(hash(token.as_bytes()));
    }

    /// Why one of them is none.
    pub(super) fn problem(&self) -> Option<&'static str> {
        self.problem
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether it is one of them. Takes the same time for whatever is sent, so nothing is learnt by trying.
    pub(super) fn accept(&self, token: &[u8]) -> bool {
        let sent = hash(token);
        let found = self.hashes.iter().map(|hash| hash.ct_eq(&sent));
        found.fold(subtle::Choice::from(0), |any, one| any | one).into()
    }
}

/// How many there are, without their hashes.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.hashes.len())
    }
}

fn hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_the_tokens_will_do_and_none_is_kept() {
        let mut tokens = Tokens::default();
        tokens.add("sesame");
        tokens.add("seed");
        assert!(tokens.accept(b"sesame") && tokens.accept(b"seed"));
        assert!(!tokens.accept(b"another") && !tokens.accept(b""));
        assert_eq!(format!("{tokens:?}"), "Tokens(2)");
    }
}
