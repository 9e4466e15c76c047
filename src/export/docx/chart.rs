//! Charts that Word draws itself, with their numbers in a workbook behind them. They can be read in black and
//! white: fills differ by pattern, and the numbers are written on them.

use super::xml::Safe;
use crate::domain::release::Figure;
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use std::fmt::Write;

/// Bars of one chart, at most: more are not read on a page.
pub(in crate::export) const BARS: usize = 16;
/// Shares below this have no room for their number; the table has it.
const NARROW: Decimal = Decimal::from_parts(7, 0, 0, false, 0);

/// Pattern, its colour and the colour below, best option first. Without a pattern the colour is whole.
const FILLS: [(&str, &str, &str); 5] = [
    ("", "0B5457", ""),
    ("wdUpDiag", "0B5457", "CFE5E3"),
    ("", "E4E0D6", ""),
    ("pct30", "8A2E0B", "F8E6D6"),
    ("dkHorz", "8A2E0B", "FFFFFF"),
];

/// The fill of bars on which an interval is drawn.
const BAR: (&str, &str, &str) = ("", "CFE5E3", "");

/// A chart of horizontal bars.
pub(in crate::export) struct Chart {
    /// What each bar is of, from above.
    pub(in crate::export) bars: Vec<String>,
    /// What the bars show.
    pub(in crate::export) series: Vec<Series>,
}

/// One colour of a chart.
pub(in crate::export) struct Series {
    /// Its name.
    pub(in crate::export) name: String,
    /// Its figure in each bar. What is no number, such as `≥ 95`, is not drawn.
    pub(in crate::export) figures: Vec<Figure>,
    /// Lower and upper end for each bar; empty for shares, which stand one beside the other.
    pub(in crate::export) ends: Vec<(Figure, Figure)>,
}

impl Chart {
    /// Its height.
    pub(in crate::export) fn millimetres(&self) -> u32 {
        18 + 6 * u32::try_from(self.bars.len()).unwrap_or(u32::MAX)
    }

    fn of_shares(&self) -> bool {
        self.series.iter().all(|series| series.ends.is_empty())
    }

