//! What leaves the program: tables, text, and a page.

pub mod csv;
pub mod page;
mod svg;
pub mod text;
