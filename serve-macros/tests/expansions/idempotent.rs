impl Store {
    pub async fn read(
        &self,
        Path(key): Path<String>,
        version: &Version,
    ) -> Result<Entry, StoreError> {
        Err(StoreError)
    }
    pub fn __call__(&mut self) -> u64 {
        0
    }
}
/// A handle to the deployment `Store`: one field per method, called as `handle.read.remote(..)`.
pub type StoreHandle = ::serve_core::Handle<Store>;
/// The methods of `StoreHandle`.
pub struct StoreMethods
where
    Store: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
    Entry: ::core::marker::Send,
    StoreError: ::core::marker::Send,
    Entry: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<
        Version,
    >: ::serve_core::__private::IdempotentArgument,
    u64: ::serve_core::__private::ResponseValue,
{
    /// `Store::read`
    pub read: StoreReadMethod,
    /// `Store::__call__`
    #[doc(hidden)]
    pub __call__: StoreCallMethod,
}
/// One call of a method of `Store`, as a value: what a mock receives.
pub enum StoreCall {
    /// A call of `Store::read`.
    Read {
        /// The argument `key`.
        key: String,
        /// The argument `version`.
        version: ::serve_core::__private::OwnedOf<Version>,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<Entry, StoreError>,
    },
    /// A call of `Store::__call__`.
    Call {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<u64>,
    },
}
/// `handle.read`: calls `Store::read` on a replica.
pub struct StoreReadMethod(
    ::serve_core::__private::HandleCore<Store>,
)
where
    Store: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
    Entry: ::core::marker::Send,
    StoreError: ::core::marker::Send,
    Entry: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<
        Version,
    >: ::serve_core::__private::IdempotentArgument,
    u64: ::serve_core::__private::ResponseValue;
