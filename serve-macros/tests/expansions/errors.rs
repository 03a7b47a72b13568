impl Greeter {
    pub fn fine(&self, name: &str) -> String {
        name.to_owned()
    }
    pub async fn wrong(&self, name: impl Display) -> &str {
        half.typed.body
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
/// A handle to the deployment `Greeter`: one field per method, called as `handle.fine.remote(..)`.
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
    /// `Greeter::fine`
    pub fine: GreeterFineMethod,
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
    /// A call of `Greeter::fine`.
    Fine {
        /// The argument `name`.
        name: ::serve_core::__private::std::string::String,
        /// Takes the result.
        reply: ::serve_core::Reply<String>,
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
/// `handle.fine`: calls `Greeter::fine` on a replica.
pub struct GreeterFineMethod {
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
                GreeterCall::Fine { .. } => "Fine",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for GreeterFineMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for GreeterFineMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("GreeterFineMethod").finish_non_exhaustive()
        }
    }
    impl GreeterFineMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            name: impl ::serve_core::IntoArg<
                ::serve_core::__private::std::string::String,
            >,
        ) -> ::serve_core::ObjectRef<String> {
            ::serve_core::__private::remote(
                &self.core,
                "fine",
                (::serve_core::IntoArg::into_arg(name),),
                (|(name,), reply| GreeterCall::Fine { name, reply }) as fn(_, _) -> _,
            )
        }
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
                "fine",
                (::serve_core::IntoArg::into_arg(name),),
                (|(name,), reply| GreeterCall::Fine { name, reply }) as fn(_, _) -> _,
                |instance, (name,)| invoke_fine(instance, name),
            )
        }
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
                "fine",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&name)),
                ),
                (|(name,), reply| GreeterCall::Fine { name, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_fine(
        instance: ::serve_core::__private::Instance<Greeter>,
        name: ::serve_core::__private::std::string::String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<String, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Greeter>::fine(this, &name);
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
            ::serve_core::__private::MethodInfo::new("fine")
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
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.request_timeout = ::core::option::Option::Some(
                ::core::time::Duration::new(2, 0),
            );
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            GreeterHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(GreeterMethods {
                    fine: GreeterFineMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                GreeterCall::Fine { .. } => "fine",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                GreeterCall::Fine { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                GreeterCall::Fine { name, reply } => {
                    reply.complete(invoke_fine(instance, name).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                GreeterCall::Fine { name, reply } => {
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
                            "fine",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<String>>::CODEC,
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
                "fine" => {
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
                    ::core::result::Result::Ok(GreeterCall::Fine { name, reply })
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
::core::compile_error! {
    "deployment `Greeter`: `max_ongoing_request` is not an option of `#[deployment]`; did you mean `max_ongoing_requests`?\noptions: `name`, `route_prefix`, `num_replicas`, `max_ongoing_requests`, `max_queued_requests`, `autoscaling`, `user_config`, `health_check_period`, `health_check_timeout`, `graceful_shutdown_timeout`, `request_timeout`, `stuck_after`, `max_constructor_retry_count`, `constructor_timeout`, `update_timeout`, `rolling_update_percentage`, `max_surge_percent`, `exclusive`, `backpressure`, `isolation`, `gpus`, `cpus`, `memory_limit`, `working_directory`, `env`, `remote`, `crate`, `vis`"
}
::core::compile_error! {
    "deployment `Greeter`: `health_check_period` is a duration in quotes: \"10s\""
}
::core::compile_error! {
    "deployment `Greeter`, method `wrong`: `#[blocking]` moves a plain `fn` to a thread of its own; remove `async`, or remove `#[blocking]` and block in a `tokio::task::spawn_blocking` inside"
}
::core::compile_error! {
    "deployment `Greeter`, method `wrong`: the call is an enum, so its arguments have names; take a concrete type, or `Box<dyn Trait + Send>`"
}
::core::compile_error! {
    "deployment `Greeter`, method `wrong`: the result leaves the replica, so it cannot borrow from it; return an owned value, `String`"
}
