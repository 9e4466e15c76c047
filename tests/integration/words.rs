//! The words of the pages: every one in `frontend/locales`, in every language, and none without a use.

use fivepoint::domain::audit::Act;
use fivepoint::domain::obstacle::{Missing, Obstacle};
use fivepoint::domain::scorecard::Mistake;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Every file below a folder whose name ends so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { files(&path, ending) } else { vec![path] });
    found.filter(|path| path.to_str().unwrap().ends_with(ending)).collect()
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The keys of a language, each with the places in its words.
fn words(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut words = BTreeMap::<String, BTreeSet<String>>::new();
    let mut key = String::new();
    for file in files(&root(&format!("frontend/locales/{language}")), ".ftl") {
        for line in std::fs::read_to_string(file).unwrap().lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, text)) = line.split_once(" =").filter(|(name, _)| !name.starts_with([' ', '}'])) {
                assert!(!text.trim().is_empty(), "{language}: {name} says nothing");
                name.clone_into(&mut key);
                assert!(words.insert(key.clone(), BTreeSet::new()).is_none(), "{language}: {name} is there twice");
            }
            let places = line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap());
            words.entry(key.clone()).or_default().extend(places.map(str::to_owned));
        }
    }
    words.remove("");
    words
}

/// The string literals of the pages' templates and their code, and what the script says.
fn literals() -> BTreeSet<String> {
    let sources = [("frontend/templates", ".html"), ("frontend/static", ".js"), ("src/web", ".rs")];
    let files = sources.into_iter().flat_map(|(folder, ending)| files(&root(folder), ending));
    files
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            text.split(['"', '\'']).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_language_has_the_same_keys_with_the_same_places() {
    let [chinese, english] = LANGUAGES.map(words);
    assert!(chinese.len() > 50, "the words were found");
    assert_eq!(chinese.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
    for (key, places) in &chinese {
        assert_eq!(places, &english[key], "{key}");
    }
}

#[test]
fn every_key_is_used_and_every_use_has_its_words() {
    let keys: BTreeSet<String> = words("en").into_keys().collect();
    let mut literals = literals();
    // Keys that are put together: an act of the audit log, and what a part of the desk is for.
    let parts: Vec<_> =
        literals.iter().filter(|key| key.starts_with("menu-")).map(|key| format!("{key}-text")).collect();
    literals.extend(parts.into_iter().chain(Act::ALL.iter().map(|act| format!("act-{}", act.name()))));
    let acts = Act::ALL.iter().map(|act| format!("act-{}", act.name()));
    assert!(acts.clone().all(|key| keys.contains(&key)), "every act has its words");
    literals
        .extend([Missing::WORDS, Obstacle::WORDS, Mistake::WORDS].concat().into_iter().map(|(key, _)| key.to_owned()));
    let idle: Vec<_> = keys.difference(&literals).collect();
    assert!(idle.is_empty(), "words that nothing says: {idle:?}");

    let mut missing = Vec::new();
    for (folder, ending) in [("frontend/templates", ".html"), ("src/web", ".rs"), ("frontend/static", ".js")] {
        for file in files(&root(folder), ending) {
            let text = std::fs::read_to_string(&file).unwrap();
            for call in [".say(\"", ".with(\"", "say('"] {
                let said = text.split(call).skip(1).map(|rest| rest.split(['"', '\'']).next().unwrap().to_owned());
                missing.extend(said.filter(|key| !keys.contains(key)).map(|key| format!("{}: {key}", file.display())));
            }
        }
    }
    assert!(missing.is_empty(), "words that are in no language: {missing:?}");
}

#[test]
fn every_refusal_has_its_words_and_fills_their_places() {
    let words = words("zh-CN");
    for (key, places) in [Missing::WORDS, Obstacle::WORDS, Mistake::WORDS].concat() {
        let asked = words.get(key).unwrap_or_else(|| panic!("{key} has no words"));
        assert!(asked.iter().all(|place| places.contains(&place.as_str())), "{key}: {asked:?} from {places:?}");
    }
}

#[test]
fn the_script_says_only_what_the_page_brings_along() {
    let page = std::fs::read_to_string(root("src/web/answer/page.rs")).unwrap();
    let brought = page.split_once("const WORDS").unwrap().1.split_once("];").unwrap().0;
    let brought: BTreeSet<&str> = brought.split('"').skip(1).step_by(2).collect();
    let script = std::fs::read_to_string(root("frontend/static/answer.js")).unwrap();
    // Every quoted word of the script that is a key of the locales, whether said at once or later.
    let keys = words("en");
    let said: BTreeSet<&str> = script.split('\'').filter(|word| keys.contains_key(*word)).collect();
    let absent: Vec<_> = brought.difference(&said).collect();
    assert!(absent.is_empty(), "the script never says {absent:?}");
    // Ids of parts of the page and names of acts that are keys, too.
    let parts = ["start", "review", "resume", "clear", "thanks", "easy", "receipt", "decline", "role"];
    let missing: Vec<_> = said.difference(&brought).filter(|word| !parts.contains(word)).collect();
    assert!(missing.is_empty(), "the page brings no words for {missing:?}");
}

#[test]
fn pages_and_their_code_have_no_words_of_their_own() {
    let chinese = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    for (folder, ending) in [("frontend/templates", ".html"), ("frontend/static", ""), ("src/web", ".rs")] {
        for file in files(&root(folder), ending) {
            let text = std::fs::read_to_string(&file).unwrap();
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let lines: Vec<_> = lines.filter(|line| line.contains(chinese)).collect();
            // A language's own name is the same in every language.
            let allowed = |line: &&str| line.contains("Self::Chinese => \"中文\"");
            let found: Vec<_> =
                lines.into_iter().filter(|line| !allowed(line) && !line.contains("assert_eq!")).collect();
            assert!(found.is_empty(), "{}: {found:?}", file.display());
        }
    }
}
