impl Writer {
    /// Writes token by token.
    pub async fn tokens(
        &self,
        prompt: &str,
        mut count: usize,
    ) -> impl Stream<Item = String> {
        stream::iter(prompt.chars().take(count).map(String::from))
    }
    /// Lines of a file, until one cannot be read.
    pub fn lines(
        &mut self,
        Json(path): Json<PathBuf>,
    ) -> impl futures::Stream<Item = io::Result<Line>> + Send + use<'_> {
        self.read(path)
    }
    pub fn ticks(&self) -> impl Stream<Item = Result<Tick<Self>, TickError>> + 'static {
        stream::pending()
    }
    async fn __call__(&self, request: Request) -> impl Stream<Item = Bytes> + '_ {
        stream::once(request.bytes())
    }
}
/// A handle to the deployment `Writer`: one field per method, called as `handle.tokens.remote(..)`.
pub type WriterHandle = ::serve_core::Handle<Writer>;
#[allow(rustdoc::broken_intra_doc_links)]
/// The methods of `WriterHandle`.
pub struct WriterMethods
where
    Writer: ::core::marker::Send + ::core::marker::Sync,
    io::Result<Line>: ::serve_core::__private::SentResult,
    Tick<Writer>: ::core::marker::Send,
    TickError: ::core::marker::Send,
{
    /// Writes token by token.
    pub tokens: WriterTokensMethod,
    /// Lines of a file, until one cannot be read.
    pub lines: WriterLinesMethod,
    /// `Writer::ticks`
    pub ticks: WriterTicksMethod,
    /// `Writer::__call__`
    #[doc(hidden)]
    __call__: WriterCallMethod,
}
/// One call of a method of `Writer`, as a value: what a mock receives.
pub enum WriterCall
where
    io::Result<Line>: ::serve_core::__private::SentResult,
{
    /// A call of `Writer::tokens`.
    Tokens {
        /// The argument `prompt`.
        prompt: ::serve_core::__private::String,
        /// The argument `count`.
        count: usize,
        /// Takes the items.
        reply: ::serve_core::__private::StreamReply<String>,
    },
    /// A call of `Writer::lines`.
    Lines {
        /// The argument `path`.
        path: PathBuf,
        /// Takes the items.
        reply: ::serve_core::__private::StreamReplyOf<io::Result<Line>>,
    },
    /// A call of `Writer::ticks`.
    Ticks {
        /// Takes the items.
        reply: ::serve_core::__private::StreamReply<Tick<Writer>, TickError>,
    },
    /// A call of `Writer::__call__`.
    Call {
        /// The argument `request`.
        request: Request,
        /// Takes the items.
        reply: ::serve_core::__private::StreamReply<Bytes>,
    },
}
/// `handle.tokens`: calls `Writer::tokens` on a replica.
pub struct WriterTokensMethod(
    ::serve_core::__private::HandleCore<Writer>,
)
where
    Writer: ::core::marker::Send + ::core::marker::Sync,
    io::Result<Line>: ::serve_core::__private::SentResult,
    Tick<Writer>: ::core::marker::Send,
    TickError: ::core::marker::Send;
/// `handle.lines`: calls `Writer::lines` on a replica.
pub struct WriterLinesMethod(
    ::serve_core::__private::HandleCore<Writer>,
)
where
    Writer: ::core::marker::Send + ::core::marker::Sync,
    io::Result<Line>: ::serve_core::__private::SentResult,
    Tick<Writer>: ::core::marker::Send,
    TickError: ::core::marker::Send;
/// `handle.ticks`: calls `Writer::ticks` on a replica.
pub struct WriterTicksMethod(
    ::serve_core::__private::HandleCore<Writer>,
)
where
    Writer: ::core::marker::Send + ::core::marker::Sync,
    io::Result<Line>: ::serve_core::__private::SentResult,
    Tick<Writer>: ::core::marker::Send,
    TickError: ::core::marker::Send;
