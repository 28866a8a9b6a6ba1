//! Implicit ids: the first half of an MD5 of the declaration's identity.
//!
//! The language defines the inputs: a declaration's parent and name, a group's parent and index among the
//! fields, a method's interface, ordinal and side. MD5 serves as a mixer only; it need not be secure here.

/// The id of the declaration `name` in the scope `parent`.
pub fn of_child(parent: u64, name: &str) -> u64 {
    id(&[&parent.to_le_bytes(), name.as_bytes()])
}

/// The id of the group that is field number `index` of `parent`.
pub fn of_group(parent: u64, index: u16) -> u64 {
    id(&[&parent.to_le_bytes(), &index.to_le_bytes()])
}

/// The id of the struct for a list of parameters or results.
pub fn of_parameters(interface: u64, ordinal: u16, results: bool) -> u64 {
    id(&[&interface.to_le_bytes(), &ordinal.to_le_bytes(), &[u8::from(results)]])
}

/// A proposed id for a file that has none: the same text gets the same id.
pub fn proposal(text: &str) -> u64 {
    id(&[text.as_bytes()])
}

fn id(parts: &[&[u8]]) -> u64 {
    let digest = md5(&parts.concat());
    u64::from_be_bytes([
        digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7],
    ]) | 1 << 63
}

const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize((bytes.len() + 8) / 64 * 64 + 56, 0);
    padded.extend((bytes.len() as u64 * 8).to_le_bytes());
    let sines: Vec<u32> =
        (1..=64).map(|i: u32| (f64::from(i).sin().abs() * f64::from(1u32 << 31) * 2.0) as u32).collect();
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded.chunks_exact(64) {
        let words: Vec<u32> =
            block.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect();
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64 {
            let (mixed, word) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | !d), (7 * i) % 16),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(sines[i]).wrapping_add(words[word]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[i / 16][i % 4]));
        }
        for (word, add) in state.iter_mut().zip([a, b, c, d]) {
            *word = word.wrapping_add(add);
        }
    }
    let mut digest = [0; 16];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_rfc_1321() {
        let hex = |text: &str| md5(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert_eq!(hex(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        let long = "1234567890".repeat(8);
        assert_eq!(hex(&long), "57edf4a22be3c955ac49da2e2107b67a");
    }

    #[test]
    fn the_padding_is_right_around_the_end_of_a_block() {
        let hex = |n: usize| md5(&vec![b'a'; n]).iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert_eq!(hex(55), "ef1772b6dff9a122358552954ad0df65");
        assert_eq!(hex(56), "3b0c8ac703f828b04c6c197006d17218");
        assert_eq!(hex(64), "014842d480b571495a4a0363793f7367");
    }

    #[test]
    fn a_childs_id_is_the_standard_annotations_id() {
        // The ids of `$Cxx.namespace` and `$Cxx.name` that every code generator knows.
        assert_eq!(of_child(0xbdf8_7d7b_b830_4e81, "namespace"), 0xb9c6_f99e_bf80_5f2c);
        assert_eq!(of_child(0xbdf8_7d7b_b830_4e81, "name"), 0xf264_a779_fef1_91ce);
    }
}
