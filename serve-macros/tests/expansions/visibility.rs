impl Greeter {
    pub(crate) fn say_hello(&self, name: String) -> String {
        name
    }
    fn private(&self) {}
}
/// A handle to the deployment `Greeter`: one field per method, called as `handle.say_hello.remote(..)`.
pub(crate) type GreeterHandle = ::serve_core::Handle<Greeter>;
/// One call of a method of `Greeter`, as a value.
pub(crate) type GreeterCall = <Greeter as ::serve_core::Deployment>::Call;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    /// The methods of `GreeterHandle`.
    pub struct GreeterMethods
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        /// `Greeter::say_hello`
        pub(crate) say_hello: GreeterSayHelloMethod,
        /// `Greeter::private`
        private: GreeterPrivateMethod,
    }
    /// One call of a method of `Greeter`, as a value: what a mock receives.
    pub enum GreeterCall {
        /// A call of `Greeter::say_hello`.
        SayHello {
            /// The argument `name`.
            name: String,
            /// Takes the result.
            reply: ::serve_core::__private::Reply<String>,
        },
        /// A call of `Greeter::private`.
        Private {
            /// Takes the result.
            reply: ::serve_core::__private::Reply<()>,
        },
    }
    /// `handle.say_hello`: calls `Greeter::say_hello` on a replica.
    pub struct GreeterSayHelloMethod(
        ::serve_core::__private::HandleCore<Greeter>,
    )
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync;
    /// `handle.private`: calls `Greeter::private` on a replica.
    pub struct GreeterPrivateMethod(
        ::serve_core::__private::HandleCore<Greeter>,
    )
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync;
    impl ::core::fmt::Debug for GreeterMethods
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("GreeterMethods")
                .field("say_hello", &self.say_hello)
                .field("private", &self.private)
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
        impl [< >] GreeterSayHelloMethod[] [where Greeter : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __SayHelloSpec : call[remote call broadcast] (name :
        __Arg0[__serve::IntoArg < String >] [::core::clone::Clone] name) use [] ->
        [__serve::ObjectRef < String >] [__serve::CallResult < String >]
    }
    enum __SayHelloSpec {}
    impl __serve::MethodSpec for __SayHelloSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Greeter;
        type Args = (String,);
        type Value = String;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "say_hello";
        const SIGNATURE: ::core::primitive::u64 = 17300488900772277986;
        const PARAMETERS: __serve::Specs<Self> = (
            ("name", "String", <__serve::Probe<String>>::CODEC),
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
                let result = <Greeter>::say_hello(this, name);
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] GreeterPrivateMethod[] [where Greeter : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __PrivateSpec : call[remote call broadcast] () use
        [] -> [__serve::ObjectRef < () >] [__serve::CallResult < () >]
    }
    enum __PrivateSpec {}
    impl __serve::MethodSpec for __PrivateSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Greeter;
        type Args = ();
        type Value = ();
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "private";
        const SIGNATURE: ::core::primitive::u64 = 1803426594929055256;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> GreeterCall {
            GreeterCall::Private { reply }
        }
    }
    impl __serve::Invoke for __PrivateSpec
    where
        Greeter: ::core::marker::Send + ::core::marker::Sync,
    {
        fn invoke(
            instance: __serve::Instance<Greeter>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Greeter>::private(this);
                ::core::result::Result::Ok(result)
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
            <__PrivateSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            GreeterMethods {
                say_hello: GreeterSayHelloMethod(core.share()),
                private: GreeterPrivateMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                GreeterCall::SayHello { ref reply, .. } => <__SayHelloSpec>::parts(reply),
                GreeterCall::Private { ref reply, .. } => <__PrivateSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                GreeterCall::SayHello { name, reply } => {
                    reply.complete(<__SayHelloSpec>::invoke(instance, (name,)).await)
                }
                GreeterCall::Private { reply } => {
                    reply.complete(<__PrivateSpec>::invoke(instance, ()).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                GreeterCall::SayHello { name, reply } => {
                    <__SayHelloSpec>::encode((name,), reply)
                }
                GreeterCall::Private { reply } => <__PrivateSpec>::encode((), reply),
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "say_hello" => <__SayHelloSpec>::decode(arguments, answer),
                "private" => <__PrivateSpec>::decode(arguments, answer),
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
        pub(crate) fn bind() -> ::serve_core::Application<Greeter> {
            __serve::bind_default::<Greeter>()
        }
        /// Runs a deployment of `Greeter` on the default instance and waits until it is ready.
        pub(crate) fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Greeter>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub(crate) fn deploy_blocking() -> ::serve_core::Result<
            ::serve_core::Handle<Greeter>,
        > {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub (crate), "Greeter"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Greeter >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
impl<T: Clone> Private<T> {
    fn touch(&self, value: T) {}
}
#[allow(private_bounds, private_interfaces)]
/// A handle to the deployment `Private`: one field per method, called as `handle.touch.remote(..)`.
type PrivateHandle<T> = ::serve_core::Handle<Private<T>>;
#[allow(private_bounds, private_interfaces)]
/// One call of a method of `Private`, as a value.
type PrivateCall<T> = <Private<T> as ::serve_core::Deployment>::Call;
#[allow(private_bounds, private_interfaces)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    #[allow(private_bounds, private_interfaces)]
    /// The methods of `PrivateHandle`.
    pub struct PrivateMethods<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    >
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        /// `Private::touch`
        touch: PrivateTouchMethod<T>,
        #[doc(hidden)]
        __deployment: ::core::marker::PhantomData<fn() -> Private<T>>,
    }
    #[allow(private_bounds, private_interfaces)]
    /// One call of a method of `Private`, as a value: what a mock receives.
    pub enum PrivateCall<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > {
        /// A call of `Private::touch`.
        Touch {
            /// The argument `value`.
            value: T,
            /// Takes the result.
            reply: ::serve_core::__private::Reply<()>,
        },
        #[doc(hidden)]
        __Generics(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<(::core::marker::PhantomData<T>,)>,
        ),
    }
    #[allow(private_bounds, private_interfaces)]
    /// `handle.touch`: calls `Private::touch` on a replica.
    pub struct PrivateTouchMethod<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    >(
        ::serve_core::__private::HandleCore<Private<T>>,
    )
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync;
    const _: () = {
        fn need_send<T: ::core::marker::Send>() {}
        fn check<T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static>() {
            need_send::<T>();
        }
    };
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > ::core::fmt::Debug for PrivateMethods<T>
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("PrivateMethods").field("touch", &self.touch).finish()
        }
    }
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > ::core::fmt::Debug for PrivateCall<T>
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Private<T>>(self, f)
        }
    }
    __serve::start_value! {
        impl [< T : Clone + ::core::marker::Send + ::core::marker::Sync + 'static >]
        PrivateTouchMethod[< T >] [where Private < T > : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __TouchSpec < T > : call[remote call broadcast]
        (value : __Arg0[__serve::IntoArg < T >] [::core::clone::Clone] value) use [T,] ->
        [__serve::ObjectRef < () >] [__serve::CallResult < () >]
    }
    struct __TouchSpec<T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static>(
        ::core::marker::PhantomData<fn() -> Private<T>>,
    )
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync;
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > __serve::MethodSpec for __TouchSpec<T>
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Private<T>;
        type Args = (T,);
        type Value = ();
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "touch";
        const SIGNATURE: ::core::primitive::u64 = 4637574621858362645;
        const PARAMETERS: __serve::Specs<Self> = (
            ("value", "T", <__serve::Probe<T>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((value,): Self::Args, reply: __serve::ReplyTo<Self>) -> PrivateCall<T> {
            PrivateCall::Touch { value, reply }
        }
    }
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > __serve::Invoke for __TouchSpec<T>
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn invoke(
            instance: __serve::Instance<Private<T>>,
            (value,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Private<T>>::touch(this, value);
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[automatically_derived]
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > ::serve_core::Deployment for Private<T>
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        type Call = PrivateCall<T>;
        type Methods = PrivateMethods<T>;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Private";
        const METHODS: &'static [__serve::MethodInfo] = &[<__TouchSpec<T>>::INFO];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            PrivateMethods {
                touch: PrivateTouchMethod(core.share()),
                __deployment: ::core::marker::PhantomData,
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                PrivateCall::Touch { ref reply, .. } => <__TouchSpec<T>>::parts(reply),
                PrivateCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                PrivateCall::Touch { value, reply } => {
                    reply.complete(<__TouchSpec<T>>::invoke(instance, (value,)).await)
                }
                PrivateCall::__Generics(never, _) => match never {}
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                PrivateCall::Touch { value, reply } => {
                    <__TouchSpec<T>>::encode((value,), reply)
                }
                PrivateCall::__Generics(never, _) => match never {}
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "touch" => <__TouchSpec<T>>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Private<T>>(arguments)
        }
    }
    impl<T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static> Private<T>
    where
        Private<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        /// Describes a deployment of `Private` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<Private<T>> {
            __serve::bind_default::<Private<T>>()
        }
        /// Runs a deployment of `Private` on the default instance and waits until it is ready.
        fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Private<T>>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Private<T>>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            , "Private"
        }
    }
};
