//! What a client is told of its completion, at once or as it comes.

use serde_json::{Value, json};
use serve_core::prelude::*;

use crate::completion::{End, Part};
use crate::error::ApiError;
use crate::models::{ALICE, now};

/// Which of OpenAI's two ways to say it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Chat,
    Text,
}

/// What all pieces of one answer have in common.
#[derive(Debug)]
pub(crate) struct Letterhead {
    form: Form,
    id: String,
    created: u64,
}

impl Letterhead {
    /// For the request that is running, of which the answer has the id.
    pub(crate) fn new(form: Form) -> Self {
        let request = serve_core::context();
        let request = request.as_ref().map_or("", |request| request.request_id());
        let id = match form {
            Form::Chat => format!("chatcmpl-{request}"),
            Form::Text => format!("cmpl-{request}"),
        };
        Self { form, id, created: now() }
    }

    pub(crate) fn whole(&self, text: &str, end: &End) -> Value {
        let (object, said) = match self.form {
            Form::Chat => {
                ("chat.completion", json!({ "message": { "role": "assistant", "content": text } }))
            }
            Form::Text => ("text_completion", json!({ "text": text })),
        };
        let mut answer = self.answer(object, &choice(said, Some(end.finish_reason)));
        answer["usage"] = json!(end.usage);
        answer
    }

    /// What a stream begins with: in a chat, who speaks.
    pub(crate) fn opening(&self) -> Option<Event> {
        match self.form {
            Form::Chat => {
                let said = json!({ "delta": { "role": "assistant", "content": "" } });
                Some(event(&self.chunk(&choice(said, None))))
            }
            Form::Text => None,
        }
    }

    /// The events of a part. An error is the last, and no `[DONE]` follows.
    pub(crate) fn events(&self, part: Result<Part, ApiError>, include_usage: bool) -> Vec<Event> {
        match part {
            Ok(Part::Text(text)) => vec![event(&self.chunk(&choice(self.piece(&text), None)))],
            Ok(Part::End(end)) => {
                let last = choice(self.piece(""), Some(end.finish_reason));
                let mut events = vec![event(&self.chunk(&last))];
                if include_usage {
                    let mut chunk = self.chunk(&json!([]));
                    chunk["usage"] = json!(end.usage);
                    events.push(event(&chunk));
                }
                events.push(Event::default().data("[DONE]"));
                events
            }
            Err(error) => vec![event(&error.to_json())],
        }
    }

    fn piece(&self, text: &str) -> Value {
        match self.form {
            Form::Chat => json!({ "delta": { "content": text } }),
            Form::Text => json!({ "text": text }),
        }
    }

    fn chunk(&self, choices: &Value) -> Value {
        let object = match self.form {
            Form::Chat => "chat.completion.chunk",
            Form::Text => "text_completion",
        };
        self.answer(object, choices)
    }

    fn answer(&self, object: &str, choices: &Value) -> Value {
        json!({
            "id": self.id,
            "object": object,
            "created": self.created,
            "model": ALICE,
            "choices": choices,
        })
    }
}

/// The one choice there is.
fn choice(mut said: Value, finish_reason: Option<&str>) -> Value {
    said["index"] = json!(0);
    said["finish_reason"] = json!(finish_reason);
    json!([said])
}

fn event(data: &Value) -> Event {
    Event::default().data(data.to_string())
}
