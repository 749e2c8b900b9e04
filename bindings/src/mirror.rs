//! How core's plain records cross the border: a mirror lists the fields again, so that a change in
//! core that is not made here does not compile. Nothing is copied by hand.

/// Mirrors records of core under their own names.
macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* $(,)? })*) => { $(
        $(#[$doc])* #[uniffi::remote(Record)] pub struct $name { $(pub $field: $kind),* }
    )* };
}

/// Mirrors enums of core under their own names.
macro_rules! enums {
    ($($(#[$doc:meta])* $name:ident { $($variants:tt)* })*) => { $(
        $(#[$doc])* #[uniffi::remote(Enum)] pub enum $name { $($variants)* }
    )* };
}

/// Gives a type that the border cannot carry as another that it can: (inside, outside, there, back).
macro_rules! carried {
    ($($name:ident as $outside:ty, $there:expr, $back:expr;)*) => { $(
        uniffi::custom_type!($name, $outside, {
            remote,
            lower: |inside| ($there)(inside),
            try_lift: |outside| ($back)(outside).map_err(|wrong: $crate::error::NotebookError| wrong.into()),
        });
    )* };
}
