//! The scenarios bundled with the program.
