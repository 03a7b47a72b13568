impl Greeter {
    pub(crate) fn say_hello(&self, name: String) -> String {
        name
    }
    fn private(&self) {}
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
/// A handle to the deployment `Greeter`: one field per method.
pub(crate) type GreeterHandle = <Greeter as ::serve_core::Deployment>::Handle;
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
/// One call of a method of `Greeter`, as a value.
pub(crate) type GreeterCall = <Greeter as ::serve_core::Deployment>::Call;
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
    /// A handle to the deployment `Greeter`: one field per method, called as `handle.say_hello.remote(..)`.
    ///
    /// A clone costs one reference count. Handles work from any task and from any thread.
    pub struct GreeterHandle {
        __methods: ::serve_core::__private::std::sync::Arc<GreeterMethods>,
    }
    /// The methods of `GreeterHandle`.
    pub struct GreeterMethods {
        /// `Greeter::say_hello`
        pub(crate) say_hello: GreeterSayHelloMethod,
        /// `Greeter::private`
        private: GreeterPrivateMethod,
        __core: ::serve_core::__private::HandleCore<Greeter>,
    }
    /// One call of a method of `Greeter`, as a value: what a mock receives.
    pub enum GreeterCall {
        /// A call of `Greeter::say_hello`.
        SayHello {
            /// The argument `name`.
            name: String,
            /// Takes the result.
            reply: ::serve_core::Reply<String>,
        },
        /// A call of `Greeter::private`.
        Private {
            /// Takes the result.
            reply: ::serve_core::Reply<()>,
        },
    }
    /// `handle.say_hello`: calls `Greeter::say_hello` on a replica.
    pub struct GreeterSayHelloMethod {
        core: ::serve_core::__private::HandleCore<Greeter>,
    }
    /// `handle.private`: calls `Greeter::private` on a replica.
    pub struct GreeterPrivateMethod {
        core: ::serve_core::__private::HandleCore<Greeter>,
    }
    const _: () = {
        fn check()
        where
            String: ::core::marker::Send,
            String: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            (): ::core::marker::Send,
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
                GreeterCall::Private { .. } => "Private",
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
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            name: impl ::serve_core::IntoArg<String>,
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
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<String>>(
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
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<__Arg0: ::serve_core::IntoArg<String> + ::core::clone::Clone>(
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
    impl ::core::clone::Clone for GreeterPrivateMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for GreeterPrivateMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("GreeterPrivateMethod").finish_non_exhaustive()
        }
    }
    impl GreeterPrivateMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<()> {
            ::serve_core::__private::remote(
                &self.core,
                "private",
                (),
                (|(), reply| GreeterCall::Private { reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<(), ::serve_core::CallError>,
        > + ::core::marker::Send + use<> {
            ::serve_core::__private::call(
                &self.core,
                "private",
                (),
                (|(), reply| GreeterCall::Private { reply }) as fn(_, _) -> _,
                |instance, ()| invoke_private(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<()>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "private",
                || (),
                (|(), reply| GreeterCall::Private { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_say_hello(
        instance: ::serve_core::__private::Instance<Greeter>,
        name: String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<String, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Greeter>::say_hello(this, name);
            ::core::result::Result::Ok(result)
        }
    }
    fn invoke_private(
        instance: ::serve_core::__private::Instance<Greeter>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Greeter>::private(this);
            ::core::result::Result::Ok(result)
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
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("private")
                .signature(1803426594929055256)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "()",
                            capable: <::serve_core::__private::Probe<()>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            GreeterHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(GreeterMethods {
                    say_hello: GreeterSayHelloMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    private: GreeterPrivateMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                GreeterCall::SayHello { .. } => "say_hello",
                GreeterCall::Private { .. } => "private",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                GreeterCall::SayHello { reply: ref reply, .. } => reply.watched(),
                GreeterCall::Private { reply: ref reply, .. } => reply.watched(),
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
                GreeterCall::Private { reply } => {
                    reply.complete(invoke_private(instance).await);
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
                            <::serve_core::__private::Probe<String>>::CODEC,
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
                GreeterCall::Private { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .call(
                            "private",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<()>>::CODEC,
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
                "say_hello" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let name = arguments
                        .next("name", <::serve_core::__private::Probe<String>>::CODEC)?;
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
                "private" => {
                    let arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<()>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(GreeterCall::Private { reply })
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
    }
    impl Greeter {
        /// Describes a deployment of `Greeter` with these arguments, to be configured and run, or passed to another.
        pub(crate) fn bind() -> ::serve_core::Application<Greeter> {
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
        pub(crate) fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<GreeterHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub(crate) fn deploy_blocking() -> ::serve_core::Result<GreeterHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Greeter` on the default instance.
        pub(crate) fn get_handle() -> ::serve_core::Result<GreeterHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Greeter`: a handle to the deployment that it belongs to.
        pub(crate) fn current_handle() -> ::serve_core::Result<GreeterHandle> {
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
impl<T: Clone> Private<T> {
    fn touch(&self, value: T) {}
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
/// A handle to the deployment `Private`: one field per method.
type PrivateHandle<T> = <Private<T> as ::serve_core::Deployment>::Handle;
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
/// One call of a method of `Private`, as a value.
type PrivateCall<T> = <Private<T> as ::serve_core::Deployment>::Call;
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
    /// A handle to the deployment `Private`: one field per method, called as `handle.touch.remote(..)`.
    ///
    /// A clone costs one reference count. Handles work from any task and from any thread.
    pub struct PrivateHandle<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        __methods: ::serve_core::__private::std::sync::Arc<PrivateMethods<T>>,
    }
    /// The methods of `PrivateHandle`.
    pub struct PrivateMethods<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// `Private::touch`
        touch: PrivateTouchMethod<T>,
        __core: ::serve_core::__private::HandleCore<Private<T>>,
    }
    /// One call of a method of `Private`, as a value: what a mock receives.
    pub enum PrivateCall<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// A call of `Private::touch`.
        Touch {
            /// The argument `value`.
            value: T,
            /// Takes the result.
            reply: ::serve_core::Reply<()>,
        },
        #[doc(hidden)]
        __Generics(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<(::core::marker::PhantomData<T>,)>,
        ),
    }
    /// `handle.touch`: calls `Private::touch` on a replica.
    pub struct PrivateTouchMethod<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        core: ::serve_core::__private::HandleCore<Private<T>>,
    }
    const _: () = {
        fn check<T: Clone>()
        where
            T: ::core::marker::Send + ::core::marker::Sync + 'static,
            T: ::core::marker::Send,
            (): ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl<T: Clone> ::core::clone::Clone for PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl<T: Clone> ::core::cmp::PartialEq for PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::cmp::Eq for PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {}
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("PrivateHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::ops::Deref for PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Target = PrivateMethods<T>;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl<T: Clone> PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                PrivateCall<T>,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Private<T>>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: PrivateCall<T>) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::serve_core::__private::serde::Serialize for PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de, T: Clone> ::serve_core::__private::serde::Deserialize<'de>
    for PrivateHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Private<T>,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for PrivateMethods<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("PrivateMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for PrivateCall<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                PrivateCall::Touch { .. } => "Touch",
                PrivateCall::__Generics(never, _) => match never {}
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::clone::Clone for PrivateTouchMethod<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for PrivateTouchMethod<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("PrivateTouchMethod").finish_non_exhaustive()
        }
    }
    impl<T: Clone> PrivateTouchMethod<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            value: impl ::serve_core::IntoArg<T>,
        ) -> ::serve_core::ObjectRef<()> {
            ::serve_core::__private::remote(
                &self.core,
                "touch",
                (::serve_core::IntoArg::into_arg(value),),
                (|(value,), reply| PrivateCall::Touch { value, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<T>>(
            &self,
            value: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<(), ::serve_core::CallError>,
        > + ::core::marker::Send + use<T, __Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "touch",
                (::serve_core::IntoArg::into_arg(value),),
                (|(value,), reply| PrivateCall::Touch { value, reply }) as fn(_, _) -> _,
                |instance, (value,)| invoke_touch::<T>(instance, value),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<__Arg0: ::serve_core::IntoArg<T> + ::core::clone::Clone>(
            &self,
            value: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<()>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "touch",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&value)),
                ),
                (|(value,), reply| PrivateCall::Touch { value, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_touch<T: Clone>(
        instance: ::serve_core::__private::Instance<Private<T>>,
        value: T,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::core::convert::Infallible>,
    > + ::core::marker::Send
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        async move {
            let this = instance.get();
            let result = <Private<T>>::touch(this, value);
            ::core::result::Result::Ok(result)
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::serve_core::Deployment for Private<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Call = PrivateCall<T>;
        type Handle = PrivateHandle<T>;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Private";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("touch")
                .signature(4637574621858362645)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `value`",
                            ty: "T",
                            capable: <::serve_core::__private::Probe<T>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "()",
                            capable: <::serve_core::__private::Probe<()>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            PrivateHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(PrivateMethods {
                    touch: PrivateTouchMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                PrivateCall::Touch { .. } => "touch",
                PrivateCall::__Generics(never, _) => match never {}
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                PrivateCall::Touch { reply: ref reply, .. } => reply.watched(),
                PrivateCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                PrivateCall::Touch { value, reply } => {
                    reply.complete(invoke_touch::<T>(instance, value).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                PrivateCall::Touch { value, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "value",
                            value,
                            <::serve_core::__private::Probe<T>>::CODEC,
                        );
                    arguments
                        .call(
                            "touch",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<()>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                PrivateCall::__Generics(never, _) => match never {}
            }
        }
        #[allow(unused_variables)]
        fn decode(
            method: &::core::primitive::str,
            arguments: &::serve_core::__private::Bytes,
            answer: &mut ::serve_core::__private::Answer,
        ) -> ::core::result::Result<Self::Call, ::serve_core::__private::DecodeError> {
            match method {
                "touch" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let value = arguments
                        .next("value", <::serve_core::__private::Probe<T>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<()>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(PrivateCall::Touch { value, reply })
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
                        ::serve_core::__private::construct_default::<Private<T>>(),
                    )
                }),
            )
        }
    }
    impl<T: Clone> Private<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Describes a deployment of `Private` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<Private<T>> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Private<T>>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Private` on the default instance and waits until it is ready.
        fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<PrivateHandle<T>>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<PrivateHandle<T>> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Private` on the default instance.
        fn get_handle() -> ::serve_core::Result<PrivateHandle<T>> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Private`: a handle to the deployment that it belongs to.
        fn current_handle() -> ::serve_core::Result<PrivateHandle<T>> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::serve_core::BindArg<PrivateHandle<T>>
    for ::serve_core::Application<Private<T>>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn bind(self) -> ::serve_core::__private::Bound<PrivateHandle<T>> {
            ::serve_core::__private::Bound::application(self)
        }
    }
};