/// `handle.__call__`: calls `Writer::__call__` on a replica.
pub struct WriterCallMethod(
    ::serve_core::__private::HandleCore<Writer>,
)
where
    Writer: ::core::marker::Send + ::core::marker::Sync,
    io::Result<Line>: ::serve_core::__private::SentResult,
    Tick<Writer>: ::core::marker::Send,
    TickError: ::core::marker::Send;
#[allow(rustdoc::broken_intra_doc_links)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for WriterMethods
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("WriterMethods")
                .field("tokens", &self.tokens)
                .field("lines", &self.lines)
                .field("ticks", &self.ticks)
                .field("__call__", &self.__call__)
                .finish()
        }
    }
    impl ::core::ops::Deref for WriterMethods
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        type Target = WriterCallMethod;
        fn deref(&self) -> &Self::Target {
            &self.__call__
        }
    }
    impl ::core::fmt::Debug for WriterCall
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Writer>(self, f)
        }
    }
    __serve::start_stream! {
        impl [< >] WriterTokensMethod[] [where Writer : ::core::marker::Send +
        ::core::marker::Sync, io::Result < Line > : ::serve_core::__private::SentResult,
        Tick < Writer > : ::core::marker::Send, TickError : ::core::marker::Send,] [#[doc
        = " Writes token by token."] #[doc = ""]] [] __TokensSpec : call[remote call
        broadcast] (prompt : __Arg0[__serve::IntoArg < ::serve_core::__private::String >]
        [::core::clone::Clone] prompt, count : __Arg1[__serve::IntoArg < usize >]
        [::core::clone::Clone] count) use [] -> [__serve::ResponseStream < String >]
        [__serve::CallResult < String >]
    }
    enum __TokensSpec {}
    impl __serve::MethodSpec for __TokensSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        type On = Writer;
        type Args = (::serve_core::__private::String, usize);
        type Value = String;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Streaming;
        const NAME: &'static ::core::primitive::str = "tokens";
        const SIGNATURE: ::core::primitive::u64 = 5399803524371433019;
        const PARAMETERS: __serve::Specs<Self> = (
            (
                "prompt",
                "String",
                <__serve::Probe<::serve_core::__private::String>>::CODEC,
            ),
            ("count", "usize", <__serve::Probe<usize>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::item(
            ["String", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap(
            (prompt, count): Self::Args,
            reply: __serve::ReplyTo<Self>,
        ) -> WriterCall {
            WriterCall::Tokens {
                prompt,
                count,
                reply,
            }
        }
    }
    impl __serve::Produce for __TokensSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        fn produce(
            instance: __serve::Instance<Writer>,
            (prompt, count): Self::Args,
            items: __serve::Items<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let stream = <Writer>::tokens(&this, &prompt, count).await;
                items.forward(stream, ::core::result::Result::Ok).await;
            }
        }
    }
    __serve::start_stream! {
        impl [< >] WriterLinesMethod[] [where Writer : ::core::marker::Send +
        ::core::marker::Sync, io::Result < Line > : ::serve_core::__private::SentResult,
        Tick < Writer > : ::core::marker::Send, TickError : ::core::marker::Send,] [#[doc
        = " Lines of a file, until one cannot be read."] #[doc = ""]] [] __LinesSpec :
        call[remote call broadcast] (path : __Arg0[__serve::IntoArg < PathBuf >]
        [::core::clone::Clone] path) use [] -> [__serve::ResponseStreamOf < io::Result <
        Line > >] [__serve::CallResultOf < io::Result < Line > >]
    }
    enum __LinesSpec {}
    impl __serve::MethodSpec for __LinesSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        type On = Writer;
        type Args = (PathBuf,);
        type Value = __serve::OkOf<io::Result<Line>>;
        type Error = __serve::ErrOf<io::Result<Line>>;
        type Shape = __serve::Streaming;
        const NAME: &'static ::core::primitive::str = "lines";
        const SIGNATURE: ::core::primitive::u64 = 3609090734804360882;
        const PARAMETERS: __serve::Specs<Self> = (
            ("path", "PathBuf", <__serve::Probe<PathBuf>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::item(
            ["Line", "io::Result<Line>"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap((path,): Self::Args, reply: __serve::ReplyTo<Self>) -> WriterCall {
            WriterCall::Lines { path, reply }
        }
    }
    impl __serve::Produce for __LinesSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        fn produce(
            instance: __serve::Instance<Writer>,
            (path,): Self::Args,
            items: __serve::Items<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let mut this = instance.write().await;
                let stream = <Writer>::lines(&mut this, Json(path));
                items.forward(stream, __serve::ResultLike::into_result).await;
            }
        }
    }
    __serve::start_stream! {
        impl [< >] WriterTicksMethod[] [where Writer : ::core::marker::Send +
        ::core::marker::Sync, io::Result < Line > : ::serve_core::__private::SentResult,
        Tick < Writer > : ::core::marker::Send, TickError : ::core::marker::Send,] [] []
        __TicksSpec : call[remote call broadcast] () use [] -> [__serve::ResponseStream <
        Tick < Writer >, TickError >] [__serve::CallResult < Tick < Writer >, TickError
        >]
    }
    enum __TicksSpec {}
    impl __serve::MethodSpec for __TicksSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        type On = Writer;
        type Args = ();
        type Value = Tick<Writer>;
        type Error = TickError;
        type Shape = __serve::Streaming;
        const NAME: &'static ::core::primitive::str = "ticks";
        const SIGNATURE: ::core::primitive::u64 = 9881782880772972384;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::item(
            ["Tick<Self>", "TickError"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> WriterCall {
            WriterCall::Ticks { reply }
        }
    }
    impl __serve::Produce for __TicksSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        fn produce(
            instance: __serve::Instance<Writer>,
            (): Self::Args,
            items: __serve::Items<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let stream = <Writer>::ticks(&this);
                items.forward(stream, __serve::ResultLike::into_result).await;
            }
        }
    }
    __serve::start_stream! {
        impl [< >] WriterCallMethod[] [where Writer : ::core::marker::Send +
        ::core::marker::Sync, io::Result < Line > : ::serve_core::__private::SentResult,
        Tick < Writer > : ::core::marker::Send, TickError : ::core::marker::Send,] [] []
        __CallSpec : call[remote call broadcast] (request : __Arg0[__serve::IntoArg <
        Request >] [::core::clone::Clone] request) use [] -> [__serve::ResponseStream <
        Bytes >] [__serve::CallResult < Bytes >]
    }
    enum __CallSpec {}
    impl __serve::MethodSpec for __CallSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        type On = Writer;
        type Args = (Request,);
        type Value = Bytes;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Streaming;
        const NAME: &'static ::core::primitive::str = "__call__";
        const SIGNATURE: ::core::primitive::u64 = 2599594847917184675;
        const PARAMETERS: __serve::Specs<Self> = (
            ("request", "Request", <__serve::Probe<Request>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::item(
            ["Bytes", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((request,): Self::Args, reply: __serve::ReplyTo<Self>) -> WriterCall {
            WriterCall::Call { request, reply }
        }
    }
    impl __serve::Produce for __CallSpec
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        fn produce(
            instance: __serve::Instance<Writer>,
            (request,): Self::Args,
            items: __serve::Items<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let stream = <Writer>::__call__(&this, request).await;
                items.forward(stream, ::core::result::Result::Ok).await;
            }
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Writer
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        type Call = WriterCall;
        type Methods = WriterMethods;
        type Cell = __serve::Exclusive<Self>;
        const NAME: &'static str = "Writer";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__TokensSpec>::INFO,
            <__LinesSpec>::INFO,
            <__TicksSpec>::INFO,
            <__CallSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[
            __serve::RouteInfo::new("lines", __serve::HttpMethod::POST, "/lines")
                .request_timeout(::core::time::Duration::new(60, 0)),
            __serve::RouteInfo::call("__call__"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = __serve::text("/");
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            WriterMethods {
                tokens: WriterTokensMethod(core.share()),
                lines: WriterLinesMethod(core.share()),
                ticks: WriterTicksMethod(core.share()),
                __call__: WriterCallMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                WriterCall::Tokens { ref reply, .. } => <__TokensSpec>::parts(reply),
                WriterCall::Lines { ref reply, .. } => <__LinesSpec>::parts(reply),
                WriterCall::Ticks { ref reply, .. } => <__TicksSpec>::parts(reply),
                WriterCall::Call { ref reply, .. } => <__CallSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                WriterCall::Tokens { prompt, count, reply } => {
                    reply
                        .run(move |items| <__TokensSpec>::produce(
                            instance,
                            (prompt, count),
                            items,
                        ))
                        .await
                }
                WriterCall::Lines { path, reply } => {
                    reply
                        .run(move |items| <__LinesSpec>::produce(
                            instance,
                            (path,),
                            items,
                        ))
                        .await
                }
                WriterCall::Ticks { reply } => {
                    reply
                        .run(move |items| <__TicksSpec>::produce(instance, (), items))
                        .await
                }
                WriterCall::Call { request, reply } => {
                    reply
                        .run(move |items| <__CallSpec>::produce(
                            instance,
                            (request,),
                            items,
                        ))
                        .await
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                WriterCall::Tokens { prompt, count, reply } => {
                    <__TokensSpec>::encode((prompt, count), reply)
                }
                WriterCall::Lines { path, reply } => {
                    <__LinesSpec>::encode((path,), reply)
                }
                WriterCall::Ticks { reply } => <__TicksSpec>::encode((), reply),
                WriterCall::Call { request, reply } => {
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
                "tokens" => <__TokensSpec>::decode(arguments, answer),
                "lines" => <__LinesSpec>::decode(arguments, answer),
                "ticks" => <__TicksSpec>::decode(arguments, answer),
                "__call__" => <__CallSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Writer>(arguments)
        }
        async fn http(
            instance: __serve::Instance<Self>,
            route: &'static str,
            request: __serve::HttpRequest,
        ) -> __serve::HttpOutcome {
            match route {
                "lines" => {
                    let Json(path) = __serve::extract::<Json<PathBuf>, _>(request)
                        .await?;
                    __serve::respond_stream!(
                        move | items | < __LinesSpec > ::produce(instance, (path,),
                        items)
                    )
                }
                "__call__" => {
                    let request = __serve::extract_plain::<Request, _>(request).await?;
                    __serve::respond_stream!(
                        move | items | < __CallSpec > ::produce(instance, (request,),
                        items)
                    )
                }
                _ => __serve::not_found(),
            }
        }
    }
    impl Writer
    where
        Writer: ::core::marker::Send + ::core::marker::Sync,
        io::Result<Line>: ::serve_core::__private::SentResult,
        Tick<Writer>: ::core::marker::Send,
        TickError: ::core::marker::Send,
    {
        /// Describes a deployment of `Writer` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Writer> {
            __serve::bind_default::<Writer>()
        }
        /// Runs a deployment of `Writer` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Writer>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Writer>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub, "Writer"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Writer >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
impl<T: Clone> Repeater<T> {
    fn repeat(&self, value: T) -> impl Stream<Item = T> {
        stream::repeat(value)
    }
}
#[allow(private_bounds, private_interfaces)]
/// A handle to the deployment `Repeater`: one field per method, called as `handle.repeat.remote(..)`.
type RepeaterHandle<T> = ::serve_core::Handle<Repeater<T>>;
#[allow(private_bounds, private_interfaces)]
/// One call of a method of `Repeater`, as a value.
type RepeaterCall<T> = <Repeater<T> as ::serve_core::Deployment>::Call;
#[allow(private_bounds, private_interfaces)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    #[allow(private_bounds, private_interfaces)]
    /// The methods of `RepeaterHandle`.
    pub struct RepeaterMethods<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    >
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        /// `Repeater::repeat`
        repeat: RepeaterRepeatMethod<T>,
        #[doc(hidden)]
        __deployment: ::core::marker::PhantomData<fn() -> Repeater<T>>,
    }
    #[allow(private_bounds, private_interfaces)]
    /// One call of a method of `Repeater`, as a value: what a mock receives.
    pub enum RepeaterCall<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > {
        /// A call of `Repeater::repeat`.
        Repeat {
            /// The argument `value`.
            value: T,
            /// Takes the items.
            reply: ::serve_core::__private::StreamReply<T>,
        },
        #[doc(hidden)]
        __Generics(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<(::core::marker::PhantomData<T>,)>,
        ),
    }
    #[allow(private_bounds, private_interfaces)]
    /// `handle.repeat`: calls `Repeater::repeat` on a replica.
    pub struct RepeaterRepeatMethod<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    >(
        ::serve_core::__private::HandleCore<Repeater<T>>,
    )
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync;
    const _: () = {
        fn need_send<T: ::core::marker::Send>() {}
        fn check<T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static>() {
            need_send::<T>();
            need_send::<T>();
        }
    };
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > ::core::fmt::Debug for RepeaterMethods<T>
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("RepeaterMethods").field("repeat", &self.repeat).finish()
        }
    }
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > ::core::fmt::Debug for RepeaterCall<T>
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Repeater<T>>(self, f)
        }
    }
    __serve::start_stream! {
        impl [< T : Clone + ::core::marker::Send + ::core::marker::Sync + 'static >]
        RepeaterRepeatMethod[< T >] [where Repeater < T > : ::core::marker::Send +
        ::core::marker::Sync,] [] [] __RepeatSpec < T > : call[remote call broadcast]
        (value : __Arg0[__serve::IntoArg < T >] [::core::clone::Clone] value) use [T,] ->
        [__serve::ResponseStream < T >] [__serve::CallResult < T >]
    }
    struct __RepeatSpec<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    >(
        ::core::marker::PhantomData<fn() -> Repeater<T>>,
    )
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync;
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > __serve::MethodSpec for __RepeatSpec<T>
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Repeater<T>;
        type Args = (T,);
        type Value = T;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Streaming;
        const NAME: &'static ::core::primitive::str = "repeat";
        const SIGNATURE: ::core::primitive::u64 = 11191655900872956945;
        const PARAMETERS: __serve::Specs<Self> = (
            ("value", "T", <__serve::Probe<T>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::item(
            ["T", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((value,): Self::Args, reply: __serve::ReplyTo<Self>) -> RepeaterCall<T> {
            RepeaterCall::Repeat {
                value,
                reply,
            }
        }
    }
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > __serve::Produce for __RepeatSpec<T>
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn produce(
            instance: __serve::Instance<Repeater<T>>,
            (value,): Self::Args,
            items: __serve::Items<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.get();
                let stream = <Repeater<T>>::repeat(this, value);
                items.forward(stream, ::core::result::Result::Ok).await;
            }
        }
    }
    #[automatically_derived]
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
    > ::serve_core::Deployment for Repeater<T>
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        type Call = RepeaterCall<T>;
        type Methods = RepeaterMethods<T>;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Repeater";
        const METHODS: &'static [__serve::MethodInfo] = &[<__RepeatSpec<T>>::INFO];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            RepeaterMethods {
                repeat: RepeaterRepeatMethod(core.share()),
                __deployment: ::core::marker::PhantomData,
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                RepeaterCall::Repeat { ref reply, .. } => <__RepeatSpec<T>>::parts(reply),
                RepeaterCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                RepeaterCall::Repeat { value, reply } => {
                    reply
                        .run(move |items| <__RepeatSpec<
                            T,
                        >>::produce(instance, (value,), items))
                        .await
                }
                RepeaterCall::__Generics(never, _) => match never {}
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                RepeaterCall::Repeat { value, reply } => {
                    <__RepeatSpec<T>>::encode((value,), reply)
                }
                RepeaterCall::__Generics(never, _) => match never {}
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "repeat" => <__RepeatSpec<T>>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Repeater<T>>(arguments)
        }
    }
    impl<T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static> Repeater<T>
    where
        Repeater<T>: ::core::marker::Send + ::core::marker::Sync,
    {
        /// Describes a deployment of `Repeater` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<Repeater<T>> {
            __serve::bind_default::<Repeater<T>>()
        }
        /// Runs a deployment of `Repeater` on the default instance and waits until it is ready.
        fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Repeater<T>>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Repeater<T>>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            , "Repeater"
        }
    }
};
