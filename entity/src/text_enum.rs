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

/// Declares an enum whose every variant is one text, in the database, in JSON, in `as_str`, `Display` and `FromStr` alike.
macro_rules! text_enum {
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
