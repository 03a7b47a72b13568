//! What one deployment does under a load that is written down.

mod around;
mod fewer;
mod more;
mod window;
