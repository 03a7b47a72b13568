impl Display for Greeter {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
#[allow(private_bounds, private_interfaces)]
/// A handle to the deployment `Greeter`: one field per method, called as `handle.fmt.remote(..)`.
type GreeterHandle = ::serve_core::Handle<Greeter>;
#[allow(private_bounds, private_interfaces)]
/// One call of a method of `Greeter`, as a value.
type GreeterCall = <Greeter as ::serve_core::Deployment>::Call;
#[allow(private_bounds, private_interfaces)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    #[allow(private_bounds, private_interfaces)]
    /// The methods of `GreeterHandle`.
    pub struct GreeterMethods
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
        fmt::Result: ::serve_core::__private::SentResult,
    {
        /// `Greeter::fmt`
        fmt: GreeterFmtMethod,
    }
    #[allow(private_bounds, private_interfaces)]
    /// One call of a method of `Greeter`, as a value: what a mock receives.
    pub enum GreeterCall
    where
        fmt::Result: ::serve_core::__private::SentResult,
    {
        /// A call of `Greeter::fmt`.
        Fmt {
            /// The argument `formatter`.
            formatter: ::serve_core::__private::Unknown,
            /// Takes the result.
            reply: ::serve_core::__private::ReplyOf<fmt::Result>,
        },
    }
    #[allow(private_bounds, private_interfaces)]
    /// `handle.fmt`: calls `Greeter::fmt` on a replica.
    pub struct GreeterFmtMethod(
        ::serve_core::__private::HandleCore<Greeter>,
    )
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
        fmt::Result: ::serve_core::__private::SentResult;
    impl ::core::fmt::Debug for GreeterMethods
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
        fmt::Result: ::serve_core::__private::SentResult,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("GreeterMethods").field("fmt", &self.fmt).finish()
        }
    }
    impl ::core::fmt::Debug for GreeterCall
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
        fmt::Result: ::serve_core::__private::SentResult,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Greeter>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] GreeterFmtMethod[] [where Greeter : ::core::marker::Send +
        ::core::marker::Sync, fmt::Result : ::serve_core::__private::SentResult,] [] []
        __FmtSpec : call[remote call broadcast] (formatter :
        __Arg0[::core::marker::Sized] [::core::clone::Clone]
        ::serve_core::__private::Unknown) use [] -> [__serve::ObjectRefOf < fmt::Result
        >] [__serve::CallResultOf < fmt::Result >]
    }
    enum __FmtSpec {}
    impl __serve::MethodSpec for __FmtSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
        fmt::Result: ::serve_core::__private::SentResult,
    {
        type On = Greeter;
        type Args = (::serve_core::__private::Unknown,);
        type Value = __serve::OkOf<fmt::Result>;
        type Error = __serve::ErrOf<fmt::Result>;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "fmt";
        const SIGNATURE: ::core::primitive::u64 = 6590236934670430450;
        const PARAMETERS: __serve::Specs<Self> = (
            (
                "formatter",
                "_",
                <__serve::Probe<::serve_core::__private::Unknown>>::CODEC,
            ),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["fmt::Result", "fmt::Result"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap((formatter,): Self::Args, reply: __serve::ReplyTo<Self>) -> GreeterCall {
            GreeterCall::Fmt {
                formatter,
                reply,
            }
        }
    }
    impl __serve::Invoke for __FmtSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
        fmt::Result: ::serve_core::__private::SentResult,
    {
        fn invoke(
            instance: __serve::Instance<Greeter>,
            (formatter,): Self::Args,
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
        fmt::Result: ::serve_core::__private::SentResult,
    {
        type Call = GreeterCall;
        type Methods = GreeterMethods;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Greeter";
        const METHODS: &'static [__serve::MethodInfo] = &[<__FmtSpec>::INFO];
        const ROUTES: &'static [__serve::RouteInfo] = &[
            __serve::RouteInfo::new("fmt", __serve::HttpMethod::GET, "/"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = __serve::text("/");
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            GreeterMethods {
                fmt: GreeterFmtMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                GreeterCall::Fmt { ref reply, .. } => <__FmtSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                GreeterCall::Fmt { formatter, reply } => {
                    reply.complete(<__FmtSpec>::invoke(instance, (formatter,)).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                GreeterCall::Fmt { formatter, reply } => {
                    <__FmtSpec>::encode((formatter,), reply)
                }
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "fmt" => <__FmtSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        async fn http(
            instance: __serve::Instance<Self>,
            route: &'static str,
            request: __serve::HttpRequest,
        ) -> __serve::HttpOutcome {
            match route {
                "fmt" => __serve::not_found(),
                _ => __serve::not_found(),
            }
        }
    }
    impl Greeter
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
        fmt::Result: ::serve_core::__private::SentResult,
    {
        /// Describes a deployment of `Greeter` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<Greeter> {
            __serve::bind_default::<Greeter>()
        }
        /// Runs a deployment of `Greeter` on the default instance and waits until it is ready.
        fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Greeter>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Greeter>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            , "Greeter"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Greeter >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
::core::compile_error! {
    "deployment `Greeter`: this goes on an inherent block; write `impl Greeter { .. }` with the methods that can be called, and leave the trait's `impl` without the attribute"
}
struct NotABlock {
    field: u32,
}
/// A handle to the deployment `NotABlock`, called as `handle.remote(..)`.
type NotABlockHandle = ::serve_core::Handle<NotABlock>;
/// One call of a method of `NotABlock`, as a value.
type NotABlockCall = <NotABlock as ::serve_core::Deployment>::Call;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    /// The methods of `NotABlockHandle`.
    pub struct NotABlockMethods
    where
        NotABlock: ::core::marker::Send + ::core::marker::Sync,
    {}
    /// One call of a method of `NotABlock`, as a value: what a mock receives.
    pub enum NotABlockCall {}
    impl ::core::fmt::Debug for NotABlockMethods
    where
        NotABlock: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("NotABlockMethods").finish()
        }
    }
    impl ::core::fmt::Debug for NotABlockCall
    where
        NotABlock: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<NotABlock>(self, f)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for NotABlock
    where
        NotABlock: ::core::marker::Send + ::core::marker::Sync,
    {
        type Call = NotABlockCall;
        type Methods = NotABlockMethods;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "NotABlock";
        const METHODS: &'static [__serve::MethodInfo] = &[];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            NotABlockMethods {}
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {}
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {}
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {}
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                _ => __serve::unknown_method(method),
            }
        }
    }
    impl NotABlock
    where
        NotABlock: ::core::marker::Send + ::core::marker::Sync,
    {
        /// Describes a deployment of `NotABlock` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<NotABlock> {
            __serve::bind_default::<NotABlock>()
        }
        /// Runs a deployment of `NotABlock` on the default instance and waits until it is ready.
        fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<NotABlock>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<NotABlock>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            , "NotABlock"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < NotABlock >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
::core::compile_error! {
    "`#[deployment]`: this goes on an inherent `impl` block, as in `#[deployment] impl Greeter { .. }`, not on this `struct`; did you mean the `impl` block that holds its methods?"
}
