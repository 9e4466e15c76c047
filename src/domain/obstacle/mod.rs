//! What stands in the way of an act: what is not there, and which rule forbids it. Each has a sentence for the
//! command line and the log, and the key of its words on pages, with what fills their places.

mod missing;
mod rules;

pub use missing::Missing;
pub use rules::Obstacle;

use super::staff::Role;
use super::survey::SurveyState;
use uuid::Uuid;

/// What fills a place of the words on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    /// A name, a code, or a word that the words choose by.
    Text(String),
    /// A number.
    Number(i64),
}

impl From<&String> for Filling {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&i64> for Filling {
    fn from(number: &i64) -> Self {
        Self::Number(*number)
    }
}

macro_rules! named {
    ($($kind:ty),+) => {$(
        impl From<&$kind> for Filling {
            fn from(kind: &$kind) -> Self {
                Self::Text(kind.name().to_owned())
            }
        }
    )+};
}
named!(SurveyState, Role, Change);

impl From<&Uuid> for Filling {
    fn from(id: &Uuid) -> Self {
        Self::Text(id.to_string())
    }
}

/// What somebody wants to do with one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Put a new one in its place.
    Reissue,
    /// Take it back.
    Revoke,
}

impl Change {
    /// What would be done to the link, in the sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reissue => "reissued",
            Self::Revoke => "revoked",
        }
    }
}

/// What is in the way, each with its sentence and the key of its words.
macro_rules! obstacles {
    (
        $(#[$about:meta])*
        $name:ident {
            $($(#[$meaning:meta])* $variant:ident $({ $($(#[$what:meta])* $place:ident: $kind:ty),+ $(,)? })?
                => $key:literal ($($sentence:tt)+);)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum $name {
            $($(#[$meaning])* #[error($($sentence)+)] $variant $({ $($(#[$what])* $place: $kind),+ })?,)+
        }

        impl $name {
            /// The keys of the words on pages, each with the places that can be filled.
            pub const WORDS: &[(&str, &[&str])] = &[$(($key, &[$($(stringify!($place)),+)?])),+];

            /// The key of the words on pages.
            pub const fn key(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $key,)+ }
            }

            /// All names.
            pub const NAMES: &[&str] = &[$(stringify!($variant)),+];

            /// The name, which programs are told.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => stringify!($variant),)+ }
            }

            /// What fills the places of the words.
            pub fn places(&self) -> Vec<(&'static str, Filling)> {
                match self {
                    $(Self::$variant $({ $($place),+ })? => vec![$($((stringify!($place), $place.into())),+)?],)+
                }
            }
        }
    };
}

pub(in crate::domain) use obstacles;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_obstacle_says_what_is_in_the_way() {
        let answered = Obstacle::LinkAnswered { change: Change::Reissue };
        assert_eq!(answered.to_string(), "this link is answered: it cannot be reissued");
        assert_eq!(answered.places(), [("change", Filling::Text("reissued".to_owned()))]);
        let unit = Missing::Unit { code: "I9".to_owned() };
        assert_eq!((unit.key(), unit.to_string()), ("missing-unit", "there is no unit “I9”".to_owned()));
    }
}
