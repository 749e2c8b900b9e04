//! SQLCipher's pages as they lie on the disk: AES-256-CBC, then HMAC-SHA512 over the page and its
//! number. Reads them one by one, so that a broken page costs itself only. Knows no table. Changes
//! with SQLCipher's file format (version 4).

use aes::Aes256;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use ronde_model::wal::PAGE;
use sha2::Sha512;

/// Bytes of a page that SQLite uses: the vector and the code of authenticity take the rest.
pub const USABLE: usize = PAGE - VECTOR - CODE;

/// The file begins with it; only the codes of authenticity depend on it.
pub const SALT: usize = 16;

const VECTOR: usize = 16;
const CODE: usize = 64;
const MAGIC: &[u8; SALT] = b"SQLite format 3\0";

/// A page of one file.
pub type Page = [u8; PAGE];

/// The raw key of a file, and the key of its codes once the salt is known.
pub struct PageCipher {
    key: [u8; 32],
    codes: Option<[u8; 32]>,
}

impl PageCipher {
    /// Without a salt nothing can be proved; everything can be decrypted.
    pub fn new(key: &[u8; 32], salt: Option<&[u8; SALT]>) -> Self {
        PageCipher { key: *key, codes: salt.and_then(|salt| code_key(key, salt)) }
    }

    /// Whether pages can be proved at all.
    pub fn has_salt(&self) -> bool {
        self.codes.is_some()
    }

    /// Whether the page is what was written under that number.
    pub fn is_sound(&self, number: u32, page: &Page) -> bool {
        self.code(number, page).is_some_and(|code| code.verify_slice(&page[USABLE + VECTOR..]).is_ok())
    }

    /// The number that a page was written under, when the one beside it is wrong.
    pub fn number_of(&self, page: &Page, most: u32) -> Option<u32> {
        let begun = self.begun(page, 0)?;
        let fits = |number: &u32| {
            let mut code = begun.clone();
            code.update(&number.to_le_bytes());
            code.verify_slice(&page[USABLE + VECTOR..]).is_ok()
        };
        (2..=most).find(fits).or_else(|| self.is_sound(1, page).then_some(1))
    }

    /// The page in clear, whether it is sound or not; the salt of the first one is SQLite's magic.
    pub fn decrypt(&self, number: u32, page: &Page) -> Page {
        let mut clear = *page;
        let start = if number == 1 { SALT } else { 0 };
        let mut vector = [0; VECTOR];
        vector.copy_from_slice(&page[USABLE..USABLE + VECTOR]);
        let mut cipher = cbc::Decryptor::<Aes256>::new(&self.key.into(), &vector.into());
        let (blocks, _) = aes::cipher::Array::slice_as_chunks_mut(&mut clear[start..USABLE]);
        cipher.decrypt_blocks(blocks);
        if number == 1 {
            clear[..SALT].copy_from_slice(MAGIC);
        }
        clear
    }

    fn code(&self, number: u32, page: &Page) -> Option<Hmac<Sha512>> {
        let mut code = self.begun(page, if number == 1 { SALT } else { 0 })?;
        code.update(&number.to_le_bytes());
        Some(code)
    }

    fn begun(&self, page: &Page, start: usize) -> Option<Hmac<Sha512>> {
        let mut code = <Hmac<Sha512> as KeyInit>::new_from_slice(self.codes.as_ref()?).ok()?;
        code.update(&page[start..USABLE + VECTOR]);
        Some(code)
    }
}

/// PBKDF2-HMAC-SHA512 of two rounds over the masked salt: SQLCipher's own derivation.
fn code_key(key: &[u8; 32], salt: &[u8; SALT]) -> Option<[u8; 32]> {
    let round = |message: &[&[u8]]| -> Option<[u8; 64]> {
        let mut mac = <Hmac<Sha512> as KeyInit>::new_from_slice(key).ok()?;
        message.iter().for_each(|part| mac.update(part));
        Some(mac.finalize().into_bytes().into())
    };
    let masked = salt.map(|byte| byte ^ 0x3a);
    let first = round(&[&masked, &1u32.to_be_bytes()])?;
    let second = round(&[&first])?;
    Some(std::array::from_fn(|at| first[at] ^ second[at]))
}

/// The salt under which the sample pages are sound: as found, or with one byte of it mended. A
/// salt is not authenticated by anything else.
pub fn find_salt(
    key: &[u8; 32],
    found: &[[u8; SALT]],
    samples: &[(u32, &Page)],
) -> Option<([u8; SALT], bool)> {
    let fits = |salt: &[u8; SALT]| {
        let cipher = PageCipher::new(key, Some(salt));
        samples.iter().any(|(number, page)| cipher.is_sound(*number, page))
    };
    if let Some(salt) = found.iter().find(|salt| fits(salt)) {
        return Some((*salt, false));
    }
    let mended = found.iter().flat_map(|salt| {
        (0..SALT).flat_map(move |at| (1..=u8::MAX).map(move |mask| flipped(*salt, at, mask)))
    });
    mended.into_iter().find(|salt| fits(salt)).map(|salt| (salt, true))
}

fn flipped(mut salt: [u8; SALT], at: usize, mask: u8) -> [u8; SALT] {
    salt[at] ^= mask;
    salt
}
