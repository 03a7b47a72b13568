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
#[allow(deprecated)]
/// A handle to the deployment `Shop`: one field per method, called as `handle.old_way.remote(..)`.
pub type ShopHandle = ::serve_core::Handle<Shop>;
#[cfg(feature = "shop")]
#[allow(deprecated, rustdoc::broken_intra_doc_links)]
/// The methods of `ShopHandle`.
pub struct ShopMethods
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    u32: ::serve_core::__private::ResponseValue,
{
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
}
#[cfg(feature = "shop")]
#[allow(deprecated)]
/// One call of a method of `Shop`, as a value: what a mock receives.
pub enum ShopCall {
    #[cfg(unix)]
    /// A call of `Shop::old_way`.
    #[deprecated(note = "use `new_way`")]
    OldWay {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<u32>,
    },
    #[cfg(not(unix))]
    /// A call of `Shop::old_way`.
    OldWay {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<u32>,
    },
    /// A call of `Shop::type`.
    #[doc(hidden)]
    #[allow(clippy::needless_pass_by_value, reason = "simple")]
    Type {
        /// The argument `r#match`.
        r#match: String,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<u32>,
    },
}
#[cfg(feature = "shop")]
#[allow(deprecated)]
#[cfg(unix)]
/// `handle.old_way`: calls `Shop::old_way` on a replica.
pub struct ShopOldWayMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    u32: ::serve_core::__private::ResponseValue;
#[cfg(feature = "shop")]
#[allow(deprecated)]
#[cfg(not(unix))]
/// `handle.old_way`: calls `Shop::old_way` on a replica.
pub struct ShopOldWayMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    u32: ::serve_core::__private::ResponseValue;
#[cfg(feature = "shop")]
#[allow(deprecated)]
/// `handle.type`: calls `Shop::type` on a replica.
#[doc(hidden)]
#[allow(clippy::needless_pass_by_value, reason = "simple")]
pub struct ShopTypeMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    u32: ::serve_core::__private::ResponseValue;
#[cfg(feature = "shop")]
#[allow(deprecated, rustdoc::broken_intra_doc_links)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for ShopMethods
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("ShopMethods").field("type", &self.r#type).finish()
        }
    }
    impl ::core::fmt::Debug for ShopCall
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Shop>(self, f)
        }
    }
    #[cfg(unix)]
    __serve::start_value! {
        impl [< >] ShopOldWayMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, u32 : ::serve_core::__private::ResponseValue,] [#[doc =
        " Old."] #[doc = ""]] [] __OldWaySpec : call[remote call broadcast] () use [] ->
        [__serve::ObjectRef < u32 >] [__serve::CallResult < u32 >]
    }
    #[cfg(unix)]
    enum __OldWaySpec {}
    #[cfg(unix)]
    impl __serve::MethodSpec for __OldWaySpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = ();
        type Value = u32;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "old_way";
        const SIGNATURE: ::core::primitive::u64 = 7360357015740714351;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u32", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::OldWay { reply }
        }
    }
    #[cfg(unix)]
    impl __serve::Invoke for __OldWaySpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Shop>::old_way(this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[cfg(not(unix))]
    __serve::start_value! {
        impl [< >] ShopOldWayMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, u32 : ::serve_core::__private::ResponseValue,] [] []
        __OldWaySpec : call[remote call broadcast] () use [] -> [__serve::ObjectRef < u32
        >] [__serve::CallResult < u32 >]
    }
    #[cfg(not(unix))]
    enum __OldWaySpec {}
    #[cfg(not(unix))]
    impl __serve::MethodSpec for __OldWaySpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = ();
        type Value = u32;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "old_way";
        const SIGNATURE: ::core::primitive::u64 = 7360357015740714351;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u32", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::OldWay { reply }
        }
    }
    #[cfg(not(unix))]
    impl __serve::Invoke for __OldWaySpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Shop>::old_way(this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] ShopTypeMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, u32 : ::serve_core::__private::ResponseValue,] [] []
        __TypeSpec : call[remote call broadcast] (r#match : __Arg0[__serve::IntoArg <
        String >] [::core::clone::Clone] r#match) use [] -> [__serve::ObjectRef < u32 >]
        [__serve::CallResult < u32 >]
    }
    enum __TypeSpec {}
    impl __serve::MethodSpec for __TypeSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = (String,);
        type Value = u32;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "type";
        const SIGNATURE: ::core::primitive::u64 = 4893174983707168894;
        const PARAMETERS: __serve::Specs<Self> = (
            ("r#match", "String", <__serve::Probe<String>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u32", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((r#match,): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::Type { r#match, reply }
        }
    }
    impl __serve::Invoke for __TypeSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        #[allow(clippy::needless_pass_by_value, reason = "simple")]
        fn invoke(
            instance: __serve::Instance<Shop>,
            (r#match,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Shop>::r#type(this, r#match);
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[cfg(feature = "health")]
    fn invoke_check_health(
        instance: __serve::Instance<Shop>,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<(), String>,
    > + __serve::MethodSend
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        async move {
            let this = instance.get();
            let result = <Shop>::check_health(this);
            __serve::ResultLike::into_result(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Shop
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        type Call = ShopCall;
        type Methods = ShopMethods;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Shop";
        const METHODS: &'static [__serve::MethodInfo] = &[
            #[cfg(unix)]
            <__OldWaySpec>::INFO,
            #[cfg(not(unix))]
            <__OldWaySpec>::INFO,
            <__TypeSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[
            __serve::RouteInfo::new("type", __serve::HttpMethod::GET, "/type"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = __serve::text("/");
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            ShopMethods {
                #[cfg(unix)]
                old_way: ShopOldWayMethod(core.share()),
                #[cfg(not(unix))]
                old_way: ShopOldWayMethod(core.share()),
                r#type: ShopTypeMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                #[cfg(unix)]
                ShopCall::OldWay { ref reply, .. } => <__OldWaySpec>::parts(reply),
                #[cfg(not(unix))]
                ShopCall::OldWay { ref reply, .. } => <__OldWaySpec>::parts(reply),
                ShopCall::Type { ref reply, .. } => <__TypeSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                #[cfg(unix)]
                ShopCall::OldWay { reply } => {
                    reply.complete(<__OldWaySpec>::invoke(instance, ()).await)
                }
                #[cfg(not(unix))]
                ShopCall::OldWay { reply } => {
                    reply.complete(<__OldWaySpec>::invoke(instance, ()).await)
                }
                ShopCall::Type { r#match, reply } => {
                    reply.complete(<__TypeSpec>::invoke(instance, (r#match,)).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                #[cfg(unix)]
                ShopCall::OldWay { reply } => <__OldWaySpec>::encode((), reply),
                #[cfg(not(unix))]
                ShopCall::OldWay { reply } => <__OldWaySpec>::encode((), reply),
                ShopCall::Type { r#match, reply } => {
                    <__TypeSpec>::encode((r#match,), reply)
                }
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                #[cfg(unix)]
                "old_way" => <__OldWaySpec>::decode(arguments, answer),
                #[cfg(not(unix))]
                "old_way" => <__OldWaySpec>::decode(arguments, answer),
                "type" => <__TypeSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        #[cfg(unix)]
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            let mut arguments = __serve::ArgumentReader::new(arguments);
            let path = arguments.next("path", <__serve::Probe<PathBuf>>::CODEC)?;
            arguments.end()?;
            __serve::Constructing::new(__construct(path))
        }
        #[cfg(not(any(all(unix))))]
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Shop>(arguments)
        }
        async fn http(
            instance: __serve::Instance<Self>,
            route: &'static str,
            request: __serve::HttpRequest,
        ) -> __serve::HttpOutcome {
            match route {
                "type" => {
                    let r#match = __serve::extract_plain::<String, _>(request).await?;
                    let result = <__TypeSpec>::invoke(instance, (r#match,)).await;
                    __serve::respond(result)
                }
                _ => __serve::not_found(),
            }
        }
        #[cfg(feature = "health")]
        const HAS_HEALTH_CHECK: bool = true;
        #[cfg(feature = "health")]
        async fn check_health(
            instance: __serve::Instance<Self>,
        ) -> ::core::result::Result<(), __serve::Failure> {
            __serve::or_failure(invoke_check_health(instance).await)
        }
    }
    #[cfg(unix)]
    fn __construct(
        path: PathBuf,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<Shop, __serve::Failure>,
    > + __serve::MethodSend
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        async move {
            let result = <Shop>::new(path);
            ::core::result::Result::Ok(result)
        }
    }
    impl Shop
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        u32: ::serve_core::__private::ResponseValue,
    {
        #[cfg(unix)]
        /// Describes a deployment of `Shop` with these arguments, to be configured and run, or passed to another.
        pub fn bind(
            path: impl ::serve_core::BindArg<PathBuf>,
        ) -> ::serve_core::Application<Shop> {
            __serve::bind(
                (__serve::bound(path),),
                |(path,)| __construct(path),
                |bound, handles| {
                    let (path,) = __serve::BorrowTuple::refs(bound, handles);
                    let mut arguments = __serve::Arguments::new();
                    arguments.add("path", path, <__serve::Probe<PathBuf>>::CODEC);
                    arguments.finish()
                },
                |(path,), (before0,), differences| {
                    differences
                        .argument(
                            "path",
                            "PathBuf",
                            path,
                            before0,
                            __serve::equality!(PathBuf),
                        );
                },
            )
        }
        #[cfg(unix)]
        /// Runs a deployment of `Shop` on the default instance and waits until it is ready.
        pub fn deploy(
            path: impl ::serve_core::BindArg<PathBuf>,
        ) -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Shop>>,
        > + __serve::Send {
            __serve::deploy(Self::bind(path))
        }
        #[cfg(unix)]
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking(
            path: impl ::serve_core::BindArg<PathBuf>,
        ) -> ::serve_core::Result<::serve_core::Handle<Shop>> {
            __serve::deploy_blocking(Self::bind(path))
        }
        #[cfg(not(any(all(unix))))]
        /// Describes a deployment of `Shop` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Shop> {
            __serve::bind_default::<Shop>()
        }
        #[cfg(not(any(all(unix))))]
        /// Runs a deployment of `Shop` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Shop>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        #[cfg(not(any(all(unix))))]
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Shop>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub, "Shop"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Shop >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
