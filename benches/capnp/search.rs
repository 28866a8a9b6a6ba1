//! Search results, a page in each message: scores that two words in a snippet change, and the sum of the best
//! scores of all pages.
//!
//! Scores change by powers of two, so that nothing depends on rounding. Searching for the words is most of
//! the work. Contenders that have the snippet as a string search with the standard library's vector code;
//! `hand` compares plain words, which is slower if branches are predictable, and faster if they are not.

use capnp::schema::Field;
use capnp::{dynamic_list, dynamic_struct, dynamic_value};

use super::data::{Made, Random, append, builder};
use super::hand::{self, Fault, Struct};
use super::{Answer, Case, Contender, fields, flat, ours};
use readers::search_capnp::{item, results};

/// The words that make a result better, and worse.
const GOOD: &str = " lens ";
const BAD: &str = " advert ";

pub fn case() -> Case {
    let [wirelens, interp] = ours::search();
    Case {
        name: "search".into(),
        record: "results",
        in_cache: 6,
        whole: 4_000,
        make,
        contenders: vec![
            Contender::new("generated", |bytes| {
                let mut sum = 0.0;
                flat::each(bytes, |message| {
                    let mut best = 0.0;
                    for item in message.get_root::<results::Reader>()?.get_items()? {
                        let snippet = item.get_snippet()?.to_str()?;
                        let score = adjusted(item.get_score(), snippet.contains(GOOD), snippet.contains(BAD));
                        best = better(best, score);
                    }
                    sum += best;
                    Ok(())
                });
                Answer::Floats(sum, 0.0)
            }),
            Contender::new("hand", |bytes| {
                let mut sum = 0.0;
                hand::each(bytes, |message| {
                    let items = message.root()?.structure()?.pointers::<1>()[0].structures()?;
                    sum += items.iter().try_fold(0.0, |best, item| hand(item).map(|s| better(best, s)))?;
                    Ok(())
                });
                Answer::Floats(sum, 0.0)
            }),
            wirelens,
            interp,
            Contender::slow("reflection", |bytes| {
                let [items] = fields::<results::Owned, 1>(["items"]);
                let (of_item, mut sum) = (fields::<item::Owned, 2>(["score", "snippet"]), 0.0);
                flat::each(bytes, |message| {
                    let root: dynamic_value::Reader = message.get_root::<results::Reader>()?.into();
                    let root: dynamic_struct::Reader = root.downcast();
                    let list: dynamic_list::Reader = root.get(items)?.downcast();
                    let mut best = 0.0;
                    for item in list {
                        best = better(best, reflected(item?.downcast(), of_item)?);
                    }
                    sum += best;
                    Ok(())
                });
                Answer::Floats(sum, 0.0)
            }),
        ],
    }
}

/// A score after adjustment for the words.
fn adjusted(score: f64, good: bool, bad: bool) -> f64 {
    let score = if good { score * 1024.0 } else { score };
    if bad { score / 1024.0 } else { score }
}

fn better(best: f64, score: f64) -> f64 {
    if score > best { score } else { best }
}

fn make(messages: usize) -> Made {
    const WORDS: [&str; 14] = [
        "a",
        "bit",
        "byte",
        "of",
        "the",
        "wire",
        "format",
        "pointer",
        "view",
        "advertise",
        "lenses",
        "word",
        "segment",
        "record",
    ];
    let (mut random, mut words, mut records, mut sum) = (Random::new(), vec![], 0, 0.0);
    for _ in 0..messages {
        let (count, mut best) = (random.of(1, 200), 0.0);
        let mut message = builder(8_192);
        let mut items = message.init_root::<results::Builder>().init_items(count as u32);
        for i in 0..count {
            let (score, good, bad) = (random.double(), random.below(8) == 0, random.below(8) == 0);
            let mut snippet = " ".to_string();
            let (before, between, after) = (random.below(8), random.below(4), random.below(12));
            let some = |n: u64, snippet: &mut String, random: &mut Random| {
                (0..n).for_each(|_| *snippet += &format!("{} ", random.pick(&WORDS)));
            };
            some(before, &mut snippet, &mut random);
            snippet += if good { &GOOD[1..] } else { "" };
            some(between, &mut snippet, &mut random);
            snippet += if bad { &BAD[1..] } else { "" };
            some(after, &mut snippet, &mut random);
            best = better(best, adjusted(score, good, bad));

            let mut item = items.reborrow().get(i as u32);
            item.set_address(format!("https://example.com/{}", random.below(1_000_000)));
            item.set_score(score);
            item.set_snippet(&*snippet);
        }
        records += count as usize;
        sum += best;
        append(&mut words, &message);
    }
    Made { words, records, answer: Answer::Floats(sum, 0.0) }
}

#[inline(always)]
fn hand(item: Struct) -> Result<f64, Fault> {
    let ([score], [_, snippet]) = (item.words(), item.pointers());
    let snippet = snippet.text()?;
    Ok(adjusted(f64::from_bits(score), contains(snippet, GOOD), contains(snippet, BAD)))
}

/// Whether `word`, of at most eight bytes, is in `text`: compares eight bytes at each position.
#[inline(always)]
fn contains(text: &[u8], word: &str) -> bool {
    let mask = !0 >> (64 - 8 * word.len());
    let wanted = word.bytes().rev().fold(0, |bits, byte| bits << 8 | u64::from(byte));
    let at = |w: &[u8]| u64::from_le_bytes(w.try_into().expect("eight bytes")) & mask == wanted;
    let rest = &text[text.len().saturating_sub(7)..];
    text.windows(8).any(at) || rest.windows(word.len()).any(|w| w == word.as_bytes())
}

fn reflected(item: dynamic_struct::Reader, [score, snippet]: [Field; 2]) -> capnp::Result<f64> {
    let text: capnp::text::Reader = item.get(snippet)?.downcast();
    let text = text.to_str()?;
    Ok(adjusted(item.get(score)?.downcast(), text.contains(GOOD), text.contains(BAD)))
}
