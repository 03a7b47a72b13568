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
use crate::serve as __ModelCrate;
/// A handle to the deployment `Model`: one field per method, called as `handle.reconfigure_later.remote(..)`.
pub(crate) type ModelHandle = __ModelCrate::Handle<Model>;
/// One call of a method of `Model`, as a value.
pub(crate) type ModelCall = <Model as __ModelCrate::Deployment>::Call;
const _: () = {
    use __ModelCrate::__private as __serve;
    use __serve::traits::*;
    /// The methods of `ModelHandle`.
    pub struct ModelMethods
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        /// `Model::reconfigure_later`
        pub reconfigure_later: ModelReconfigureLaterMethod,
    }
    /// One call of a method of `Model`, as a value: what a mock receives.
    pub enum ModelCall {
        /// A call of `Model::reconfigure_later`.
        ReconfigureLater {
            /// Takes the result.
            reply: __ModelCrate::__private::Reply<()>,
        },
    }
    /// `handle.reconfigure_later`: calls `Model::reconfigure_later` on a replica.
    pub struct ModelReconfigureLaterMethod(
        __ModelCrate::__private::HandleCore<Model>,
    )
    where
        Model: ::core::marker::Send + ::core::marker::Sync;
    const _: () = {
        fn need_wire<T: __serve::WireType>() {}
        fn check_wire()
        where
            Model: ::core::marker::Send + ::core::marker::Sync,
        {
            need_wire::<()>();
        }
    };
    impl ::core::fmt::Debug for ModelMethods
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("ModelMethods")
                .field("reconfigure_later", &self.reconfigure_later)
                .finish()
        }
    }
    impl ::core::fmt::Debug for ModelCall
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Model>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] ModelReconfigureLaterMethod[] [where Model : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __ReconfigureLaterSpec : call[remote call broadcast]
        () use [] -> [__serve::ObjectRef < () >] [__serve::CallResult < () >]
    }
    enum __ReconfigureLaterSpec {}
    impl __serve::MethodSpec for __ReconfigureLaterSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Model;
        type Args = ();
        type Value = ();
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "reconfigure_later";
        const SIGNATURE: ::core::primitive::u64 = 1803426594929055256;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> ModelCall {
            ModelCall::ReconfigureLater {
                reply,
            }
        }
    }
    impl __serve::Invoke for __ReconfigureLaterSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        fn invoke(
            instance: __serve::Instance<Model>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Model>::reconfigure_later(&this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    fn invoke_check_health(
        instance: __serve::Instance<Model>,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<(), ModelError>,
    > + __serve::MethodSend
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        async move {
            let mut this = instance.write().await;
            let result = <Model>::check_health(&mut this).await;
            __serve::ResultLike::into_result(result)
        }
    }
    fn invoke_on_shutdown(
        instance: __serve::Instance<Model>,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<(), ModelError>,
    > + __serve::MethodSend
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        async move {
            let mut this = instance.write().await;
            let result = <Model>::on_shutdown(&mut this).await;
            __serve::ResultLike::into_result(result)
        }
    }
    #[automatically_derived]
    impl __ModelCrate::Deployment for Model
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        type Call = ModelCall;
        type Methods = ModelMethods;
        type Cell = __serve::Exclusive<Self>;
        const NAME: &'static str = "the-model";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__ReconfigureLaterSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> __ModelCrate::DeploymentConfig {
            let mut config = <__ModelCrate::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = __serve::text("/model");
            config.num_replicas = __ModelCrate::NumReplicas::Auto;
            config.max_ongoing_requests = 8;
            config.autoscaling = ::core::option::Option::Some({
                let mut config = <__ModelCrate::AutoscalingConfig as ::core::default::Default>::default();
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
                config.dry_run = true;
                config
            });
            config.user_config = ::core::option::Option::Some(
                __serve::user_config("{\"threshold\": 0.5}"),
            );
            config.health_check_period = ::core::time::Duration::new(0, 250000000);
            config.health_check_timeout = ::core::time::Duration::new(30, 0);
            config.graceful_shutdown_timeout = ::core::time::Duration::new(0, 0);
            config.max_body_size = ::core::option::Option::Some(10485760);
            config.request_timeout = ::core::option::Option::Some(
                ::core::time::Duration::new(2, 0),
            );
            config.stuck_after = ::core::option::Option::Some(
                ::core::time::Duration::new(60, 0),
            );
            config.slow_start = ::core::option::Option::Some(
                ::core::time::Duration::new(2, 0),
            );
            config.max_requests_per_replica = ::core::option::Option::Some(1000);
            config.max_constructor_retry_count = 3;
            config.constructor_timeout = ::core::time::Duration::new(90, 0);
            config.update_timeout = ::core::time::Duration::new(3600, 0);
            config.rolling_update_percentage = 50;
            config.max_surge_percent = 100;
            config.exclusive = true;
            config.backpressure = {
                let mut config = <__ModelCrate::BackPressure as ::core::default::Default>::default();
                config.status_code = 429;
                config.retry_after = ::core::option::Option::Some(
                    ::core::time::Duration::new(1, 0),
                );
                config
            };
            config.isolation = __ModelCrate::Isolation::Thread;
            config.remote = true;
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            ModelMethods {
                reconfigure_later: ModelReconfigureLaterMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                ModelCall::ReconfigureLater { ref reply, .. } => {
                    <__ReconfigureLaterSpec>::parts(reply)
                }
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                ModelCall::ReconfigureLater { reply } => {
                    reply.complete(<__ReconfigureLaterSpec>::invoke(instance, ()).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                ModelCall::ReconfigureLater { reply } => {
                    <__ReconfigureLaterSpec>::encode((), reply)
                }
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "reconfigure_later" => {
                    <__ReconfigureLaterSpec>::decode(arguments, answer)
                }
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Model>(arguments)
        }
        const HAS_HEALTH_CHECK: bool = true;
        async fn check_health(
            instance: __serve::Instance<Self>,
        ) -> ::core::result::Result<(), __serve::Failure> {
            __serve::or_failure(invoke_check_health(instance).await)
        }
        const ON_SHUTDOWN: __serve::ShutdownHook = __serve::ShutdownHook::Borrowed;
        async fn on_shutdown(
            instance: __serve::Instance<Self>,
        ) -> ::core::result::Result<(), __serve::Failure> {
            __serve::or_failure(invoke_on_shutdown(instance).await)
        }
    }
    impl Model
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
    {
        /// Describes a deployment of `Model` with these arguments, to be configured and run, or passed to another.
        pub(crate) fn bind() -> __ModelCrate::Application<Model> {
            __serve::bind_default::<Model>()
        }
        /// Runs a deployment of `Model` on the default instance and waits until it is ready.
        pub(crate) fn deploy() -> impl __serve::Future<
            Output = __ModelCrate::Result<__ModelCrate::Handle<Model>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub(crate) fn deploy_blocking() -> __ModelCrate::Result<
            __ModelCrate::Handle<Model>,
        > {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub (crate), "Model"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Model >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
::core::compile_error! {
    "deployment `Model`: `max_queued_requests` must be 1 or more"
}
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
/// A handle to the deployment `Fixed`: one field per method, called as `handle.touch.remote(..)`.
pub type FixedHandle = ::serve_core::Handle<Fixed>;
/// The methods of `FixedHandle`.
pub struct FixedMethods
where
    Fixed: ::core::marker::Send + ::core::marker::Sync,
{
    /// `Fixed::touch`
    pub touch: FixedTouchMethod,
}
/// One call of a method of `Fixed`, as a value: what a mock receives.
pub enum FixedCall {
    /// A call of `Fixed::touch`.
    Touch {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<()>,
    },
}
/// `handle.touch`: calls `Fixed::touch` on a replica.
pub struct FixedTouchMethod(
    ::serve_core::__private::HandleCore<Fixed>,
)
where
    Fixed: ::core::marker::Send + ::core::marker::Sync;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for FixedMethods
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("FixedMethods").field("touch", &self.touch).finish()
        }
    }
    impl ::core::fmt::Debug for FixedCall
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Fixed>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] FixedTouchMethod[] [where Fixed : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __TouchSpec : call[remote call broadcast] () use []
        -> [__serve::ObjectRef < () >] [__serve::CallResult < () >]
    }
    enum __TouchSpec {}
    impl __serve::MethodSpec for __TouchSpec
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Fixed;
        type Args = ();
        type Value = ();
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "touch";
        const SIGNATURE: ::core::primitive::u64 = 1803426594929055256;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> FixedCall {
            FixedCall::Touch { reply }
        }
    }
    impl __serve::Invoke for __TouchSpec
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        fn invoke(
            instance: __serve::Instance<Fixed>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Fixed>::touch(this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    fn invoke_reconfigure(
        instance: __serve::Instance<Fixed>,
        settings: Settings,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<
            __serve::OkOf<io::Result<()>>,
            __serve::ErrOf<io::Result<()>>,
        >,
    > + __serve::MethodSend
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        async move {
            let this = instance.get();
            let result = <Fixed>::reconfigure(this, settings);
            __serve::ResultLike::into_result(result)
        }
    }
    fn invoke_on_shutdown(
        instance: Fixed,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<(), ::core::convert::Infallible>,
    > + __serve::MethodSend
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        async move {
            let result = <Fixed>::on_shutdown(instance);
            ::core::result::Result::Ok(result)
        }
    }
    fn parse_reconfigure(
        config: __serve::UserConfig,
    ) -> ::core::result::Result<Settings, __serve::Failure>
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        config.parse()
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Fixed
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        type Call = FixedCall;
        type Methods = FixedMethods;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Fixed";
        const METHODS: &'static [__serve::MethodInfo] = &[<__TouchSpec>::INFO];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.num_replicas = ::serve_core::NumReplicas::Fixed(4);
            config.user_config = ::core::option::Option::Some(
                __serve::user_config("{}"),
            );
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            FixedMethods {
                touch: FixedTouchMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                FixedCall::Touch { ref reply, .. } => <__TouchSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                FixedCall::Touch { reply } => {
                    reply.complete(<__TouchSpec>::invoke(instance, ()).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                FixedCall::Touch { reply } => <__TouchSpec>::encode((), reply),
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "touch" => <__TouchSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Fixed>(arguments)
        }
        const HAS_RECONFIGURE: bool = true;
        async fn reconfigure(
            instance: __serve::Instance<Self>,
            config: __serve::UserConfig,
        ) -> ::core::result::Result<(), __serve::Failure> {
            let settings: Settings = parse_reconfigure(config)?;
            __serve::or_failure(invoke_reconfigure(instance, settings).await)
        }
        fn check_user_config(
            config: &__serve::UserConfig,
        ) -> ::core::result::Result<(), __serve::Failure> {
            parse_reconfigure(::core::clone::Clone::clone(config)).map(::core::mem::drop)
        }
        const ON_SHUTDOWN: __serve::ShutdownHook = __serve::ShutdownHook::Owned;
        async fn on_shutdown_owned(
            instance: Self,
        ) -> ::core::result::Result<(), __serve::Failure> {
            __serve::or_failure(invoke_on_shutdown(instance).await)
        }
    }
    impl Fixed
    where
        Fixed: ::core::marker::Send + ::core::marker::Sync,
    {
        /// Describes a deployment of `Fixed` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Fixed> {
            __serve::bind_default::<Fixed>()
        }
        /// Runs a deployment of `Fixed` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Fixed>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Fixed>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub, "Fixed"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Fixed >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
