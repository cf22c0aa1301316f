//! Blank stretches and comments of a RON text, which its parser skips without a word.

/// How many bytes of white space and comments `text` begins with.
pub(super) fn blank(text: &str) -> usize {
    let mut rest = text;
    loop {
        // The parser also skips the two marks of writing direction.
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '\u{200E}' | '\u{200F}')
        });
        match comment(rest) {
            Some(length) => rest = rest.get(length..).unwrap_or(""),
            None => return text.len() - rest.len(),
        }
    }
}

/// Every comment of a text that has passed the parser, in order, trimmed.
pub(super) fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['/', '"', '\'', 'r']) {
        rest = rest.get(start..).unwrap_or("");
        let length = match comment(rest) {
            Some(length) => {
                found.extend(rest.get(..length).map(str::trim));
                length
            }
            None => literal(rest).max(1),
        };
        // Past the end, or within a character, only where the text never passed the parser.
        rest = rest.get(length..).unwrap_or("");
    }
    found
}

/// How many bytes of `text` are left without the white space and the comments at its end.
pub(super) fn end(text: &str) -> usize {
    let (mut at, mut end) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let skip = blank(rest);
        if skip > 0 {
            at += skip;
            continue;
        }
        let letter = rest.chars().next().map_or(1, char::len_utf8);
        at += literal(rest).max(letter);
        end = at.min(text.len());
    }
    end
}

/// The length of the comment that `text` begins with. Block comments nest.
pub(super) fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (1_usize, 2_usize);
    while depth > 0 && at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    Some(at)
}

/// The length of the string or character that `text` begins with, or 0: `//` in it is no comment.
fn literal(text: &str) -> usize {
    let closed_by = |open: usize, close: &str| {
        let inside = text.get(open..).unwrap_or("");
        let end = inside.find(close).map_or(inside.len(), |i| i + close.len());
        open + end
    };
    match text.as_bytes() {
        [b'r', ..] => {
            let hashes = text.bytes().skip(1).take_while(|b| *b == b'#').count();
            if text.as_bytes().get(1 + hashes) == Some(&b'"') {
                closed_by(2 + hashes, &format!("\"{}", "#".repeat(hashes)))
            } else {
                0
            }
        }
        [quote @ (b'"' | b'\''), ..] => {
            let mut escaped = false;
            let end = text.bytes().skip(1).position(|byte| {
                let closes = byte == *quote && !escaped;
                escaped = byte == b'\\' && !escaped;
                closes
            });
            end.map_or(text.len(), |i| i + 2)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_strings() {
        let text = "// one\n(a: \"no // comment \\\" /* here\", r: r#\"nor \" // here\"#, /* two /* in */ */ c: '\"') // three";
        assert_eq!(comments(text), ["// one", "/* two /* in */ */", "// three"]);
    }

    #[test]
    fn an_end_has_no_comments() {
        let text = "(a: \"// x\" /* y */, 'ž') // z\n /* w */ ";
        assert_eq!(&text[..end(text)], "(a: \"// x\" /* y */, 'ž')");
        assert_eq!(end(" // only\n"), 0);
    }

    #[test]
    fn blanks_hold_comments() {
        let text = " // x\n /* y */ 5";
        assert_eq!(&text[blank(text)..], "5");
    }
}
