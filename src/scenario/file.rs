//! Scenarios as RON files: reading, writing, and saving without ever losing the old file.
