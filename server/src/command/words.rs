//! How lists and moments are written for a person at a terminal.
//! Changes when a terminal shows them otherwise.

use jiff::Timestamp;

/// `2026-11-23 05:40Z`, or the number itself when it is no moment of the calendar.
pub fn moment(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .map_or_else(|_| format!("{ms} ms"), |moment| moment.strftime("%Y-%m-%d %H:%MZ").to_string())
}

/// Columns as wide as their widest cell, two blanks between them.
pub fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let width = |text: &str| text.chars().count();
    let widest =
        |column: usize| rows.iter().map(|row| width(&row[column])).fold(width(head[column]), usize::max);
    let widths: [usize; N] = std::array::from_fn(widest);
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, widest)| {
            // A control character in a title must not move the cursor.
            let calm: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("{calm}{}", " ".repeat(widest - width(cell)))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let body = rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str())));
    std::iter::once(line(head)).chain(body).collect::<Vec<_>>().join("\n")
}

/// Words of somebody else, without anything that would move the cursor but line ends.
pub fn calm(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lines_up_and_no_title_moves_the_cursor() {
        let rows = [["é\u{1b}[2J".to_owned(), "b".to_owned()], ["long".to_owned(), "c".to_owned()]];
        assert_eq!(table(["A", "B"], &rows), "A      B\né [2J  b\nlong   c");
    }

    #[test]
    fn a_moment_out_of_the_calendar_is_still_told() {
        assert_eq!(moment(1_795_412_400_000), "2026-11-23 05:40Z");
        assert_eq!(moment(i64::MAX), format!("{} ms", i64::MAX));
    }
}
