//! The list of all options in the guide, from the same table that the reader goes by. `UPDATE_EXPECT=1` writes it.

use std::fmt::Write;

use super::fields::SERVER;
use super::table::{OptionTable, Presence, ValueKind};

/// A table of options and those within it.
fn write_table(page: &mut String, title: &str, table: &OptionTable) {
    writeln!(page, "## {title}\n\n| option | takes | means |\n|---|---|---|").unwrap();
    for field in table.fields {
        let takes = match &field.kind {
            ValueKind::Table(_) => "a table, see below".to_owned(),
            ValueKind::List(_) => "a list, see below".to_owned(),
            kind => kind.takes(),
        };
        let presence = match field.presence {
            Presence::Required => " Required.",
            Presence::Optional | Presence::Nullable => "",
        };
        writeln!(page, "| `{}` | {takes} | {}{presence} |", field.name, field.doc).unwrap();
    }
    page.push('\n');
    for field in table.fields {
        match &field.kind {
            ValueKind::Table(inner) if !page.contains(&format!("## {}\n", inner.of)) => {
                write_table(page, inner.of, inner);
            }
            ValueKind::List(inner) => {
                write_table(page, &format!("Each of `{}`", field.name), inner)
            }
            _ => {}
        }
    }
}

#[test]
fn the_guide_has_all_options() {
    let mut page = String::new();
    write_table(&mut page, "A file", &SERVER);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/file_options.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "`UPDATE_EXPECT=1` writes it");
}
