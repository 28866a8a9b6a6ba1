//! Search results: scores that two words in a snippet change, then the best of them and their sum.
//!
//! Scores go up and down by powers of two, so that nothing depends on rounding. Looking for the words is most of the work.
//! Who has the snippet as a string does so with what the standard library offers, vector code; `hand` does so with
//! plain words, which is slower where branches are predictable, and faster where they are not.

use capnp::schema::Field;
use capnp::{dynamic_list, dynamic_struct, dynamic_value};

use super::data::{Made, Random, append, builder};
use super::hand::{self, Fault, Struct};
use super::search_capnp::{item, results};
use super::{Answer, Case, Contender, fields, flat};

/// What makes a result better, and worse.
const GOOD: &str = " lens ";
const BAD: &str = " advert ";

pub fn case() -> Case {
    Case {
        name: "search".into(),
        record: "results",
        in_cache: 6,
        whole: 4_000,
        make,
        contenders: vec![
            Contender::new("generated", |bytes| {
                let mut found = Found::default();
                flat::each(bytes, |message| {
                    message.get_root::<results::Reader>()?.get_items()?.iter().try_for_each(|item| {
                        let snippet = item.get_snippet()?.to_str()?;
                        found.add(item.get_score(), snippet.contains(GOOD), snippet.contains(BAD));
                        Ok(())
                    })
                });
                found.answer()
            }),
            Contender::new("hand", |bytes| {
                let mut found = Found::default();
                hand::each(bytes, |message| {
                    let items = message.root()?.structure()?.pointers::<1>()[0].structures()?;
                    items.iter().try_for_each(|item| hand(item, &mut found))
                });
                found.answer()
            }),
            Contender::slow("reflection", |bytes| {
                let [items] = fields::<results::Owned, 1>(["items"]);
                let (of_item, mut found) = (fields::<item::Owned, 2>(["score", "snippet"]), Found::default());
                flat::each(bytes, |message| {
                    let root: dynamic_value::Reader = message.get_root::<results::Reader>()?.into();
                    let root: dynamic_struct::Reader = root.downcast();
                    let list: dynamic_list::Reader = root.get(items)?.downcast();
                    list.iter().try_for_each(|item| reflected(item?.downcast(), of_item, &mut found))
                });
                found.answer()
            }),
        ],
    }
}

/// The best score and the sum of all.
#[derive(Default)]
struct Found {
    best: f64,
    sum: f64,
}

impl Found {
    fn add(&mut self, score: f64, good: bool, bad: bool) {
        let score = if good { score * 1024.0 } else { score };
        let score = if bad { score / 1024.0 } else { score };
        if score > self.best {
            self.best = score;
        }
        self.sum += score;
    }

    fn answer(&self) -> Answer {
        Answer::Floats(self.best, self.sum)
    }
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
    let (mut random, mut words, mut records, mut found) = (Random::new(), vec![], 0, Found::default());
    for _ in 0..messages {
        let count = random.of(1, 200);
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
            found.add(score, good, bad);

            let mut item = items.reborrow().get(i as u32);
            item.set_address(format!("https://example.com/{}", random.below(1_000_000)));
            item.set_score(score);
            item.set_snippet(&*snippet);
        }
        records += count as usize;
        append(&mut words, &message);
    }
    Made { words, records, answer: found.answer() }
}

#[inline(always)]
fn hand(item: Struct, found: &mut Found) -> Result<(), Fault> {
    let ([score], [_, snippet]) = (item.words(), item.pointers());
    let snippet = snippet.text()?;
    found.add(f64::from_bits(score), contains(snippet, GOOD), contains(snippet, BAD));
    Ok(())
}

/// Whether `word`, of at most eight bytes, is in `text`: eight bytes at once, at each place.
#[inline(always)]
fn contains(text: &[u8], word: &str) -> bool {
    let mask = !0 >> (64 - 8 * word.len());
    let wanted = word.bytes().rev().fold(0, |bits, byte| bits << 8 | u64::from(byte));
    let at = |w: &[u8]| u64::from_le_bytes(w.try_into().expect("eight bytes")) & mask == wanted;
    let rest = &text[text.len().saturating_sub(7)..];
    text.windows(8).any(at) || rest.windows(word.len()).any(|w| w == word.as_bytes())
}

fn reflected(
    item: dynamic_struct::Reader,
    [score, snippet]: [Field; 2],
    found: &mut Found,
) -> capnp::Result<()> {
    let text: capnp::text::Reader = item.get(snippet)?.downcast();
    let text = text.to_str()?;
    found.add(item.get(score)?.downcast(), text.contains(GOOD), text.contains(BAD));
    Ok(())
}
