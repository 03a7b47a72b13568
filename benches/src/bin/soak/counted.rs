//! The lines of a stream, checked as they come: each one is there, whole and in its place.

/// The lines that have been read of one stream.
#[derive(Debug)]
pub(crate) struct Counted {
    call: u64,
    padding: usize,
    next: u64,
    replica: Option<String>,
    /// The beginning of a line.
    partial: Vec<u8>,
}

impl Counted {
    pub(crate) fn new(call: u64, padding: u64) -> Self {
        let padding = usize::try_from(padding).unwrap_or_default();
        Self { call, padding, next: 0, replica: None, partial: Vec::new() }
    }

    pub(crate) fn items(&self) -> u64 {
        self.next
    }

    /// Who makes the stream, as its first line says.
    pub(crate) fn replica(&self) -> Option<&str> {
        self.replica.as_deref()
    }

    pub(crate) fn is_whole(&self, items: u64) -> bool {
        self.next == items && self.partial.is_empty()
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), String> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            let line = std::mem::take(&mut self.partial);
            self.check(&line)?;
        }
        self.partial.extend_from_slice(rest);
        Ok(())
    }

    fn check(&mut self, line: &[u8]) -> Result<(), String> {
        let line = str::from_utf8(line).map_err(|error| error.to_string())?;
        let (call, item) = (self.call.to_string(), self.next.to_string());
        let parts = Vec::from_iter(line.splitn(4, ' '));
        let [found_call, found_item, replica, padding] = parts[..] else {
            return Err(format!("{line:?} is no line"));
        };
        let is_same = self.replica.as_deref().is_none_or(|known| known == replica);
        let is_padding = padding.len() == self.padding && padding.bytes().all(|byte| byte == b'.');
        if found_call != call || found_item != item || !is_same || !is_padding {
            let found = format!("{found_call} {found_item} {replica} and {}", padding.len());
            return Err(format!("item {item} of {:?} is {found}", self.replica));
        }
        self.replica.get_or_insert_with(|| replica.to_owned());
        self.next += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_come_in_any_pieces() {
        let text = b"7 0 Worker#a ..\n7 1 Worker#a ..\n";
        for size in 1..text.len() {
            let mut counted = Counted::new(7, 2);
            text.chunks(size).for_each(|piece| counted.feed(piece).unwrap());
            assert!(counted.is_whole(2) && counted.replica() == Some("Worker#a"), "{size}");
        }
    }

    #[test]
    fn a_line_that_is_missing_twice_there_or_of_another_stream_is_found() {
        for line in [
            "7 2 Worker#a ..",
            "7 0 Worker#a ..",
            "8 1 Worker#a ..",
            "7 1 Worker#b ..",
            "7 1 Worker#a .",
        ] {
            let mut counted = Counted::new(7, 2);
            counted.feed(b"7 0 Worker#a ..\n").unwrap();
            assert!(counted.feed(format!("{line}\n").as_bytes()).is_err(), "{line}");
        }
    }
}
