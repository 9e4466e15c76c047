//! Secrets and what is derived from them: answer codes, their hashes, receipts.
//!
//! A code is never stored. It can be derived again by whoever holds the server secret, and the
//! database knows only its hash, so a stolen database opens no questionnaire.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Crockford's base 32: no I, L, O (misread) and no U.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of a code: 20 × 5 = 100 bits.
const CODE_LENGTH: usize = 20;

/// What the program was given as its secret: one, or several while they are being changed. Never printed, never stored.
#[derive(Clone)]
pub struct Secret(Arc<[(Fingerprint, Key)]>);

impl Secret {
    /// Fewest bytes that make a secret.
    pub const SHORTEST: usize = 32;

    /// The secrets in a text, one a line, white space around them dropped: each of at least [`Secret::SHORTEST`] bytes,
    /// and at least one.
    pub fn new(text: &str) -> Option<Self> {
        let mut keys: Vec<(Fingerprint, Key)> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let key = Some(line).filter(|line| line.len() >= Self::SHORTEST).map(|line| line.as_bytes().to_vec())?;
            let key = Key(Zeroizing::new(key));
            let fingerprint = key.fingerprint();
            if keys.iter().all(|(known, _)| *known != fingerprint) {
                keys.push((fingerprint, key));
            }
        }
        (!keys.is_empty()).then(|| Self(keys.into()))
    }

    /// The one with that fingerprint, if it is among those given.
    pub fn key(&self, fingerprint: Fingerprint) -> Option<&Key> {
        self.0.iter().find(|(known, _)| *known == fingerprint).map(|(_, key)| key)
    }

    /// The fingerprints of all, in the order in which they were given.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.0.iter().map(|(fingerprint, _)| *fingerprint)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Which secret it is, without telling it: kept in the database, so that a node started with another secret is
/// refused instead of handing out links that lead nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// Reads one as it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// One secret: whoever has it can derive every link that was issued under it. Overwritten when it is dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// Which one this is.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(first_16(self.mac(b"fivepoint fingerprint v1", &[])))
    }

    /// The code of one recipient of one survey. `generation` starts at 0 and grows with each reissue.
    pub fn code(&self, salt: &[u8], serial: u32, generation: u16) -> Code {
        let mac = self.mac(b"fivepoint link v1", &[salt, &serial.to_be_bytes(), &generation.to_be_bytes()]);
        Code(Zeroizing::new(symbols(mac)))
    }

    /// The receipt of an answer: the same at every retry, stored nowhere, and no way back to the code.
    pub fn receipt(&self, code: &Code) -> Receipt {
        Receipt(symbols(self.mac(b"fivepoint receipt v1", &[&*code.0])))
    }

    /// The mac of a row of the audit log after a row with mac `before`.
    pub fn audit_mac(&self, before: &[u8], row: &[u8]) -> [u8; 32] {
        self.mac(b"fivepoint audit v1", &[before, row])
    }

    /// The mac of all rows of the audit log before this secret, by their digest.
    pub fn past_mac(&self, digest: &[u8]) -> [u8; 32] {
        self.mac(b"fivepoint audit past v1", &[digest])
    }

    /// The shared secret (20 bytes, RFC 6238) of an account's second factor, by how often it was set up.
    pub fn second_factor(&self, staff: Uuid, times: u32) -> Zeroizing<[u8; 20]> {
        let mac = self.mac(b"fivepoint second factor v1", &[staff.as_bytes(), &times.to_be_bytes()]);
        let [head @ .., _, _, _, _, _, _, _, _, _, _, _, _] = mac;
        Zeroizing::new(head)
    }

    /// The key of one message to one link: every repeat carries the same, and it is stored nowhere. A link that
    /// was replaced is another link, and its message another message.
    pub fn message_key(&self, survey: Uuid, sending: u32, serial: u32, generation: u16) -> MessageKey {
        let numbers = [&sending.to_be_bytes()[..], &serial.to_be_bytes(), &generation.to_be_bytes()].concat();
        MessageKey(first_16(self.mac(b"fivepoint message v1", &[survey.as_bytes(), &numbers])))
    }

    /// The mark of something that a program sent with its API key: the same for the same, and nobody can try from
    /// it what that was.
    pub fn request_mark(&self, api_key: Uuid, sent: &[u8]) -> [u8; 16] {
        first_16(self.mac(b"fivepoint request v1", &[api_key.as_bytes(), sent]))
    }

    /// The mark of a cursor, so that a program cannot make one by itself.
    pub fn cursor_mark(&self, api_key: Uuid, cursor: &str) -> [u8; 16] {
        first_16(self.mac(b"fivepoint cursor v1", &[api_key.as_bytes(), cursor.as_bytes()]))
    }

    fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes a key of any length: this cannot fail, and the type cannot say so.
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) else { return [0; 32] };
        mac.update(purpose);
        for part in parts {
            mac.update(&[0]);
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The code of a link, 100 bits in 20 symbols: whoever has it may answer once.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<[u8; CODE_LENGTH]>);

