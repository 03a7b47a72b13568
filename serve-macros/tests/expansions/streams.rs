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
/// A handle to the deployment `Writer`: one field per method, called as `handle.tokens.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct WriterHandle {
    __methods: ::serve_core::__private::std::sync::Arc<WriterMethods>,
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
/// The methods of `WriterHandle`.
pub struct WriterMethods {
    /// Writes token by token.
    pub tokens: WriterTokensMethod,
    /// Lines of a file, until one cannot be read.
    pub lines: WriterLinesMethod,
    /// `Writer::ticks`
    pub ticks: WriterTicksMethod,
    /// `Writer::__call__`
    #[doc(hidden)]
    __call__: WriterCallMethod,
    __core: ::serve_core::__private::HandleCore<Writer>,
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
/// One call of a method of `Writer`, as a value: what a mock receives.
pub enum WriterCall {
    /// A call of `Writer::tokens`.
    Tokens {
        /// The argument `prompt`.
        prompt: ::serve_core::__private::std::string::String,
        /// The argument `count`.
        count: usize,
        /// Takes the items.
        reply: ::serve_core::StreamReply<String>,
    },
    /// A call of `Writer::lines`.
    Lines {
        /// The argument `path`.
        path: PathBuf,
        /// Takes the items.
        reply: ::serve_core::StreamReply<
            <io::Result<Line> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<Line> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Writer::ticks`.
    Ticks {
        /// Takes the items.
        reply: ::serve_core::StreamReply<
            <Result<Tick<Writer>, TickError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Tick<Writer>, TickError> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Writer::__call__`.
    Call {
        /// The argument `request`.
        request: Request,
        /// Takes the items.
        reply: ::serve_core::StreamReply<Bytes>,
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
/// `handle.tokens`: calls `Writer::tokens` on a replica.
pub struct WriterTokensMethod {
    core: ::serve_core::__private::HandleCore<Writer>,
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
/// `handle.lines`: calls `Writer::lines` on a replica.
pub struct WriterLinesMethod {
    core: ::serve_core::__private::HandleCore<Writer>,
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
/// `handle.ticks`: calls `Writer::ticks` on a replica.
pub struct WriterTicksMethod {
    core: ::serve_core::__private::HandleCore<Writer>,
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
/// `handle.__call__`: calls `Writer::__call__` on a replica.
pub struct WriterCallMethod {
    core: ::serve_core::__private::HandleCore<Writer>,
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
            ::serve_core::__private::std::string::String: ::core::marker::Send,
            usize: ::core::marker::Send,
            String: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            PathBuf: ::core::marker::Send,
            <io::Result<
                Line,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <io::Result<
                Line,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            <Result<
                Tick<Writer>,
                TickError,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <Result<
                Tick<Writer>,
                TickError,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            Request: ::core::marker::Send,
            Bytes: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for WriterHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for WriterHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for WriterHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for WriterHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("WriterHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for WriterHandle {
        type Target = WriterMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl WriterHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                WriterCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Writer>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: WriterCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
        /// Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the method back. Dropping the stream cancels it.
        pub fn remote(
            &self,
            request: impl ::serve_core::IntoArg<Request>,
        ) -> ::serve_core::ResponseStream<Bytes> {
            self.__methods.__call__.remote(request)
        }
        /// Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        pub fn call<__Arg0: ::serve_core::IntoArg<Request>>(
            &self,
            request: __Arg0,
        ) -> impl ::serve_core::__private::Stream<
            Item = ::core::result::Result<Bytes, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            self.__methods.__call__.call(request)
        }
        /// The same call, which fails when this time has passed.
        #[must_use]
        pub fn timeout(&self, timeout: ::core::time::Duration) -> WriterCallMethod {
            self.__methods.__call__.timeout(timeout)
        }
        /// The same call, for this model: a replica that has it loaded is preferred.
        #[must_use]
        pub fn multiplexed_model_id(
            &self,
            multiplexed_model_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> WriterCallMethod {
            self.__methods.__call__.multiplexed_model_id(multiplexed_model_id)
        }
        /// The same call, in this session: calls of one session prefer one replica.
        #[must_use]
        pub fn session_id(
            &self,
            session_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> WriterCallMethod {
            self.__methods.__call__.session_id(session_id)
        }
        /// The same call, under this request id.
        #[must_use]
        pub fn request_id(
            &self,
            request_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> WriterCallMethod {
            self.__methods.__call__.request_id(request_id)
        }
        /// Chooses a replica as a call would, for a caller that has to know it first; the call is made on what this gives.
        pub fn choose_replica(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                ::serve_core::ChosenReplica<WriterCallMethod>,
                ::serve_core::CallError,
            >,
        > + ::core::marker::Send + use<> {
            self.__methods.__call__.choose_replica()
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for WriterHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for WriterHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Writer,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for WriterMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("WriterMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for WriterCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                WriterCall::Tokens { .. } => "Tokens",
                WriterCall::Lines { .. } => "Lines",
                WriterCall::Ticks { .. } => "Ticks",
                WriterCall::Call { .. } => "Call",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for WriterTokensMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for WriterTokensMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("WriterTokensMethod").finish_non_exhaustive()
        }
    }
    impl WriterTokensMethod {
        /// Writes token by token.
        ///
        /// Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the method back. Dropping the stream cancels it.
        pub fn remote(
            &self,
            prompt: impl ::serve_core::IntoArg<
                ::serve_core::__private::std::string::String,
            >,
            count: impl ::serve_core::IntoArg<usize>,
        ) -> ::serve_core::ResponseStream<String> {
            ::serve_core::__private::remote_stream(
                &self.core,
                "tokens",
                (
                    ::serve_core::IntoArg::into_arg(prompt),
                    ::serve_core::IntoArg::into_arg(count),
                ),
                (|(prompt, count), reply| WriterCall::Tokens {
                    prompt,
                    count,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Writes token by token.
        ///
        /// Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::string::String>,
            __Arg1: ::serve_core::IntoArg<usize>,
        >(
            &self,
            prompt: __Arg0,
            count: __Arg1,
        ) -> impl ::serve_core::__private::Stream<
            Item = ::core::result::Result<String, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0, __Arg1> {
            ::serve_core::__private::call_stream(
                &self.core,
                "tokens",
                (
                    ::serve_core::IntoArg::into_arg(prompt),
                    ::serve_core::IntoArg::into_arg(count),
                ),
                (|(prompt, count), reply| WriterCall::Tokens {
                    prompt,
                    count,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (prompt, count), items| invoke_tokens(
                    instance,
                    prompt,
                    count,
                    items,
                ),
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for WriterLinesMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for WriterLinesMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("WriterLinesMethod").finish_non_exhaustive()
        }
    }
    impl WriterLinesMethod {
        /// Lines of a file, until one cannot be read.
        ///
        /// Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the method back. Dropping the stream cancels it.
        pub fn remote(
            &self,
            path: impl ::serve_core::IntoArg<PathBuf>,
        ) -> ::serve_core::ResponseStream<
            <io::Result<Line> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<Line> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote_stream(
                &self.core,
                "lines",
                (::serve_core::IntoArg::into_arg(path),),
                (|(path,), reply| WriterCall::Lines { path, reply }) as fn(_, _) -> _,
            )
        }
        /// Lines of a file, until one cannot be read.
        ///
        /// Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<PathBuf>>(
            &self,
            path: __Arg0,
        ) -> impl ::serve_core::__private::Stream<
            Item = ::core::result::Result<
                <io::Result<Line> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <io::Result<Line> as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call_stream(
                &self.core,
                "lines",
                (::serve_core::IntoArg::into_arg(path),),
                (|(path,), reply| WriterCall::Lines { path, reply }) as fn(_, _) -> _,
                |instance, (path,), items| invoke_lines(instance, path, items),
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for WriterTicksMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for WriterTicksMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("WriterTicksMethod").finish_non_exhaustive()
        }
    }
    impl WriterTicksMethod {
        /// Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the method back. Dropping the stream cancels it.
        pub fn remote(
            &self,
        ) -> ::serve_core::ResponseStream<
            <Result<Tick<Writer>, TickError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Tick<Writer>, TickError> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote_stream(
                &self.core,
                "ticks",
                (),
                (|(), reply| WriterCall::Ticks { reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::serve_core::__private::Stream<
            Item = ::core::result::Result<
                <Result<
                    Tick<Writer>,
                    TickError,
                > as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        Tick<Writer>,
                        TickError,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<> {
            ::serve_core::__private::call_stream(
                &self.core,
                "ticks",
                (),
                (|(), reply| WriterCall::Ticks { reply }) as fn(_, _) -> _,
                |instance, (), items| invoke_ticks(instance, items),
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for WriterCallMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for WriterCallMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("WriterCallMethod").finish_non_exhaustive()
        }
    }
    impl WriterCallMethod {
        /// Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the method back. Dropping the stream cancels it.
        pub fn remote(
            &self,
            request: impl ::serve_core::IntoArg<Request>,
        ) -> ::serve_core::ResponseStream<Bytes> {
            ::serve_core::__private::remote_stream(
                &self.core,
                "__call__",
                (::serve_core::IntoArg::into_arg(request),),
                (|(request,), reply| WriterCall::Call { request, reply })
                    as fn(_, _) -> _,
            )
        }
        /// Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<Request>>(
            &self,
            request: __Arg0,
        ) -> impl ::serve_core::__private::Stream<
            Item = ::core::result::Result<Bytes, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call_stream(
                &self.core,
                "__call__",
                (::serve_core::IntoArg::into_arg(request),),
                (|(request,), reply| WriterCall::Call { request, reply })
                    as fn(_, _) -> _,
                |instance, (request,), items| invoke___call__(instance, request, items),
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_tokens(
        instance: ::serve_core::__private::Instance<Writer>,
        prompt: ::serve_core::__private::std::string::String,
        count: usize,
        items: ::serve_core::__private::Items<String, ::core::convert::Infallible>,
    ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let stream = <Writer>::tokens(&this, &prompt, count).await;
            items.forward(stream, ::core::result::Result::Ok).await;
        }
    }
    fn invoke_lines(
        instance: ::serve_core::__private::Instance<Writer>,
        path: PathBuf,
        items: ::serve_core::__private::Items<
            <io::Result<Line> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<Line> as ::serve_core::__private::ResultLike>::Err,
        >,
    ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
        async move {
            let mut this = instance.write().await;
            let stream = <Writer>::lines(&mut this, Json(path));
            items
                .forward(stream, ::serve_core::__private::ResultLike::into_result)
                .await;
        }
    }
    fn invoke_ticks(
        instance: ::serve_core::__private::Instance<Writer>,
        items: ::serve_core::__private::Items<
            <Result<Tick<Writer>, TickError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Tick<Writer>, TickError> as ::serve_core::__private::ResultLike>::Err,
        >,
    ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let stream = <Writer>::ticks(&this);
            items
                .forward(stream, ::serve_core::__private::ResultLike::into_result)
                .await;
        }
    }
    fn invoke___call__(
        instance: ::serve_core::__private::Instance<Writer>,
        request: Request,
        items: ::serve_core::__private::Items<Bytes, ::core::convert::Infallible>,
    ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let stream = <Writer>::__call__(&this, request).await;
            items.forward(stream, ::core::result::Result::Ok).await;
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Writer {
        type Call = WriterCall;
        type Handle = WriterHandle;
        type Cell = ::serve_core::__private::Exclusive<Self>;
        const NAME: &'static str = "Writer";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("tokens")
                .streaming()
                .signature(5399803524371433019)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `prompt`",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `count`",
                            ty: "usize",
                            capable: <::serve_core::__private::Probe<usize>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "item",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("lines")
                .streaming()
                .signature(3609090734804360882)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `path`",
                            ty: "PathBuf",
                            capable: <::serve_core::__private::Probe<PathBuf>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "item",
                            ty: "Line",
                            capable: <::serve_core::__private::Probe<
                                <io::Result<
                                    Line,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "io::Result<Line>",
                            capable: <::serve_core::__private::Probe<
                                <io::Result<
                                    Line,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("ticks")
                .streaming()
                .signature(9881782880772972384)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "item",
                            ty: "Tick<Self>",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    Tick<Writer>,
                                    TickError,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "TickError",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    Tick<Writer>,
                                    TickError,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("__call__")
                .streaming()
                .signature(2599594847917184675)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `request`",
                            ty: "Request",
                            capable: <::serve_core::__private::Probe<Request>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "item",
                            ty: "Bytes",
                            capable: <::serve_core::__private::Probe<Bytes>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[
            ::serve_core::__private::RouteInfo::new(
                    "lines",
                    ::serve_core::__private::HttpMethod::POST,
                    "/lines",
                )
                .request_timeout(::core::time::Duration::new(60, 0)),
            ::serve_core::__private::RouteInfo::call("__call__"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = ::core::option::Option::Some(
                ::core::convert::Into::into("/"),
            );
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            WriterHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(WriterMethods {
                    tokens: WriterTokensMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    lines: WriterLinesMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    ticks: WriterTicksMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __call__: WriterCallMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                WriterCall::Tokens { .. } => "tokens",
                WriterCall::Lines { .. } => "lines",
                WriterCall::Ticks { .. } => "ticks",
                WriterCall::Call { .. } => "__call__",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                WriterCall::Tokens { reply: ref reply, .. } => reply.watched(),
                WriterCall::Lines { reply: ref reply, .. } => reply.watched(),
                WriterCall::Ticks { reply: ref reply, .. } => reply.watched(),
                WriterCall::Call { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                WriterCall::Tokens { prompt, count, reply } => {
                    reply
                        .run(move |items| invoke_tokens(instance, prompt, count, items))
                        .await;
                }
                WriterCall::Lines { path, reply } => {
                    reply.run(move |items| invoke_lines(instance, path, items)).await;
                }
                WriterCall::Ticks { reply } => {
                    reply.run(move |items| invoke_ticks(instance, items)).await;
                }
                WriterCall::Call { request, reply } => {
                    reply
                        .run(move |items| invoke___call__(instance, request, items))
                        .await;
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                WriterCall::Tokens { prompt, count, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "prompt",
                            prompt,
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        );
                    arguments
                        .give(
                            "count",
                            count,
                            <::serve_core::__private::Probe<usize>>::CODEC,
                        );
                    arguments
                        .stream(
                            "tokens",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::item(
                                    <::serve_core::__private::Probe<String>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                WriterCall::Lines { path, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "path",
                            path,
                            <::serve_core::__private::Probe<PathBuf>>::CODEC,
                        );
                    arguments
                        .stream(
                            "lines",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::item(
                                    <::serve_core::__private::Probe<
                                        <io::Result<
                                            Line,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <io::Result<
                                            Line,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                WriterCall::Ticks { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .stream(
                            "ticks",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::item(
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            Tick<Writer>,
                                            TickError,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            Tick<Writer>,
                                            TickError,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                WriterCall::Call { request, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "request",
                            request,
                            <::serve_core::__private::Probe<Request>>::CODEC,
                        );
                    arguments
                        .stream(
                            "__call__",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::item(
                                    <::serve_core::__private::Probe<Bytes>>::CODEC,
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
                "tokens" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let prompt = arguments
                        .next(
                            "prompt",
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        )?;
                    let count = arguments
                        .next("count", <::serve_core::__private::Probe<usize>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .stream(const {
                            &::serve_core::__private::Codecs::item(
                                <::serve_core::__private::Probe<String>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(WriterCall::Tokens {
                        prompt,
                        count,
                        reply,
                    })
                }
                "lines" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let path = arguments
                        .next("path", <::serve_core::__private::Probe<PathBuf>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .stream(const {
                            &::serve_core::__private::Codecs::item(
                                <::serve_core::__private::Probe<
                                    <io::Result<
                                        Line,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <io::Result<
                                        Line,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(WriterCall::Lines { path, reply })
                }
                "ticks" => {
                    let arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .stream(const {
                            &::serve_core::__private::Codecs::item(
                                <::serve_core::__private::Probe<
                                    <Result<
                                        Tick<Writer>,
                                        TickError,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        Tick<Writer>,
                                        TickError,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(WriterCall::Ticks { reply })
                }
                "__call__" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let request = arguments
                        .next(
                            "request",
                            <::serve_core::__private::Probe<Request>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .stream(const {
                            &::serve_core::__private::Codecs::item(
                                <::serve_core::__private::Probe<Bytes>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(WriterCall::Call { request, reply })
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
                        ::serve_core::__private::construct_default::<Writer>(),
                    )
                }),
            )
        }
        #[allow(unused_variables)]
        async fn http(
            instance: ::serve_core::__private::Instance<Self>,
            route: &'static str,
            request: ::serve_core::__private::HttpRequest,
        ) -> ::serve_core::__private::HttpResponse {
            match route {
                "lines" => {
                    let Json(path) = match ::serve_core::__private::extract::<
                        Json<PathBuf>,
                        _,
                    >(request)
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    ::serve_core::__private::respond_stream!(
                        move | items | invoke_lines(instance, path, items)
                    )
                }
                "__call__" => {
                    let request = match ::serve_core::__private::extract::<
                        Request,
                        _,
                    >(request)
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    ::serve_core::__private::respond_stream!(
                        move | items | invoke___call__(instance, request, items)
                    )
                }
                _ => ::serve_core::__private::not_found(),
            }
        }
    }
    impl Writer {
        /// Describes a deployment of `Writer` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Writer> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Writer>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Writer` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<WriterHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<WriterHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Writer` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<WriterHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Writer`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<WriterHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<WriterHandle> for ::serve_core::Application<Writer> {
        fn bind(self) -> ::serve_core::__private::Bound<WriterHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Writer >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
impl<T: Clone> Repeater<T> {
    fn repeat(&self, value: T) -> impl Stream<Item = T> {
        stream::repeat(value)
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
/// A handle to the deployment `Repeater`: one field per method.
type RepeaterHandle<T> = <Repeater<T> as ::serve_core::Deployment>::Handle;
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
/// One call of a method of `Repeater`, as a value.
type RepeaterCall<T> = <Repeater<T> as ::serve_core::Deployment>::Call;
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
    /// A handle to the deployment `Repeater`: one field per method, called as `handle.repeat.remote(..)`.
    ///
    /// A clone costs one reference count. Handles work from any task and from any thread.
    pub struct RepeaterHandle<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        __methods: ::serve_core::__private::std::sync::Arc<RepeaterMethods<T>>,
    }
    /// The methods of `RepeaterHandle`.
    pub struct RepeaterMethods<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// `Repeater::repeat`
        repeat: RepeaterRepeatMethod<T>,
        __core: ::serve_core::__private::HandleCore<Repeater<T>>,
    }
    /// One call of a method of `Repeater`, as a value: what a mock receives.
    pub enum RepeaterCall<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// A call of `Repeater::repeat`.
        Repeat {
            /// The argument `value`.
            value: T,
            /// Takes the items.
            reply: ::serve_core::StreamReply<T>,
        },
        #[doc(hidden)]
        __Generics(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<(::core::marker::PhantomData<T>,)>,
        ),
    }
    /// `handle.repeat`: calls `Repeater::repeat` on a replica.
    pub struct RepeaterRepeatMethod<T: Clone>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        core: ::serve_core::__private::HandleCore<Repeater<T>>,
    }
    const _: () = {
        fn check<T: Clone>()
        where
            T: ::core::marker::Send + ::core::marker::Sync + 'static,
            T: ::core::marker::Send,
            T: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl<T: Clone> ::core::clone::Clone for RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl<T: Clone> ::core::cmp::PartialEq for RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::cmp::Eq for RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {}
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("RepeaterHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::ops::Deref for RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Target = RepeaterMethods<T>;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl<T: Clone> RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                RepeaterCall<T>,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Repeater<T>>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: RepeaterCall<T>) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::serve_core::__private::serde::Serialize for RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de, T: Clone> ::serve_core::__private::serde::Deserialize<'de>
    for RepeaterHandle<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Repeater<T>,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for RepeaterMethods<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("RepeaterMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for RepeaterCall<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                RepeaterCall::Repeat { .. } => "Repeat",
                RepeaterCall::__Generics(never, _) => match never {}
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::clone::Clone for RepeaterRepeatMethod<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::core::fmt::Debug for RepeaterRepeatMethod<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("RepeaterRepeatMethod").finish_non_exhaustive()
        }
    }
    impl<T: Clone> RepeaterRepeatMethod<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the method back. Dropping the stream cancels it.
        pub fn remote(
            &self,
            value: impl ::serve_core::IntoArg<T>,
        ) -> ::serve_core::ResponseStream<T> {
            ::serve_core::__private::remote_stream(
                &self.core,
                "repeat",
                (::serve_core::IntoArg::into_arg(value),),
                (|(value,), reply| RepeaterCall::Repeat {
                    value,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<T>>(
            &self,
            value: __Arg0,
        ) -> impl ::serve_core::__private::Stream<
            Item = ::core::result::Result<T, ::serve_core::CallError>,
        > + ::core::marker::Send + use<T, __Arg0> {
            ::serve_core::__private::call_stream(
                &self.core,
                "repeat",
                (::serve_core::IntoArg::into_arg(value),),
                (|(value,), reply| RepeaterCall::Repeat {
                    value,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (value,), items| invoke_repeat::<T>(instance, value, items),
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_repeat<T: Clone>(
        instance: ::serve_core::__private::Instance<Repeater<T>>,
        value: T,
        items: ::serve_core::__private::Items<T, ::core::convert::Infallible>,
    ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        async move {
            let this = instance.get();
            let stream = <Repeater<T>>::repeat(this, value);
            items.forward(stream, ::core::result::Result::Ok).await;
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::serve_core::Deployment for Repeater<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Call = RepeaterCall<T>;
        type Handle = RepeaterHandle<T>;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Repeater";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("repeat")
                .streaming()
                .signature(11191655900872956945)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `value`",
                            ty: "T",
                            capable: <::serve_core::__private::Probe<T>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "item",
                            ty: "T",
                            capable: <::serve_core::__private::Probe<T>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            RepeaterHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(RepeaterMethods {
                    repeat: RepeaterRepeatMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                RepeaterCall::Repeat { .. } => "repeat",
                RepeaterCall::__Generics(never, _) => match never {}
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                RepeaterCall::Repeat { reply: ref reply, .. } => reply.watched(),
                RepeaterCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                RepeaterCall::Repeat { value, reply } => {
                    reply
                        .run(move |items| invoke_repeat::<T>(instance, value, items))
                        .await;
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                RepeaterCall::Repeat { value, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "value",
                            value,
                            <::serve_core::__private::Probe<T>>::CODEC,
                        );
                    arguments
                        .stream(
                            "repeat",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::item(
                                    <::serve_core::__private::Probe<T>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                RepeaterCall::__Generics(never, _) => match never {}
            }
        }
        #[allow(unused_variables)]
        fn decode(
            method: &::core::primitive::str,
            arguments: &::serve_core::__private::Bytes,
            answer: &mut ::serve_core::__private::Answer,
        ) -> ::core::result::Result<Self::Call, ::serve_core::__private::DecodeError> {
            match method {
                "repeat" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let value = arguments
                        .next("value", <::serve_core::__private::Probe<T>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .stream(const {
                            &::serve_core::__private::Codecs::item(
                                <::serve_core::__private::Probe<T>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(RepeaterCall::Repeat {
                        value,
                        reply,
                    })
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
                        ::serve_core::__private::construct_default::<Repeater<T>>(),
                    )
                }),
            )
        }
    }
    impl<T: Clone> Repeater<T>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Describes a deployment of `Repeater` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<Repeater<T>> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Repeater<T>>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Repeater` on the default instance and waits until it is ready.
        fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<RepeaterHandle<T>>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<RepeaterHandle<T>> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Repeater` on the default instance.
        fn get_handle() -> ::serve_core::Result<RepeaterHandle<T>> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Repeater`: a handle to the deployment that it belongs to.
        fn current_handle() -> ::serve_core::Result<RepeaterHandle<T>> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::serve_core::BindArg<RepeaterHandle<T>>
    for ::serve_core::Application<Repeater<T>>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn bind(self) -> ::serve_core::__private::Bound<RepeaterHandle<T>> {
            ::serve_core::__private::Bound::application(self)
        }
    }
};
