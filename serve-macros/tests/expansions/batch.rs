impl Model {
    /// Embeds a text.
    pub async fn embed(&self, mut texts: Vec<String>) -> Vec<Embedding> {
        texts.iter().map(Embedding::of).collect()
    }
    pub fn rank(
        &mut self,
        pairs: std::vec::Vec<(String, String)>,
    ) -> Result<Vec<f32>, RankError> {
        Err(RankError)
    }
    pub fn alias(&self, _: Vec<Self>) -> anyhow::Result<Vec<Self>> {
        Err(anyhow!("no"))
    }
    pub fn each(&self, numbers: Vec<u32>) -> Vec<io::Result<u32>> {
        numbers.into_iter().map(Ok).collect()
    }
    pub fn plain(&self, text: &str) -> String {
        text.to_owned()
    }
    fn tokens(text: &String) -> usize {
        text.len()
    }
}
/// A handle to the deployment `Model`: one field per method, called as `handle.embed.remote(..)`.
pub type ModelHandle = ::serve_core::Handle<Model>;
#[allow(rustdoc::broken_intra_doc_links)]
/// The methods of `ModelHandle`.
pub struct ModelMethods
where
    Model: ::core::marker::Send + ::core::marker::Sync,
    Embedding: ::core::marker::Send,
    RankError: ::core::marker::Send,
    RankError: ::serve_core::__private::BatchError,
    Model: ::core::marker::Send,
    anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
    Model: ::serve_core::__private::IdempotentArgument,
    io::Result<u32>: ::serve_core::__private::SentResult,
{
    /// Embeds a text.
    pub embed: ModelEmbedMethod,
    /// `Model::rank`
    pub rank: ModelRankMethod,
    /// `Model::alias`
    pub alias: ModelAliasMethod,
    /// `Model::each`
    pub each: ModelEachMethod,
    /// `Model::plain`
    pub plain: ModelPlainMethod,
}
/// One call of a method of `Model`, as a value: what a mock receives.
pub enum ModelCall
where
    anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
    io::Result<u32>: ::serve_core::__private::SentResult,
{
    /// A call of `Model::embed`.
    Embed {
        /// One item of the argument `texts`.
        texts: String,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<Embedding>,
    },
    /// A call of `Model::rank`.
    Rank {
        /// One item of the argument `pairs`.
        pairs: (String, String),
        /// Takes the result.
        reply: ::serve_core::__private::Reply<f32, RankError>,
    },
    /// A call of `Model::alias`.
    Alias {
        /// One item of the argument `arg0`.
        arg0: Model,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<
            ::serve_core::__private::ItemOf<
                ::serve_core::__private::OkOf<anyhow::Result<Vec<Model>>>,
            >,
            ::serve_core::__private::ErrOf<anyhow::Result<Vec<Model>>>,
        >,
    },
    /// A call of `Model::each`.
    Each {
        /// One item of the argument `numbers`.
        numbers: u32,
        /// Takes the result.
        reply: ::serve_core::__private::ReplyOf<io::Result<u32>>,
    },
    /// A call of `Model::plain`.
    Plain {
        /// The argument `text`.
        text: ::serve_core::__private::String,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<String>,
    },
}
/// `handle.embed`: calls `Model::embed` on a replica.
pub struct ModelEmbedMethod(
    ::serve_core::__private::HandleCore<Model>,
)
where
    Model: ::core::marker::Send + ::core::marker::Sync,
    Embedding: ::core::marker::Send,
    RankError: ::core::marker::Send,
    RankError: ::serve_core::__private::BatchError,
    Model: ::core::marker::Send,
    anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
    Model: ::serve_core::__private::IdempotentArgument,
    io::Result<u32>: ::serve_core::__private::SentResult;
/// `handle.rank`: calls `Model::rank` on a replica.
pub struct ModelRankMethod(
    ::serve_core::__private::HandleCore<Model>,
)
where
    Model: ::core::marker::Send + ::core::marker::Sync,
    Embedding: ::core::marker::Send,
    RankError: ::core::marker::Send,
    RankError: ::serve_core::__private::BatchError,
    Model: ::core::marker::Send,
    anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
    Model: ::serve_core::__private::IdempotentArgument,
    io::Result<u32>: ::serve_core::__private::SentResult;
