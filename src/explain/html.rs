//! An explanation as a single self-contained HTML page. It shows the source next to each region's graph, IR
//! and machine code. Hot code is coloured; pointing at something highlights everything that comes from the
//! same piece of the source.

use super::Explanation;
use super::region::{Line, Shown};
use super::words::{count, ms, number};
use crate::engine::Stage;
use std::fmt::Write;
use std::time::Duration;

/// The distance between blocks of a graph and the size of a block, in pixels.
const ROW: usize = 34;
const WIDE: usize = 190;
const HIGH: usize = 22;

/// Escapes text for HTML, attributes included.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    out
}

/// The heat of something that ran `times` times, from 0 to 1. The scale is logarithmic, so that code that
/// runs a tenth as often as the hottest is still visible.
fn heat(times: u64, most: u64) -> f64 {
    if most == 0 { 0.0 } else { (times as f64).ln_1p() / (most as f64).ln_1p() }
}

impl Explanation {
    /// The page, as HTML.
    ///
    /// ```
    /// use wirelens::{Limits, Options, Script};
    /// let text = "print(1 < 2)\n";
    /// let mut script = Script::compile("<script>", text, &[], &Limits::default(), |_| unreachable!())?;
    /// script.watch();
    /// let ended = script.run(None, &Options::default(), std::io::sink(), std::io::sink())?;
    /// let page = script.explain(&ended.stats).html();
    /// assert!(page.starts_with("<!doctype html>") && page.contains("print(1 &lt; 2)"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn html(&self) -> String {
        let name = escape(&self.source.name);
        let most = self.regions.iter().flat_map(|r| &r.blocks).map(|b| b.count).max().unwrap_or(0);
        let mut out = format!(
            "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
             <title>{name}: where time and code went</title>\n<style>{}</style>\n<h1>{name}</h1>\n",
            include_str!("page.css")
        );
        self.head(&mut out);
        let bare = if self.source.pieces.is_empty() { " bare" } else { "" };
        let _ = write!(out, "<div class='all{bare}'>");
        if bare.is_empty() {
            self.listing(&mut out, most);
        }
        out += "<div>";
        for shown in &self.regions {
            self.section(&mut out, shown, most);
        }
        let _ = write!(out, "</div></div>\n<script>{}</script>\n</html>\n", include_str!("page.js"));
        out
    }

    /// The distribution of time as a bar, and the whole text behind a disclosure.
    fn head(&self, out: &mut String) {
        let of = |stage| self.stats.times.get(&stage).copied().unwrap_or_default();
        let run = of(Stage::Run);
        let making: Duration = [Stage::Record, Stage::Optimize, Stage::Compile].map(of).iter().sum();
        let rest = run.saturating_sub(making).saturating_sub(self.native);
        let parts = [
            ("native", self.native, "in native code"),
            ("making", making, "making it"),
            ("rest", rest, "in the interpreter, and all else"),
        ];
        let _ = write!(out, "<p>The run took {}.</p><div class=bar>", ms(run));
        for (class, time, _) in parts {
            let _ = write!(out, "<span class={class} style='flex:{}'></span>", time.as_nanos());
        }
        *out += "</div><p class=key>";
        for (class, time, what) in parts {
            let _ = write!(out, "<span class={class}></span>{} {what}", ms(time));
        }
        let text = escape(&self.to_string());
        let _ =
            writeln!(out, "</p>\n<details><summary>All of it in words</summary><pre>{text}</pre></details>");
    }

    /// The source; each piece is as hot as the hottest IR that comes from it.
    fn listing(&self, out: &mut String, most: u64) {
        let mut times = vec![0; self.source.pieces.len()];
        for line in self.regions.iter().flat_map(|r| &r.ir) {
            if let Some(piece) = line.piece {
                times[piece] = times[piece].max(line.count);
            }
        }
        *out += "<div class='source scroll code'>";
        for (piece, text) in self.source.pieces.iter().enumerate() {
            let (at, hot) = (self.source.number(piece), heat(times[piece], most));
            let shown = if times[piece] == 0 { String::new() } else { number(times[piece]) };
            let _ = write!(
                out,
                "<div data-p={piece} style='--h:{hot:.2}' title='{shown}'><b>{at}</b>{}</div>",
                escape(text)
            );
        }
        *out += "</div>";
    }

    fn section(&self, out: &mut String, shown: &Shown, most: u64) {
        let text = shown
            .piece
            .map_or(String::new(), |p| format!(": <code>{}</code>", escape(&self.source.short(p))));
        let _ = write!(
            out,
            "<section class=region><h2>{}{text}</h2><div>entered {}, {} in it; {} of code</div>",
            escape(&shown.title),
            count(shown.entered, "time"),
            ms(shown.spent),
            count(shown.bytes as u64, "byte"),
        );
        *out += "<div class=columns><div><h3>Blocks</h3><div class=scroll>";
        self.graph(out, shown, most);
        *out += "</div></div>";
        for (name, lines) in [("IR", &shown.ir), ("Machine code", &shown.asm)] {
            let _ = write!(out, "<div><h3>{name}</h3><div class='scroll code'>");
            lines.iter().for_each(|line| row(out, shown, line, most));
            *out += "</div></div>";
        }
        *out += "</div></section>\n";
    }

    /// The blocks in the order of the text, one below the other. Edges to the next block go straight down,
    /// other forward edges on the right, backward edges on the left.
    fn graph(&self, out: &mut String, shown: &Shown, most: u64) {
        let height = shown.blocks.len() * ROW + 8;
        let left = 60;
        let _ = write!(out, "<svg width={} height={height}>", left + WIDE + 70);
        let middle = |n: usize| n * ROW + 4 + HIGH / 2;
        for (from, block) in shown.blocks.iter().enumerate() {
            for (to, times) in &block.arms {
                let wide = 0.8 + 2.7 * heat(*times, most);
                let (y, end) = (middle(from), middle(*to));
                let around = (12 + 5 * from.abs_diff(*to)).min(56);
                let path = if *to == from + 1 {
                    let x = left + 20;
                    format!("M{x} {}V{}", y + HIGH / 2, end - HIGH / 2)
                } else if *to > from {
                    let x = left + WIDE;
                    format!("M{x} {y}C{0} {y} {0} {end} {x} {end}", x + around)
                } else {
                    format!("M{left} {y}C{0} {y} {0} {end} {left} {end}", left - around)
                };
                let _ = write!(
                    out,
                    "<path d='{path}' stroke-width={wide:.1}><title>b{from} to b{to}: {}</title></path>",
                    number(*times)
                );
            }
        }
        for (n, block) in shown.blocks.iter().enumerate() {
            let what = match block.exit {
                Some(exit) => format!("b{n} exit e{exit}"),
                None if block.header => format!("b{n} loop"),
                None => format!("b{n}"),
            };
            let about = match (block.exit, block.piece) {
                (Some(exit), _) => shown.exits[exit].why.clone(),
                (None, Some(piece)) => format!("{}: {}", self.source.at(piece), self.source.short(piece)),
                (None, None) => String::new(),
            };
            let _ = write!(
                out,
                "<g data-b='r{}b{n}' style='--h:{:.2}'><title>{}</title><rect x={left} y={} width={WIDE} height={HIGH} rx=3 />\
                 <text x={} y={}>{what}</text><text x={} y={} text-anchor=end>{}</text></g>",
                shown.number,
                heat(block.count, most),
                escape(&about),
                n * ROW + 4,
                left + 8,
                middle(n) + 4,
                left + WIDE - 8,
                middle(n) + 4,
                number(block.count),
            );
        }
        *out += "</svg>";
    }
}

/// A line of the IR or of the machine code.
fn row(out: &mut String, shown: &Shown, line: &Line, most: u64) {
    let piece = line.piece.map_or(String::new(), |piece| format!(" data-p={piece}"));
    let block = line.block.map_or(String::new(), |block| format!(" data-b='r{}b{block}'", shown.number));
    let (hot, times) = (heat(line.count, most), number(line.count));
    let title = if line.block.is_some() { format!(" title='{times}'") } else { String::new() };
    let _ = write!(out, "<div{piece}{block} style='--h:{hot:.2}'{title}>{}</div>", escape(&line.text));
}
