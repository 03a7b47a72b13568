impl Store {
    pub async fn read(
        &self,
        Path(key): Path<String>,
        version: &Version,
    ) -> Result<Entry, StoreError> {
        Err(StoreError)
    }
    pub fn __call__(&mut self) -> u64 {
        0
    }
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
/// A handle to the deployment `Store`: one field per method, called as `handle.read.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct StoreHandle {
    __methods: ::serve_core::__private::std::sync::Arc<StoreMethods>,
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
/// The methods of `StoreHandle`.
pub struct StoreMethods {
    /// `Store::read`
    pub read: StoreReadMethod,
    /// `Store::__call__`
    #[doc(hidden)]
    pub __call__: StoreCallMethod,
    __core: ::serve_core::__private::HandleCore<Store>,
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
/// One call of a method of `Store`, as a value: what a mock receives.
pub enum StoreCall {
    /// A call of `Store::read`.
    Read {
        /// The argument `key`.
        key: String,
        /// The argument `version`.
        version: <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
        /// Takes the result.
        reply: ::serve_core::Reply<
            <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Store::__call__`.
    Call {
        /// Takes the result.
        reply: ::serve_core::Reply<u64>,
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
/// `handle.read`: calls `Store::read` on a replica.
pub struct StoreReadMethod {
    core: ::serve_core::__private::HandleCore<Store>,
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
/// `handle.__call__`: calls `Store::__call__` on a replica.
pub struct StoreCallMethod {
    core: ::serve_core::__private::HandleCore<Store>,
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
            String: ::core::marker::Send,
            <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned: ::core::marker::Send,
            <Result<
                Entry,
                StoreError,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <Result<
                Entry,
                StoreError,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
            String: ::serve_core::__private::IdempotentArgument,
            <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned: ::serve_core::__private::IdempotentArgument,
        {}
    };
    const _: () = {
        fn check()
        where
            u64: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for StoreHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for StoreHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for StoreHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for StoreHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("StoreHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for StoreHandle {
        type Target = StoreMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl StoreHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                StoreCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Store>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: StoreCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<u64> {
            self.__methods.__call__.remote()
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<u64, ::serve_core::CallError>,
        > + ::core::marker::Send + use<> {
            self.__methods.__call__.call()
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<u64>> {
            self.__methods.__call__.broadcast()
        }
        /// The same call, which fails when this time has passed.
        #[must_use]
        pub fn timeout(&self, timeout: ::core::time::Duration) -> StoreCallMethod {
            self.__methods.__call__.timeout(timeout)
        }
        /// The same call, for this model: a replica that has it loaded is preferred.
        #[must_use]
        pub fn multiplexed_model_id(
            &self,
            multiplexed_model_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> StoreCallMethod {
            self.__methods.__call__.multiplexed_model_id(multiplexed_model_id)
        }
        /// The same call, in this session: calls of one session prefer one replica.
        #[must_use]
        pub fn session_id(
            &self,
            session_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> StoreCallMethod {
            self.__methods.__call__.session_id(session_id)
        }
        /// The same call, under this request id.
        #[must_use]
        pub fn request_id(
            &self,
            request_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> StoreCallMethod {
            self.__methods.__call__.request_id(request_id)
        }
        /// Chooses a replica as a call would, for a caller that has to know it first; the call is made on what this gives.
        pub fn choose_replica(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                ::serve_core::ChosenReplica<StoreCallMethod>,
                ::serve_core::CallError,
            >,
        > + ::core::marker::Send + use<> {
            self.__methods.__call__.choose_replica()
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for StoreHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for StoreHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Store,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for StoreMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("StoreMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for StoreCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                StoreCall::Read { .. } => "Read",
                StoreCall::Call { .. } => "Call",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for StoreReadMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for StoreReadMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("StoreReadMethod").finish_non_exhaustive()
        }
    }
    impl StoreReadMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            key: impl ::serve_core::IntoArg<String>,
            version: impl ::serve_core::IntoArg<
                <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
            >,
        ) -> ::serve_core::ObjectRef<
            <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote_idempotent(
                &self.core,
                "read",
                (
                    ::serve_core::IntoArg::into_arg(key),
                    ::serve_core::IntoArg::into_arg(version),
                ),
                (|(key, version), reply| StoreCall::Read {
                    key,
                    version,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<String>,
            __Arg1: ::serve_core::IntoArg<
                    <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                >,
        >(
            &self,
            key: __Arg0,
            version: __Arg1,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        Entry,
                        StoreError,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0, __Arg1> {
            ::serve_core::__private::call_idempotent(
                &self.core,
                "read",
                (
                    ::serve_core::IntoArg::into_arg(key),
                    ::serve_core::IntoArg::into_arg(version),
                ),
                (|(key, version), reply| StoreCall::Read {
                    key,
                    version,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (key, version)| invoke_read(instance, key, version),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<String> + ::core::clone::Clone,
            __Arg1: ::serve_core::IntoArg<
                    <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                > + ::core::clone::Clone,
        >(
            &self,
            key: __Arg0,
            version: __Arg1,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Ok,
                <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "read",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&key)),
                    ::serve_core::IntoArg::into_arg(
                        ::core::clone::Clone::clone(&version),
                    ),
                ),
                (|(key, version), reply| StoreCall::Read {
                    key,
                    version,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for StoreCallMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for StoreCallMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("StoreCallMethod").finish_non_exhaustive()
        }
    }
    impl StoreCallMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<u64> {
            ::serve_core::__private::remote_idempotent(
                &self.core,
                "__call__",
                (),
                (|(), reply| StoreCall::Call { reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<u64, ::serve_core::CallError>,
        > + ::core::marker::Send + use<> {
            ::serve_core::__private::call_idempotent(
                &self.core,
                "__call__",
                (),
                (|(), reply| StoreCall::Call { reply }) as fn(_, _) -> _,
                |instance, ()| invoke___call__(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<u64>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "__call__",
                || (),
                (|(), reply| StoreCall::Call { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_read(
        instance: ::serve_core::__private::Instance<Store>,
        key: String,
        version: <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Entry, StoreError> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Store>::read(
                    &this,
                    Path(key),
                    ::core::borrow::Borrow::<Version>::borrow(&version),
                )
                .await;
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    fn invoke___call__(
        instance: ::serve_core::__private::Instance<Store>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<u64, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let result = instance
                .blocking_write(move |this: &mut Store| <Store>::__call__(this))
                .await;
            ::core::result::Result::Ok(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Store {
        type Call = StoreCall;
        type Handle = StoreHandle;
        type Cell = ::serve_core::__private::Exclusive<Self>;
        const NAME: &'static str = "Store";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("read")
                .idempotent()
                .signature(15338280350681595566)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `key`",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `version`",
                            ty: "Version",
                            capable: <::serve_core::__private::Probe<
                                <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "Entry",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    Entry,
                                    StoreError,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "StoreError",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    Entry,
                                    StoreError,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("__call__")
                .idempotent()
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
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[
            ::serve_core::__private::RouteInfo::new(
                    "read",
                    ::serve_core::__private::HttpMethod::GET,
                    "/{key}",
                )
                .request_timeout(::core::time::Duration::new(0, 250000000)),
            ::serve_core::__private::RouteInfo::new(
                "read",
                ::serve_core::__private::HttpMethod::PUT,
                "/{key}",
            ),
            ::serve_core::__private::RouteInfo::call("__call__"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = ::core::option::Option::Some(
                ::core::convert::Into::into("/"),
            );
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            StoreHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(StoreMethods {
                    read: StoreReadMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __call__: StoreCallMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                StoreCall::Read { .. } => "read",
                StoreCall::Call { .. } => "__call__",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                StoreCall::Read { reply: ref reply, .. } => reply.watched(),
                StoreCall::Call { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                StoreCall::Read { key, version, reply } => {
                    reply.complete(invoke_read(instance, key, version).await);
                }
                StoreCall::Call { reply } => {
                    reply.complete(invoke___call__(instance).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                StoreCall::Read { key, version, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "key",
                            key,
                            <::serve_core::__private::Probe<String>>::CODEC,
                        );
                    arguments
                        .give(
                            "version",
                            version,
                            <::serve_core::__private::Probe<
                                <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        );
                    arguments
                        .call(
                            "read",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            Entry,
                                            StoreError,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            Entry,
                                            StoreError,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                StoreCall::Call { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .call(
                            "__call__",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<u64>>::CODEC,
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
                "read" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let key = arguments
                        .next("key", <::serve_core::__private::Probe<String>>::CODEC)?;
                    let version = arguments
                        .next(
                            "version",
                            <::serve_core::__private::Probe<
                                <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <Result<
                                        Entry,
                                        StoreError,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        Entry,
                                        StoreError,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(StoreCall::Read {
                        key,
                        version,
                        reply,
                    })
                }
                "__call__" => {
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
                    ::core::result::Result::Ok(StoreCall::Call { reply })
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
            ::serve_core::__private::ArgumentReader::new(arguments).end()?;
            ::core::result::Result::Ok(
                ::serve_core::__private::Constructing::new(async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Store>(),
                    )
                }),
            )
        }
        #[allow(unused_variables)]
        async fn http(
            instance: ::serve_core::__private::Instance<Self>,
            route: &'static str,
            request: ::serve_core::__private::HttpRequest,
        ) -> ::serve_core::__private::HttpResponse {
            match route {
                "read" => {
                    let (mut parts, body) = request.into_parts();
                    let Path(key) = match ::serve_core::__private::extract_parts::<
                        Path<String>,
                    >(&mut parts)
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    let version = match ::serve_core::__private::extract::<
                        <Version as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                        _,
                    >(::serve_core::__private::HttpRequest::from_parts(parts, body))
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    let result = invoke_read(instance, key, version).await;
                    ::serve_core::__private::respond_result!(result)
                }
                "__call__" => {
                    let result = invoke___call__(instance).await;
                    ::serve_core::__private::respond(result)
                }
                _ => ::serve_core::__private::not_found(),
            }
        }
    }
    impl Store {
        /// Describes a deployment of `Store` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Store> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Store>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Store` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<StoreHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<StoreHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Store` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<StoreHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Store`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<StoreHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<StoreHandle> for ::serve_core::Application<Store> {
        fn bind(self) -> ::serve_core::__private::Bound<StoreHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Store >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
