//! Stop sequences: where a text ends before its end. They may begin in one token and end in another, so what may be
//! the beginning of one is held back until it is known.

/// Looks for stop sequences in a text that comes in pieces.
#[derive(Debug)]
pub(crate) struct Stop {
    sequences: Vec<String>,
    held: String,
    is_found: bool,
}

impl Stop {
    /// None of them is empty.
    pub(crate) fn at(sequences: Vec<String>) -> Self {
        Self { sequences, held: String::new(), is_found: false }
    }

    /// Whether the text has ended.
    pub(crate) fn is_found(&self) -> bool {
        self.is_found
    }

    /// Takes a piece, and gives what is certainly before any stop sequence.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let found = self.sequences.iter().filter_map(|sequence| self.held.find(sequence)).min();
        if let Some(end) = found {
            self.is_found = true;
            self.held.truncate(end);
            return self.rest();
        }
        let mut ends = self.held.char_indices().map(|(index, _)| index);
        let held_from = ends.find(|&index| self.may_begin(&self.held[index..]));
        match held_from {
            Some(index) => self.held.drain(..index).collect(),
            None => self.rest(),
        }
    }

    /// What is still held back, if nothing follows.
    pub(crate) fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    fn may_begin(&self, end: &str) -> bool {
        self.sequences.iter().any(|sequence| sequence.starts_with(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is given of pieces, with a bar behind each and a full stop if that is the end.
    fn given(sequences: &[&str], pieces: &[&str]) -> String {
        let mut stop = Stop::at(sequences.iter().map(|&sequence| sequence.to_owned()).collect());
        let given: String = pieces.iter().map(|piece| stop.push(piece) + "|").collect();
        given + &stop.rest() + if stop.is_found() { "." } else { "" }
    }

    #[test]
    fn a_text_ends_before_the_first_stop_sequence() {
        assert_eq!(given(&["b"], &["a b c"]), "a |.");
        assert_eq!(given(&["c", "b"], &["a b c"]), "a |.");
        assert_eq!(given(&["b c"], &["a", " b", " ", "c"]), "a| |||.");
        assert_eq!(given(&["жж"], &["aж", "ж"]), "a||.");
    }

    #[test]
    fn what_only_looks_like_a_stop_sequence_is_given_late() {
        assert_eq!(given(&[], &["a", " b"]), "a| b|");
        assert_eq!(given(&["b c"], &["a b", " d"]), "a |b d|");
        assert_eq!(given(&["b c"], &["a b"]), "a |b");
    }
}