    /// The chart's part.
    pub(in crate::export) fn xml(&self) -> String {
        let shares = self.of_shares();
        let mut out = String::from(concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" "#,
            r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
            r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">"#,
            r#"<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>"#,
            r#"<c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/>"#,
        ));
        let grouping = if shares { "percentStacked" } else { "clustered" };
        // Writing to a text cannot fail.
        let _ = write!(out, r#"<c:grouping val="{grouping}"/><c:varyColors val="0"/>"#);
        for (index, series) in self.series.iter().enumerate() {
            self.write_series(&mut out, index, series);
        }
        let overlap = if shares { r#"<c:overlap val="100"/>"# } else { "" };
        let _ = write!(out, r#"<c:gapWidth val="45"/>{overlap}<c:axId val="1"/><c:axId val="2"/></c:barChart>"#);
        let (hidden, legend) = if shares {
            ("1", r#"<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>"#)
        } else {
            ("0", "")
        };
        let top = if shares { "1" } else { "100" };
        let _ = write!(
            out,
            r#"<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{LINE}</c:spPr><c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:max val="{top}"/><c:min val="0"/></c:scaling><c:delete val="{hidden}"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr>{LINE}</c:spPr><c:crossAx val="1"/><c:crosses val="max"/><c:crossBetween val="between"/></c:valAx></c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{words}<c:externalData r:id="book"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>"#,
            words = words(1000),
        );
        out
    }

    fn write_series(&self, out: &mut String, index: usize, series: &Series) {
        let last = self.bars.len() + 1;
        let column = column(index + 1);
        let fills = if self.of_shares() { FILLS.as_slice() } else { &[BAR] };
        let (pattern, colour, below) = fills.get(index % fills.len()).copied().unwrap_or_default();
        let fill = if pattern.is_empty() {
            format!(r#"<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>"#)
        } else {
            format!(
                r#"<a:pattFill prst="{pattern}"><a:fgClr><a:srgbClr val="{colour}"/></a:fgClr><a:bgClr><a:srgbClr val="{below}"/></a:bgClr></a:pattFill>"#
            )
        };
        let _ = write!(
            out,
            r#"<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx><c:spPr>{fill}<a:ln w="12700"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr><c:invertIfNegative val="0"/>"#,
            name = Safe(&series.name),
        );
        self.write_labels(out, series);
        if !series.ends.is_empty() {
            write_whiskers(out, series);
        }
        let _ = write!(out, r#"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>"#);
        write_points(out, self.bars.iter().map(|bar| Some(bar.as_str())), last - 1);
        let _ = write!(
            out,
            "</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f>"
        );
        write_numbers(out, series.figures.iter().map(number));
        out.push_str("</c:numRef></c:val></c:ser>");
    }

    fn write_labels(&self, out: &mut String, series: &Series) {
        let shares = self.of_shares();
        out.push_str("<c:dLbls>");
        for (index, figure) in series.figures.iter().enumerate() {
            if number(figure).is_none_or(|number| shares && number < NARROW) {
                let _ = write!(out, r#"<c:dLbl><c:idx val="{index}"/><c:delete val="1"/></c:dLbl>"#);
            }
        }
        let (place, below) = if shares {
            ("ctr", r#"<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></c:spPr>"#)
        } else {
            ("inBase", "")
        };
        let _ = write!(
            out,
            r#"<c:numFmt formatCode="0.00" sourceLinked="0"/>{below}{}<c:dLblPos val="{place}"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>"#,
            words(900)
        );
    }

    /// The workbook with the chart's numbers, for whoever wants to change the chart in Word.
    pub(in crate::export) fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // The time of making would make two files of the same release differ.
        book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let sheet = book.add_worksheet();
        sheet.set_name("Sheet1")?;
        for (row, bar) in (1..).zip(&self.bars) {
            sheet.write_string(row, 0, bar.as_str())?;
        }
        let mut next = 0;
        for series in &self.series {
            let mut write = |name: &str, numbers: Vec<Option<Decimal>>| -> Result<(), XlsxError> {
                next += 1;
                sheet.write_string(0, next, name)?;
                for (row, number) in (1..).zip(numbers) {
                    if let Some(number) = number.and_then(|number| f64::try_from(number).ok()) {
                        sheet.write_number(row, next, number)?;
                    }
                }
                Ok(())
            };
            write(&series.name, series.figures.iter().map(number).collect())?;
            if !series.ends.is_empty() {
                write("−", series.whiskers(false).collect())?;
                write("+", series.whiskers(true).collect())?;
            }
        }
        book.save_to_buffer()
    }
}

impl Series {
    /// How far the ends are from the figures.
    fn whiskers(&self, upper: bool) -> impl ExactSizeIterator<Item = Option<Decimal>> {
        self.figures.iter().zip(&self.ends).map(move |(figure, (low, high))| {
            let (figure, low, high) = (number(figure)?, number(low)?, number(high)?);
            Some(if upper { high - figure } else { figure - low }.max(Decimal::ZERO))
        })
    }
}

/// A thin dark line.
const LINE: &str = r#"<a:ln w="6350"><a:solidFill><a:srgbClr val="4A5058"/></a:solidFill></a:ln>"#;

/// The name of a column of the workbook, 0 being `A`.
fn column(index: usize) -> String {
    rust_xlsxwriter::utility::column_number_to_name(u16::try_from(index).unwrap_or(u16::MAX))
}

/// How words of a chart are set, in hundredths of a point.
fn words(size: u32) -> String {
    format!(
        r#"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}"><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:latin typeface="Times New Roman"/><a:ea typeface="宋体"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>"#
    )
}

fn number(figure: &Figure) -> Option<Decimal> {
    figure.as_deref()?.parse().ok()
}

fn write_whiskers(out: &mut String, series: &Series) {
    out.push_str(r#"<c:errBars><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>"#);
    let last = series.figures.len() + 1;
    for (name, column, upper) in [("plus", "D", true), ("minus", "C", false)] {
        let _ = write!(out, "<c:{name}><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f>");
        write_numbers(out, series.whiskers(upper));
        let _ = write!(out, "</c:numRef></c:{name}>");
    }
    let _ = write!(
        out,
        r#"<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></c:spPr></c:errBars>"#
    );
}

fn write_numbers(out: &mut String, numbers: impl ExactSizeIterator<Item = Option<Decimal>>) {
    let length = numbers.len();
    let texts: Vec<_> = numbers.map(|number| number.map(|number| number.to_string())).collect();
    out.push_str("<c:numCache><c:formatCode>0.00</c:formatCode>");
    write_points(out, texts.iter().map(Option::as_deref), length);
    out.push_str("</c:numCache>");
}

fn write_points<'a>(out: &mut String, points: impl Iterator<Item = Option<&'a str>>, length: usize) {
    let _ = write!(out, r#"<c:ptCount val="{length}"/>"#);
    for (index, point) in points.enumerate() {
        if let Some(point) = point {
            let _ = write!(out, r#"<c:pt idx="{index}"><c:v>{}</c:v></c:pt>"#, Safe(point));
        }
    }
}
