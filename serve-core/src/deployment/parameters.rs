//! The arguments of a method as a tuple: what they are called, and how they become bytes.

use super::MethodSpec;
use crate::codec::{ArgumentReader, Arguments, Codec, DecodeError};
use crate::info::WireCheck;

/// One argument of a method: its name, its type as it is written, and how it becomes bytes.
pub type Parameter<T> = (&'static str, &'static str, Option<Codec<T>>);

fn check<T>((name, ty, codec): &Parameter<T>) -> WireCheck {
    WireCheck { what: format!("argument `{name}`").into(), ty, capable: codec.is_some() }
}

/// All arguments of a method.
#[doc(hidden)]
pub trait Parameters: Send + 'static {
    /// A [`Parameter`] for each.
    type Specs;

    fn encode(self, specs: &Self::Specs, arguments: &mut Arguments);

    /// # Errors
    ///
    /// The bytes are not these arguments.
    fn decode(reader: &mut ArgumentReader<'_>, specs: &Self::Specs) -> Result<Self, DecodeError>
    where
        Self: Sized;

    /// Whether each can leave the process.
    fn checks(specs: &Self::Specs) -> Vec<WireCheck>;
}

/// Those of a method.
pub type Specs<M> = <<M as MethodSpec>::Args as Parameters>::Specs;

macro_rules! parameters {
    ($($name:ident $index:tt)*) => {
        impl<$($name: Send + 'static),*> Parameters for ($($name,)*) {
            type Specs = ($(Parameter<$name>,)*);

            #[allow(unused_variables, reason = "a method may take no arguments")]
            fn encode(self, specs: &Self::Specs, arguments: &mut Arguments) {
                $(arguments.give(specs.$index.0, self.$index, specs.$index.2);)*
            }

            #[allow(unused_variables, reason = "a method may take no arguments")]
            fn decode(
                reader: &mut ArgumentReader<'_>,
                specs: &Self::Specs,
            ) -> Result<Self, DecodeError> {
                Ok(($(reader.next(specs.$index.0, specs.$index.2)?,)*))
            }

            #[allow(unused_variables, reason = "a method may take no arguments")]
            fn checks(specs: &Self::Specs) -> Vec<WireCheck> {
                vec![$(check(&specs.$index)),*]
            }
        }
    };
}

parameters!();
parameters!(A 0);
parameters!(A 0 B 1);
parameters!(A 0 B 1 C 2);
parameters!(A 0 B 1 C 2 D 3);
parameters!(A 0 B 1 C 2 D 3 E 4);
parameters!(A 0 B 1 C 2 D 3 E 4 F 5);
parameters!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
parameters!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
parameters!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
parameters!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
parameters!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
parameters!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
