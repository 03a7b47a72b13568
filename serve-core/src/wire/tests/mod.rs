//! What crosses a link, over a real one.

mod tunnel;
