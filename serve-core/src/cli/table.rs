//! A few columns, as wide as what is in them.

use super::screen::{Screen, Tone};

/// A cell, and what it is about.
pub(super) struct TableCell {
    text: String,
    tone: Option<Tone>,
}

/// Rows under a head.
pub(super) struct TextTable {
    rows: Vec<Vec<TableCell>>,
}

impl From<String> for TableCell {
    fn from(text: String) -> Self {
        Self { text, tone: None }
    }
}

impl From<&str> for TableCell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl TableCell {
    pub(super) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone: Some(tone) }
    }
}

impl TextTable {
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(|name| TableCell::toned(name, Tone::Dim)).into()] }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [TableCell; N]) {
        self.rows.push(cells.into());
    }

    pub(super) fn lines(&self, screen: &Screen) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let widths: Vec<_> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.text.chars().count()).max().unwrap_or_default()
            })
            .collect();
        let line = |row: &Vec<TableCell>| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let padding = " ".repeat(width.saturating_sub(cell.text.chars().count()));
                let text = match cell.tone {
                    Some(tone) => screen.paint(tone, &cell.text),
                    None => cell.text.clone(),
                };
                text + &padding
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}
