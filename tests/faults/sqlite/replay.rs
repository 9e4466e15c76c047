//! What a disk holds after a power cut, made from the journal of what was written and synced.
//!
//! What was synced before the cut is there. Of what was written to a file after its last sync, each piece is kept,
//! dropped, or torn at 512 bytes, by chance; so is a new length. A file that was made or removed since its folder was
//! synced is there or not.

use crate::chance::Chance;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a disk writes at once.
const SECTOR: usize = 512;

/// Something that was done.
struct Record {
    /// How long the journal was after it.
    end: u64,
    kind: u8,
    name: String,
    offset: usize,
    data: Vec<u8>,
}

/// Everything that was done since the files of a folder were copied.
pub struct Journal {
    base: BTreeMap<String, Vec<u8>>,
    records: Vec<Record>,
}

/// What becomes of that which was not synced.
#[derive(Clone, Copy)]
enum Fate {
    /// Nothing of it is there.
    Dropped,
    /// All of it is there.
    Kept,
    /// Each piece is there or not.
    Pieces,
    /// Each sector is there or not.
    Sectors,
}

/// A file: what is on disk for certain, and what was written since.
#[derive(Clone, Default)]
struct Contents {
    synced: Vec<u8>,
    /// Places in the journal.
    pending: Vec<usize>,
}

/// The files of a folder, without what does not outlive a power cut.
pub fn copy(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let kept = files.filter(|path| path.is_file() && !name(path).ends_with("-shm"));
    kept.map(|path| (name(&path), std::fs::read(&path).unwrap())).collect()
}

impl Journal {
    /// Reads what was noted since the files were as in `base`.
    pub fn read(base: BTreeMap<String, Vec<u8>>, path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let mut records = Vec::new();
        let mut rest = bytes.as_slice();
        let number = |bytes: &[u8]| u32::from_ne_bytes(bytes.try_into().unwrap()) as usize;
        while rest.len() >= 20 {
            let (kind, name, data) = (rest[0], number(&rest[4..8]), number(&rest[8..12]));
            let offset = i64::from_ne_bytes(rest[12..20].try_into().unwrap());
            let Some(body) = rest.get(20..20 + name + data) else { break };
            rest = &rest[20 + name + data..];
            records.push(Record {
                end: (bytes.len() - rest.len()) as u64,
                kind,
                name: String::from_utf8(body[..name].to_vec()).unwrap(),
                offset: usize::try_from(offset).unwrap(),
                data: body[name..].to_vec(),
            });
        }
        assert!(!records.is_empty(), "the journal has noted something");
        Self { base, records }
    }

    /// How often something was written, synced and cut to a length.
    pub fn describe(&self) -> String {
        let count = |kind| self.records.iter().filter(|record| record.kind == kind).count();
        let written: usize = self.records.iter().filter(|record| record.kind == b'W').map(|one| one.data.len()).sum();
        let database = |record: &&Record| record.kind == b'W' && record.name.ends_with(".db");
        let pages = self.records.iter().filter(database).count();
        format!(
            "{} writes ({} MiB; {pages} to the database itself), {} syncs, {} new lengths, {} files made, {} removed",
            count(b'W'),
            written >> 20,
            count(b'S'),
            count(b'T'),
            count(b'O'),
            count(b'U')
        )
    }

    /// A moment for the power to go: any, or just before a sync, when most is at stake.
    pub fn moment(&self, chance: &mut Chance) -> usize {
        let any = chance.below(self.records.len() as u64 + 1) as usize;
        if chance.once_in(2) {
            return any;
        }
        let sync = self.records.iter().skip(any).position(|record| record.kind == b'S');
        sync.map_or(any, |further| any + further)
    }

    /// How long the journal was at that moment.
    pub fn length_at(&self, moment: usize) -> u64 {
        moment.checked_sub(1).map_or(0, |last| self.records[last].end)
    }

    /// Writes into an empty folder what the disk holds after a cut at that moment.
    pub fn rebuild(&self, moment: usize, chance: &mut Chance, folder: &Path) {
        let mut files: Vec<Contents> = Vec::new();
        let mut names = BTreeMap::<&str, usize>::new();
        for (name, bytes) in &self.base {
            names.insert(name, files.len());
            files.push(Contents { synced: bytes.clone(), pending: Vec::new() });
        }
        let mut synced_names = names.clone();
        for (place, record) in self.records.iter().take(moment).enumerate() {
            let name = record.name.as_str();
            match (record.kind, names.get(name)) {
                (b'S', _) if name == "." => synced_names.clone_from(&names),
                (b'S', Some(file)) => {
                    let file = &mut files[*file];
                    for pending in std::mem::take(&mut file.pending) {
                        self.apply(pending, &mut file.synced, &mut |_| true);
                    }
                }
                (b'W' | b'T', Some(file)) => files[*file].pending.push(place),
                (b'O', _) => {
                    names.insert(name, files.len());
                    files.push(Contents::default());
                }
                (b'U', _) => drop(names.remove(name)),
                (kind, file) => panic!("the journal says {} of {name}, {file:?}", char::from(kind)),
            }
        }
        let fate = [Fate::Dropped, Fate::Kept, Fate::Pieces, Fate::Sectors][chance.below(4) as usize];
        let all: BTreeSet<&str> = names.keys().chain(synced_names.keys()).copied().collect();
        for name in all {
            let newest = match fate {
                Fate::Dropped => false,
                Fate::Kept => true,
                Fate::Pieces | Fate::Sectors => chance.once_in(2),
            };
            let Some(file) = (if newest { names.get(name) } else { synced_names.get(name) }) else { continue };
            let Contents { mut synced, pending } = files[*file].clone();
            for place in pending {
                match fate {
                    Fate::Dropped => {}
                    Fate::Kept => self.apply(place, &mut synced, &mut |_| true),
                    Fate::Pieces => {
                        if chance.once_in(2) {
                            self.apply(place, &mut synced, &mut |_| true);
                        }
                    }
                    Fate::Sectors => self.apply(place, &mut synced, &mut |_| chance.once_in(2)),
                }
            }
            std::fs::write(folder.join(name), synced).unwrap();
        }
    }

    /// Applies a record to a file, of a write those sectors that `keeps` says.
    fn apply(&self, place: usize, bytes: &mut Vec<u8>, keeps: &mut impl FnMut(usize) -> bool) {
        let record = &self.records[place];
        if record.kind == b'T' {
            if keeps(0) {
                bytes.resize(record.offset, 0);
            }
            return;
        }
        let (mut at, mut data) = (record.offset, record.data.as_slice());
        while !data.is_empty() {
            let (piece, rest) = data.split_at((SECTOR - at % SECTOR).min(data.len()));
            if keeps(at) {
                if bytes.len() < at + piece.len() {
                    bytes.resize(at + piece.len(), 0);
                }
                bytes[at..at + piece.len()].copy_from_slice(piece);
            }
            (at, data) = (at + piece.len(), rest);
        }
    }
}
