#[cfg(feature = "shop")]
#[allow(clippy::unused_self)]
impl Shop {
    #[cfg(unix)]
    fn new(path: PathBuf) -> Self {
        Self
    }
    /// Old.
    ///
    /// Very old.
    #[deprecated(note = "use `new_way`")]
    #[cfg(unix)]
    #[must_use]
    pub fn old_way(&self) -> u32 {
        1
    }
    #[cfg(not(unix))]
    pub fn old_way(&self) -> u32 {
        2
    }
    #[doc(hidden)]
    #[expect(clippy::needless_pass_by_value, reason = "simple")]
    pub fn r#type(&self, r#match: String) -> u32 {
        3
    }
    #[cfg(feature = "health")]
    fn check_health(&self) -> Result<(), String> {
        Ok(())
    }
}
#[cfg(feature = "shop")]
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
/// A handle to the deployment `Shop`: one field per method, called as `handle.old_way.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct ShopHandle {
    __methods: ::serve_core::__private::std::sync::Arc<ShopMethods>,
}
#[cfg(feature = "shop")]
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
/// The methods of `ShopHandle`.
pub struct ShopMethods {
    #[cfg(unix)]
    /// Old.
    ///
    /// Very old.
    #[deprecated(note = "use `new_way`")]
    pub old_way: ShopOldWayMethod,
    #[cfg(not(unix))]
    /// `Shop::old_way`
    pub old_way: ShopOldWayMethod,
    /// `Shop::type`
    #[doc(hidden)]
    #[allow(clippy::needless_pass_by_value, reason = "simple")]
    pub r#type: ShopTypeMethod,
    __core: ::serve_core::__private::HandleCore<Shop>,
}
#[cfg(feature = "shop")]
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
/// One call of a method of `Shop`, as a value: what a mock receives.
pub enum ShopCall {
    #[cfg(unix)]
    /// A call of `Shop::old_way`.
    #[deprecated(note = "use `new_way`")]
    OldWay {
        /// Takes the result.
        reply: ::serve_core::Reply<u32>,
    },
    #[cfg(not(unix))]
    /// A call of `Shop::old_way`.
    OldWay {
        /// Takes the result.
        reply: ::serve_core::Reply<u32>,
    },
    /// A call of `Shop::type`.
    #[doc(hidden)]
    #[allow(clippy::needless_pass_by_value, reason = "simple")]
    Type {
        /// The argument `r#match`.
        r#match: String,
        /// Takes the result.
        reply: ::serve_core::Reply<u32>,
    },
}
#[cfg(feature = "shop")]
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
#[cfg(unix)]
/// `handle.old_way`: calls `Shop::old_way` on a replica.
pub struct ShopOldWayMethod {
    core: ::serve_core::__private::HandleCore<Shop>,
}
#[cfg(feature = "shop")]
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
#[cfg(not(unix))]
/// `handle.old_way`: calls `Shop::old_way` on a replica.
pub struct ShopOldWayMethod {
    core: ::serve_core::__private::HandleCore<Shop>,
}
#[cfg(feature = "shop")]
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
/// `handle.type`: calls `Shop::type` on a replica.
#[doc(hidden)]
#[allow(clippy::needless_pass_by_value, reason = "simple")]
pub struct ShopTypeMethod {
    core: ::serve_core::__private::HandleCore<Shop>,
}
#[cfg(feature = "shop")]
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
    #[cfg(unix)]
    const _: () = {
        fn check()
        where
            u32: ::core::marker::Send,
        {}
    };
    #[cfg(not(unix))]
    const _: () = {
        fn check()
        where
            u32: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            String: ::core::marker::Send,
            u32: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for ShopHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for ShopHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for ShopHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for ShopHandle {
        type Target = ShopMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl ShopHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                ShopCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Shop>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: ShopCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for ShopHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for ShopHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Shop,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                #[cfg(unix)]
                ShopCall::OldWay { .. } => "OldWay",
                #[cfg(not(unix))]
                ShopCall::OldWay { .. } => "OldWay",
                ShopCall::Type { .. } => "Type",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[cfg(unix)]
    #[automatically_derived]
    impl ::core::clone::Clone for ShopOldWayMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[cfg(unix)]
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopOldWayMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopOldWayMethod").finish_non_exhaustive()
        }
    }
    #[cfg(unix)]
    impl ShopOldWayMethod {
        /// Old.
        ///
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<u32> {
            ::serve_core::__private::remote(
                &self.core,
                "old_way",
                (),
                (|(), reply| ShopCall::OldWay { reply }) as fn(_, _) -> _,
            )
        }
        /// Old.
        ///
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<u32, ::serve_core::CallError>,
        > + ::core::marker::Send + use<> {
            ::serve_core::__private::call(
                &self.core,
                "old_way",
                (),
                (|(), reply| ShopCall::OldWay { reply }) as fn(_, _) -> _,
                |instance, ()| invoke_old_way(instance),
            )
        }
        /// Old.
        ///
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<u32>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "old_way",
                || (),
                (|(), reply| ShopCall::OldWay { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[cfg(not(unix))]
    #[automatically_derived]
    impl ::core::clone::Clone for ShopOldWayMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[cfg(not(unix))]
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopOldWayMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopOldWayMethod").finish_non_exhaustive()
        }
    }
    #[cfg(not(unix))]
    impl ShopOldWayMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<u32> {
            ::serve_core::__private::remote(
                &self.core,
                "old_way",
                (),
                (|(), reply| ShopCall::OldWay { reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<u32, ::serve_core::CallError>,
        > + ::core::marker::Send + use<> {
            ::serve_core::__private::call(
                &self.core,
                "old_way",
                (),
                (|(), reply| ShopCall::OldWay { reply }) as fn(_, _) -> _,
                |instance, ()| invoke_old_way(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<u32>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "old_way",
                || (),
                (|(), reply| ShopCall::OldWay { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ShopTypeMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopTypeMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopTypeMethod").finish_non_exhaustive()
        }
    }
    impl ShopTypeMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            r#match: impl ::serve_core::IntoArg<String>,
        ) -> ::serve_core::ObjectRef<u32> {
            ::serve_core::__private::remote(
                &self.core,
                "type",
                (::serve_core::IntoArg::into_arg(r#match),),
                (|(r#match,), reply| ShopCall::Type { r#match, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<String>>(
            &self,
            r#match: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<u32, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "type",
                (::serve_core::IntoArg::into_arg(r#match),),
                (|(r#match,), reply| ShopCall::Type { r#match, reply }) as fn(_, _) -> _,
                |instance, (r#match,)| invoke_type(instance, r#match),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<__Arg0: ::serve_core::IntoArg<String> + ::core::clone::Clone>(
            &self,
            r#match: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<u32>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "type",
                || (
                    ::serve_core::IntoArg::into_arg(
                        ::core::clone::Clone::clone(&r#match),
                    ),
                ),
                (|(r#match,), reply| ShopCall::Type { r#match, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[cfg(unix)]
    fn invoke_old_way(
        instance: ::serve_core::__private::Instance<Shop>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<u32, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Shop>::old_way(this);
            ::core::result::Result::Ok(result)
        }
    }
    #[cfg(not(unix))]
    fn invoke_old_way(
        instance: ::serve_core::__private::Instance<Shop>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<u32, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Shop>::old_way(this);
            ::core::result::Result::Ok(result)
        }
    }
    #[allow(clippy::needless_pass_by_value, reason = "simple")]
    fn invoke_type(
        instance: ::serve_core::__private::Instance<Shop>,
        r#match: String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<u32, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Shop>::r#type(this, r#match);
            ::core::result::Result::Ok(result)
        }
    }
    #[cfg(feature = "health")]
    fn invoke_check_health(
        instance: ::serve_core::__private::Instance<Shop>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<(), String> as ::serve_core::__private::ResultLike>::Ok,
            <Result<(), String> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Shop>::check_health(this);
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Shop {
        type Call = ShopCall;
        type Handle = ShopHandle;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Shop";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            #[cfg(unix)]
            ::serve_core::__private::MethodInfo::new("old_way")
                .signature(7360357015740714351)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "u32",
                            capable: <::serve_core::__private::Probe<u32>>::CAPABLE,
                        },
                    ],
                ),
            #[cfg(not(unix))]
            ::serve_core::__private::MethodInfo::new("old_way")
                .signature(7360357015740714351)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "u32",
                            capable: <::serve_core::__private::Probe<u32>>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("type")
                .signature(4893174983707168894)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `r#match`",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "u32",
                            capable: <::serve_core::__private::Probe<u32>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[
            ::serve_core::__private::RouteInfo::new(
                "type",
                ::serve_core::__private::HttpMethod::GET,
                "/type",
            ),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = ::core::option::Option::Some(
                ::core::convert::Into::into("/"),
            );
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            ShopHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(ShopMethods {
                    #[cfg(unix)]
                    old_way: ShopOldWayMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    #[cfg(not(unix))]
                    old_way: ShopOldWayMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    r#type: ShopTypeMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                #[cfg(unix)]
                ShopCall::OldWay { .. } => "old_way",
                #[cfg(not(unix))]
                ShopCall::OldWay { .. } => "old_way",
                ShopCall::Type { .. } => "type",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                #[cfg(unix)]
                ShopCall::OldWay { reply: ref reply, .. } => reply.watched(),
                #[cfg(not(unix))]
                ShopCall::OldWay { reply: ref reply, .. } => reply.watched(),
                ShopCall::Type { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                #[cfg(unix)]
                ShopCall::OldWay { reply } => {
                    reply.complete(invoke_old_way(instance).await);
                }
                #[cfg(not(unix))]
                ShopCall::OldWay { reply } => {
                    reply.complete(invoke_old_way(instance).await);
                }
                ShopCall::Type { r#match, reply } => {
                    reply.complete(invoke_type(instance, r#match).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                #[cfg(unix)]
                ShopCall::OldWay { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .call(
                            "old_way",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<u32>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                #[cfg(not(unix))]
                ShopCall::OldWay { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .call(
                            "old_way",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<u32>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                ShopCall::Type { r#match, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "r#match",
                            r#match,
                            <::serve_core::__private::Probe<String>>::CODEC,
                        );
                    arguments
                        .call(
                            "type",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<u32>>::CODEC,
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
                #[cfg(unix)]
                "old_way" => {
                    let arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<u32>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ShopCall::OldWay { reply })
                }
                #[cfg(not(unix))]
                "old_way" => {
                    let arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<u32>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ShopCall::OldWay { reply })
                }
                "type" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let r#match = arguments
                        .next(
                            "r#match",
                            <::serve_core::__private::Probe<String>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<u32>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ShopCall::Type { r#match, reply })
                }
                _ => {
                    ::core::result::Result::Err(
                        ::serve_core::__private::DecodeError::unknown_method(method),
                    )
                }
            }
        }
        #[cfg(unix)]
        fn construct(
            arguments: &::serve_core::__private::Bytes,
        ) -> ::core::result::Result<
            ::serve_core::__private::Constructing<Self>,
            ::serve_core::__private::DecodeError,
        > {
            let mut arguments = ::serve_core::__private::ArgumentReader::new(arguments);
            let path = arguments
                .next("path", <::serve_core::__private::Probe<PathBuf>>::CODEC)?;
            arguments.end()?;
            ::core::result::Result::Ok(
                ::serve_core::__private::Constructing::new(__construct(path)),
            )
        }
        #[cfg(not(any(all(unix))))]
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
                        ::serve_core::__private::construct_default::<Shop>(),
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
                "type" => {
                    let r#match = match ::serve_core::__private::extract::<
                        String,
                        _,
                    >(request)
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    let result = invoke_type(instance, r#match).await;
                    ::serve_core::__private::respond(result)
                }
                _ => ::serve_core::__private::not_found(),
            }
        }
        #[cfg(feature = "health")]
        const HAS_HEALTH_CHECK: bool = true;
        #[cfg(feature = "health")]
        async fn check_health(
            instance: ::serve_core::__private::Instance<Self>,
        ) -> ::core::result::Result<(), ::serve_core::__private::Failure> {
            invoke_check_health(instance)
                .await
                .map_err(::serve_core::__private::Failure::new)
        }
    }
    #[cfg(unix)]
    fn __construct(
        path: PathBuf,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Shop, ::serve_core::__private::Failure>,
    > + ::core::marker::Send {
        async move {
            let result = <Shop>::new(path);
            ::core::result::Result::Ok(result)
        }
    }
    impl Shop {
        #[cfg(unix)]
        /// Describes a deployment of `Shop` with these arguments, to be configured and run, or passed to another.
        pub fn bind(
            path: impl ::serve_core::BindArg<PathBuf>,
        ) -> ::serve_core::Application<Shop> {
            ::serve_core::__private::bind(
                (::serve_core::BindArg::bind(path),),
                |(path,)| __construct(path),
                |bound, handles| {
                    let (path,) = ::serve_core::__private::BorrowTuple::refs(
                        bound,
                        handles,
                    );
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .add(
                            "path",
                            path,
                            <::serve_core::__private::Probe<PathBuf>>::CODEC,
                        );
                    arguments.finish()
                },
                |(path,), (before0,), differences| {
                    differences
                        .argument(
                            "path",
                            "PathBuf",
                            path,
                            before0,
                            ::serve_core::__private::equality!(PathBuf),
                        );
                },
            )
        }
        #[cfg(unix)]
        /// Runs a deployment of `Shop` on the default instance and waits until it is ready.
        pub fn deploy(
            path: impl ::serve_core::BindArg<PathBuf>,
        ) -> impl ::core::future::Future<
            Output = ::serve_core::Result<ShopHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind(path))
        }
        #[cfg(unix)]
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking(
            path: impl ::serve_core::BindArg<PathBuf>,
        ) -> ::serve_core::Result<ShopHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind(path))
        }
        #[cfg(not(any(all(unix))))]
        /// Describes a deployment of `Shop` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Shop> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Shop>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        #[cfg(not(any(all(unix))))]
        /// Runs a deployment of `Shop` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<ShopHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        #[cfg(not(any(all(unix))))]
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<ShopHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Shop` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<ShopHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Shop`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<ShopHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<ShopHandle> for ::serve_core::Application<Shop> {
        fn bind(self) -> ::serve_core::__private::Bound<ShopHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Shop >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