/// `handle.__call__`: calls `Store::__call__` on a replica.
pub struct StoreCallMethod(
    ::serve_core::__private::HandleCore<Store>,
)
where
    Store: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
    Entry: ::core::marker::Send,
    StoreError: ::core::marker::Send,
    Entry: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<
        Version,
    >: ::serve_core::__private::IdempotentArgument,
    u64: ::serve_core::__private::ResponseValue;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for StoreMethods
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("StoreMethods")
                .field("read", &self.read)
                .field("__call__", &self.__call__)
                .finish()
        }
    }
    impl ::core::ops::Deref for StoreMethods
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        type Target = StoreCallMethod;
        fn deref(&self) -> &Self::Target {
            &self.__call__
        }
    }
    impl ::core::fmt::Debug for StoreCall
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Store>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] StoreReadMethod[] [where Store : ::core::marker::Send +
        ::core::marker::Sync, ::serve_core::__private::OwnedOf < Version > :
        ::core::marker::Send, Entry : ::core::marker::Send, StoreError :
        ::core::marker::Send, Entry : ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf < Version > :
        ::serve_core::__private::IdempotentArgument, u64 :
        ::serve_core::__private::ResponseValue,] [] [] __ReadSpec : call_as_value[remote
        call broadcast] (key : __Arg0[__serve::IntoArg < String >] [::core::clone::Clone]
        key, version : __Arg1[__serve::IntoArg < ::serve_core::__private::OwnedOf <
        Version > >] [::core::clone::Clone] version) use [] -> [__serve::ObjectRef <
        Entry, StoreError >] [__serve::CallResult < Entry, StoreError >]
    }
    enum __ReadSpec {}
    impl __serve::MethodSpec for __ReadSpec
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        type On = Store;
        type Args = (String, ::serve_core::__private::OwnedOf<Version>);
        type Value = Entry;
        type Error = StoreError;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "read";
        const SIGNATURE: ::core::primitive::u64 = 15338280350681595566;
        const PARAMETERS: __serve::Specs<Self> = (
            ("key", "String", <__serve::Probe<String>>::CODEC),
            (
                "version",
                "Version",
                <__serve::Probe<::serve_core::__private::OwnedOf<Version>>>::CODEC,
            ),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["Entry", "StoreError"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        const REPEAT: ::core::option::Option<__serve::Repeat<Self::Args>> = ::core::option::Option::Some(
            ::core::clone::Clone::clone,
        );
        fn wrap((key, version): Self::Args, reply: __serve::ReplyTo<Self>) -> StoreCall {
            StoreCall::Read {
                key,
                version,
                reply,
            }
        }
    }
    impl __serve::Invoke for __ReadSpec
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Store>,
            (key, version): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Store>::read(
                        &this,
                        Path(key),
                        ::core::borrow::Borrow::<Version>::borrow(&version),
                    )
                    .await;
                __serve::ResultLike::into_result(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] StoreCallMethod[] [where Store : ::core::marker::Send +
        ::core::marker::Sync, ::serve_core::__private::OwnedOf < Version > :
        ::core::marker::Send, Entry : ::core::marker::Send, StoreError :
        ::core::marker::Send, Entry : ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf < Version > :
        ::serve_core::__private::IdempotentArgument, u64 :
        ::serve_core::__private::ResponseValue,] [] [] __CallSpec : call_as_value[remote
        call broadcast] () use [] -> [__serve::ObjectRef < u64 >] [__serve::CallResult <
        u64 >]
    }
    enum __CallSpec {}
    impl __serve::MethodSpec for __CallSpec
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        type On = Store;
        type Args = ();
        type Value = u64;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "__call__";
        const SIGNATURE: ::core::primitive::u64 = 12121265075716949462;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u64", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        const REPEAT: ::core::option::Option<__serve::Repeat<Self::Args>> = ::core::option::Option::Some(
            ::core::clone::Clone::clone,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> StoreCall {
            StoreCall::Call { reply }
        }
    }
    impl __serve::Invoke for __CallSpec
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Store>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let result = instance
                    .blocking_write(move |this: &mut Store| <Store>::__call__(this))
                    .await;
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Store
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        type Call = StoreCall;
        type Methods = StoreMethods;
        type Cell = __serve::Exclusive<Self>;
        const NAME: &'static str = "Store";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__ReadSpec>::INFO,
            <__CallSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[
            __serve::RouteInfo::new("read", __serve::HttpMethod::GET, "/{key}")
                .request_timeout(::core::time::Duration::new(0, 250000000)),
            __serve::RouteInfo::new("read", __serve::HttpMethod::PUT, "/{key}"),
            __serve::RouteInfo::call("__call__"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = __serve::text("/");
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            StoreMethods {
                read: StoreReadMethod(core.share()),
                __call__: StoreCallMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                StoreCall::Read { ref reply, .. } => <__ReadSpec>::parts(reply),
                StoreCall::Call { ref reply, .. } => <__CallSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                StoreCall::Read { key, version, reply } => {
                    reply.complete(<__ReadSpec>::invoke(instance, (key, version)).await)
                }
                StoreCall::Call { reply } => {
                    reply.complete(<__CallSpec>::invoke(instance, ()).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                StoreCall::Read { key, version, reply } => {
                    <__ReadSpec>::encode((key, version), reply)
                }
                StoreCall::Call { reply } => <__CallSpec>::encode((), reply),
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "read" => <__ReadSpec>::decode(arguments, answer),
                "__call__" => <__CallSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Store>(arguments)
        }
        async fn http(
            instance: __serve::Instance<Self>,
            route: &'static str,
            request: __serve::HttpRequest,
        ) -> __serve::HttpOutcome {
            match route {
                "read" => {
                    let (mut parts, body) = request.into_parts();
                    let Path(key) = __serve::extract_parts::<Path<String>>(&mut parts)
                        .await?;
                    let version = __serve::extract::<
                        ::serve_core::__private::OwnedOf<Version>,
                        _,
                    >(__serve::HttpRequest::from_parts(parts, body))
                        .await?;
                    let result = <__ReadSpec>::invoke(instance, (key, version)).await;
                    __serve::respond_result!(result, reply)
                }
                "__call__" => {
                    let result = <__CallSpec>::invoke(instance, ()).await;
                    __serve::respond(result)
                }
                _ => __serve::not_found(),
            }
        }
    }
    impl Store
    where
        Store: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Version>: ::core::marker::Send,
        Entry: ::core::marker::Send,
        StoreError: ::core::marker::Send,
        Entry: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<
            Version,
        >: ::serve_core::__private::IdempotentArgument,
        u64: ::serve_core::__private::ResponseValue,
    {
        /// Describes a deployment of `Store` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Store> {
            __serve::bind_default::<Store>()
        }
        /// Runs a deployment of `Store` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Store>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Store>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub, "Store"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Store >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
