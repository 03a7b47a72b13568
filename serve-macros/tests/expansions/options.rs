impl Model {
    pub async fn check_health(&mut self) -> Result<(), ModelError> {
        Ok(())
    }
    pub fn reconfigure(
        &mut self,
        Settings { threshold }: Settings,
    ) -> Result<(), ModelError> {
        Ok(())
    }
    pub fn reconfigure_later(&self) {}
    pub async fn on_shutdown(&mut self) -> Result<(), ModelError> {
        Ok(())
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
/// A handle to the deployment `Model`: one field per method.
pub(crate) type ModelHandle = <Model as crate::serve::Deployment>::Handle;
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
/// One call of a method of `Model`, as a value.
pub(crate) type ModelCall = <Model as crate::serve::Deployment>::Call;
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
    use crate::serve::__private::NotCapable as _;
    /// A handle to the deployment `Model`: one field per method, called as `handle.reconfigure_later.remote(..)`.
    ///
    /// A clone costs one reference count. Handles work from any task and from any thread.
    pub struct ModelHandle {
        __methods: crate::serve::__private::std::sync::Arc<ModelMethods>,
    }
    /// The methods of `ModelHandle`.
    pub struct ModelMethods {
        /// `Model::reconfigure_later`
        pub reconfigure_later: ModelReconfigureLaterMethod,
        __core: crate::serve::__private::HandleCore<Model>,
    }
    /// One call of a method of `Model`, as a value: what a mock receives.
    pub enum ModelCall {
        /// A call of `Model::reconfigure_later`.
        ReconfigureLater {
            /// Takes the result.
            reply: crate::serve::Reply<()>,
        },
    }
    /// `handle.reconfigure_later`: calls `Model::reconfigure_later` on a replica.
    pub struct ModelReconfigureLaterMethod {
        core: crate::serve::__private::HandleCore<Model>,
    }
    const _: () = {
        fn check()
        where
            (): ::core::marker::Send,
        {}
        fn need_wire<T: crate::serve::__private::WireType>() {}
        fn check_wire() {
            need_wire::<()>();
        }
    };
    #[automatically_derived]
    impl ::core::clone::Clone for ModelHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for ModelHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for ModelHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for ModelHandle {
        type Target = ModelMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl ModelHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                ModelCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            crate::serve::__private::mock::<Model>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: ModelCall) {
            crate::serve::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl crate::serve::__private::serde::Serialize for ModelHandle {
        fn serialize<__Serializer: crate::serve::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            crate::serve::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> crate::serve::__private::serde::Deserialize<'de> for ModelHandle {
        fn deserialize<
            __Deserializer: crate::serve::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            crate::serve::__private::deserialize_handle::<
                Model,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                ModelCall::ReconfigureLater { .. } => "ReconfigureLater",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ModelReconfigureLaterMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelReconfigureLaterMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelReconfigureLaterMethod").finish_non_exhaustive()
        }
    }
    impl ModelReconfigureLaterMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> crate::serve::ObjectRef<()> {
            crate::serve::__private::remote(
                &self.core,
                "reconfigure_later",
                (),
                (|(), reply| ModelCall::ReconfigureLater {
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<(), crate::serve::CallError>,
        > + ::core::marker::Send + use<> {
            crate::serve::__private::call(
                &self.core,
                "reconfigure_later",
                (),
                (|(), reply| ModelCall::ReconfigureLater {
                    reply,
                }) as fn(_, _) -> _,
                |instance, ()| invoke_reconfigure_later(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> crate::serve::__private::std::vec::Vec<crate::serve::ObjectRef<()>> {
            crate::serve::__private::broadcast(
                &self.core,
                "reconfigure_later",
                || (),
                (|(), reply| ModelCall::ReconfigureLater {
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        crate::serve::__private::call_options! {}
    }
    fn invoke_reconfigure_later(
        instance: crate::serve::__private::Instance<Model>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Model>::reconfigure_later(&this);
            ::core::result::Result::Ok(result)
        }
    }
    fn invoke_check_health(
        instance: crate::serve::__private::Instance<Model>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<(), ModelError> as crate::serve::__private::ResultLike>::Ok,
            <Result<(), ModelError> as crate::serve::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let mut this = instance.write().await;
            let result = <Model>::check_health(&mut this).await;
            crate::serve::__private::ResultLike::into_result(result)
        }
    }
    fn invoke_on_shutdown(
        instance: crate::serve::__private::Instance<Model>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<(), ModelError> as crate::serve::__private::ResultLike>::Ok,
            <Result<(), ModelError> as crate::serve::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let mut this = instance.write().await;
            let result = <Model>::on_shutdown(&mut this).await;
            crate::serve::__private::ResultLike::into_result(result)
        }
    }
    #[automatically_derived]
    impl crate::serve::Deployment for Model {
        type Call = ModelCall;
        type Handle = ModelHandle;
        type Cell = crate::serve::__private::Exclusive<Self>;
        const NAME: &'static str = "the-model";
        const METHODS: &'static [crate::serve::__private::MethodInfo] = &[
            crate::serve::__private::MethodInfo::new("reconfigure_later")
                .signature(1803426594929055256)
                .wire(
                    &[
                        crate::serve::__private::WireCheck {
                            what: "result",
                            ty: "()",
                            capable: <crate::serve::__private::Probe<()>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [crate::serve::__private::RouteInfo] = &[];
        fn config() -> crate::serve::DeploymentConfig {
            let mut config = <crate::serve::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = ::core::option::Option::Some(
                ::core::convert::Into::into("/model"),
            );
            config.num_replicas = crate::serve::NumReplicas::Auto;
            config.max_ongoing_requests = 8;
            config.max_queued_requests = 0;
            config.autoscaling = ::core::option::Option::Some({
                let mut config = <crate::serve::AutoscalingConfig as ::core::default::Default>::default();
                config.min_replicas = 0;
                config.initial_replicas = ::core::option::Option::Some(1);
                config.max_replicas = 10;
                config.target_ongoing_requests = 2.0;
                config.upscale_delay = ::core::time::Duration::new(30, 0);
                config.downscale_delay = ::core::time::Duration::new(600, 0);
                config.downscale_to_zero_delay = ::core::option::Option::Some(
                    ::core::time::Duration::new(3600, 0),
                );
                config.upscaling_factor = 1.5;
                config.downscaling_factor = 0.5;
                config.look_back_period = ::core::time::Duration::new(1, 500000000);
                config
            });
            config.user_config = ::core::option::Option::Some(
                crate::serve::__private::user_config("{\"threshold\": 0.5}"),
            );
            config.health_check_period = ::core::time::Duration::new(0, 250000000);
            config.health_check_timeout = ::core::time::Duration::new(30, 0);
            config.graceful_shutdown_timeout = ::core::time::Duration::new(0, 0);
            config.request_timeout = ::core::option::Option::Some(
                ::core::time::Duration::new(2, 0),
            );
            config.stuck_after = ::core::option::Option::Some(
                ::core::time::Duration::new(60, 0),
            );
            config.max_constructor_retry_count = 3;
            config.constructor_timeout = ::core::time::Duration::new(90, 0);
            config.update_timeout = ::core::time::Duration::new(3600, 0);
            config.rolling_update_percentage = 50;
            config.max_surge_percent = 100;
            config.exclusive = true;
            config.backpressure = {
                let mut config = <crate::serve::Backpressure as ::core::default::Default>::default();
                config.status_code = 429;
                config.retry_after = ::core::option::Option::Some(
                    ::core::time::Duration::new(1, 0),
                );
                config
            };
            config.isolation = crate::serve::Isolation::Thread;
            config.remote = true;
            config
        }
        fn handle(core: crate::serve::__private::HandleCore<Self>) -> Self::Handle {
            ModelHandle {
                __methods: crate::serve::__private::std::sync::Arc::new(ModelMethods {
                    reconfigure_later: ModelReconfigureLaterMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                ModelCall::ReconfigureLater { .. } => "reconfigure_later",
            }
        }
        fn watched(call: &Self::Call) -> crate::serve::__private::Watched {
            match *call {
                ModelCall::ReconfigureLater { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: crate::serve::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                ModelCall::ReconfigureLater { reply } => {
                    reply.complete(invoke_reconfigure_later(instance).await);
                }
            }
        }
        fn encode(call: Self::Call) -> crate::serve::__private::Outgoing {
            match call {
                ModelCall::ReconfigureLater { reply } => {
                    let arguments = crate::serve::__private::Arguments::new();
                    arguments
                        .call(
                            "reconfigure_later",
                            reply,
                            const {
                                &crate::serve::__private::Codecs::result(
                                    <crate::serve::__private::Probe<()>>::CODEC,
                                    crate::serve::__private::NEVER,
                                )
                            },
                        )
                }
            }
        }
        #[allow(unused_variables)]
        fn decode(
            method: &::core::primitive::str,
            arguments: &crate::serve::__private::Bytes,
            answer: &mut crate::serve::__private::Answer,
        ) -> ::core::result::Result<Self::Call, crate::serve::__private::DecodeError> {
            match method {
                "reconfigure_later" => {
                    let arguments = crate::serve::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &crate::serve::__private::Codecs::result(
                                <crate::serve::__private::Probe<()>>::CODEC,
                                crate::serve::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ModelCall::ReconfigureLater {
                        reply,
                    })
                }
                _ => {
                    ::core::result::Result::Err(
                        crate::serve::__private::DecodeError::unknown_method(method),
                    )
                }
            }
        }
        fn construct(
            arguments: &crate::serve::__private::Bytes,
        ) -> ::core::result::Result<
            crate::serve::__private::Constructing<Self>,
            crate::serve::__private::DecodeError,
        > {
            crate::serve::__private::ArgumentReader::new(arguments).end()?;
            ::core::result::Result::Ok(
                crate::serve::__private::Constructing::new(async move {
                    ::core::result::Result::Ok(
                        crate::serve::__private::construct_default::<Model>(),
                    )
                }),
            )
        }
        const HAS_HEALTH_CHECK: bool = true;
        async fn check_health(
            instance: crate::serve::__private::Instance<Self>,
        ) -> ::core::result::Result<(), crate::serve::__private::Failure> {
            invoke_check_health(instance)
                .await
                .map_err(crate::serve::__private::Failure::new)
        }
        const ON_SHUTDOWN: crate::serve::__private::ShutdownHook = crate::serve::__private::ShutdownHook::Borrowed;
        async fn on_shutdown(
            instance: crate::serve::__private::Instance<Self>,
        ) -> ::core::result::Result<(), crate::serve::__private::Failure> {
            invoke_on_shutdown(instance)
                .await
                .map_err(crate::serve::__private::Failure::new)
        }
    }
    impl Model {
        /// Describes a deployment of `Model` with these arguments, to be configured and run, or passed to another.
        pub(crate) fn bind() -> crate::serve::Application<Model> {
            crate::serve::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        crate::serve::__private::construct_default::<Model>(),
                    )
                },
                crate::serve::__private::no_arguments,
                crate::serve::__private::no_differences,
            )
        }
        /// Runs a deployment of `Model` on the default instance and waits until it is ready.
        pub(crate) fn deploy() -> impl ::core::future::Future<
            Output = crate::serve::Result<ModelHandle>,
        > + ::core::marker::Send {
            crate::serve::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub(crate) fn deploy_blocking() -> crate::serve::Result<ModelHandle> {
            crate::serve::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Model` on the default instance.
        pub(crate) fn get_handle() -> crate::serve::Result<ModelHandle> {
            crate::serve::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Model`: a handle to the deployment that it belongs to.
        pub(crate) fn current_handle() -> crate::serve::Result<ModelHandle> {
            crate::serve::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl crate::serve::BindArg<ModelHandle> for crate::serve::Application<Model> {
        fn bind(self) -> crate::serve::__private::Bound<ModelHandle> {
            crate::serve::__private::Bound::application(self)
        }
    }
    crate::serve::__private::inventory::submit! {
        crate ::serve::__private::ReplicaType::new:: < Model >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
::core::compile_error! {
    "deployment `Model`, method `reconfigure`: an argument needs a name, which its caller sees; write `name: T`, or `Json(name): Json<T>` for an extractor, and take it apart in the body"
}
impl Fixed {
    pub fn reconfigure(&self, settings: Settings) -> io::Result<()> {
        Ok(())
    }
    pub fn touch(&self) {}
    fn on_shutdown(self) {}
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
/// A handle to the deployment `Fixed`: one field per method, called as `handle.touch.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct FixedHandle {
    __methods: ::serve_core::__private::std::sync::Arc<FixedMethods>,
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
/// The methods of `FixedHandle`.
pub struct FixedMethods {
    /// `Fixed::touch`
    pub touch: FixedTouchMethod,
    __core: ::serve_core::__private::HandleCore<Fixed>,
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
/// One call of a method of `Fixed`, as a value: what a mock receives.
pub enum FixedCall {
    /// A call of `Fixed::touch`.
    Touch {
        /// Takes the result.
        reply: ::serve_core::Reply<()>,
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
/// `handle.touch`: calls `Fixed::touch` on a replica.
pub struct FixedTouchMethod {
    core: ::serve_core::__private::HandleCore<Fixed>,
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
            (): ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for FixedHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for FixedHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for FixedHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for FixedHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("FixedHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for FixedHandle {
        type Target = FixedMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl FixedHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                FixedCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Fixed>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: FixedCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for FixedHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for FixedHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Fixed,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for FixedMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("FixedMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for FixedCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                FixedCall::Touch { .. } => "Touch",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for FixedTouchMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for FixedTouchMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("FixedTouchMethod").finish_non_exhaustive()
        }
    }
    impl FixedTouchMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<()> {
            ::serve_core::__private::remote(
                &self.core,
                "touch",
                (),
                (|(), reply| FixedCall::Touch { reply }) as fn(_, _) -> _,
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
                "touch",
                (),
                (|(), reply| FixedCall::Touch { reply }) as fn(_, _) -> _,
                |instance, ()| invoke_touch(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<()>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "touch",
                || (),
                (|(), reply| FixedCall::Touch { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_touch(
        instance: ::serve_core::__private::Instance<Fixed>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Fixed>::touch(this);
            ::core::result::Result::Ok(result)
        }
    }
    fn invoke_reconfigure(
        instance: ::serve_core::__private::Instance<Fixed>,
        settings: Settings,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let this = instance.get();
            let result = <Fixed>::reconfigure(this, settings);
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    fn invoke_on_shutdown(
        instance: Fixed,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let result = <Fixed>::on_shutdown(instance);
            ::core::result::Result::Ok(result)
        }
    }
    fn parse_reconfigure(
        config: ::serve_core::__private::UserConfig,
    ) -> ::core::result::Result<Settings, ::serve_core::__private::Failure> {
        config.parse()
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Fixed {
        type Call = FixedCall;
        type Handle = FixedHandle;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Fixed";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("touch")
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
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.num_replicas = ::serve_core::NumReplicas::Fixed(4);
            config.user_config = ::core::option::Option::Some(
                ::serve_core::__private::user_config("{}"),
            );
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            FixedHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(FixedMethods {
                    touch: FixedTouchMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                FixedCall::Touch { .. } => "touch",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                FixedCall::Touch { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                FixedCall::Touch { reply } => {
                    reply.complete(invoke_touch(instance).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                FixedCall::Touch { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
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
                    ::core::result::Result::Ok(FixedCall::Touch { reply })
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
                        ::serve_core::__private::construct_default::<Fixed>(),
                    )
                }),
            )
        }
        const HAS_RECONFIGURE: bool = true;
        async fn reconfigure(
            instance: ::serve_core::__private::Instance<Self>,
            config: ::serve_core::__private::UserConfig,
        ) -> ::core::result::Result<(), ::serve_core::__private::Failure> {
            let settings: Settings = parse_reconfigure(config)?;
            invoke_reconfigure(instance, settings)
                .await
                .map_err(::serve_core::__private::Failure::new)
        }
        fn check_user_config(
            config: &::serve_core::__private::UserConfig,
        ) -> ::core::result::Result<(), ::serve_core::__private::Failure> {
            parse_reconfigure(::core::clone::Clone::clone(config)).map(::core::mem::drop)
        }
        const ON_SHUTDOWN: ::serve_core::__private::ShutdownHook = ::serve_core::__private::ShutdownHook::Owned;
        async fn on_shutdown_owned(
            instance: Self,
        ) -> ::core::result::Result<(), ::serve_core::__private::Failure> {
            invoke_on_shutdown(instance)
                .await
                .map_err(::serve_core::__private::Failure::new)
        }
    }
    impl Fixed {
        /// Describes a deployment of `Fixed` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Fixed> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Fixed>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Fixed` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<FixedHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<FixedHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Fixed` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<FixedHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Fixed`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<FixedHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<FixedHandle> for ::serve_core::Application<Fixed> {
        fn bind(self) -> ::serve_core::__private::Bound<FixedHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Fixed >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
