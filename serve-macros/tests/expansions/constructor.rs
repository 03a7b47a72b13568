impl Counter {
    /// Starts at this number.
    pub async fn new(
        name: &str,
        start: u64,
        adder: AdderHandle,
    ) -> Result<Self, io::Error> {
        Ok(Self {
            name: name.to_owned(),
            count: start,
            adder,
        })
    }
    /// Counts these words.
    pub fn count(
        &mut self,
        words: &[String],
        by: &Step,
        mut scale: u64,
        _: (),
    ) -> std::io::Result<u64> {
        scale += 1;
        Ok(scale)
    }
    pub async fn read(&self) -> u64 {
        self.count
    }
    pub fn merge(&mut self, other: Self) -> Option<Self> {
        None
    }
    fn helper(x: u32) -> u32 {
        x
    }
    const LIMIT: u64 = { 8 };
}
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    private_bounds,
    private_interfaces,
    trivial_bounds,
    unreachable_code,
    unreachable_pub,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::broken_intra_doc_links
)]
/// A handle to the deployment `Counter`: one field per method, called as `handle.count.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct CounterHandle {
    __methods: ::serve_core::__private::std::sync::Arc<CounterMethods>,
}
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    private_bounds,
    private_interfaces,
    trivial_bounds,
    unreachable_code,
    unreachable_pub,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::broken_intra_doc_links
)]
/// The methods of `CounterHandle`.
pub struct CounterMethods {
    /// Counts these words.
    pub count: CounterCountMethod,
    /// `Counter::read`
    pub read: CounterReadMethod,
    /// `Counter::merge`
    pub merge: CounterMergeMethod,
    __core: ::serve_core::__private::HandleCore<Counter>,
}
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    private_bounds,
    private_interfaces,
    trivial_bounds,
    unreachable_code,
    unreachable_pub,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::broken_intra_doc_links
)]
/// One call of a method of `Counter`, as a value: what a mock receives.
pub enum CounterCall {
    /// A call of `Counter::count`.
    Count {
        /// The argument `words`.
        words: ::serve_core::__private::std::vec::Vec<String>,
        /// The argument `by`.
        by: <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
        /// The argument `scale`.
        scale: u64,
        /// The argument `arg3`.
        arg3: (),
        /// Takes the result.
        reply: ::serve_core::Reply<
            <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Ok,
            <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Counter::read`.
    Read {
        /// Takes the result.
        reply: ::serve_core::Reply<u64>,
    },
    /// A call of `Counter::merge`.
    Merge {
        /// The argument `other`.
        other: Counter,
        /// Takes the result.
        reply: ::serve_core::Reply<Option<Counter>>,
    },
}
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    private_bounds,
    private_interfaces,
    trivial_bounds,
    unreachable_code,
    unreachable_pub,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::broken_intra_doc_links
)]
/// `handle.count`: calls `Counter::count` on a replica.
pub struct CounterCountMethod {
    core: ::serve_core::__private::HandleCore<Counter>,
}
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    private_bounds,
    private_interfaces,
    trivial_bounds,
    unreachable_code,
    unreachable_pub,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::broken_intra_doc_links
)]
/// `handle.read`: calls `Counter::read` on a replica.
pub struct CounterReadMethod {
    core: ::serve_core::__private::HandleCore<Counter>,
}
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    private_bounds,
    private_interfaces,
    trivial_bounds,
    unreachable_code,
    unreachable_pub,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::broken_intra_doc_links
)]
/// `handle.merge`: calls `Counter::merge` on a replica.
pub struct CounterMergeMethod {
    core: ::serve_core::__private::HandleCore<Counter>,
}
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    private_bounds,
    private_interfaces,
    trivial_bounds,
    unreachable_code,
    unreachable_pub,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::broken_intra_doc_links
)]
const _: () = {
    use ::serve_core::__private::NotCapable as _;
    const _: () = {
        fn check()
        where
            ::serve_core::__private::std::vec::Vec<String>: ::core::marker::Send,
            <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned: ::core::marker::Send,
            u64: ::core::marker::Send,
            (): ::core::marker::Send,
            <std::io::Result<
                u64,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <std::io::Result<
                u64,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            u64: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            Counter: ::core::marker::Send,
            Option<Counter>: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for CounterHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for CounterHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for CounterHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for CounterHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("CounterHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for CounterHandle {
        type Target = CounterMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl CounterHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                CounterCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Counter>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: CounterCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for CounterHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for CounterHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Counter,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for CounterMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("CounterMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for CounterCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                CounterCall::Count { .. } => "Count",
                CounterCall::Read { .. } => "Read",
                CounterCall::Merge { .. } => "Merge",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for CounterCountMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for CounterCountMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("CounterCountMethod").finish_non_exhaustive()
        }
    }
    impl CounterCountMethod {
        /// Counts these words.
        ///
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            words: impl ::serve_core::IntoArg<
                ::serve_core::__private::std::vec::Vec<String>,
            >,
            by: impl ::serve_core::IntoArg<
                <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
            >,
            scale: impl ::serve_core::IntoArg<u64>,
            arg3: impl ::serve_core::IntoArg<()>,
        ) -> ::serve_core::ObjectRef<
            <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Ok,
            <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "count",
                (
                    ::serve_core::IntoArg::into_arg(words),
                    ::serve_core::IntoArg::into_arg(by),
                    ::serve_core::IntoArg::into_arg(scale),
                    ::serve_core::IntoArg::into_arg(arg3),
                ),
                (|(words, by, scale, arg3), reply| CounterCall::Count {
                    words,
                    by,
                    scale,
                    arg3,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Counts these words.
        ///
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<
                    ::serve_core::__private::std::vec::Vec<String>,
                >,
            __Arg1: ::serve_core::IntoArg<
                    <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                >,
            __Arg2: ::serve_core::IntoArg<u64>,
            __Arg3: ::serve_core::IntoArg<()>,
        >(
            &self,
            words: __Arg0,
            by: __Arg1,
            scale: __Arg2,
            arg3: __Arg3,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0, __Arg1, __Arg2, __Arg3> {
            ::serve_core::__private::call(
                &self.core,
                "count",
                (
                    ::serve_core::IntoArg::into_arg(words),
                    ::serve_core::IntoArg::into_arg(by),
                    ::serve_core::IntoArg::into_arg(scale),
                    ::serve_core::IntoArg::into_arg(arg3),
                ),
                (|(words, by, scale, arg3), reply| CounterCall::Count {
                    words,
                    by,
                    scale,
                    arg3,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (words, by, scale, arg3)| invoke_count(
                    instance,
                    words,
                    by,
                    scale,
                    arg3,
                ),
            )
        }
        /// Counts these words.
        ///
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::vec::Vec<String>>
                + ::core::clone::Clone,
            __Arg1: ::serve_core::IntoArg<
                    <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                > + ::core::clone::Clone,
            __Arg2: ::serve_core::IntoArg<u64> + ::core::clone::Clone,
            __Arg3: ::serve_core::IntoArg<()> + ::core::clone::Clone,
        >(
            &self,
            words: __Arg0,
            by: __Arg1,
            scale: __Arg2,
            arg3: __Arg3,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Ok,
                <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "count",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&words)),
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&by)),
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&scale)),
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&arg3)),
                ),
                (|(words, by, scale, arg3), reply| CounterCall::Count {
                    words,
                    by,
                    scale,
                    arg3,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for CounterReadMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for CounterReadMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("CounterReadMethod").finish_non_exhaustive()
        }
    }
    impl CounterReadMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<u64> {
            ::serve_core::__private::remote(
                &self.core,
                "read",
                (),
                (|(), reply| CounterCall::Read { reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<u64, ::serve_core::CallError>,
        > + ::core::marker::Send + use<> {
            ::serve_core::__private::call(
                &self.core,
                "read",
                (),
                (|(), reply| CounterCall::Read { reply }) as fn(_, _) -> _,
                |instance, ()| invoke_read(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<u64>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "read",
                || (),
                (|(), reply| CounterCall::Read { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for CounterMergeMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for CounterMergeMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("CounterMergeMethod").finish_non_exhaustive()
        }
    }
    impl CounterMergeMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            other: impl ::serve_core::IntoArg<Counter>,
        ) -> ::serve_core::ObjectRef<Option<Counter>> {
            ::serve_core::__private::remote(
                &self.core,
                "merge",
                (::serve_core::IntoArg::into_arg(other),),
                (|(other,), reply| CounterCall::Merge { other, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<Counter>>(
            &self,
            other: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<Option<Counter>, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "merge",
                (::serve_core::IntoArg::into_arg(other),),
                (|(other,), reply| CounterCall::Merge { other, reply }) as fn(_, _) -> _,
                |instance, (other,)| invoke_merge(instance, other),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<__Arg0: ::serve_core::IntoArg<Counter> + ::core::clone::Clone>(
            &self,
            other: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<Option<Counter>>,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "merge",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&other)),
                ),
                (|(other,), reply| CounterCall::Merge { other, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_count(
        instance: ::serve_core::__private::Instance<Counter>,
        words: ::serve_core::__private::std::vec::Vec<String>,
        by: <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
        scale: u64,
        arg3: (),
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Ok,
            <std::io::Result<u64> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let mut this = instance.write().await;
            let result = <Counter>::count(
                &mut this,
                &words,
                ::core::borrow::Borrow::<Step>::borrow(&by),
                scale,
                arg3,
            );
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    fn invoke_read(
        instance: ::serve_core::__private::Instance<Counter>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<u64, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Counter>::read(&this).await;
            ::core::result::Result::Ok(result)
        }
    }
    fn invoke_merge(
        instance: ::serve_core::__private::Instance<Counter>,
        other: Counter,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Option<Counter>, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let mut this = instance.write().await;
            let result = <Counter>::merge(&mut this, other);
            ::core::result::Result::Ok(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Counter {
        type Call = CounterCall;
        type Handle = CounterHandle;
        type Cell = ::serve_core::__private::Exclusive<Self>;
        const NAME: &'static str = "Counter";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("count")
                .signature(9739540259255231253)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `words`",
                            ty: "Vec<String>",
                            capable: <::serve_core::__private::Probe<
                                ::serve_core::__private::std::vec::Vec<String>,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `by`",
                            ty: "Step",
                            capable: <::serve_core::__private::Probe<
                                <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `scale`",
                            ty: "u64",
                            capable: <::serve_core::__private::Probe<u64>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `arg3`",
                            ty: "()",
                            capable: <::serve_core::__private::Probe<()>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "u64",
                            capable: <::serve_core::__private::Probe<
                                <std::io::Result<
                                    u64,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "std::io::Result<u64>",
                            capable: <::serve_core::__private::Probe<
                                <std::io::Result<
                                    u64,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("read")
                .signature(12121265075716949462)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "u64",
                            capable: <::serve_core::__private::Probe<u64>>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("merge")
                .signature(5577074620489344400)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `other`",
                            ty: "Self",
                            capable: <::serve_core::__private::Probe<Counter>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "Option<Self>",
                            capable: <::serve_core::__private::Probe<
                                Option<Counter>,
                            >>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            CounterHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(CounterMethods {
                    count: CounterCountMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    read: CounterReadMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    merge: CounterMergeMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                CounterCall::Count { .. } => "count",
                CounterCall::Read { .. } => "read",
                CounterCall::Merge { .. } => "merge",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                CounterCall::Count { reply: ref reply, .. } => reply.watched(),
                CounterCall::Read { reply: ref reply, .. } => reply.watched(),
                CounterCall::Merge { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                CounterCall::Count { words, by, scale, arg3, reply } => {
                    reply.complete(invoke_count(instance, words, by, scale, arg3).await);
                }
                CounterCall::Read { reply } => {
                    reply.complete(invoke_read(instance).await);
                }
                CounterCall::Merge { other, reply } => {
                    reply.complete(invoke_merge(instance, other).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                CounterCall::Count { words, by, scale, arg3, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "words",
                            words,
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::vec::Vec<String>,
                            >>::CODEC,
                        );
                    arguments
                        .give(
                            "by",
                            by,
                            <::serve_core::__private::Probe<
                                <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        );
                    arguments
                        .give(
                            "scale",
                            scale,
                            <::serve_core::__private::Probe<u64>>::CODEC,
                        );
                    arguments
                        .give("arg3", arg3, <::serve_core::__private::Probe<()>>::CODEC);
                    arguments
                        .call(
                            "count",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <std::io::Result<
                                            u64,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <std::io::Result<
                                            u64,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                CounterCall::Read { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .call(
                            "read",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<u64>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                CounterCall::Merge { other, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "other",
                            other,
                            <::serve_core::__private::Probe<Counter>>::CODEC,
                        );
                    arguments
                        .call(
                            "merge",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<Option<Counter>>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
            }
        }
        #[allow(unused_variables)]
        fn decode(
            method: &::core::primitive::str,
            arguments: &::serve_core::__private::Bytes,
            answer: &mut ::serve_core::__private::Answer,
        ) -> ::core::result::Result<Self::Call, ::serve_core::__private::DecodeError> {
            match method {
                "count" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let words = arguments
                        .next(
                            "words",
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::vec::Vec<String>,
                            >>::CODEC,
                        )?;
                    let by = arguments
                        .next(
                            "by",
                            <::serve_core::__private::Probe<
                                <Step as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        )?;
                    let scale = arguments
                        .next("scale", <::serve_core::__private::Probe<u64>>::CODEC)?;
                    let arg3 = arguments
                        .next("arg3", <::serve_core::__private::Probe<()>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <std::io::Result<
                                        u64,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <std::io::Result<
                                        u64,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(CounterCall::Count {
                        words,
                        by,
                        scale,
                        arg3,
                        reply,
                    })
                }
                "read" => {
                    let arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<u64>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(CounterCall::Read { reply })
                }
                "merge" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let other = arguments
                        .next(
                            "other",
                            <::serve_core::__private::Probe<Counter>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<Option<Counter>>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(CounterCall::Merge { other, reply })
                }
                _ => {
                    ::core::result::Result::Err(
                        ::serve_core::__private::DecodeError::unknown_method(method),
                    )
                }
            }
        }
        fn construct(
            arguments: &::serve_core::__private::Bytes,
        ) -> ::core::result::Result<
            ::serve_core::__private::Constructing<Self>,
            ::serve_core::__private::DecodeError,
        > {
            let mut arguments = ::serve_core::__private::ArgumentReader::new(arguments);
            let name = arguments
                .next(
                    "name",
                    <::serve_core::__private::Probe<
                        ::serve_core::__private::std::string::String,
                    >>::CODEC,
                )?;
            let start = arguments
                .next("start", <::serve_core::__private::Probe<u64>>::CODEC)?;
            let adder = arguments
                .next("adder", <::serve_core::__private::Probe<AdderHandle>>::CODEC)?;
            arguments.end()?;
            ::core::result::Result::Ok(
                ::serve_core::__private::Constructing::new(
                    __construct(name, start, adder),
                ),
            )
        }
    }
    fn __construct(
        name: ::serve_core::__private::std::string::String,
        start: u64,
        adder: AdderHandle,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Counter, ::serve_core::__private::Failure>,
    > + ::core::marker::Send {
        async move {
            let result = <Counter>::new(&name, start, adder).await;
            ::serve_core::__private::ResultLike::into_result(result)
                .map_err(::serve_core::__private::Failure::new)
        }
    }
    impl Counter {
        /// Starts at this number.
        ///
        /// Describes a deployment of `Counter` with these arguments, to be configured and run, or passed to another.
        pub fn bind(
            name: impl ::serve_core::BindArg<
                ::serve_core::__private::std::string::String,
            >,
            start: impl ::serve_core::BindArg<u64>,
            adder: impl ::serve_core::BindArg<AdderHandle>,
        ) -> ::serve_core::Application<Counter> {
            ::serve_core::__private::bind(
                (
                    ::serve_core::BindArg::bind(name),
                    ::serve_core::BindArg::bind(start),
                    ::serve_core::BindArg::bind(adder),
                ),
                |(name, start, adder)| __construct(name, start, adder),
                |bound, handles| {
                    let (name, start, adder) = ::serve_core::__private::BorrowTuple::refs(
                        bound,
                        handles,
                    );
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .add(
                            "name",
                            name,
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        );
                    arguments
                        .add(
                            "start",
                            start,
                            <::serve_core::__private::Probe<u64>>::CODEC,
                        );
                    arguments
                        .add(
                            "adder",
                            adder,
                            <::serve_core::__private::Probe<AdderHandle>>::CODEC,
                        );
                    arguments.finish()
                },
                |(name, start, adder), (before0, before1, before2), differences| {
                    differences
                        .argument(
                            "name",
                            "String",
                            name,
                            before0,
                            ::serve_core::__private::equality!(
                                ::serve_core::__private::std::string::String
                            ),
                        );
                    differences
                        .argument(
                            "start",
                            "u64",
                            start,
                            before1,
                            ::serve_core::__private::equality!(u64),
                        );
                    differences
                        .argument(
                            "adder",
                            "AdderHandle",
                            adder,
                            before2,
                            ::serve_core::__private::equality!(AdderHandle),
                        );
                },
            )
        }
        /// Starts at this number.
        ///
        /// Runs a deployment of `Counter` on the default instance and waits until it is ready.
        pub fn deploy(
            name: impl ::serve_core::BindArg<
                ::serve_core::__private::std::string::String,
            >,
            start: impl ::serve_core::BindArg<u64>,
            adder: impl ::serve_core::BindArg<AdderHandle>,
        ) -> impl ::core::future::Future<
            Output = ::serve_core::Result<CounterHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind(name, start, adder))
        }
        /// Starts at this number.
        ///
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking(
            name: impl ::serve_core::BindArg<
                ::serve_core::__private::std::string::String,
            >,
            start: impl ::serve_core::BindArg<u64>,
            adder: impl ::serve_core::BindArg<AdderHandle>,
        ) -> ::serve_core::Result<CounterHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind(name, start, adder))
        }
        /// A handle to the running deployment of `Counter` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<CounterHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Counter`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<CounterHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<CounterHandle> for ::serve_core::Application<Counter> {
        fn bind(self) -> ::serve_core::__private::Bound<CounterHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Counter >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
