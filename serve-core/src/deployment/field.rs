//! A method's field of a handle: what can be called on it. Generated code says what is the method's own, which
//! is the docs, the names and the types; the rest is the same for all methods and stands here.
//!
//! The names of the functions come from generated code, because they stand at the user's method: "defined here" leads there.
//! So do bounds, because the compiler does not say where in another crate a bound is.

/// What the type of every method's field has: the options of one call, `Clone` and `Debug`. Not derived, because derived code would repeat what the compiler has to say about the bounds.
#[macro_export]
#[doc(hidden)]
macro_rules! __method_field {
    (
        impl [$($generics:tt)*] $method:ident [$($arguments:tt)*] [$($where:tt)*]
    ) => {
        impl $($generics)* $method $($arguments)* $($where)* {
            /// The same with a deadline for the call, counted from its start; never later than the caller's own.
            #[must_use]
            pub fn timeout(&self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }
            /// The same for the model of this id: a replica that has it loaded is preferred.
            #[must_use]
            pub fn multiplexed_model_id(
                &self,
                id: impl ::core::convert::Into<$crate::__private::String>,
            ) -> Self {
                Self(self.0.multiplexed_model_id(id))
            }
            /// The same in this session, whose calls prefer one replica.
            #[must_use]
            pub fn session_id(
                &self,
                id: impl ::core::convert::Into<$crate::__private::String>,
            ) -> Self {
                Self(self.0.session_id(id))
            }
            /// The same with this request id instead of an inherited or new one.
            #[must_use]
            pub fn request_id(
                &self,
                id: impl ::core::convert::Into<$crate::__private::String>,
            ) -> Self {
                Self(self.0.request_id(id))
            }
            /// Takes a place on the replica that the next call would go to, for calls made on what this gives.
            pub fn choose_replica(&self) -> $crate::__private::ChooseReplica<Self> {
                self.0.choose_replica(Self)
            }
        }

        impl $($generics)* ::core::clone::Clone for $method $($arguments)* $($where)* {
            fn clone(&self) -> Self {
                Self(::core::clone::Clone::clone(&self.0))
            }
        }

        impl $($generics)* ::core::fmt::Debug for $method $($arguments)* $($where)* {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(::core::stringify!($method)).field(&self.0).finish()
            }
        }
    };
}

/// How calls of a method with one result are started. `$here` is what starts one in the caller's own task.
#[macro_export]
#[doc(hidden)]
macro_rules! __start_value {
    (
        impl [$($generics:tt)*] $method:ident [$($arguments:tt)*] [$($where:tt)*]
        [$($docs:tt)*] [$($attributes:tt)*] $spec:ty: $here:ident
        [$remote:ident $call:ident $broadcast:ident]
        ($($argument:ident: $generic:ident [$($bound:tt)*] [$($again:tt)*] $passed:expr),*) use [$($captured:tt)*]
        -> [$($reference:tt)*] [$($result:tt)*]
    ) => {
        $crate::__method_field! { impl [$($generics)*] $method [$($arguments)*] [$($where)*] }

        impl $($generics)* $method $($arguments)* $($where)* {
            $($docs)*
            /// Starts the call on a replica at once. The result is awaited on what this returns.
            $($attributes)*
            pub fn $remote(&self, $($argument: impl $($bound)*),*) -> $($reference)* {
                <$spec>::remote(&self.0, ($($passed,)*))
            }

            $($docs)*
            /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
            $($attributes)*
            #[inline]
            pub fn $call<$($generic: $($bound)*),*>(
                &self,
                $($argument: $generic),*
            ) -> impl $crate::__private::Future<Output = $($result)*>
            + $crate::__private::Send
            + use<$($captured)* $($generic),*> {
                <$spec>::$here(&self.0, ($($passed,)*))
            }

            $($docs)*
            /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one
            /// result says that the deployment is unavailable.
            $($attributes)*
            #[must_use = "each of these is the result of a replica"]
            pub fn $broadcast<$($generic: $($bound)* + $($again)*),*>(
                &self,
                $($argument: $generic),*
            ) -> $crate::__private::Vec<$($reference)*> {
                <$spec>::broadcast(&self.0, ($($passed,)*))
            }
        }
    };
}

