//! Enums stored as text: the stored value is the name that the API shows.

/// A text that names no value of the enum it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    /// The enum.
    pub of: &'static str,
    /// The text that was read.
    pub value: String,
}

impl std::fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is no {}", self.value, self.of)
    }
}

impl std::error::Error for UnknownValue {}

/// A value with what people call it and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is stored and shown in the API.
    pub code: &'static str,
    /// What people call it.
    pub zh: &'static str,
    /// The same in English, with what it means.
    pub en: &'static str,
}

/// An enum of the API: its values are words.
pub trait Words: Copy + Send + Sync + Sized + 'static {
    /// What it is called, and what it tells.
    const ABOUT: Word;
    /// Its values in the order of declaration.
    const WORDS: &'static [Word];

    /// The value's place among the words.
    fn at(self) -> usize;
    /// The value at a place.
    fn get(at: usize) -> Option<Self>;

    /// The value as a word.
    fn word(self) -> Word {
        Self::WORDS[self.at()]
    }
}

/// Declares an enum whose every variant is one text, in the database, in JSON, in `as_str`, `Display` and `FromStr` alike.
macro_rules! text_enum {
    (
        pub enum $name:ident: $zh:literal, $en:literal {
            $( $variant:ident = $value:tt: $word_zh:literal, $word_en:literal; )+
        }
    ) => {
        $crate::text_enum::text_enum! {
            #[doc = concat!($zh, ": ", $en, ".")]
            pub enum $name { $( #[doc = concat!($word_zh, ": ", $word_en, ".")] $variant = $value, )+ }
        }

        impl $crate::Words for $name {
            const ABOUT: $crate::Word = $crate::Word { code: stringify!($name), zh: $zh, en: $en };
            const WORDS: &'static [$crate::Word] =
                &[ $( $crate::Word { code: $value, zh: $word_zh, en: $word_en }, )+ ];

            fn at(self) -> usize {
                self as usize
            }

            fn get(at: usize) -> Option<Self> {
                Self::ALL.get(at).copied()
            }
        }
    };
    (
        $(#[$of_enum:meta])*
        pub enum $name:ident { $( $(#[$of_variant:meta])* $variant:ident = $value:tt, )+ }
    ) => {
        $(#[$of_enum])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum, serde::Serialize, serde::Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $( $(#[$of_variant])* #[sea_orm(string_value = $value)] #[serde(rename = $value)] $variant, )+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The text as stored and as shown in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $value, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $value => Ok(Self::$variant), )+
                    _ => Err($crate::UnknownValue { of: stringify!($name), value: text.to_owned() }),
                }
            }
        }
    };
}

pub(crate) use text_enum;
