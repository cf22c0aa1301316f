//! What leaves the program: tables, text, and a page.

pub mod csv;
pub mod json;
pub mod page;
pub mod report;
mod svg;
pub mod text;
