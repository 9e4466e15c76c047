//! What a program shows.

use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// Crockford's base 32 in small letters: no i, l, o (misread) and no u.
const SYMBOLS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What every token begins with, so that scanners of sources and logs know it.
const PREFIX: &str = "fpk_";

/// Characters after the prefix: 32 × 5 = 160 bits.
const LENGTH: usize = 32;

/// What a program shows: whoever has it can do what the key may. It is shown once and stored nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<[u8; LENGTH]>);

impl Token {
    /// The token of these random bytes.
    pub fn new(random: [u8; 20]) -> Self {
        let mut text = Zeroizing::new([b'0'; LENGTH]);
        for (places, bytes) in text.chunks_exact_mut(8).zip(random.chunks_exact(5)) {
            let mut bits = bytes.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
            for place in places.iter_mut().rev() {
                if let Some(symbol) = usize::try_from(bits & 31).ok().and_then(|index| SYMBOLS.get(index)) {
                    *place = *symbol;
                }
                bits >>= 5;
            }
        }
        Self(text)
    }

    /// Reads a token exactly as it was shown: programs do not mistype.
    pub fn read(text: &str) -> Option<Self> {
        let symbols: [u8; LENGTH] = text.strip_prefix(PREFIX)?.as_bytes().try_into().ok()?;
        symbols.iter().all(|symbol| SYMBOLS.contains(symbol)).then(|| Self(Zeroizing::new(symbols)))
    }

    /// Under what the key is kept. A token is 160 random bits, which nobody can try through: a slow hash, as
    /// passwords need one, would only slow down every request.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new().chain_update(b"fivepoint api key v1\0").chain_update(*self.0).finalize().into()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|symbol| write!(f, "{}", char::from(*symbol)))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_bits_it_was_made_of() {
        // RFC 4648 spells these five bytes AAAQEAYE; here the 32 symbols are Crockford's.
        let mut random = [0; 20];
        random[..5].copy_from_slice(&[0, 1, 2, 3, 4]);
        random[15..].copy_from_slice(&[0xff; 5]);
        let token = Token::new(random);
        assert_eq!(token.to_string(), "fpk_000g40r40000000000000000zzzzzzzz");
        assert_eq!(Token::read(&token.to_string()), Some(token));
    }

    #[test]
    fn only_a_token_is_read_as_one() {
        let text = Token::new([7; 20]).to_string();
        for other in [
            "",
            "fpk_",
            &text[4..],
            &text[..35],
            &format!("{text}0"),
            &format!(" {text}"),
            &text.to_uppercase(),
            &text.replace("fpk_", "fpx_"),
            "fpk_u0000000000000000000000000000000",
            "fpk_密钥密钥密钥密钥密钥00",
        ] {
            assert_eq!(Token::read(other), None, "{other}");
        }
    }

    #[test]
    fn a_token_is_not_printed_unasked() {
        let token = Token::new([7; 20]);
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_ne!(token.hash(), Token::new([8; 20]).hash());
        assert_ne!(token.hash()[..], Sha256::digest(token.to_string())[..], "the hash is this one's alone");
    }
}
