impl Counter {
    /// Starts at this number.
    pub async fn new(
        name: &str,
        start: u64,
        adder: AdderHandle,
    ) -> Result<Self, io::Error> {
        Ok(Self {
            name: name.to_owned(),
            count: start,
            adder,
        })
    }
    /// Counts these words.
    pub fn count(
        &mut self,
        words: &[String],
        by: &Step,
        mut scale: u64,
        _: (),
    ) -> std::io::Result<u64> {
        scale += 1;
        Ok(scale)
    }
    pub async fn read(&self) -> u64 {
        self.count
    }
    pub fn merge(&mut self, other: Self) -> Option<Self> {
        None
    }
    fn helper(x: u32) -> u32 {
        x
    }
    const LIMIT: u64 = { 8 };
}
/// A handle to the deployment `Counter`: one field per method, called as `handle.count.remote(..)`.
pub type CounterHandle = ::serve_core::Handle<Counter>;
#[allow(rustdoc::broken_intra_doc_links)]
/// The methods of `CounterHandle`.
pub struct CounterMethods
where
    Counter: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
    std::io::Result<u64>: ::serve_core::__private::SentResult,
    Counter: ::core::marker::Send,
    Option<Counter>: ::core::marker::Send,
{
    /// Counts these words.
    pub count: CounterCountMethod,
    /// `Counter::read`
    pub read: CounterReadMethod,
    /// `Counter::merge`
    pub merge: CounterMergeMethod,
}
/// One call of a method of `Counter`, as a value: what a mock receives.
pub enum CounterCall
where
    std::io::Result<u64>: ::serve_core::__private::SentResult,
{
    /// A call of `Counter::count`.
    Count {
        /// The argument `words`.
        words: ::serve_core::__private::Vec<String>,
        /// The argument `by`.
        by: ::serve_core::__private::OwnedOf<Step>,
        /// The argument `scale`.
        scale: u64,
        /// The argument `arg3`.
        arg3: (),
        /// Takes the result.
        reply: ::serve_core::__private::ReplyOf<std::io::Result<u64>>,
    },
    /// A call of `Counter::read`.
    Read {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<u64>,
    },
    /// A call of `Counter::merge`.
    Merge {
        /// The argument `other`.
        other: Counter,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<Option<Counter>>,
    },
}
/// `handle.count`: calls `Counter::count` on a replica.
pub struct CounterCountMethod(
    ::serve_core::__private::HandleCore<Counter>,
)
where
    Counter: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
    std::io::Result<u64>: ::serve_core::__private::SentResult,
    Counter: ::core::marker::Send,
    Option<Counter>: ::core::marker::Send;
/// `handle.read`: calls `Counter::read` on a replica.
pub struct CounterReadMethod(
    ::serve_core::__private::HandleCore<Counter>,
)
where
    Counter: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
    std::io::Result<u64>: ::serve_core::__private::SentResult,
    Counter: ::core::marker::Send,
    Option<Counter>: ::core::marker::Send;
/// `handle.merge`: calls `Counter::merge` on a replica.
pub struct CounterMergeMethod(
    ::serve_core::__private::HandleCore<Counter>,
)
where
    Counter: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
    std::io::Result<u64>: ::serve_core::__private::SentResult,
    Counter: ::core::marker::Send,
    Option<Counter>: ::core::marker::Send;
