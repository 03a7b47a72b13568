impl Greeter {
    pub fn fine(&self, name: &str) -> String {
        name.to_owned()
    }
    pub async fn wrong(&self, name: impl Display) -> &str {
        half.typed.body
    }
}
/// A handle to the deployment `Greeter`: one field per method, called as `handle.fine.remote(..)`.
pub type GreeterHandle = ::serve_core::Handle<Greeter>;
/// The methods of `GreeterHandle`.
pub struct GreeterMethods
where
    Greeter: ::core::marker::Send + ::core::marker::Sync,
{
    /// `Greeter::fine`
    pub fine: GreeterFineMethod,
    /// `Greeter::wrong`
    pub wrong: GreeterWrongMethod,
}
/// One call of a method of `Greeter`, as a value: what a mock receives.
pub enum GreeterCall {
    /// A call of `Greeter::fine`.
    Fine {
        /// The argument `name`.
        name: ::serve_core::__private::String,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<String>,
    },
    /// A call of `Greeter::wrong`.
    Wrong {
        /// The argument `name`.
        name: ::serve_core::__private::Unknown,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<String>,
    },
}
/// `handle.fine`: calls `Greeter::fine` on a replica.
pub struct GreeterFineMethod(
    ::serve_core::__private::HandleCore<Greeter>,
)
where
    Greeter: ::core::marker::Send + ::core::marker::Sync;
/// `handle.wrong`: calls `Greeter::wrong` on a replica.
pub struct GreeterWrongMethod(
    ::serve_core::__private::HandleCore<Greeter>,
)
where
    Greeter: ::core::marker::Send + ::core::marker::Sync;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for GreeterMethods
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("GreeterMethods")
                .field("fine", &self.fine)
                .field("wrong", &self.wrong)
                .finish()
        }
    }
    impl ::core::fmt::Debug for GreeterCall
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Greeter>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] GreeterFineMethod[] [where Greeter : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __FineSpec : call[remote call broadcast] (name :
        __Arg0[__serve::IntoArg < ::serve_core::__private::String >]
        [::core::clone::Clone] name) use [] -> [__serve::ObjectRef < String >]
        [__serve::CallResult < String >]
    }
    enum __FineSpec {}
    impl __serve::MethodSpec for __FineSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Greeter;
        type Args = (::serve_core::__private::String,);
        type Value = String;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "fine";
        const SIGNATURE: ::core::primitive::u64 = 17300488900772277986;
        const PARAMETERS: __serve::Specs<Self> = (
            ("name", "String", <__serve::Probe<::serve_core::__private::String>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["String", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((name,): Self::Args, reply: __serve::ReplyTo<Self>) -> GreeterCall {
            GreeterCall::Fine { name, reply }
        }
    }
    impl __serve::Invoke for __FineSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn invoke(
            instance: __serve::Instance<Greeter>,
            (name,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Greeter>::fine(this, &name);
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] GreeterWrongMethod[] [where Greeter : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __WrongSpec : call[remote call broadcast] (name :
        __Arg0[::core::marker::Sized] [::core::clone::Clone]
        ::serve_core::__private::Unknown) use [] -> [__serve::ObjectRef < String >]
        [__serve::CallResult < String >]
    }
    enum __WrongSpec {}
    impl __serve::MethodSpec for __WrongSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Greeter;
        type Args = (::serve_core::__private::Unknown,);
        type Value = String;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "wrong";
        const SIGNATURE: ::core::primitive::u64 = 9526121196204287972;
        const PARAMETERS: __serve::Specs<Self> = (
            ("name", "_", <__serve::Probe<::serve_core::__private::Unknown>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["String", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((name,): Self::Args, reply: __serve::ReplyTo<Self>) -> GreeterCall {
            GreeterCall::Wrong { name, reply }
        }
    }
    impl __serve::Invoke for __WrongSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn invoke(
            instance: __serve::Instance<Greeter>,
            (name,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                const { ::core::panic!("`#[deployment]` cannot read this function") }
            }
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Greeter
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type Call = GreeterCall;
        type Methods = GreeterMethods;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Greeter";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__FineSpec>::INFO,
            <__WrongSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.request_timeout = ::core::option::Option::Some(
                ::core::time::Duration::new(2, 0),
            );
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            GreeterMethods {
                fine: GreeterFineMethod(core.share()),
                wrong: GreeterWrongMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                GreeterCall::Fine { ref reply, .. } => <__FineSpec>::parts(reply),
                GreeterCall::Wrong { ref reply, .. } => <__WrongSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                GreeterCall::Fine { name, reply } => {
                    reply.complete(<__FineSpec>::invoke(instance, (name,)).await)
                }
                GreeterCall::Wrong { name, reply } => {
                    reply.complete(<__WrongSpec>::invoke(instance, (name,)).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                GreeterCall::Fine { name, reply } => <__FineSpec>::encode((name,), reply),
                GreeterCall::Wrong { name, reply } => {
                    <__WrongSpec>::encode((name,), reply)
                }
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "fine" => <__FineSpec>::decode(arguments, answer),
                "wrong" => <__WrongSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Greeter>(arguments)
        }
    }
    impl Greeter
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        /// Describes a deployment of `Greeter` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Greeter> {
            __serve::bind_default::<Greeter>()
        }
        /// Runs a deployment of `Greeter` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Greeter>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Greeter>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub, "Greeter"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Greeter >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
::core::compile_error! {
    "deployment `Greeter`: `max_ongoing_request` is not an option of `#[deployment]`; did you mean `max_ongoing_requests`?\noptions: `name`, `route_prefix`, `num_replicas`, `max_ongoing_requests`, `max_queued_requests`, `autoscaling`, `user_config`, `health_check_period`, `health_check_timeout`, `graceful_shutdown_timeout`, `request_timeout`, `max_body_size`, `stuck_after`, `slow_start`, `max_requests_per_replica`, `max_constructor_retry_count`, `constructor_timeout`, `update_timeout`, `rolling_update_percentage`, `max_surge_percent`, `exclusive`, `backpressure`, `isolation`, `gpus`, `cpus`, `memory_limit`, `max_replica_memory`, `working_directory`, `env`, `remote`, `crate`, `vis`"
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
