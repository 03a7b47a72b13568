impl<M: Model<Input = I>, I, const N: usize> Predictor<M, I, N>
where
    I: Clone,
    Self: Sized,
{
    pub fn new(model: M) -> Self {
        Self { model }
    }
    pub async fn predict(
        &self,
        input: &I,
        window: [u8; N],
    ) -> Result<M::Output, PredictError<Self>> {
        self.model.predict(input)
    }
    pub fn touch(&self) {}
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
/// A handle to the deployment `Predictor`: one field per method, called as `handle.predict.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct PredictorHandle<M: Model<Input = I>, I, const N: usize>
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    M: ::core::marker::Send + ::core::marker::Sync + 'static,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    __methods: ::serve_core::__private::std::sync::Arc<PredictorMethods<M, I, N>>,
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
/// The methods of `PredictorHandle`.
pub struct PredictorMethods<M: Model<Input = I>, I, const N: usize>
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    M: ::core::marker::Send + ::core::marker::Sync + 'static,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    /// `Predictor::predict`
    pub predict: PredictorPredictMethod<M, I, N>,
    /// `Predictor::touch`
    pub touch: PredictorTouchMethod<M, I, N>,
    __core: ::serve_core::__private::HandleCore<Predictor<M, I, N>>,
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
/// One call of a method of `Predictor`, as a value: what a mock receives.
pub enum PredictorCall<M: Model<Input = I>, I, const N: usize>
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    M: ::core::marker::Send + ::core::marker::Sync + 'static,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    /// A call of `Predictor::predict`.
    Predict {
        /// The argument `input`.
        input: <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
        /// The argument `window`.
        window: [u8; N],
        /// Takes the result.
        reply: ::serve_core::Reply<
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Ok,
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Predictor::touch`.
    Touch {
        /// Takes the result.
        reply: ::serve_core::Reply<()>,
    },
    #[doc(hidden)]
    __Generics(
        ::core::convert::Infallible,
        ::core::marker::PhantomData<
            (::core::marker::PhantomData<M>, ::core::marker::PhantomData<I>),
        >,
    ),
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
/// `handle.predict`: calls `Predictor::predict` on a replica.
pub struct PredictorPredictMethod<M: Model<Input = I>, I, const N: usize>
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    M: ::core::marker::Send + ::core::marker::Sync + 'static,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    core: ::serve_core::__private::HandleCore<Predictor<M, I, N>>,
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
/// `handle.touch`: calls `Predictor::touch` on a replica.
pub struct PredictorTouchMethod<M: Model<Input = I>, I, const N: usize>
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    M: ::core::marker::Send + ::core::marker::Sync + 'static,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    core: ::serve_core::__private::HandleCore<Predictor<M, I, N>>,
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
        fn check<M: Model<Input = I>, I, const N: usize>()
        where
            I: Clone,
            Predictor<M, I, N>: Sized,
            M: ::core::marker::Send + ::core::marker::Sync + 'static,
            I: ::core::marker::Send + ::core::marker::Sync + 'static,
            <I as ::serve_core::__private::std::borrow::ToOwned>::Owned: ::core::marker::Send,
            [u8; N]: ::core::marker::Send,
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check<M: Model<Input = I>, I, const N: usize>()
        where
            I: Clone,
            Predictor<M, I, N>: Sized,
            M: ::core::marker::Send + ::core::marker::Sync + 'static,
            I: ::core::marker::Send + ::core::marker::Sync + 'static,
            (): ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::clone::Clone
    for PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::cmp::PartialEq
    for PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::cmp::Eq
    for PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {}
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::fmt::Debug
    for PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("PredictorHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::ops::Deref
    for PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Target = PredictorMethods<M, I, N>;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl<M: Model<Input = I>, I, const N: usize> PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                PredictorCall<M, I, N>,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Predictor<M, I, N>>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: PredictorCall<M, I, N>) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl<
        M: Model<Input = I>,
        I,
        const N: usize,
    > ::serve_core::__private::serde::Serialize for PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<
        'de,
        M: Model<Input = I>,
        I,
        const N: usize,
    > ::serve_core::__private::serde::Deserialize<'de> for PredictorHandle<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Predictor<M, I, N>,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::fmt::Debug
    for PredictorMethods<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("PredictorMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::fmt::Debug
    for PredictorCall<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                PredictorCall::Predict { .. } => "Predict",
                PredictorCall::Touch { .. } => "Touch",
                PredictorCall::__Generics(never, _) => match never {}
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::clone::Clone
    for PredictorPredictMethod<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::fmt::Debug
    for PredictorPredictMethod<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("PredictorPredictMethod").finish_non_exhaustive()
        }
    }
    impl<M: Model<Input = I>, I, const N: usize> PredictorPredictMethod<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            input: impl ::serve_core::IntoArg<
                <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
            >,
            window: impl ::serve_core::IntoArg<[u8; N]>,
        ) -> ::serve_core::ObjectRef<
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Ok,
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "predict",
                (
                    ::serve_core::IntoArg::into_arg(input),
                    ::serve_core::IntoArg::into_arg(window),
                ),
                (|(input, window), reply| PredictorCall::Predict {
                    input,
                    window,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<
                    <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                >,
            __Arg1: ::serve_core::IntoArg<[u8; N]>,
        >(
            &self,
            input: __Arg0,
            window: __Arg1,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<
                    M::Output,
                    PredictError<Predictor<M, I, N>>,
                > as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        M::Output,
                        PredictError<Predictor<M, I, N>>,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<M, I, N, __Arg0, __Arg1> {
            ::serve_core::__private::call(
                &self.core,
                "predict",
                (
                    ::serve_core::IntoArg::into_arg(input),
                    ::serve_core::IntoArg::into_arg(window),
                ),
                (|(input, window), reply| PredictorCall::Predict {
                    input,
                    window,
                    reply,
                }) as fn(_, _) -> _,
                |instance, (input, window)| invoke_predict::<
                    M,
                    I,
                    N,
                >(instance, input, window),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<
                    <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                > + ::core::clone::Clone,
            __Arg1: ::serve_core::IntoArg<[u8; N]> + ::core::clone::Clone,
        >(
            &self,
            input: __Arg0,
            window: __Arg1,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <Result<
                    M::Output,
                    PredictError<Predictor<M, I, N>>,
                > as ::serve_core::__private::ResultLike>::Ok,
                <Result<
                    M::Output,
                    PredictError<Predictor<M, I, N>>,
                > as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "predict",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&input)),
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&window)),
                ),
                (|(input, window), reply| PredictorCall::Predict {
                    input,
                    window,
                    reply,
                }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::clone::Clone
    for PredictorTouchMethod<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::core::fmt::Debug
    for PredictorTouchMethod<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("PredictorTouchMethod").finish_non_exhaustive()
        }
    }
    impl<M: Model<Input = I>, I, const N: usize> PredictorTouchMethod<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<()> {
            ::serve_core::__private::remote(
                &self.core,
                "touch",
                (),
                (|(), reply| PredictorCall::Touch { reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<(), ::serve_core::CallError>,
        > + ::core::marker::Send + use<M, I, N> {
            ::serve_core::__private::call(
                &self.core,
                "touch",
                (),
                (|(), reply| PredictorCall::Touch { reply }) as fn(_, _) -> _,
                |instance, ()| invoke_touch::<M, I, N>(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<()>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "touch",
                || (),
                (|(), reply| PredictorCall::Touch { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_predict<M: Model<Input = I>, I, const N: usize>(
        instance: ::serve_core::__private::Instance<Predictor<M, I, N>>,
        input: <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
        window: [u8; N],
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Ok,
            <Result<
                M::Output,
                PredictError<Predictor<M, I, N>>,
            > as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        async move {
            let this = instance.get();
            let result = <Predictor<
                M,
                I,
                N,
            >>::predict(this, ::core::borrow::Borrow::<I>::borrow(&input), window)
                .await;
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    fn invoke_touch<M: Model<Input = I>, I, const N: usize>(
        instance: ::serve_core::__private::Instance<Predictor<M, I, N>>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::core::convert::Infallible>,
    > + ::core::marker::Send
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        async move {
            let this = instance.get();
            let result = <Predictor<M, I, N>>::touch(this);
            ::core::result::Result::Ok(result)
        }
    }
    #[automatically_derived]
    impl<M: Model<Input = I>, I, const N: usize> ::serve_core::Deployment
    for Predictor<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Call = PredictorCall<M, I, N>;
        type Handle = PredictorHandle<M, I, N>;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Predictor";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("predict")
                .signature(8731172760522207547)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `input`",
                            ty: "I",
                            capable: <::serve_core::__private::Probe<
                                <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `window`",
                            ty: "[u8; N]",
                            capable: <::serve_core::__private::Probe<[u8; N]>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "M::Output",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    M::Output,
                                    PredictError<Predictor<M, I, N>>,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "PredictError<Self>",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    M::Output,
                                    PredictError<Predictor<M, I, N>>,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("touch")
                .signature(1803426594929055256)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "()",
                            capable: <::serve_core::__private::Probe<()>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            PredictorHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(PredictorMethods {
                    predict: PredictorPredictMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    touch: PredictorTouchMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                PredictorCall::Predict { .. } => "predict",
                PredictorCall::Touch { .. } => "touch",
                PredictorCall::__Generics(never, _) => match never {}
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                PredictorCall::Predict { reply: ref reply, .. } => reply.watched(),
                PredictorCall::Touch { reply: ref reply, .. } => reply.watched(),
                PredictorCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                PredictorCall::Predict { input, window, reply } => {
                    reply
                        .complete(
                            invoke_predict::<M, I, N>(instance, input, window).await,
                        );
                }
                PredictorCall::Touch { reply } => {
                    reply.complete(invoke_touch::<M, I, N>(instance).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                PredictorCall::Predict { input, window, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "input",
                            input,
                            <::serve_core::__private::Probe<
                                <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        );
                    arguments
                        .give(
                            "window",
                            window,
                            <::serve_core::__private::Probe<[u8; N]>>::CODEC,
                        );
                    arguments
                        .call(
                            "predict",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            M::Output,
                                            PredictError<Predictor<M, I, N>>,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            M::Output,
                                            PredictError<Predictor<M, I, N>>,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                PredictorCall::Touch { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .call(
                            "touch",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<()>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                PredictorCall::__Generics(never, _) => match never {}
            }
        }
        #[allow(unused_variables)]
        fn decode(
            method: &::core::primitive::str,
            arguments: &::serve_core::__private::Bytes,
            answer: &mut ::serve_core::__private::Answer,
        ) -> ::core::result::Result<Self::Call, ::serve_core::__private::DecodeError> {
            match method {
                "predict" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let input = arguments
                        .next(
                            "input",
                            <::serve_core::__private::Probe<
                                <I as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        )?;
                    let window = arguments
                        .next(
                            "window",
                            <::serve_core::__private::Probe<[u8; N]>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <Result<
                                        M::Output,
                                        PredictError<Predictor<M, I, N>>,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        M::Output,
                                        PredictError<Predictor<M, I, N>>,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(PredictorCall::Predict {
                        input,
                        window,
                        reply,
                    })
                }
                "touch" => {
                    let arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<()>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(PredictorCall::Touch { reply })
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
            let mut arguments = ::serve_core::__private::ArgumentReader::new(arguments);
            let model = arguments
                .next("model", <::serve_core::__private::Probe<M>>::CODEC)?;
            arguments.end()?;
            ::core::result::Result::Ok(
                ::serve_core::__private::Constructing::new(__construct::<M, I, N>(model)),
            )
        }
    }
    fn __construct<M: Model<Input = I>, I, const N: usize>(
        model: M,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            Predictor<M, I, N>,
            ::serve_core::__private::Failure,
        >,
    > + ::core::marker::Send
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        async move {
            let result = <Predictor<M, I, N>>::new(model);
            ::core::result::Result::Ok(result)
        }
    }
    impl<M: Model<Input = I>, I, const N: usize> Predictor<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Describes a deployment of `Predictor` with these arguments, to be configured and run, or passed to another.
        pub fn bind(
            model: impl ::serve_core::BindArg<M>,
        ) -> ::serve_core::Application<Predictor<M, I, N>> {
            ::serve_core::__private::bind(
                (::serve_core::BindArg::bind(model),),
                |(model,)| __construct::<M, I, N>(model),
                |bound, handles| {
                    let (model,) = ::serve_core::__private::BorrowTuple::refs(
                        bound,
                        handles,
                    );
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .add("model", model, <::serve_core::__private::Probe<M>>::CODEC);
                    arguments.finish()
                },
                |(model,), (before0,), differences| {
                    differences
                        .argument(
                            "model",
                            "M",
                            model,
                            before0,
                            ::serve_core::__private::equality!(M),
                        );
                },
            )
        }
        /// Runs a deployment of `Predictor` on the default instance and waits until it is ready.
        pub fn deploy(
            model: impl ::serve_core::BindArg<M>,
        ) -> impl ::core::future::Future<
            Output = ::serve_core::Result<PredictorHandle<M, I, N>>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind(model))
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking(
            model: impl ::serve_core::BindArg<M>,
        ) -> ::serve_core::Result<PredictorHandle<M, I, N>> {
            ::serve_core::__private::deploy_blocking(Self::bind(model))
        }
        /// A handle to the running deployment of `Predictor` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<PredictorHandle<M, I, N>> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Predictor`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<PredictorHandle<M, I, N>> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl<
        M: Model<Input = I>,
        I,
        const N: usize,
    > ::serve_core::BindArg<PredictorHandle<M, I, N>>
    for ::serve_core::Application<Predictor<M, I, N>>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        M: ::core::marker::Send + ::core::marker::Sync + 'static,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn bind(self) -> ::serve_core::__private::Bound<PredictorHandle<M, I, N>> {
            ::serve_core::__private::Bound::application(self)
        }
    }
};
