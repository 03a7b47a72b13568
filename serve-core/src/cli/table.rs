//! A few columns, as wide as what is in them and as the terminal has room for.
//!
//! Where there is too little room, the widest columns are cut. Where that leaves nothing to read, each row becomes a few
//! lines under each other, and nothing is cut.

use super::screen::{Screen, Tone};
use super::text::{cut, tame, width, wrap};

/// A cell, and what it is about.
pub(super) struct TableCell {
    text: String,
    tone: Option<Tone>,
}

/// Rows under a head.
pub(super) struct TextTable {
    head: Vec<&'static str>,
    rows: Vec<Vec<TableCell>>,
}

/// No column is cut to less: what is left of it would not be known again.
const CUT_MIN: usize = 12;
const GAP: usize = 2;

impl From<String> for TableCell {
    fn from(text: String) -> Self {
        Self { text: tame(&text), tone: None }
    }
}

impl From<&str> for TableCell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl TableCell {
    pub(super) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { tone: Some(tone), ..text.into().into() }
    }
}

impl TextTable {
    pub(super) fn new<const N: usize>(head: [&'static str; N]) -> Self {
        Self { head: head.into(), rows: Vec::new() }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [TableCell; N]) {
        self.rows.push(cells.into());
    }

    /// Each line begins with so many spaces.
    pub(super) fn lines(&self, screen: &Screen, indent: usize) -> Vec<String> {
        let room = screen.width().map(|width| width.saturating_sub(indent));
        let widths = self.widths();
        let lines = match room {
            None => self.side_by_side(&widths, screen),
            Some(room) => match fitted(&widths, room) {
                Some(widths) => self.side_by_side(&widths, screen),
                None => self.stacked(room, screen),
            },
        };
        let margin = " ".repeat(indent);
        lines.into_iter().map(|line| margin.clone() + &line).collect()
    }

    fn widths(&self) -> Vec<usize> {
        let widths = self.head.iter().enumerate().map(|(column, name)| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| width(&cell.text)).max().unwrap_or_default().max(width(name))
        });
        widths.collect()
    }

    fn side_by_side(&self, widths: &[usize], screen: &Screen) -> Vec<String> {
        let line = |cells: Vec<(&str, Option<Tone>)>| {
            let mut line = String::new();
            // What is to stand before the next cell; there is none at the end of a line.
            let mut padding = 0;
            for ((text, tone), room) in cells.into_iter().zip(widths) {
                let text = cut(text, *room);
                if text.is_empty() {
                    padding += room + GAP;
                    continue;
                }
                line += &" ".repeat(padding);
                padding = room - width(&text) + GAP;
                line += &painted(&text, tone, screen);
            }
            line
        };
        let head = self.head.iter().map(|name| (*name, Some(Tone::Dim))).collect();
        let rows = self.rows.iter();
        let rows = rows.map(|row| line(row.iter().map(|cell| (&*cell.text, cell.tone)).collect()));
        std::iter::once(line(head)).chain(rows).collect()
    }

    fn stacked(&self, room: usize, screen: &Screen) -> Vec<String> {
        let margin = self.head.iter().map(|name| width(name)).max().unwrap_or_default() + GAP;
        // Of a terminal that is not even as wide as the names each cell has lines of its own.
        let is_narrow = room < margin + CUT_MIN;
        let mut lines = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            if number > 0 {
                lines.push(String::new());
            }
            for (name, cell) in self.head.iter().zip(row).filter(|(_, cell)| !cell.text.is_empty())
            {
                let mut before = match is_narrow {
                    true => String::new(),
                    false => {
                        painted(name, Some(Tone::Dim), screen) + &" ".repeat(margin - width(name))
                    }
                };
                let room = if is_narrow { room } else { room - margin };
                for part in wrap(&cell.text, room.max(1)) {
                    lines.push(before + &painted(&part, cell.tone, screen));
                    before = " ".repeat(if is_narrow { 0 } else { margin });
                }
            }
        }
        lines
    }
}

fn painted(text: &str, tone: Option<Tone>, screen: &Screen) -> String {
    match tone {
        Some(tone) => screen.paint(tone, text),
        None => text.to_owned(),
    }
}

/// The widest columns are cut first; `None` if that is not enough.
fn fitted(widths: &[usize], room: usize) -> Option<Vec<usize>> {
    let mut widths = widths.to_vec();
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > room {
        let widest = widths.iter_mut().max()?;
        if *widest <= CUT_MIN {
            return None;
        }
        *widest -= 1;
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_are_cut_first_and_none_to_nothing() {
        assert_eq!(fitted(&[5, 40, 20], 80), Some(vec![5, 40, 20]));
        assert_eq!(fitted(&[5, 40, 20], 50), Some(vec![5, 21, 20]));
        assert_eq!(fitted(&[5, 40, 40], 33), Some(vec![5, 12, 12]));
        assert_eq!(fitted(&[5, 40, 40], 32), None);
        assert_eq!(fitted(&[], 0), Some(Vec::new()));
    }

    #[test]
    fn rows_stand_under_their_head() {
        let mut table = TextTable::new(["NAME", "STATUS", "MESSAGE"]);
        table.row(["a".into(), "RUNNING".into(), "".into()]);
        table.row(["模型".into(), "".into(), "two\nlines".into()]);
        let lines = table.lines(&Screen::plain(), 2);
        let expected =
            ["  NAME  STATUS   MESSAGE", "  a     RUNNING", "  模型           two lines"];
        assert_eq!(lines, expected);
    }

    #[test]
    fn stacked_rows_lose_nothing_and_fit() {
        let mut table = TextTable::new(["NAME", "MESSAGE"]);
        table.row(["a-name-of-thirty-letters-or-so".into(), "the update failed".into()]);
        for room in [8, 21, 30] {
            let lines = table.stacked(room, &Screen::plain());
            assert!(lines.iter().all(|line| width(line) <= room), "{lines:?}");
        }
        let lines = table.stacked(30, &Screen::plain());
        let expected =
            ["NAME     a-name-of-thirty-lett", "         ers-or-so", "MESSAGE  the update failed"];
        assert_eq!(lines, expected);
    }
}
