//! What fits on a sheet of paper: how many lines a text takes, and which questions stand on which page.
//!
//! Chinese letters are all one em wide, so lines can be counted before anything is drawn; the counts are
//! rather too high than too low. Heights are in tenths of a millimetre.

/// Tenths of an em that a letter of the Latin alphabet or a digit takes at most, as a rule.
const LATIN: usize = 6;

/// Tenths of an em.
const EM: usize = 10;

/// How many lines of that many ems a text takes. A mark that must not begin a line takes a letter along, so a
/// text of several lines has one em less in each.
pub fn lines(text: &str, ems: usize) -> usize {
    let width: usize = text.chars().map(|letter| if letter.is_ascii() { LATIN } else { EM }).sum();
    if width <= ems * EM { 1 } else { width.div_ceil(ems.saturating_sub(1).max(1) * EM) }
}

/// The room for questions.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// On the first page, below what stands there.
    pub first: usize,
    /// On any other.
    pub other: usize,
    /// What the last page needs below its questions.
    pub end: usize,
}

/// How many questions of these heights stand on each page: as many as fit, and what comes at the end below the
/// last of them. A question that is higher than a page has one to itself.
pub fn deal(heights: &[usize], room: Room) -> Vec<usize> {
    let mut pages = vec![0_usize];
    let mut left = room.first;
    for (number, height) in (1..).zip(heights) {
        let needed = if number == heights.len() { height + room.end } else { *height };
        if needed > left {
            pages.push(0);
            left = room.other;
        }
        left = left.saturating_sub(*height);
        if let Some(page) = pages.last_mut() {
            *page += 1;
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_lines_it_needs() {
        assert_eq!(lines("满意", 2), 1);
        assert_eq!(lines("不满意", 2), 3);
        assert_eq!(lines("您对该项目2022年工作的总体评价是：", 18), 1);
        assert_eq!(lines(&"好".repeat(74), 38), 2);
        assert_eq!(lines(&"好".repeat(75), 38), 3);
    }

    #[test]
    fn the_end_takes_the_last_question_along() {
        let room = Room { first: 20, other: 50, end: 15 };
        assert_eq!(deal(&[10, 10, 10, 10, 10], room), [2, 3]);
        assert_eq!(deal(&[10, 10, 10, 10, 10, 10, 10], room), [2, 4, 1]);
        assert_eq!(deal(&[30, 60], room), [0, 1, 1]);
        assert_eq!(deal(&[5], room), [1]);
    }
}
