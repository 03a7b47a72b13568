impl Greeter {
    /// Says hello.
    pub fn say_hello(&self, name: &str) -> String {
        format!("Hello {name}!")
    }
    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let name = request
            .query_param("name")
            .ok_or_else(|| HttpError::bad_request("query parameter `name` is missing"))?;
        Ok(self.say_hello(&name))
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
/// A handle to the deployment `Greeter`: one field per method, called as `handle.say_hello.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct GreeterHandle {
    __methods: ::serve_core::__private::std::sync::Arc<GreeterMethods>,
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
/// The methods of `GreeterHandle`.
pub struct GreeterMethods {
    /// Says hello.
    pub say_hello: GreeterSayHelloMethod,
    /// `Greeter::__call__`
    #[doc(hidden)]
    __call__: GreeterCallMethod,
    __core: ::serve_core::__private::HandleCore<Greeter>,
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
/// One call of a method of `Greeter`, as a value: what a mock receives.
pub enum GreeterCall {
    /// A call of `Greeter::say_hello`.
    SayHello {
        /// The argument `name`.
        name: ::serve_core::__private::std::string::String,
        /// Takes the result.
        reply: ::serve_core::Reply<String>,
    },
    /// A call of `Greeter::__call__`.
    Call {
        /// The argument `request`.
        request: Request,
        /// Takes the result.
        reply: ::serve_core::Reply<
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Err,
        >,
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
/// `handle.say_hello`: calls `Greeter::say_hello` on a replica.
pub struct GreeterSayHelloMethod {
    core: ::serve_core::__private::HandleCore<Greeter>,
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
/// `handle.__call__`: calls `Greeter::__call__` on a replica.
pub struct GreeterCallMethod {
    core: ::serve_core::__private::HandleCore<Greeter>,
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
            ::serve_core::__private::std::string::String: ::core::marker::Send,
            String: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            Request: ::core::marker::Send,
            <Result<
                String,
                HttpError,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <Result<
                String,
                HttpError,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for GreeterHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for GreeterHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for GreeterHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for GreeterHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("GreeterHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for GreeterHandle {
        type Target = GreeterMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl GreeterHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                GreeterCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Greeter>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: GreeterCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            request: impl ::serve_core::IntoArg<Request>,
        ) -> ::serve_core::ObjectRef<
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Err,
        > {
            self.__methods.__call__.remote(request)
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        pub fn call<__Arg0: ::serve_core::IntoArg<Request>>(
            &self,
            request: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        String,
                        HttpError,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0> {
            self.__methods.__call__.call(request)
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<__Arg0: ::serve_core::IntoArg<Request> + ::core::clone::Clone>(
            &self,
            request: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
                <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            self.__methods.__call__.broadcast(request)
        }
        /// The same call, which fails when this time has passed.
        #[must_use]
        pub fn timeout(&self, timeout: ::core::time::Duration) -> GreeterCallMethod {
            self.__methods.__call__.timeout(timeout)
        }
        /// The same call, for this model: a replica that has it loaded is preferred.
        #[must_use]
        pub fn multiplexed_model_id(
            &self,
            multiplexed_model_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> GreeterCallMethod {
            self.__methods.__call__.multiplexed_model_id(multiplexed_model_id)
        }
        /// The same call, in this session: calls of one session prefer one replica.
        #[must_use]
        pub fn session_id(
            &self,
            session_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> GreeterCallMethod {
            self.__methods.__call__.session_id(session_id)
        }
        /// The same call, under this request id.
        #[must_use]
        pub fn request_id(
            &self,
            request_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> GreeterCallMethod {
            self.__methods.__call__.request_id(request_id)
        }
        /// Chooses a replica as a call would, for a caller that has to know it first; the call is made on what this gives.
        pub fn choose_replica(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                ::serve_core::ChosenReplica<GreeterCallMethod>,
                ::serve_core::CallError,
            >,
        > + ::core::marker::Send + use<> {
            self.__methods.__call__.choose_replica()
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for GreeterHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for GreeterHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Greeter,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for GreeterMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("GreeterMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for GreeterCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                GreeterCall::SayHello { .. } => "SayHello",
                GreeterCall::Call { .. } => "Call",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for GreeterSayHelloMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for GreeterSayHelloMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("GreeterSayHelloMethod").finish_non_exhaustive()
        }
    }
    impl GreeterSayHelloMethod {
        /// Says hello.
        ///
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            name: impl ::serve_core::IntoArg<
                ::serve_core::__private::std::string::String,
            >,
        ) -> ::serve_core::ObjectRef<String> {
            ::serve_core::__private::remote(
                &self.core,
                "say_hello",
                (::serve_core::IntoArg::into_arg(name),),
                (|(name,), reply| GreeterCall::SayHello {
                    name,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Says hello.
        ///
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::string::String>,
        >(
            &self,
            name: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<String, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "say_hello",
                (::serve_core::IntoArg::into_arg(name),),
                (|(name,), reply| GreeterCall::SayHello {
                    name,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (name,)| invoke_say_hello(instance, name),
            )
        }
        /// Says hello.
        ///
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::string::String>
                + ::core::clone::Clone,
        >(
            &self,
            name: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<String>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "say_hello",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&name)),
                ),
                (|(name,), reply| GreeterCall::SayHello {
                    name,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for GreeterCallMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for GreeterCallMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("GreeterCallMethod").finish_non_exhaustive()
        }
    }
    impl GreeterCallMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            request: impl ::serve_core::IntoArg<Request>,
        ) -> ::serve_core::ObjectRef<
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "__call__",
                (::serve_core::IntoArg::into_arg(request),),
                (|(request,), reply| GreeterCall::Call {
                    request,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<Request>>(
            &self,
            request: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        String,
                        HttpError,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "__call__",
                (::serve_core::IntoArg::into_arg(request),),
                (|(request,), reply| GreeterCall::Call {
                    request,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (request,)| invoke___call__(instance, request),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<__Arg0: ::serve_core::IntoArg<Request> + ::core::clone::Clone>(
            &self,
            request: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
                <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "__call__",
                || (
                    ::serve_core::IntoArg::into_arg(
                        ::core::clone::Clone::clone(&request),
                    ),
                ),
                (|(request,), reply| GreeterCall::Call {
                    request,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_say_hello(
        instance: ::serve_core::__private::Instance<Greeter>,
        name: ::serve_core::__private::std::string::String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<String, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Greeter>::say_hello(this, &name);
            ::core::result::Result::Ok(result)
        }
    }
    fn invoke___call__(
        instance: ::serve_core::__private::Instance<Greeter>,
        request: Request,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<String, HttpError> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Greeter>::__call__(this, request).await;
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Greeter {
        type Call = GreeterCall;
        type Handle = GreeterHandle;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Greeter";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("say_hello")
                .signature(17300488900772277986)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `name`",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("__call__")
                .signature(17140481892692436736)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `request`",
                            ty: "Request",
                            capable: <::serve_core::__private::Probe<Request>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    String,
                                    HttpError,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "HttpError",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    String,
                                    HttpError,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[
            ::serve_core::__private::RouteInfo::call("__call__"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = ::core::option::Option::Some(
                ::core::convert::Into::into("/api"),
            );
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            GreeterHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(GreeterMethods {
                    say_hello: GreeterSayHelloMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __call__: GreeterCallMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                GreeterCall::SayHello { .. } => "say_hello",
                GreeterCall::Call { .. } => "__call__",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                GreeterCall::SayHello { reply: ref reply, .. } => reply.watched(),
                GreeterCall::Call { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                GreeterCall::SayHello { name, reply } => {
                    reply.complete(invoke_say_hello(instance, name).await);
                }
                GreeterCall::Call { request, reply } => {
                    reply.complete(invoke___call__(instance, request).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                GreeterCall::SayHello { name, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "name",
                            name,
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        );
                    arguments
                        .call(
                            "say_hello",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<String>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                GreeterCall::Call { request, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "request",
                            request,
                            <::serve_core::__private::Probe<Request>>::CODEC,
                        );
                    arguments
                        .call(
                            "__call__",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            String,
                                            HttpError,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            String,
                                            HttpError,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
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
                "say_hello" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let name = arguments
                        .next(
                            "name",
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<String>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(GreeterCall::SayHello {
                        name,
                        reply,
                    })
                }
                "__call__" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let request = arguments
                        .next(
                            "request",
                            <::serve_core::__private::Probe<Request>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <Result<
                                        String,
                                        HttpError,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        String,
                                        HttpError,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(GreeterCall::Call {
                        request,
                        reply,
                    })
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
                        ::serve_core::__private::construct_default::<Greeter>(),
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
                "__call__" => {
                    let request = match ::serve_core::__private::extract::<
                        Request,
                        _,
                    >(request)
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    let result = invoke___call__(instance, request).await;
                    ::serve_core::__private::respond_result!(result)
                }
                _ => ::serve_core::__private::not_found(),
            }
        }
    }
    impl Greeter {
        /// Describes a deployment of `Greeter` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Greeter> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Greeter>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Greeter` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<GreeterHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<GreeterHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Greeter` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<GreeterHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Greeter`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<GreeterHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<GreeterHandle> for ::serve_core::Application<Greeter> {
        fn bind(self) -> ::serve_core::__private::Bound<GreeterHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Greeter >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
