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
/// A handle to the deployment `Greeter`: one field per method, called as `handle.say_hello.remote(..)`.
pub type GreeterHandle = ::serve_core::Handle<Greeter>;
#[allow(rustdoc::broken_intra_doc_links)]
/// The methods of `GreeterHandle`.
pub struct GreeterMethods
where
    Greeter: ::core::marker::Send + ::core::marker::Sync,
{
    /// Says hello.
    pub say_hello: GreeterSayHelloMethod,
    /// `Greeter::__call__`
    #[doc(hidden)]
    __call__: GreeterCallMethod,
}
/// One call of a method of `Greeter`, as a value: what a mock receives.
pub enum GreeterCall {
    /// A call of `Greeter::say_hello`.
    SayHello {
        /// The argument `name`.
        name: ::serve_core::__private::String,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<String>,
    },
    /// A call of `Greeter::__call__`.
    Call {
        /// The argument `request`.
        request: Request,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<String, HttpError>,
    },
}
/// `handle.say_hello`: calls `Greeter::say_hello` on a replica.
pub struct GreeterSayHelloMethod(
    ::serve_core::__private::HandleCore<Greeter>,
)
where
    Greeter: ::core::marker::Send + ::core::marker::Sync;
/// `handle.__call__`: calls `Greeter::__call__` on a replica.
pub struct GreeterCallMethod(
    ::serve_core::__private::HandleCore<Greeter>,
)
where
    Greeter: ::core::marker::Send + ::core::marker::Sync;
#[allow(rustdoc::broken_intra_doc_links)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for GreeterMethods
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("GreeterMethods")
                .field("say_hello", &self.say_hello)
                .field("__call__", &self.__call__)
                .finish()
        }
    }
    impl ::core::ops::Deref for GreeterMethods
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type Target = GreeterCallMethod;
        fn deref(&self) -> &Self::Target {
            &self.__call__
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
        impl [< >] GreeterSayHelloMethod[] [where Greeter : ::core::marker::Send +
        ::core::marker::Sync,] [#[doc = " Says hello."] #[doc = ""]] [] __SayHelloSpec :
        call[remote call broadcast] (name : __Arg0[__serve::IntoArg <
        ::serve_core::__private::String >] [::core::clone::Clone] name) use [] ->
        [__serve::ObjectRef < String >] [__serve::CallResult < String >]
    }
    enum __SayHelloSpec {}
    impl __serve::MethodSpec for __SayHelloSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Greeter;
        type Args = (::serve_core::__private::String,);
        type Value = String;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "say_hello";
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
            GreeterCall::SayHello {
                name,
                reply,
            }
        }
    }
    impl __serve::Invoke for __SayHelloSpec
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
                let result = <Greeter>::say_hello(this, &name);
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] GreeterCallMethod[] [where Greeter : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __CallSpec : call[remote call broadcast] (request :
        __Arg0[__serve::IntoArg < Request >] [::core::clone::Clone] request) use [] ->
        [__serve::ObjectRef < String, HttpError >] [__serve::CallResult < String,
        HttpError >]
    }
    enum __CallSpec {}
    impl __serve::MethodSpec for __CallSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Greeter;
        type Args = (Request,);
        type Value = String;
        type Error = HttpError;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "__call__";
        const SIGNATURE: ::core::primitive::u64 = 17140481892692436736;
        const PARAMETERS: __serve::Specs<Self> = (
            ("request", "Request", <__serve::Probe<Request>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["String", "HttpError"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap((request,): Self::Args, reply: __serve::ReplyTo<Self>) -> GreeterCall {
            GreeterCall::Call {
                request,
                reply,
            }
        }
    }
    impl __serve::Invoke for __CallSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn invoke(
            instance: __serve::Instance<Greeter>,
            (request,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Greeter>::__call__(this, request).await;
                __serve::ResultLike::into_result(result)
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
            <__SayHelloSpec>::INFO,
            <__CallSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[
            __serve::RouteInfo::call("__call__"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = __serve::text("/api");
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            GreeterMethods {
                say_hello: GreeterSayHelloMethod(core.share()),
                __call__: GreeterCallMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                GreeterCall::SayHello { ref reply, .. } => <__SayHelloSpec>::parts(reply),
                GreeterCall::Call { ref reply, .. } => <__CallSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                GreeterCall::SayHello { name, reply } => {
                    reply.complete(<__SayHelloSpec>::invoke(instance, (name,)).await)
                }
                GreeterCall::Call { request, reply } => {
                    reply.complete(<__CallSpec>::invoke(instance, (request,)).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                GreeterCall::SayHello { name, reply } => {
                    <__SayHelloSpec>::encode((name,), reply)
                }
                GreeterCall::Call { request, reply } => {
                    <__CallSpec>::encode((request,), reply)
                }
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "say_hello" => <__SayHelloSpec>::decode(arguments, answer),
                "__call__" => <__CallSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Greeter>(arguments)
        }
        async fn http(
            instance: __serve::Instance<Self>,
            route: &'static str,
            request: __serve::HttpRequest,
        ) -> __serve::HttpOutcome {
            match route {
                "__call__" => {
                    let request = __serve::extract_plain::<Request, _>(request).await?;
                    let result = <__CallSpec>::invoke(instance, (request,)).await;
                    __serve::respond_result!(result, reply)
                }
                _ => __serve::not_found(),
            }
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