/// How calls of a method that streams are started.
#[macro_export]
#[doc(hidden)]
macro_rules! __start_stream {
    (
        impl [$($generics:tt)*] $method:ident [$($arguments:tt)*] [$($where:tt)*]
        [$($docs:tt)*] [$($attributes:tt)*] $spec:ty: $here:ident
        [$remote:ident $call:ident $broadcast:ident]
        ($($argument:ident: $generic:ident [$($bound:tt)*] [$($again:tt)*] $passed:expr),*) use [$($captured:tt)*]
        -> [$($reference:tt)*] [$($result:tt)*]
    ) => {
        $crate::__method_field! { impl [$($generics)*] $method [$($arguments)*] [$($where)*] }

        impl $($generics)* $method $($arguments)* $($where)* {
            $($docs)*
            /// Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the
            /// method back. Dropping the stream cancels it.
            $($attributes)*
            pub fn $remote(&self, $($argument: impl $($bound)*),*) -> $($reference)* {
                <$spec>::remote(&self.0, ($($passed,)*))
            }

            $($docs)*
            /// Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when
            /// dropped.
            $($attributes)*
            #[inline]
            pub fn $call<$($generic: $($bound)*),*>(
                &self,
                $($argument: $generic),*
            ) -> impl $crate::__private::Stream<Item = $($result)*>
            + $crate::__private::Send
            + use<$($captured)* $($generic),*> {
                <$spec>::$here(&self.0, ($($passed,)*))
            }
        }
    };
}

/// How calls of a batched method are started, and how the batches' options are set.
#[macro_export]
#[doc(hidden)]
macro_rules! __start_batch {
    (
        impl [$($generics:tt)*] $method:ident [$($arguments:tt)*] [$($where:tt)*]
        [$($docs:tt)*] [$($attributes:tt)*] $spec:ty: $here:ident
        [$remote:ident $call:ident $broadcast:ident]
        ($($argument:ident: $generic:ident [$($bound:tt)*] [$($again:tt)*] $passed:expr),*) use [$($captured:tt)*]
        -> [$($reference:tt)*] [$($result:tt)*]
    ) => {
        $crate::__method_field! { impl [$($generics)*] $method [$($arguments)*] [$($where)*] }

        impl $($generics)* $method $($arguments)* $($where)* {
            $($docs)*
            /// Starts the call on a replica at once, which runs it together with others. The result is awaited on what
            /// this returns.
            $($attributes)*
            pub fn $remote(&self, $($argument: impl $($bound)*),*) -> $($reference)* {
                <$spec>::remote(&self.0, ($($passed,)*))
            }

            $($docs)*
            /// Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped.
            $($attributes)*
            #[inline]
            pub fn $call<$($generic: $($bound)*),*>(
                &self,
                $($argument: $generic),*
            ) -> impl $crate::__private::Future<Output = $($result)*>
            + $crate::__private::Send
            + use<$($captured)* $($generic),*> {
                <$spec>::$here(&self.0, ($($passed,)*))
            }

            /// Sets how many items a batch may have, for all callers, from the next batch on. Zero counts as
            /// one. On a mock this does nothing.
            pub fn set_max_batch_size(&self, items: ::core::primitive::usize) {
                self.0.configure_batch(<$spec>::NAME, $crate::__private::BatchChange::MaxSize(items));
            }

            /// Sets how long a free replica waits for a batch to fill, for all callers, from the next batch on.
            /// Zero takes what is there.
            pub fn set_batch_wait_timeout(&self, wait: ::core::time::Duration) {
                self.0.configure_batch(<$spec>::NAME, $crate::__private::BatchChange::Wait(wait));
            }

            /// Sets what the items of a batch may cost together, for all callers, from the next batch on.
            pub fn set_max_batch_cost(&self, cost: ::core::primitive::usize) {
                self.0.configure_batch(<$spec>::NAME, $crate::__private::BatchChange::MaxCost(cost));
            }
        }
    };
}