/// `handle.alias`: calls `Model::alias` on a replica.
pub struct ModelAliasMethod(
    ::serve_core::__private::HandleCore<Model>,
)
where
    Model: ::core::marker::Send + ::core::marker::Sync,
    Embedding: ::core::marker::Send,
    RankError: ::core::marker::Send,
    RankError: ::serve_core::__private::BatchError,
    Model: ::core::marker::Send,
    anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
    Model: ::serve_core::__private::IdempotentArgument,
    io::Result<u32>: ::serve_core::__private::SentResult;
/// `handle.each`: calls `Model::each` on a replica.
pub struct ModelEachMethod(
    ::serve_core::__private::HandleCore<Model>,
)
where
    Model: ::core::marker::Send + ::core::marker::Sync,
    Embedding: ::core::marker::Send,
    RankError: ::core::marker::Send,
    RankError: ::serve_core::__private::BatchError,
    Model: ::core::marker::Send,
    anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
    Model: ::serve_core::__private::IdempotentArgument,
    io::Result<u32>: ::serve_core::__private::SentResult;
/// `handle.plain`: calls `Model::plain` on a replica.
pub struct ModelPlainMethod(
    ::serve_core::__private::HandleCore<Model>,
)
where
    Model: ::core::marker::Send + ::core::marker::Sync,
    Embedding: ::core::marker::Send,
    RankError: ::core::marker::Send,
    RankError: ::serve_core::__private::BatchError,
    Model: ::core::marker::Send,
    anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
    Model: ::serve_core::__private::IdempotentArgument,
    io::Result<u32>: ::serve_core::__private::SentResult;
