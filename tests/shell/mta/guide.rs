//! The lines that deploy/mail/README.md gives an operator, taken from it as they stand.

use std::path::Path;

/// The blocks of lines below a heading, in their order, without the indent that marks them.
pub fn blocks(heading: &str) -> Vec<String> {
    let text = include_str!("../../../deploy/mail/README.md");
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).expect("the guide has the section");
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let mut blocks = Vec::new();
    let mut was_code = false;
    for line in section.lines() {
        let code = line.strip_prefix("    ");
        if let Some(line) = code {
            if !was_code {
                blocks.push(String::new());
            }
            let block = blocks.last_mut().expect("one was begun");
            block.push_str(line);
            block.push('\n');
        }
        was_code = code.is_some();
    }
    blocks
}

/// The same lines for here: all that differs from a host of the operator's own.
pub fn here(block: &str, host: &Path) -> String {
    let root = host.display();
    block
        .replace("/etc/postfix", &format!("{root}/etc"))
        .replace("/etc/switchboard", &format!("{root}/site"))
        .replace("/usr/bin/switchboard", &format!("{root}/switchboard"))
}
