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
/// A handle to the deployment `Predictor`: one field per method, called as `handle.predict.remote(..)`.
pub type PredictorHandle<M, I, const N: usize> = ::serve_core::Handle<
    Predictor<M, I, N>,
>;
/// The methods of `PredictorHandle`.
pub struct PredictorMethods<
    M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
    I,
    const N: usize,
>
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
    Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
    M::Output: ::core::marker::Send,
    PredictError<Predictor<M, I, N>>: ::core::marker::Send,
{
    /// `Predictor::predict`
    pub predict: PredictorPredictMethod<M, I, N>,
    /// `Predictor::touch`
    pub touch: PredictorTouchMethod<M, I, N>,
    #[doc(hidden)]
    __deployment: ::core::marker::PhantomData<fn() -> Predictor<M, I, N>>,
}
/// One call of a method of `Predictor`, as a value: what a mock receives.
pub enum PredictorCall<
    M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
    I,
    const N: usize,
>
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    /// A call of `Predictor::predict`.
    Predict {
        /// The argument `input`.
        input: ::serve_core::__private::OwnedOf<I>,
        /// The argument `window`.
        window: [u8; N],
        /// Takes the result.
        reply: ::serve_core::__private::Reply<
            M::Output,
            PredictError<Predictor<M, I, N>>,
        >,
    },
    /// A call of `Predictor::touch`.
    Touch {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<()>,
    },
    #[doc(hidden)]
    __Generics(
        ::core::convert::Infallible,
        ::core::marker::PhantomData<
            (::core::marker::PhantomData<M>, ::core::marker::PhantomData<I>),
        >,
    ),
}
/// `handle.predict`: calls `Predictor::predict` on a replica.
pub struct PredictorPredictMethod<
    M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
    I,
    const N: usize,
>(
    ::serve_core::__private::HandleCore<Predictor<M, I, N>>,
)
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
    Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
    M::Output: ::core::marker::Send,
    PredictError<Predictor<M, I, N>>: ::core::marker::Send;
/// `handle.touch`: calls `Predictor::touch` on a replica.
pub struct PredictorTouchMethod<
    M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
    I,
    const N: usize,
