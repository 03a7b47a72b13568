//! Server-sent events, read from a stream of bytes.

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SseMessage {
    pub(super) event: String,
    pub(super) data: String,
}

/// The messages of a stream, as its parts come.
#[derive(Debug, Default)]
pub(super) struct SseReader {
    /// A line that has not ended yet.
    line: Vec<u8>,
    message: SseMessage,
}

/// Longer than any message of ours.
const BYTES_MAX: usize = 4 << 20;

impl SseReader {
    /// Takes in a part, and gives the messages that end in it.
    ///
    /// # Errors
    ///
    /// It is no stream of events: a message does not end.
    pub(super) fn take(&mut self, part: &[u8]) -> Result<Vec<SseMessage>, &'static str> {
        let mut messages = Vec::new();
        for byte in part {
            match byte {
                b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    messages.extend(self.line(&String::from_utf8_lossy(&line)));
                }
                _ if self.line.len() + self.message.data.len() >= BYTES_MAX => {
                    return Err("a message of a stream has no end");
                }
                byte => self.line.push(*byte),
            }
        }
        Ok(messages)
    }

    fn line(&mut self, line: &str) -> Option<SseMessage> {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            let message = std::mem::take(&mut self.message);
            return (!message.data.is_empty()).then_some(message);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.message.event),
            "data" => {
                if !self.message.data.is_empty() {
                    self.message.data.push('\n');
                }
                self.message.data.push_str(value);
            }
            // Comments keep the connection alive; numbers are in the data.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_same_wherever_the_stream_is_cut() {
        let text = b": alive\n\nid: 1\nevent: scaled\ndata: {\"a\":\ndata: 1}\r\n\r\ndata: x\n\n\n";
        let whole = SseReader::default().take(text).unwrap();
        let expected = [("scaled", "{\"a\":\n1}"), ("", "x")];
        let expected = expected
            .map(|(event, data)| SseMessage { event: event.to_owned(), data: data.to_owned() });
        assert_eq!(whole, expected);
        for size in 1..text.len() {
            let mut reader = SseReader::default();
            let cut: Vec<_> =
                text.chunks(size).flat_map(|part| reader.take(part).unwrap()).collect();
            assert_eq!(cut, expected, "in parts of {size}");
        }
    }
}
