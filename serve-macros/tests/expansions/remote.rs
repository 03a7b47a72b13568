impl Adder {
    pub fn add(&self, left: &str, right: Vec<u64>) -> Result<u64, AddError> {
        Ok(1)
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
/// A handle to the deployment `Adder`: one field per method, called as `handle.add.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct AdderHandle {
    __methods: ::serve_core::__private::std::sync::Arc<AdderMethods>,
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
/// The methods of `AdderHandle`.
pub struct AdderMethods {
    /// `Adder::add`
    pub add: AdderAddMethod,
    __core: ::serve_core::__private::HandleCore<Adder>,
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
/// One call of a method of `Adder`, as a value: what a mock receives.
pub enum AdderCall {
    /// A call of `Adder::add`.
    Add {
        /// The argument `left`.
        left: ::serve_core::__private::std::string::String,
        /// The argument `right`.
        right: Vec<u64>,
        /// Takes the result.
        reply: ::serve_core::Reply<
            <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Err,
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
/// `handle.add`: calls `Adder::add` on a replica.
pub struct AdderAddMethod {
    core: ::serve_core::__private::HandleCore<Adder>,
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
            Vec<u64>: ::core::marker::Send,
            <Result<
                u64,
                AddError,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <Result<
                u64,
                AddError,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
        fn need_wire<T: ::serve_core::__private::WireType>() {}
        fn check_wire() {
            need_wire::<::serve_core::__private::std::string::String>();
            need_wire::<Vec<u64>>();
            need_wire::<
                <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Ok,
            >();
            need_wire::<
                <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Err,
            >();
        }
    };
    #[automatically_derived]
    impl ::core::clone::Clone for AdderHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for AdderHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for AdderHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for AdderHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("AdderHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for AdderHandle {
        type Target = AdderMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl AdderHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                AdderCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Adder>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: AdderCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for AdderHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for AdderHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Adder,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AdderMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("AdderMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AdderCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                AdderCall::Add { .. } => "Add",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for AdderAddMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AdderAddMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("AdderAddMethod").finish_non_exhaustive()
        }
    }
    impl AdderAddMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            left: impl ::serve_core::IntoArg<
                ::serve_core::__private::std::string::String,
            >,
            right: impl ::serve_core::IntoArg<Vec<u64>>,
        ) -> ::serve_core::ObjectRef<
            <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "add",
                (
                    ::serve_core::IntoArg::into_arg(left),
                    ::serve_core::IntoArg::into_arg(right),
                ),
                (|(left, right), reply| AdderCall::Add {
                    left,
                    right,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::string::String>,
            __Arg1: ::serve_core::IntoArg<Vec<u64>>,
        >(
            &self,
            left: __Arg0,
            right: __Arg1,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0, __Arg1> {
            ::serve_core::__private::call(
                &self.core,
                "add",
                (
                    ::serve_core::IntoArg::into_arg(left),
                    ::serve_core::IntoArg::into_arg(right),
                ),
                (|(left, right), reply| AdderCall::Add {
                    left,
                    right,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (left, right)| invoke_add(instance, left, right),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::string::String>
                + ::core::clone::Clone,
            __Arg1: ::serve_core::IntoArg<Vec<u64>> + ::core::clone::Clone,
        >(
            &self,
            left: __Arg0,
            right: __Arg1,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Ok,
                <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "add",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&left)),
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&right)),
                ),
                (|(left, right), reply| AdderCall::Add {
                    left,
                    right,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_add(
        instance: ::serve_core::__private::Instance<Adder>,
        left: ::serve_core::__private::std::string::String,
        right: Vec<u64>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<u64, AddError> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Adder>::add(this, &left, right);
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Adder {
        type Call = AdderCall;
        type Handle = AdderHandle;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Adder";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("add")
                .signature(5939139810577270602)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `left`",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `right`",
                            ty: "Vec<u64>",
                            capable: <::serve_core::__private::Probe<Vec<u64>>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "u64",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    u64,
                                    AddError,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "AddError",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    u64,
                                    AddError,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.isolation = ::serve_core::Isolation::Process;
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            AdderHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(AdderMethods {
                    add: AdderAddMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                AdderCall::Add { .. } => "add",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                AdderCall::Add { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                AdderCall::Add { left, right, reply } => {
                    reply.complete(invoke_add(instance, left, right).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                AdderCall::Add { left, right, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "left",
                            left,
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        );
                    arguments
                        .give(
                            "right",
                            right,
                            <::serve_core::__private::Probe<Vec<u64>>>::CODEC,
                        );
                    arguments
                        .call(
                            "add",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            u64,
                                            AddError,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            u64,
                                            AddError,
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
                "add" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let left = arguments
                        .next(
                            "left",
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        )?;
                    let right = arguments
                        .next(
                            "right",
                            <::serve_core::__private::Probe<Vec<u64>>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <Result<
                                        u64,
                                        AddError,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        u64,
                                        AddError,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(AdderCall::Add {
                        left,
                        right,
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
                        ::serve_core::__private::construct_default::<Adder>(),
                    )
                }),
            )
        }
    }
    impl Adder {
        /// Describes a deployment of `Adder` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Adder> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Adder>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Adder` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<AdderHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<AdderHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Adder` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<AdderHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Adder`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<AdderHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<AdderHandle> for ::serve_core::Application<Adder> {
        fn bind(self) -> ::serve_core::__private::Bound<AdderHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Adder >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