#[allow(rustdoc::broken_intra_doc_links)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for ModelMethods
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("ModelMethods")
                .field("embed", &self.embed)
                .field("rank", &self.rank)
                .field("alias", &self.alias)
                .field("each", &self.each)
                .field("plain", &self.plain)
                .finish()
        }
    }
    impl ::core::fmt::Debug for ModelCall
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Model>(self, f)
        }
    }
    __serve::start_batch! {
        impl [< >] ModelEmbedMethod[] [where Model : ::core::marker::Send +
        ::core::marker::Sync, Embedding : ::core::marker::Send, RankError :
        ::core::marker::Send, RankError : ::serve_core::__private::BatchError, Model :
        ::core::marker::Send, anyhow::Result < Vec < Model > > :
        ::serve_core::__private::BatchOutcome, Model :
        ::serve_core::__private::IdempotentArgument, io::Result < u32 > :
        ::serve_core::__private::SentResult,] [#[doc = " Embeds a text."] #[doc = ""]] []
        __EmbedSpec : call_as_value[remote call broadcast] (texts :
        __Arg0[__serve::IntoArg < String >] [::core::clone::Clone] texts) use [] ->
        [__serve::ObjectRef < Embedding >] [__serve::CallResult < Embedding >]
    }
    enum __EmbedSpec {}
    impl __serve::MethodSpec for __EmbedSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type On = Model;
        type Args = (String,);
        type Value = Embedding;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "embed";
        const SIGNATURE: ::core::primitive::u64 = 15687196512409589212;
        const PARAMETERS: __serve::Specs<Self> = (
            ("texts", "String", <__serve::Probe<String>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["Embedding", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        const IS_BATCHED: ::core::primitive::bool = true;
        fn wrap((texts,): Self::Args, reply: __serve::ReplyTo<Self>) -> ModelCall {
            ModelCall::Embed { texts, reply }
        }
    }
    impl __serve::InvokeBatch for __EmbedSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type Item = String;
        fn unwrap(
            call: ModelCall,
        ) -> ::core::option::Option<(String, __serve::ReplyTo<Self>)> {
            match call {
                ModelCall::Embed { texts, reply } => {
                    ::core::option::Option::Some((texts, reply))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn invoke(
            instance: __serve::Instance<Model>,
            texts: __serve::Vec<String>,
            replies: __serve::Replies<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result: Vec<Embedding> = <Model>::embed(&this, texts).await;
                replies.values(result);
            }
        }
    }
    __serve::start_batch! {
        impl [< >] ModelRankMethod[] [where Model : ::core::marker::Send +
        ::core::marker::Sync, Embedding : ::core::marker::Send, RankError :
        ::core::marker::Send, RankError : ::serve_core::__private::BatchError, Model :
        ::core::marker::Send, anyhow::Result < Vec < Model > > :
        ::serve_core::__private::BatchOutcome, Model :
        ::serve_core::__private::IdempotentArgument, io::Result < u32 > :
        ::serve_core::__private::SentResult,] [] [] __RankSpec : call_as_value[remote
        call broadcast] (pairs : __Arg0[__serve::IntoArg < (String, String) >]
        [::core::clone::Clone] pairs) use [] -> [__serve::ObjectRef < f32, RankError >]
        [__serve::CallResult < f32, RankError >]
    }
    enum __RankSpec {}
    impl __serve::MethodSpec for __RankSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type On = Model;
        type Args = ((String, String),);
        type Value = f32;
        type Error = RankError;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "rank";
        const SIGNATURE: ::core::primitive::u64 = 15070264040287151781;
        const PARAMETERS: __serve::Specs<Self> = (
            ("pairs", "(String, String)", <__serve::Probe<(String, String)>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["f32", "RankError"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        const IS_BATCHED: ::core::primitive::bool = true;
        fn wrap((pairs,): Self::Args, reply: __serve::ReplyTo<Self>) -> ModelCall {
            ModelCall::Rank { pairs, reply }
        }
    }
    impl __serve::InvokeBatch for __RankSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type Item = (String, String);
        fn unwrap(
            call: ModelCall,
        ) -> ::core::option::Option<((String, String), __serve::ReplyTo<Self>)> {
            match call {
                ModelCall::Rank { pairs, reply } => {
                    ::core::option::Option::Some((pairs, reply))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn invoke(
            instance: __serve::Instance<Model>,
            pairs: __serve::Vec<(String, String)>,
            replies: __serve::Replies<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let result: Result<Vec<f32>, RankError> = instance
                    .blocking_write(move |this: &mut Model| <Model>::rank(this, pairs))
                    .await;
                replies.whole(__serve::ResultLike::into_result(result));
            }
        }
    }
    __serve::start_batch! {
        impl [< >] ModelAliasMethod[] [where Model : ::core::marker::Send +
        ::core::marker::Sync, Embedding : ::core::marker::Send, RankError :
        ::core::marker::Send, RankError : ::serve_core::__private::BatchError, Model :
        ::core::marker::Send, anyhow::Result < Vec < Model > > :
        ::serve_core::__private::BatchOutcome, Model :
        ::serve_core::__private::IdempotentArgument, io::Result < u32 > :
        ::serve_core::__private::SentResult,] [] [] __AliasSpec : call_as_value[remote
        call broadcast] (arg0 : __Arg0[__serve::IntoArg < Model >] [::core::clone::Clone]
        arg0) use [] -> [__serve::ObjectRef < __serve::ItemOf < __serve::OkOf <
        anyhow::Result < Vec < Model > > > >, __serve::ErrOf < anyhow::Result < Vec <
        Model > > > >] [__serve::CallResult < __serve::ItemOf < __serve::OkOf <
        anyhow::Result < Vec < Model > > > >, __serve::ErrOf < anyhow::Result < Vec <
        Model > > > >]
    }
    enum __AliasSpec {}
    impl __serve::MethodSpec for __AliasSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type On = Model;
        type Args = (Model,);
        type Value = __serve::ItemOf<__serve::OkOf<anyhow::Result<Vec<Model>>>>;
        type Error = __serve::ErrOf<anyhow::Result<Vec<Model>>>;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "alias";
        const SIGNATURE: ::core::primitive::u64 = 3132979046944962799;
        const PARAMETERS: __serve::Specs<Self> = (
            ("arg0", "Self", <__serve::Probe<Model>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["Self", "anyhow::Result<Vec<Self>>"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        const REPEAT: ::core::option::Option<__serve::Repeat<Self::Args>> = ::core::option::Option::Some(
            ::core::clone::Clone::clone,
        );
        const IS_BATCHED: ::core::primitive::bool = true;
        fn wrap((arg0,): Self::Args, reply: __serve::ReplyTo<Self>) -> ModelCall {
            ModelCall::Alias { arg0, reply }
        }
    }
    impl __serve::InvokeBatch for __AliasSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type Item = Model;
        fn unwrap(
            call: ModelCall,
        ) -> ::core::option::Option<(Model, __serve::ReplyTo<Self>)> {
            match call {
                ModelCall::Alias { arg0, reply } => {
                    ::core::option::Option::Some((arg0, reply))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn invoke(
            instance: __serve::Instance<Model>,
            arg0: __serve::Vec<Model>,
            replies: __serve::Replies<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result: anyhow::Result<Vec<Model>> = <Model>::alias(&this, arg0);
                replies.whole(__serve::ResultLike::into_result(result));
            }
        }
    }
    __serve::start_batch! {
        impl [< >] ModelEachMethod[] [where Model : ::core::marker::Send +
        ::core::marker::Sync, Embedding : ::core::marker::Send, RankError :
        ::core::marker::Send, RankError : ::serve_core::__private::BatchError, Model :
        ::core::marker::Send, anyhow::Result < Vec < Model > > :
        ::serve_core::__private::BatchOutcome, Model :
        ::serve_core::__private::IdempotentArgument, io::Result < u32 > :
        ::serve_core::__private::SentResult,] [] [] __EachSpec : call_as_value[remote
        call broadcast] (numbers : __Arg0[__serve::IntoArg < u32 >]
        [::core::clone::Clone] numbers) use [] -> [__serve::ObjectRefOf < io::Result <
        u32 > >] [__serve::CallResultOf < io::Result < u32 > >]
    }
    enum __EachSpec {}
    impl __serve::MethodSpec for __EachSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type On = Model;
        type Args = (u32,);
        type Value = __serve::OkOf<io::Result<u32>>;
        type Error = __serve::ErrOf<io::Result<u32>>;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "each";
        const SIGNATURE: ::core::primitive::u64 = 4644618505119760627;
        const PARAMETERS: __serve::Specs<Self> = (
            ("numbers", "u32", <__serve::Probe<u32>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u32", "io::Result<u32>"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        const IS_BATCHED: ::core::primitive::bool = true;
        fn wrap((numbers,): Self::Args, reply: __serve::ReplyTo<Self>) -> ModelCall {
            ModelCall::Each { numbers, reply }
        }
    }
    impl __serve::InvokeBatch for __EachSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type Item = u32;
        fn unwrap(
            call: ModelCall,
        ) -> ::core::option::Option<(u32, __serve::ReplyTo<Self>)> {
            match call {
                ModelCall::Each { numbers, reply } => {
                    ::core::option::Option::Some((numbers, reply))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn invoke(
            instance: __serve::Instance<Model>,
            numbers: __serve::Vec<u32>,
            replies: __serve::Replies<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result: Vec<io::Result<u32>> = <Model>::each(&this, numbers);
                replies.each(result);
            }
        }
    }
    __serve::start_value! {
        impl [< >] ModelPlainMethod[] [where Model : ::core::marker::Send +
        ::core::marker::Sync, Embedding : ::core::marker::Send, RankError :
        ::core::marker::Send, RankError : ::serve_core::__private::BatchError, Model :
        ::core::marker::Send, anyhow::Result < Vec < Model > > :
        ::serve_core::__private::BatchOutcome, Model :
        ::serve_core::__private::IdempotentArgument, io::Result < u32 > :
        ::serve_core::__private::SentResult,] [] [] __PlainSpec : call[remote call
        broadcast] (text : __Arg0[__serve::IntoArg < ::serve_core::__private::String >]
        [::core::clone::Clone] text) use [] -> [__serve::ObjectRef < String >]
        [__serve::CallResult < String >]
    }
    enum __PlainSpec {}
    impl __serve::MethodSpec for __PlainSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type On = Model;
        type Args = (::serve_core::__private::String,);
        type Value = String;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "plain";
        const SIGNATURE: ::core::primitive::u64 = 16280293348446280626;
        const PARAMETERS: __serve::Specs<Self> = (
            ("text", "String", <__serve::Probe<::serve_core::__private::String>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["String", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((text,): Self::Args, reply: __serve::ReplyTo<Self>) -> ModelCall {
            ModelCall::Plain { text, reply }
        }
    }
    impl __serve::Invoke for __PlainSpec
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        fn invoke(
            instance: __serve::Instance<Model>,
            (text,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Model>::plain(&this, &text);
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Model
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        type Call = ModelCall;
        type Methods = ModelMethods;
        type Cell = __serve::Exclusive<Self>;
        const NAME: &'static str = "Model";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__EmbedSpec>::INFO,
            <__RankSpec>::INFO,
            <__AliasSpec>::INFO,
            <__EachSpec>::INFO,
            <__PlainSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            ModelMethods {
                embed: ModelEmbedMethod(core.share()),
                rank: ModelRankMethod(core.share()),
                alias: ModelAliasMethod(core.share()),
                each: ModelEachMethod(core.share()),
                plain: ModelPlainMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                ModelCall::Embed { ref reply, .. } => <__EmbedSpec>::parts(reply),
                ModelCall::Rank { ref reply, .. } => <__RankSpec>::parts(reply),
                ModelCall::Alias { ref reply, .. } => <__AliasSpec>::parts(reply),
                ModelCall::Each { ref reply, .. } => <__EachSpec>::parts(reply),
                ModelCall::Plain { ref reply, .. } => <__PlainSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                ModelCall::Embed { texts, reply } => {
                    <__EmbedSpec>::run_one(instance, texts, reply).await
                }
                ModelCall::Rank { pairs, reply } => {
                    <__RankSpec>::run_one(instance, pairs, reply).await
                }
                ModelCall::Alias { arg0, reply } => {
                    <__AliasSpec>::run_one(instance, arg0, reply).await
                }
                ModelCall::Each { numbers, reply } => {
                    <__EachSpec>::run_one(instance, numbers, reply).await
                }
                ModelCall::Plain { text, reply } => {
                    reply.complete(<__PlainSpec>::invoke(instance, (text,)).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                ModelCall::Embed { texts, reply } => {
                    <__EmbedSpec>::encode((texts,), reply)
                }
                ModelCall::Rank { pairs, reply } => <__RankSpec>::encode((pairs,), reply),
                ModelCall::Alias { arg0, reply } => <__AliasSpec>::encode((arg0,), reply),
                ModelCall::Each { numbers, reply } => {
                    <__EachSpec>::encode((numbers,), reply)
                }
                ModelCall::Plain { text, reply } => <__PlainSpec>::encode((text,), reply),
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "embed" => <__EmbedSpec>::decode(arguments, answer),
                "rank" => <__RankSpec>::decode(arguments, answer),
                "alias" => <__AliasSpec>::decode(arguments, answer),
                "each" => <__EachSpec>::decode(arguments, answer),
                "plain" => <__PlainSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Model>(arguments)
        }
        const BATCHES: &'static [__serve::BatchInfo] = &[
            __serve::BatchInfo::new("embed")
                .max_batch_size(32)
                .batch_wait_timeout(::core::time::Duration::new(0, 5000000))
                .max_concurrent_batches(2)
                .max_batch_cost(16384),
            __serve::BatchInfo::new("rank"),
            __serve::BatchInfo::new("alias"),
            __serve::BatchInfo::new("each")
                .batch_wait_timeout(::core::time::Duration::new(0, 0)),
        ];
        fn cost(call: &Self::Call) -> usize {
            match *call {
                ModelCall::Embed { texts: ref item, .. } => Self::tokens(item),
                ModelCall::Rank { .. } => 1,
                ModelCall::Alias { .. } => 1,
                ModelCall::Each { .. } => 1,
                ModelCall::Plain { .. } => 1,
            }
        }
        async fn dispatch_batch(
            instance: __serve::Instance<Self>,
            method: &'static ::core::primitive::str,
            calls: __serve::Vec<Self::Call>,
        ) {
            match method {
                "embed" => <__EmbedSpec>::run_all(instance, calls).await,
                "rank" => <__RankSpec>::run_all(instance, calls).await,
                "alias" => <__AliasSpec>::run_all(instance, calls).await,
                "each" => <__EachSpec>::run_all(instance, calls).await,
                _ => {}
            }
        }
    }
    impl Model
    where
        Model: ::core::marker::Send + ::core::marker::Sync,
        Embedding: ::core::marker::Send,
        RankError: ::core::marker::Send,
        RankError: ::serve_core::__private::BatchError,
        Model: ::core::marker::Send,
        anyhow::Result<Vec<Model>>: ::serve_core::__private::BatchOutcome,
        Model: ::serve_core::__private::IdempotentArgument,
        io::Result<u32>: ::serve_core::__private::SentResult,
    {
        /// Describes a deployment of `Model` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Model> {
            __serve::bind_default::<Model>()
        }
        /// Runs a deployment of `Model` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Model>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Model>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub, "Model"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Model >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
impl<T: Clone, const N: usize> Doubler<T, N> {
    #[cfg(unix)]
    fn __call__(&self, items: Vec<[T; N]>) -> Vec<Result<T, DoubleError<T>>> {
        vec![]
    }
}
#[allow(private_bounds, private_interfaces)]
/// A handle to the deployment `Doubler`, called as `handle.remote(..)`.
type DoublerHandle<T, const N: usize> = ::serve_core::Handle<Doubler<T, N>>;
#[allow(private_bounds, private_interfaces)]
/// One call of a method of `Doubler`, as a value.
type DoublerCall<T, const N: usize> = <Doubler<T, N> as ::serve_core::Deployment>::Call;
#[allow(private_bounds, private_interfaces)]
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    #[allow(private_bounds, private_interfaces)]
    /// The methods of `DoublerHandle`.
    pub struct DoublerMethods<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    >
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        #[cfg(unix)]
        /// `Doubler::__call__`
        #[doc(hidden)]
        __call__: DoublerCallMethod<T, N>,
        #[doc(hidden)]
        __deployment: ::core::marker::PhantomData<fn() -> Doubler<T, N>>,
    }
    #[allow(private_bounds, private_interfaces)]
    /// One call of a method of `Doubler`, as a value: what a mock receives.
    pub enum DoublerCall<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > {
        #[cfg(unix)]
        /// A call of `Doubler::__call__`.
        Call {
            /// One item of the argument `items`.
            items: [T; N],
            /// Takes the result.
            reply: ::serve_core::__private::Reply<T, DoubleError<T>>,
        },
        #[doc(hidden)]
        __Generics(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<(::core::marker::PhantomData<T>,)>,
        ),
    }
    #[allow(private_bounds, private_interfaces)]
    #[cfg(unix)]
    /// `handle.__call__`: calls `Doubler::__call__` on a replica.
    pub struct DoublerCallMethod<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    >(
        ::serve_core::__private::HandleCore<Doubler<T, N>>,
    )
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync;
    #[cfg(unix)]
    const _: () = {
        fn need_send<T: ::core::marker::Send>() {}
        fn check<
            T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
            const N: usize,
        >() {
            need_send::<[T; N]>();
            need_send::<T>();
            need_send::<DoubleError<T>>();
        }
    };
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > ::core::fmt::Debug for DoublerMethods<T, N>
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("DoublerMethods").finish()
        }
    }
    #[cfg(unix)]
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > ::core::ops::Deref for DoublerMethods<T, N>
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        type Target = DoublerCallMethod<T, N>;
        fn deref(&self) -> &Self::Target {
            &self.__call__
        }
    }
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > ::core::fmt::Debug for DoublerCall<T, N>
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Doubler<T, N>>(self, f)
        }
    }
    #[cfg(unix)]
    __serve::start_batch! {
        impl [< T : Clone + ::core::marker::Send + ::core::marker::Sync + 'static, const
        N : usize >] DoublerCallMethod[< T, N >] [where Doubler < T, N > :
        ::core::marker::Send + ::core::marker::Sync,] [] [] __CallSpec < T, N > :
        call_as_value[remote call broadcast] (items : __Arg0[__serve::IntoArg < [T; N] >]
        [::core::clone::Clone] items) use [T, N,] -> [__serve::ObjectRef < T, DoubleError
        < T > >] [__serve::CallResult < T, DoubleError < T > >]
    }
    #[cfg(unix)]
    struct __CallSpec<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    >(
        ::core::marker::PhantomData<fn() -> Doubler<T, N>>,
    )
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync;
    #[cfg(unix)]
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > __serve::MethodSpec for __CallSpec<T, N>
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        type On = Doubler<T, N>;
        type Args = ([T; N],);
        type Value = T;
        type Error = DoubleError<T>;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "__call__";
        const SIGNATURE: ::core::primitive::u64 = 552961730347707078;
        const PARAMETERS: __serve::Specs<Self> = (
            ("items", "[T; N]", <__serve::Probe<[T; N]>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["T", "DoubleError<T>"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        const IS_BATCHED: ::core::primitive::bool = true;
        fn wrap(
            (items,): Self::Args,
            reply: __serve::ReplyTo<Self>,
        ) -> DoublerCall<T, N> {
            DoublerCall::Call { items, reply }
        }
    }
    #[cfg(unix)]
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > __serve::InvokeBatch for __CallSpec<T, N>
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        type Item = [T; N];
        fn unwrap(
            call: DoublerCall<T, N>,
        ) -> ::core::option::Option<([T; N], __serve::ReplyTo<Self>)> {
            match call {
                DoublerCall::Call { items, reply } => {
                    ::core::option::Option::Some((items, reply))
                }
                _ => ::core::option::Option::None,
            }
        }
        fn invoke(
            instance: __serve::Instance<Doubler<T, N>>,
            items: __serve::Vec<[T; N]>,
            replies: __serve::Replies<Self::Value, Self::Error>,
        ) -> impl __serve::MethodFuture<Output = ()> + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result: Vec<Result<T, DoubleError<T>>> = <Doubler<
                    T,
                    N,
                >>::__call__(this, items);
                replies.each(result);
            }
        }
    }
    #[automatically_derived]
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > ::serve_core::Deployment for Doubler<T, N>
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        type Call = DoublerCall<T, N>;
        type Methods = DoublerMethods<T, N>;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Doubler";
        const METHODS: &'static [__serve::MethodInfo] = &[
            #[cfg(unix)]
            <__CallSpec<T, N>>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            DoublerMethods {
                #[cfg(unix)]
                __call__: DoublerCallMethod(core.share()),
                __deployment: ::core::marker::PhantomData,
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                #[cfg(unix)]
                DoublerCall::Call { ref reply, .. } => <__CallSpec<T, N>>::parts(reply),
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                #[cfg(unix)]
                DoublerCall::Call { items, reply } => {
                    <__CallSpec<T, N>>::run_one(instance, items, reply).await
                }
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                #[cfg(unix)]
                DoublerCall::Call { items, reply } => {
                    <__CallSpec<T, N>>::encode((items,), reply)
                }
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                #[cfg(unix)]
                "__call__" => <__CallSpec<T, N>>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Doubler<T, N>>(arguments)
        }
        const BATCHES: &'static [__serve::BatchInfo] = &[
            #[cfg(unix)]
            __serve::BatchInfo::new("__call__").max_batch_cost(1),
        ];
        fn cost(call: &Self::Call) -> usize {
            match *call {
                #[cfg(unix)]
                DoublerCall::Call { items: ref item, .. } => crate::cost::<T>(item),
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch_batch(
            instance: __serve::Instance<Self>,
            method: &'static ::core::primitive::str,
            calls: __serve::Vec<Self::Call>,
        ) {
            match method {
                #[cfg(unix)]
                "__call__" => <__CallSpec<T, N>>::run_all(instance, calls).await,
                _ => {}
            }
        }
    }
    impl<
        T: Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        const N: usize,
    > Doubler<T, N>
    where
        Doubler<T, N>: ::core::marker::Send + ::core::marker::Sync,
    {
        /// Describes a deployment of `Doubler` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<Doubler<T, N>> {
            __serve::bind_default::<Doubler<T, N>>()
        }
        /// Runs a deployment of `Doubler` on the default instance and waits until it is ready.
        fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Doubler<T, N>>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<
            ::serve_core::Handle<Doubler<T, N>>,
        > {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            , "Doubler"
        }
    }
};
