//! What leaves the program: tables, and later pictures and the page.

pub mod csv;
pub mod text;