#[allow(rustdoc::broken_intra_doc_links)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for CounterMethods
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("CounterMethods")
                .field("count", &self.count)
                .field("read", &self.read)
                .field("merge", &self.merge)
                .finish()
        }
    }
    impl ::core::fmt::Debug for CounterCall
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Counter>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] CounterCountMethod[] [where Counter : ::core::marker::Send +
        ::core::marker::Sync, ::serve_core::__private::OwnedOf < Step > :
        ::core::marker::Send, std::io::Result < u64 > :
        ::serve_core::__private::SentResult, Counter : ::core::marker::Send, Option <
        Counter > : ::core::marker::Send,] [#[doc = " Counts these words."] #[doc = ""]]
        [] __CountSpec : call[remote call broadcast] (words : __Arg0[__serve::IntoArg <
        ::serve_core::__private::Vec < String > >] [::core::clone::Clone] words, by :
        __Arg1[__serve::IntoArg < ::serve_core::__private::OwnedOf < Step > >]
        [::core::clone::Clone] by, scale : __Arg2[__serve::IntoArg < u64 >]
        [::core::clone::Clone] scale, arg3 : __Arg3[__serve::IntoArg < () >]
        [::core::clone::Clone] arg3) use [] -> [__serve::ObjectRefOf < std::io::Result <
        u64 > >] [__serve::CallResultOf < std::io::Result < u64 > >]
    }
    enum __CountSpec {}
    impl __serve::MethodSpec for __CountSpec
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        type On = Counter;
        type Args = (
            ::serve_core::__private::Vec<String>,
            ::serve_core::__private::OwnedOf<Step>,
            u64,
            (),
        );
        type Value = __serve::OkOf<std::io::Result<u64>>;
        type Error = __serve::ErrOf<std::io::Result<u64>>;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "count";
        const SIGNATURE: ::core::primitive::u64 = 9739540259255231253;
        const PARAMETERS: __serve::Specs<Self> = (
            (
                "words",
                "Vec<String>",
                <__serve::Probe<::serve_core::__private::Vec<String>>>::CODEC,
            ),
            (
                "by",
                "Step",
                <__serve::Probe<::serve_core::__private::OwnedOf<Step>>>::CODEC,
            ),
            ("scale", "u64", <__serve::Probe<u64>>::CODEC),
            ("arg3", "()", <__serve::Probe<()>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u64", "std::io::Result<u64>"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap(
            (words, by, scale, arg3): Self::Args,
            reply: __serve::ReplyTo<Self>,
        ) -> CounterCall {
            CounterCall::Count {
                words,
                by,
                scale,
                arg3,
                reply,
            }
        }
    }
    impl __serve::Invoke for __CountSpec
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        fn invoke(
            instance: __serve::Instance<Counter>,
            (words, by, scale, arg3): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let mut this = instance.write().await;
                let result = <Counter>::count(
                    &mut this,
                    &words,
                    ::core::borrow::Borrow::<Step>::borrow(&by),
                    scale,
                    arg3,
                );
                __serve::ResultLike::into_result(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] CounterReadMethod[] [where Counter : ::core::marker::Send +
        ::core::marker::Sync, ::serve_core::__private::OwnedOf < Step > :
        ::core::marker::Send, std::io::Result < u64 > :
        ::serve_core::__private::SentResult, Counter : ::core::marker::Send, Option <
        Counter > : ::core::marker::Send,] [] [] __ReadSpec : call[remote call broadcast]
        () use [] -> [__serve::ObjectRef < u64 >] [__serve::CallResult < u64 >]
    }
    enum __ReadSpec {}
    impl __serve::MethodSpec for __ReadSpec
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        type On = Counter;
        type Args = ();
        type Value = u64;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "read";
        const SIGNATURE: ::core::primitive::u64 = 12121265075716949462;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u64", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> CounterCall {
            CounterCall::Read { reply }
        }
    }
    impl __serve::Invoke for __ReadSpec
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        fn invoke(
            instance: __serve::Instance<Counter>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Counter>::read(&this).await;
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] CounterMergeMethod[] [where Counter : ::core::marker::Send +
        ::core::marker::Sync, ::serve_core::__private::OwnedOf < Step > :
        ::core::marker::Send, std::io::Result < u64 > :
        ::serve_core::__private::SentResult, Counter : ::core::marker::Send, Option <
        Counter > : ::core::marker::Send,] [] [] __MergeSpec : call[remote call
        broadcast] (other : __Arg0[__serve::IntoArg < Counter >] [::core::clone::Clone]
        other) use [] -> [__serve::ObjectRef < Option < Counter > >] [__serve::CallResult
        < Option < Counter > >]
    }
    enum __MergeSpec {}
    impl __serve::MethodSpec for __MergeSpec
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        type On = Counter;
        type Args = (Counter,);
        type Value = Option<Counter>;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "merge";
        const SIGNATURE: ::core::primitive::u64 = 5577074620489344400;
        const PARAMETERS: __serve::Specs<Self> = (
            ("other", "Self", <__serve::Probe<Counter>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["Option<Self>", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((other,): Self::Args, reply: __serve::ReplyTo<Self>) -> CounterCall {
            CounterCall::Merge { other, reply }
        }
    }
    impl __serve::Invoke for __MergeSpec
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        fn invoke(
            instance: __serve::Instance<Counter>,
            (other,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let mut this = instance.write().await;
                let result = <Counter>::merge(&mut this, other);
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Counter
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        type Call = CounterCall;
        type Methods = CounterMethods;
        type Cell = __serve::Exclusive<Self>;
        const NAME: &'static str = "Counter";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__CountSpec>::INFO,
            <__ReadSpec>::INFO,
            <__MergeSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            CounterMethods {
                count: CounterCountMethod(core.share()),
                read: CounterReadMethod(core.share()),
                merge: CounterMergeMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                CounterCall::Count { ref reply, .. } => <__CountSpec>::parts(reply),
                CounterCall::Read { ref reply, .. } => <__ReadSpec>::parts(reply),
                CounterCall::Merge { ref reply, .. } => <__MergeSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                CounterCall::Count { words, by, scale, arg3, reply } => {
                    reply
                        .complete(
                            <__CountSpec>::invoke(instance, (words, by, scale, arg3))
                                .await,
                        )
                }
                CounterCall::Read { reply } => {
                    reply.complete(<__ReadSpec>::invoke(instance, ()).await)
                }
                CounterCall::Merge { other, reply } => {
                    reply.complete(<__MergeSpec>::invoke(instance, (other,)).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                CounterCall::Count { words, by, scale, arg3, reply } => {
                    <__CountSpec>::encode((words, by, scale, arg3), reply)
                }
                CounterCall::Read { reply } => <__ReadSpec>::encode((), reply),
                CounterCall::Merge { other, reply } => {
                    <__MergeSpec>::encode((other,), reply)
                }
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "count" => <__CountSpec>::decode(arguments, answer),
                "read" => <__ReadSpec>::decode(arguments, answer),
                "merge" => <__MergeSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            let mut arguments = __serve::ArgumentReader::new(arguments);
            let name = arguments
                .next("name", <__serve::Probe<::serve_core::__private::String>>::CODEC)?;
            let start = arguments.next("start", <__serve::Probe<u64>>::CODEC)?;
            let adder = arguments.next("adder", <__serve::Probe<AdderHandle>>::CODEC)?;
            arguments.end()?;
            __serve::Constructing::new(__construct(name, start, adder))
        }
    }
    fn __construct(
        name: ::serve_core::__private::String,
        start: u64,
        adder: AdderHandle,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<Counter, __serve::Failure>,
    > + __serve::MethodSend
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        async move {
            let result = <Counter>::new(&name, start, adder).await;
            __serve::or_failure(__serve::ResultLike::into_result(result))
        }
    }
    impl Counter
    where
        Counter: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<Step>: ::core::marker::Send,
        std::io::Result<u64>: ::serve_core::__private::SentResult,
        Counter: ::core::marker::Send,
        Option<Counter>: ::core::marker::Send,
    {
        /// Starts at this number.
        ///
        /// Describes a deployment of `Counter` with these arguments, to be configured and run, or passed to another.
        pub fn bind(
            name: impl ::serve_core::BindArg<::serve_core::__private::String>,
            start: impl ::serve_core::BindArg<u64>,
            adder: impl ::serve_core::BindArg<AdderHandle>,
        ) -> ::serve_core::Application<Counter> {
            __serve::bind(
                (__serve::bound(name), __serve::bound(start), __serve::bound(adder)),
                |(name, start, adder)| __construct(name, start, adder),
                |bound, handles| {
                    let (name, start, adder) = __serve::BorrowTuple::refs(
                        bound,
                        handles,
                    );
                    let mut arguments = __serve::Arguments::new();
                    arguments
                        .add(
                            "name",
                            name,
                            <__serve::Probe<::serve_core::__private::String>>::CODEC,
                        );
                    arguments.add("start", start, <__serve::Probe<u64>>::CODEC);
                    arguments.add("adder", adder, <__serve::Probe<AdderHandle>>::CODEC);
                    arguments.finish()
                },
                |(name, start, adder), (before0, before1, before2), differences| {
                    differences
                        .argument(
                            "name",
                            "String",
                            name,
                            before0,
                            __serve::equality!(::serve_core::__private::String),
                        );
                    differences
                        .argument(
                            "start",
                            "u64",
                            start,
                            before1,
                            __serve::equality!(u64),
                        );
                    differences
                        .argument(
                            "adder",
                            "AdderHandle",
                            adder,
                            before2,
                            __serve::equality!(AdderHandle),
                        );
                },
            )
        }
        /// Starts at this number.
        ///
        /// Runs a deployment of `Counter` on the default instance and waits until it is ready.
        pub fn deploy(
            name: impl ::serve_core::BindArg<::serve_core::__private::String>,
            start: impl ::serve_core::BindArg<u64>,
            adder: impl ::serve_core::BindArg<AdderHandle>,
        ) -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Counter>>,
        > + __serve::Send {
            __serve::deploy(Self::bind(name, start, adder))
        }
        /// Starts at this number.
        ///
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking(
            name: impl ::serve_core::BindArg<::serve_core::__private::String>,
            start: impl ::serve_core::BindArg<u64>,
            adder: impl ::serve_core::BindArg<AdderHandle>,
        ) -> ::serve_core::Result<::serve_core::Handle<Counter>> {
            __serve::deploy_blocking(Self::bind(name, start, adder))
        }
        __serve::handles! {
            pub, "Counter"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Counter >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