>(
    ::serve_core::__private::HandleCore<Predictor<M, I, N>>,
)
where
    I: Clone,
    Predictor<M, I, N>: Sized,
    I: ::core::marker::Send + ::core::marker::Sync + 'static,
    Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
    ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
    M::Output: ::core::marker::Send,
    PredictError<Predictor<M, I, N>>: ::core::marker::Send;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    const _: () = {
        fn need_send<T: ::core::marker::Send>() {}
        fn check<
            M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
            I,
            const N: usize,
        >()
        where
            I: Clone,
            Predictor<M, I, N>: Sized,
            I: ::core::marker::Send + ::core::marker::Sync + 'static,
        {
            need_send::<::serve_core::__private::OwnedOf<I>>();
            need_send::<M::Output>();
            need_send::<PredictError<Predictor<M, I, N>>>();
        }
    };
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > ::core::fmt::Debug for PredictorMethods<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("PredictorMethods")
                .field("predict", &self.predict)
                .field("touch", &self.touch)
                .finish()
        }
    }
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > ::core::fmt::Debug for PredictorCall<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Predictor<M, I, N>>(self, f)
        }
    }
    __serve::start_value! {
        impl [< M : Model < Input = I > + ::core::marker::Send + ::core::marker::Sync +
        'static, I, const N : usize >] PredictorPredictMethod[< M, I, N >] [where I :
        Clone, Predictor < M, I, N > : Sized, I : ::core::marker::Send +
        ::core::marker::Sync + 'static, Predictor < M, I, N > : ::core::marker::Send +
        ::core::marker::Sync, ::serve_core::__private::OwnedOf < I > :
        ::core::marker::Send, M::Output : ::core::marker::Send, PredictError < Predictor
        < M, I, N > > : ::core::marker::Send,] [] [] __PredictSpec < M, I, N > :
        call[remote call broadcast] (input : __Arg0[__serve::IntoArg <
        ::serve_core::__private::OwnedOf < I > >] [::core::clone::Clone] input, window :
        __Arg1[__serve::IntoArg < [u8; N] >] [::core::clone::Clone] window) use [M, I,
        N,] -> [__serve::ObjectRef < M::Output, PredictError < Predictor < M, I, N > > >]
        [__serve::CallResult < M::Output, PredictError < Predictor < M, I, N > > >]
    }
    struct __PredictSpec<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    >(
        ::core::marker::PhantomData<fn() -> Predictor<M, I, N>>,
    )
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send;
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > __serve::MethodSpec for __PredictSpec<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        type On = Predictor<M, I, N>;
        type Args = (::serve_core::__private::OwnedOf<I>, [u8; N]);
        type Value = M::Output;
        type Error = PredictError<Predictor<M, I, N>>;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "predict";
        const SIGNATURE: ::core::primitive::u64 = 8731172760522207547;
        const PARAMETERS: __serve::Specs<Self> = (
            ("input", "I", <__serve::Probe<::serve_core::__private::OwnedOf<I>>>::CODEC),
            ("window", "[u8; N]", <__serve::Probe<[u8; N]>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["M::Output", "PredictError<Self>"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap(
            (input, window): Self::Args,
            reply: __serve::ReplyTo<Self>,
        ) -> PredictorCall<M, I, N> {
            PredictorCall::Predict {
                input,
                window,
                reply,
            }
        }
    }
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > __serve::Invoke for __PredictSpec<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        fn invoke(
            instance: __serve::Instance<Predictor<M, I, N>>,
            (input, window): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Predictor<
                    M,
                    I,
                    N,
                >>::predict(this, ::core::borrow::Borrow::<I>::borrow(&input), window)
                    .await;
                __serve::ResultLike::into_result(result)
            }
        }
    }
    __serve::start_value! {
        impl [< M : Model < Input = I > + ::core::marker::Send + ::core::marker::Sync +
        'static, I, const N : usize >] PredictorTouchMethod[< M, I, N >] [where I :
        Clone, Predictor < M, I, N > : Sized, I : ::core::marker::Send +
        ::core::marker::Sync + 'static, Predictor < M, I, N > : ::core::marker::Send +
        ::core::marker::Sync, ::serve_core::__private::OwnedOf < I > :
        ::core::marker::Send, M::Output : ::core::marker::Send, PredictError < Predictor
        < M, I, N > > : ::core::marker::Send,] [] [] __TouchSpec < M, I, N > :
        call[remote call broadcast] () use [M, I, N,] -> [__serve::ObjectRef < () >]
        [__serve::CallResult < () >]
    }
    struct __TouchSpec<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    >(
        ::core::marker::PhantomData<fn() -> Predictor<M, I, N>>,
    )
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send;
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > __serve::MethodSpec for __TouchSpec<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        type On = Predictor<M, I, N>;
        type Args = ();
        type Value = ();
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "touch";
        const SIGNATURE: ::core::primitive::u64 = 1803426594929055256;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap(
            (): Self::Args,
            reply: __serve::ReplyTo<Self>,
        ) -> PredictorCall<M, I, N> {
            PredictorCall::Touch { reply }
        }
    }
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > __serve::Invoke for __TouchSpec<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        fn invoke(
            instance: __serve::Instance<Predictor<M, I, N>>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Predictor<M, I, N>>::touch(this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[automatically_derived]
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > ::serve_core::Deployment for Predictor<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        type Call = PredictorCall<M, I, N>;
        type Methods = PredictorMethods<M, I, N>;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Predictor";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__PredictSpec<M, I, N>>::INFO,
            <__TouchSpec<M, I, N>>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            PredictorMethods {
                predict: PredictorPredictMethod(core.share()),
                touch: PredictorTouchMethod(core.share()),
                __deployment: ::core::marker::PhantomData,
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                PredictorCall::Predict { ref reply, .. } => {
                    <__PredictSpec<M, I, N>>::parts(reply)
                }
                PredictorCall::Touch { ref reply, .. } => {
                    <__TouchSpec<M, I, N>>::parts(reply)
                }
                PredictorCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                PredictorCall::Predict { input, window, reply } => {
                    reply
                        .complete(
                            <__PredictSpec<M, I, N>>::invoke(instance, (input, window))
                                .await,
                        )
                }
                PredictorCall::Touch { reply } => {
                    reply.complete(<__TouchSpec<M, I, N>>::invoke(instance, ()).await)
                }
                PredictorCall::__Generics(never, _) => match never {}
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                PredictorCall::Predict { input, window, reply } => {
                    <__PredictSpec<M, I, N>>::encode((input, window), reply)
                }
                PredictorCall::Touch { reply } => {
                    <__TouchSpec<M, I, N>>::encode((), reply)
                }
                PredictorCall::__Generics(never, _) => match never {}
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "predict" => <__PredictSpec<M, I, N>>::decode(arguments, answer),
                "touch" => <__TouchSpec<M, I, N>>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            let mut arguments = __serve::ArgumentReader::new(arguments);
            let model = arguments.next("model", <__serve::Probe<M>>::CODEC)?;
            arguments.end()?;
            __serve::Constructing::new(__construct::<M, I, N>(model))
        }
    }
    fn __construct<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    >(
        model: M,
    ) -> impl __serve::MethodFuture<
        Output = ::core::result::Result<Predictor<M, I, N>, __serve::Failure>,
    > + __serve::MethodSend
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        async move {
            let result = <Predictor<M, I, N>>::new(model);
            ::core::result::Result::Ok(result)
        }
    }
    impl<
        M: Model<Input = I> + ::core::marker::Send + ::core::marker::Sync + 'static,
        I,
        const N: usize,
    > Predictor<M, I, N>
    where
        I: Clone,
        Predictor<M, I, N>: Sized,
        I: ::core::marker::Send + ::core::marker::Sync + 'static,
        Predictor<M, I, N>: ::core::marker::Send + ::core::marker::Sync,
        ::serve_core::__private::OwnedOf<I>: ::core::marker::Send,
        M::Output: ::core::marker::Send,
        PredictError<Predictor<M, I, N>>: ::core::marker::Send,
    {
        /// Describes a deployment of `Predictor` with these arguments, to be configured and run, or passed to another.
        pub fn bind(
            model: impl ::serve_core::BindArg<M>,
        ) -> ::serve_core::Application<Predictor<M, I, N>> {
            __serve::bind(
                (__serve::bound(model),),
                |(model,)| __construct::<M, I, N>(model),
                |bound, handles| {
                    let (model,) = __serve::BorrowTuple::refs(bound, handles);
                    let mut arguments = __serve::Arguments::new();
                    arguments.add("model", model, <__serve::Probe<M>>::CODEC);
                    arguments.finish()
                },
                |(model,), (before0,), differences| {
                    differences
                        .argument("model", "M", model, before0, __serve::equality!(M));
                },
            )
        }
        /// Runs a deployment of `Predictor` on the default instance and waits until it is ready.
        pub fn deploy(
            model: impl ::serve_core::BindArg<M>,
        ) -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Predictor<M, I, N>>>,
        > + __serve::Send {
            __serve::deploy(Self::bind(model))
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking(
            model: impl ::serve_core::BindArg<M>,
        ) -> ::serve_core::Result<::serve_core::Handle<Predictor<M, I, N>>> {
            __serve::deploy_blocking(Self::bind(model))
        }
        __serve::handles! {
            pub, "Predictor"
        }
    }
};
