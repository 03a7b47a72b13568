//! What a line of the log says of the request it is about.

use super::context::{CallScope, Request, with_frame};
use crate::log::Line;

impl Line {
    /// It is about this call.
    pub(crate) fn of(self, frame: &CallScope) -> Self {
        if !self.is_wanted() {
            return self;
        }
        let line = self.replica(&frame.station.site().name).method(frame.method);
        // The id that the line shows is the one that the answer shows.
        match frame.request.try_borrow_mut() {
            Ok(mut request) => {
                request.id.settle();
                line.about(&request)
            }
            Err(_) => line,
        }
    }

    /// It is about the call that runs here, if any does.
    pub(crate) fn here(self) -> Self {
        let mut line = Some(self);
        let told = with_frame(|frame| line.take().map(|line| line.of(frame)));
        told.flatten().or(line).expect("it is in one of the two places")
    }

    /// It is about this request.
    pub(crate) fn about(self, request: &Request) -> Self {
        let line = self.request(&request.id);
        match request.extras.as_ref().and_then(|extras| extras.request_line.as_ref()) {
            Some((method, path)) => line.http_method(method.as_str()).path(path.path()),
            None => line,
        }
    }
}
