//! Passwords and second factors. Pure: salts, times and secrets are passed in.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use totp_rs::Builder;

/// Seconds of one code of a second factor (RFC 6238).
pub const STEP: u64 = 30;

/// argon2id with 19 MiB and two passes, as OWASP asks for.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// The hash of a password, as a PHC string. `None` where the hash cannot be made, for lack of memory.
pub fn hash_password(password: &str, salt: [u8; 16]) -> Option<String> {
    Some(argon2().hash_password_with_salt(password.as_bytes(), &salt).ok()?.to_string())
}

/// Whether the password is the one of that hash. Takes the same time whether it is or not; a hash of
/// nobody takes it too, so that nobody learns which accounts there are.
pub fn is_password(password: &str, hash: Option<&str>) -> bool {
    // What no password has: the work is done, the answer is no.
    let hash = hash
        .unwrap_or("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    argon2().verify_password(password.as_bytes(), hash).is_ok()
}

/// The time step in which that code of a second factor holds: the one now, before or after. Who calls
/// sees to it that a step is used once.
pub fn code_step(secret: [u8; 20], code: &str, now: u64) -> Option<i64> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let factor = Builder::new().with_secret(secret).build().ok()?;
    i64::try_from(factor.check(&code, now)?).ok()
}

/// The secret of a second factor as people type it into an authenticator.
pub fn spelled(secret: [u8; 20]) -> String {
    data_encoding::BASE32_NOPAD.encode(&secret)
}

/// The address that an authenticator reads from a QR code.
pub fn authenticator_address(secret: [u8; 20], name: &str) -> String {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("otpauth://totp/Fivepoint:{name}?secret={}&issuer=Fivepoint&period={STEP}", spelled(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let hash = hash_password("correct horse", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_password("correct horse", Some(&hash)));
        assert!(!is_password("correct horsf", Some(&hash)));
        assert!(!is_password("", None));
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = *b"12345678901234567890";
        // Appendix B, the last six of eight digits.
        assert_eq!(code_step(secret, "287 082", 59), Some(1));
        assert_eq!(code_step(secret, "287082", 59 + 30), Some(1), "a step late");
        assert_eq!(code_step(secret, "287082", 59 + 90), None);
        assert_eq!(code_step(secret, "005924", 1_234_567_890), Some(41_152_263));
        assert_eq!(code_step(secret, "12", 59), None);
    }
}