impl Code {
    /// Reads a code as people type it: in any case, with or without hyphens and spaces, I and L read
    /// as 1, O as 0. `None` where it cannot be a code.
    pub fn parse(text: &str) -> Option<Self> {
        let mut code = Zeroizing::new([0_u8; CODE_LENGTH]);
        let mut places = code.iter_mut();
        for character in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–')) {
            let symbol = match u8::try_from(character.to_ascii_uppercase()).ok()? {
                b'I' | b'L' => b'1',
                b'O' => b'0',
                other => other,
            };
            if !SYMBOLS.contains(&symbol) {
                return None;
            }
            *places.next()? = symbol;
        }
        places.next().is_none().then_some(Self(code))
    }

    /// The hash under which the link is kept.
    pub fn hash(&self) -> LinkHash {
        let digest = Sha256::new().chain_update(b"fivepoint link hash v1\0").chain_update(*self.0).finalize();
        LinkHash(first_16(digest.into()))
    }
}

impl fmt::Display for Code {
    /// In groups of four, as on paper and in links.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_groups(f, &*self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The hash of a code, the only thing about it that is stored. 128 bits of SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkHash(pub [u8; 16]);

/// What a person gets for an answer: proof that it arrived, no word about what it said.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Receipt([u8; CODE_LENGTH]);

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_groups(f, &self.0)
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(…)")
    }
}

/// The idempotency key of a message: who has seen it before has the message already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageKey(pub [u8; 16]);

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "msg_{}", data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// The first 16 bytes of a digest.
fn first_16(digest: [u8; 32]) -> [u8; 16] {
    let [head @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest;
    head
}

/// The first 100 bits of a digest as 20 symbols.
fn symbols(digest: [u8; 32]) -> [u8; CODE_LENGTH] {
    let mut bits = u128::from_be_bytes(first_16(digest));
    let mut text = [b'0'; CODE_LENGTH];
    for place in &mut text {
        bits = bits.rotate_left(5);
        if let Some(symbol) = usize::try_from(bits & 31).ok().and_then(|index| SYMBOLS.get(index)) {
            *place = *symbol;
        }
    }
    text
}

fn write_groups(f: &mut fmt::Formatter<'_>, symbols: &[u8]) -> fmt::Result {
    for (index, symbol) in symbols.iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            f.write_char('-')?;
        }
        f.write_char(char::from(*symbol))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        let secret = Secret::new(text).unwrap();
        secret.key(secret.fingerprints().next().unwrap()).unwrap().clone()
    }

    fn secret() -> Key {
        key("0123456789abcdef0123456789abcdef")
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = secret().code(b"salt", 7, 0);
        let printed = code.to_string();
        assert_eq!(printed.len(), 24);
        let spoken = printed.replace('1', "l").replace('0', "o").to_lowercase();
        for typed in [printed.replace('-', ""), spoken, printed.replace('-', " ")] {
            assert_eq!(Code::parse(&typed), Some(code.clone()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "ABCD", "UUUU-UUUU-UUUU-UUUU-UUUU", "0000-0000-0000-0000-00000", "😀"] {
            assert_eq!(Code::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_part_of_the_derivation_counts() {
        let one = secret().code(b"salt", 7, 0);
        assert_eq!(one, secret().code(b"salt", 7, 0));
        assert_ne!(one, secret().code(b"tlas", 7, 0));
        assert_ne!(one, secret().code(b"salt", 8, 0));
        assert_ne!(one, secret().code(b"salt", 7, 1));
        let other = key("another secret of sufficient length");
        assert_ne!(one, other.code(b"salt", 7, 0));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let code = secret().code(b"salt", 7, 0);
        let given = Secret::new("0123456789abcdef0123456789abcdef").unwrap();
        let printed = format!("{:?} {:?} {:?} {:?}", given, secret(), code, secret().receipt(&code));
        assert_eq!(printed, "Secret(…) Key(…) Code(…) Receipt(…)");
    }

    #[test]
    fn several_secrets_stand_one_a_line() {
        let (old, new) = ("an old secret of sufficient length", "a new secret of sufficient length");
        let both = Secret::new(&format!("{new}\n\n  {old}\r\n{new}\n")).unwrap();
        let prints: Vec<_> = both.fingerprints().collect();
        assert_eq!(prints, [key(new).fingerprint(), key(old).fingerprint()]);
        assert_eq!(both.key(prints[1]).unwrap().code(b"salt", 7, 0), key(old).code(b"salt", 7, 0));
        assert!(both.key(secret().fingerprint()).is_none());
        assert_eq!(Fingerprint::parse(&prints[0].to_string()), Some(prints[0]));
        for none in ["", "\n", "short", &format!("{new}\nshort")] {
            assert!(Secret::new(none).is_none(), "{none}");
        }
    }
}
