//! What a running program has and its text has not: for now, the words for what it may stop with.

mod raise;
