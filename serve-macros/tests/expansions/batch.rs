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
/// A handle to the deployment `Model`: one field per method, called as `handle.embed.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct ModelHandle {
    __methods: ::serve_core::__private::std::sync::Arc<ModelMethods>,
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
/// The methods of `ModelHandle`.
pub struct ModelMethods {
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
    __core: ::serve_core::__private::HandleCore<Model>,
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
/// One call of a method of `Model`, as a value: what a mock receives.
pub enum ModelCall {
    /// A call of `Model::embed`.
    Embed {
        /// One item of the argument `texts`.
        texts: String,
        /// Takes the result.
        reply: ::serve_core::Reply<Embedding>,
    },
    /// A call of `Model::rank`.
    Rank {
        /// One item of the argument `pairs`.
        pairs: (String, String),
        /// Takes the result.
        reply: ::serve_core::Reply<
            <<Result<
                Vec<f32>,
                RankError,
            > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
            <Result<Vec<f32>, RankError> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Model::alias`.
    Alias {
        /// One item of the argument `arg0`.
        arg0: Model,
        /// Takes the result.
        reply: ::serve_core::Reply<
            <<anyhow::Result<
                Vec<Model>,
            > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
            <anyhow::Result<Vec<Model>> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Model::each`.
    Each {
        /// One item of the argument `numbers`.
        numbers: u32,
        /// Takes the result.
        reply: ::serve_core::Reply<
            <io::Result<u32> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<u32> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Model::plain`.
    Plain {
        /// The argument `text`.
        text: ::serve_core::__private::std::string::String,
        /// Takes the result.
        reply: ::serve_core::Reply<String>,
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
/// `handle.embed`: calls `Model::embed` on a replica.
pub struct ModelEmbedMethod {
    core: ::serve_core::__private::HandleCore<Model>,
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
/// `handle.rank`: calls `Model::rank` on a replica.
pub struct ModelRankMethod {
    core: ::serve_core::__private::HandleCore<Model>,
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
/// `handle.alias`: calls `Model::alias` on a replica.
pub struct ModelAliasMethod {
    core: ::serve_core::__private::HandleCore<Model>,
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
/// `handle.each`: calls `Model::each` on a replica.
pub struct ModelEachMethod {
    core: ::serve_core::__private::HandleCore<Model>,
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
/// `handle.plain`: calls `Model::plain` on a replica.
pub struct ModelPlainMethod {
    core: ::serve_core::__private::HandleCore<Model>,
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
            String: ::core::marker::Send,
            Embedding: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            (String, String): ::core::marker::Send,
            <<Result<
                Vec<f32>,
                RankError,
            > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item: ::core::marker::Send,
            <Result<
                Vec<f32>,
                RankError,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
            <Result<
                Vec<f32>,
                RankError,
            > as ::serve_core::__private::ResultLike>::Err: ::serve_core::__private::BatchError,
        {}
    };
    const _: () = {
        fn check()
        where
            Model: ::core::marker::Send,
            <<anyhow::Result<
                Vec<Model>,
            > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item: ::core::marker::Send,
            <anyhow::Result<
                Vec<Model>,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
            Model: ::serve_core::__private::IdempotentArgument,
            <anyhow::Result<
                Vec<Model>,
            > as ::serve_core::__private::ResultLike>::Err: ::serve_core::__private::BatchError,
        {}
    };
    const _: () = {
        fn check()
        where
            u32: ::core::marker::Send,
            <io::Result<
                u32,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <io::Result<
                u32,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            ::serve_core::__private::std::string::String: ::core::marker::Send,
            String: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for ModelHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for ModelHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for ModelHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for ModelHandle {
        type Target = ModelMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl ModelHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                ModelCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Model>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: ModelCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for ModelHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for ModelHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Model,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                ModelCall::Embed { .. } => "Embed",
                ModelCall::Rank { .. } => "Rank",
                ModelCall::Alias { .. } => "Alias",
                ModelCall::Each { .. } => "Each",
                ModelCall::Plain { .. } => "Plain",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ModelEmbedMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelEmbedMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelEmbedMethod").finish_non_exhaustive()
        }
    }
    impl ModelEmbedMethod {
        /// Embeds a text.
        ///
        /// Starts the call on a replica at once, which runs it together with others. The result is awaited on what this returns.
        pub fn remote(
            &self,
            texts: impl ::serve_core::IntoArg<String>,
        ) -> ::serve_core::ObjectRef<Embedding> {
            ::serve_core::__private::remote(
                &self.core,
                "embed",
                (::serve_core::IntoArg::into_arg(texts),),
                (|(texts,), reply| ModelCall::Embed { texts, reply }) as fn(_, _) -> _,
            )
        }
        /// Embeds a text.
        ///
        /// Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<String>>(
            &self,
            texts: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<Embedding, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call_batched(
                &self.core,
                "embed",
                (::serve_core::IntoArg::into_arg(texts),),
                (|(texts,), reply| ModelCall::Embed { texts, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
        ::serve_core::__private::batch_options! {
            "embed"
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ModelRankMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelRankMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelRankMethod").finish_non_exhaustive()
        }
    }
    impl ModelRankMethod {
        /// Starts the call on a replica at once, which runs it together with others. The result is awaited on what this returns.
        pub fn remote(
            &self,
            pairs: impl ::serve_core::IntoArg<(String, String)>,
        ) -> ::serve_core::ObjectRef<
            <<Result<
                Vec<f32>,
                RankError,
            > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
            <Result<Vec<f32>, RankError> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "rank",
                (::serve_core::IntoArg::into_arg(pairs),),
                (|(pairs,), reply| ModelCall::Rank { pairs, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<(String, String)>>(
            &self,
            pairs: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <<Result<
                    Vec<f32>,
                    RankError,
                > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                ::serve_core::CallError<
                    <Result<
                        Vec<f32>,
                        RankError,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call_batched(
                &self.core,
                "rank",
                (::serve_core::IntoArg::into_arg(pairs),),
                (|(pairs,), reply| ModelCall::Rank { pairs, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
        ::serve_core::__private::batch_options! {
            "rank"
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ModelAliasMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelAliasMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelAliasMethod").finish_non_exhaustive()
        }
    }
    impl ModelAliasMethod {
        /// Starts the call on a replica at once, which runs it together with others. The result is awaited on what this returns.
        pub fn remote(
            &self,
            arg0: impl ::serve_core::IntoArg<Model>,
        ) -> ::serve_core::ObjectRef<
            <<anyhow::Result<
                Vec<Model>,
            > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
            <anyhow::Result<Vec<Model>> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote_idempotent(
                &self.core,
                "alias",
                (::serve_core::IntoArg::into_arg(arg0),),
                (|(arg0,), reply| ModelCall::Alias { arg0, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<Model>>(
            &self,
            arg0: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <<anyhow::Result<
                    Vec<Model>,
                > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                ::serve_core::CallError<
                    <anyhow::Result<
                        Vec<Model>,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call_batched_idempotent(
                &self.core,
                "alias",
                (::serve_core::IntoArg::into_arg(arg0),),
                (|(arg0,), reply| ModelCall::Alias { arg0, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
        ::serve_core::__private::batch_options! {
            "alias"
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ModelEachMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelEachMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelEachMethod").finish_non_exhaustive()
        }
    }
    impl ModelEachMethod {
        /// Starts the call on a replica at once, which runs it together with others. The result is awaited on what this returns.
        pub fn remote(
            &self,
            numbers: impl ::serve_core::IntoArg<u32>,
        ) -> ::serve_core::ObjectRef<
            <io::Result<u32> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<u32> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "each",
                (::serve_core::IntoArg::into_arg(numbers),),
                (|(numbers,), reply| ModelCall::Each { numbers, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<u32>>(
            &self,
            numbers: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <io::Result<u32> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <io::Result<u32> as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call_batched(
                &self.core,
                "each",
                (::serve_core::IntoArg::into_arg(numbers),),
                (|(numbers,), reply| ModelCall::Each { numbers, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
        ::serve_core::__private::batch_options! {
            "each"
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ModelPlainMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ModelPlainMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ModelPlainMethod").finish_non_exhaustive()
        }
    }
    impl ModelPlainMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            text: impl ::serve_core::IntoArg<
                ::serve_core::__private::std::string::String,
            >,
        ) -> ::serve_core::ObjectRef<String> {
            ::serve_core::__private::remote(
                &self.core,
                "plain",
                (::serve_core::IntoArg::into_arg(text),),
                (|(text,), reply| ModelCall::Plain { text, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::string::String>,
        >(
            &self,
            text: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<String, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "plain",
                (::serve_core::IntoArg::into_arg(text),),
                (|(text,), reply| ModelCall::Plain { text, reply }) as fn(_, _) -> _,
                |instance, (text,)| invoke_plain(instance, text),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<::serve_core::__private::std::string::String>
                + ::core::clone::Clone,
        >(
            &self,
            text: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<String>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "plain",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&text)),
                ),
                (|(text,), reply| ModelCall::Plain { text, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_embed(
        instance: ::serve_core::__private::Instance<Model>,
        texts: ::serve_core::__private::std::vec::Vec<String>,
    ) -> impl ::core::future::Future<Output = Vec<Embedding>> + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Model>::embed(&this, texts).await;
            result
        }
    }
    fn invoke_rank(
        instance: ::serve_core::__private::Instance<Model>,
        pairs: ::serve_core::__private::std::vec::Vec<(String, String)>,
    ) -> impl ::core::future::Future<
        Output = Result<Vec<f32>, RankError>,
    > + ::core::marker::Send {
        async move {
            let result = instance
                .blocking_write(move |this: &mut Model| <Model>::rank(this, pairs))
                .await;
            result
        }
    }
    fn invoke_alias(
        instance: ::serve_core::__private::Instance<Model>,
        arg0: ::serve_core::__private::std::vec::Vec<Model>,
    ) -> impl ::core::future::Future<
        Output = anyhow::Result<Vec<Model>>,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Model>::alias(&this, arg0);
            result
        }
    }
    fn invoke_each(
        instance: ::serve_core::__private::Instance<Model>,
        numbers: ::serve_core::__private::std::vec::Vec<u32>,
    ) -> impl ::core::future::Future<
        Output = Vec<io::Result<u32>>,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Model>::each(&this, numbers);
            result
        }
    }
    fn invoke_plain(
        instance: ::serve_core::__private::Instance<Model>,
        text: ::serve_core::__private::std::string::String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<String, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Model>::plain(&this, &text);
            ::core::result::Result::Ok(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Model {
        type Call = ModelCall;
        type Handle = ModelHandle;
        type Cell = ::serve_core::__private::Exclusive<Self>;
        const NAME: &'static str = "Model";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("embed")
                .signature(15687196512409589212)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `texts`",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "Embedding",
                            capable: <::serve_core::__private::Probe<Embedding>>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("rank")
                .signature(15070264040287151781)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `pairs`",
                            ty: "(String, String)",
                            capable: <::serve_core::__private::Probe<
                                (String, String),
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "f32",
                            capable: <::serve_core::__private::Probe<
                                <<Result<
                                    Vec<f32>,
                                    RankError,
                                > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "RankError",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    Vec<f32>,
                                    RankError,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("alias")
                .idempotent()
                .signature(3132979046944962799)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `arg0`",
                            ty: "Self",
                            capable: <::serve_core::__private::Probe<Model>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "Self",
                            capable: <::serve_core::__private::Probe<
                                <<anyhow::Result<
                                    Vec<Model>,
                                > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "anyhow::Result<Vec<Self>>",
                            capable: <::serve_core::__private::Probe<
                                <anyhow::Result<
                                    Vec<Model>,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("each")
                .signature(4644618505119760627)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `numbers`",
                            ty: "u32",
                            capable: <::serve_core::__private::Probe<u32>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "u32",
                            capable: <::serve_core::__private::Probe<
                                <io::Result<u32> as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "io::Result<u32>",
                            capable: <::serve_core::__private::Probe<
                                <io::Result<
                                    u32,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("plain")
                .signature(16280293348446280626)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `text`",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "String",
                            capable: <::serve_core::__private::Probe<String>>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            ModelHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(ModelMethods {
                    embed: ModelEmbedMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    rank: ModelRankMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    alias: ModelAliasMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    each: ModelEachMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    plain: ModelPlainMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                ModelCall::Embed { .. } => "embed",
                ModelCall::Rank { .. } => "rank",
                ModelCall::Alias { .. } => "alias",
                ModelCall::Each { .. } => "each",
                ModelCall::Plain { .. } => "plain",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                ModelCall::Embed { reply: ref reply, .. } => reply.watched(),
                ModelCall::Rank { reply: ref reply, .. } => reply.watched(),
                ModelCall::Alias { reply: ref reply, .. } => reply.watched(),
                ModelCall::Each { reply: ref reply, .. } => reply.watched(),
                ModelCall::Plain { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                ModelCall::Embed { texts, reply } => {
                    let (items, replies) = ::serve_core::__private::batch_of_one(
                        texts,
                        reply,
                    );
                    let result = invoke_embed(instance, items).await;
                    replies.values(result);
                }
                ModelCall::Rank { pairs, reply } => {
                    let (items, replies) = ::serve_core::__private::batch_of_one(
                        pairs,
                        reply,
                    );
                    let result = invoke_rank(instance, items).await;
                    replies
                        .whole(::serve_core::__private::ResultLike::into_result(result));
                }
                ModelCall::Alias { arg0, reply } => {
                    let (items, replies) = ::serve_core::__private::batch_of_one(
                        arg0,
                        reply,
                    );
                    let result = invoke_alias(instance, items).await;
                    replies
                        .whole(::serve_core::__private::ResultLike::into_result(result));
                }
                ModelCall::Each { numbers, reply } => {
                    let (items, replies) = ::serve_core::__private::batch_of_one(
                        numbers,
                        reply,
                    );
                    let result = invoke_each(instance, items).await;
                    replies.each(result);
                }
                ModelCall::Plain { text, reply } => {
                    reply.complete(invoke_plain(instance, text).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                ModelCall::Embed { texts, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "texts",
                            texts,
                            <::serve_core::__private::Probe<String>>::CODEC,
                        );
                    arguments
                        .call(
                            "embed",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<Embedding>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                ModelCall::Rank { pairs, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "pairs",
                            pairs,
                            <::serve_core::__private::Probe<(String, String)>>::CODEC,
                        );
                    arguments
                        .call(
                            "rank",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <<Result<
                                            Vec<f32>,
                                            RankError,
                                        > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            Vec<f32>,
                                            RankError,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                ModelCall::Alias { arg0, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "arg0",
                            arg0,
                            <::serve_core::__private::Probe<Model>>::CODEC,
                        );
                    arguments
                        .call(
                            "alias",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <<anyhow::Result<
                                            Vec<Model>,
                                        > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <anyhow::Result<
                                            Vec<Model>,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                ModelCall::Each { numbers, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "numbers",
                            numbers,
                            <::serve_core::__private::Probe<u32>>::CODEC,
                        );
                    arguments
                        .call(
                            "each",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <io::Result<u32> as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <io::Result<
                                            u32,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                ModelCall::Plain { text, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "text",
                            text,
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        );
                    arguments
                        .call(
                            "plain",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<String>>::CODEC,
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
                "embed" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let texts = arguments
                        .next("texts", <::serve_core::__private::Probe<String>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<Embedding>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ModelCall::Embed { texts, reply })
                }
                "rank" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let pairs = arguments
                        .next(
                            "pairs",
                            <::serve_core::__private::Probe<(String, String)>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <<Result<
                                        Vec<f32>,
                                        RankError,
                                    > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        Vec<f32>,
                                        RankError,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(ModelCall::Rank { pairs, reply })
                }
                "alias" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let arg0 = arguments
                        .next("arg0", <::serve_core::__private::Probe<Model>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <<anyhow::Result<
                                        Vec<Model>,
                                    > as ::serve_core::__private::ResultLike>::Ok as ::serve_core::__private::BatchValues>::Item,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <anyhow::Result<
                                        Vec<Model>,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(ModelCall::Alias { arg0, reply })
                }
                "each" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let numbers = arguments
                        .next("numbers", <::serve_core::__private::Probe<u32>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <io::Result<u32> as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <io::Result<
                                        u32,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(ModelCall::Each { numbers, reply })
                }
                "plain" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let text = arguments
                        .next(
                            "text",
                            <::serve_core::__private::Probe<
                                ::serve_core::__private::std::string::String,
                            >>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<String>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ModelCall::Plain { text, reply })
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
                        ::serve_core::__private::construct_default::<Model>(),
                    )
                }),
            )
        }
        const BATCHES: &'static [::serve_core::__private::BatchInfo] = &[
            ::serve_core::__private::BatchInfo::new("embed")
                .max_batch_size(32)
                .batch_wait_timeout(::core::time::Duration::new(0, 5000000))
                .max_concurrent_batches(2)
                .max_batch_cost(16384),
            ::serve_core::__private::BatchInfo::new("rank"),
            ::serve_core::__private::BatchInfo::new("alias"),
            ::serve_core::__private::BatchInfo::new("each")
                .batch_wait_timeout(::core::time::Duration::new(0, 0)),
        ];
        fn batch(call: &Self::Call) -> ::core::option::Option<&'static str> {
            match *call {
                ModelCall::Embed { .. } => ::core::option::Option::Some("embed"),
                ModelCall::Rank { .. } => ::core::option::Option::Some("rank"),
                ModelCall::Alias { .. } => ::core::option::Option::Some("alias"),
                ModelCall::Each { .. } => ::core::option::Option::Some("each"),
                ModelCall::Plain { .. } => ::core::option::Option::None,
            }
        }
        fn cost(call: &Self::Call) -> usize {
            match *call {
                ModelCall::Embed { texts: ref item, .. } => Self::tokens(item),
                ModelCall::Rank { .. } => 1,
                ModelCall::Alias { .. } => 1,
                ModelCall::Each { .. } => 1,
                ModelCall::Plain { .. } => 1,
            }
        }
        #[allow(unreachable_patterns, unused_variables)]
        async fn dispatch_batch(
            instance: ::serve_core::__private::Instance<Self>,
            method: &'static str,
            calls: ::serve_core::__private::std::vec::Vec<Self::Call>,
        ) {
            match method {
                "embed" => {
                    let (items, replies) = ::serve_core::__private::unbatch(
                        calls,
                        |call| match call {
                            ModelCall::Embed { texts, reply } => {
                                ::core::option::Option::Some((texts, reply))
                            }
                            _ => ::core::option::Option::None,
                        },
                    );
                    let result = invoke_embed(instance, items).await;
                    replies.values(result);
                }
                "rank" => {
                    let (items, replies) = ::serve_core::__private::unbatch(
                        calls,
                        |call| match call {
                            ModelCall::Rank { pairs, reply } => {
                                ::core::option::Option::Some((pairs, reply))
                            }
                            _ => ::core::option::Option::None,
                        },
                    );
                    let result = invoke_rank(instance, items).await;
                    replies
                        .whole(::serve_core::__private::ResultLike::into_result(result));
                }
                "alias" => {
                    let (items, replies) = ::serve_core::__private::unbatch(
                        calls,
                        |call| match call {
                            ModelCall::Alias { arg0, reply } => {
                                ::core::option::Option::Some((arg0, reply))
                            }
                            _ => ::core::option::Option::None,
                        },
                    );
                    let result = invoke_alias(instance, items).await;
                    replies
                        .whole(::serve_core::__private::ResultLike::into_result(result));
                }
                "each" => {
                    let (items, replies) = ::serve_core::__private::unbatch(
                        calls,
                        |call| match call {
                            ModelCall::Each { numbers, reply } => {
                                ::core::option::Option::Some((numbers, reply))
                            }
                            _ => ::core::option::Option::None,
                        },
                    );
                    let result = invoke_each(instance, items).await;
                    replies.each(result);
                }
                _ => {}
            }
        }
    }
    impl Model {
        /// Describes a deployment of `Model` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Model> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Model>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Model` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<ModelHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<ModelHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Model` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<ModelHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Model`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<ModelHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<ModelHandle> for ::serve_core::Application<Model> {
        fn bind(self) -> ::serve_core::__private::Bound<ModelHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Model >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
impl<T: Clone, const N: usize> Doubler<T, N> {
    #[cfg(unix)]
    fn __call__(&self, items: Vec<[T; N]>) -> Vec<Result<T, DoubleError<T>>> {
        vec![]
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
/// A handle to the deployment `Doubler`: one field per method.
type DoublerHandle<T, const N: usize> = <Doubler<
    T,
    N,
> as ::serve_core::Deployment>::Handle;
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
/// One call of a method of `Doubler`, as a value.
type DoublerCall<T, const N: usize> = <Doubler<T, N> as ::serve_core::Deployment>::Call;
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
    /// A handle to the deployment `Doubler`, called as `handle.remote(..)`.
    ///
    /// A clone costs one reference count. Handles work from any task and from any thread.
    pub struct DoublerHandle<T: Clone, const N: usize>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        __methods: ::serve_core::__private::std::sync::Arc<DoublerMethods<T, N>>,
    }
    /// The methods of `DoublerHandle`.
    pub struct DoublerMethods<T: Clone, const N: usize>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        #[cfg(unix)]
        /// `Doubler::__call__`
        #[doc(hidden)]
        __call__: DoublerCallMethod<T, N>,
        __core: ::serve_core::__private::HandleCore<Doubler<T, N>>,
    }
    /// One call of a method of `Doubler`, as a value: what a mock receives.
    pub enum DoublerCall<T: Clone, const N: usize>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        #[cfg(unix)]
        /// A call of `Doubler::__call__`.
        Call {
            /// One item of the argument `items`.
            items: [T; N],
            /// Takes the result.
            reply: ::serve_core::Reply<
                <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Ok,
                <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Err,
            >,
        },
        #[doc(hidden)]
        __Generics(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<(::core::marker::PhantomData<T>,)>,
        ),
    }
    #[cfg(unix)]
    /// `handle.__call__`: calls `Doubler::__call__` on a replica.
    pub struct DoublerCallMethod<T: Clone, const N: usize>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        core: ::serve_core::__private::HandleCore<Doubler<T, N>>,
    }
    #[cfg(unix)]
    const _: () = {
        fn check<T: Clone, const N: usize>()
        where
            T: ::core::marker::Send + ::core::marker::Sync + 'static,
            [T; N]: ::core::marker::Send,
            <Result<
                T,
                DoubleError<T>,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <Result<
                T,
                DoubleError<T>,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::clone::Clone for DoublerHandle<T, N>
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
    impl<T: Clone, const N: usize> ::core::cmp::PartialEq for DoublerHandle<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::cmp::Eq for DoublerHandle<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {}
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::fmt::Debug for DoublerHandle<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("DoublerHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::ops::Deref for DoublerHandle<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Target = DoublerMethods<T, N>;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl<T: Clone, const N: usize> DoublerHandle<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                DoublerCall<T, N>,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Doubler<T, N>>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: DoublerCall<T, N>) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
        #[cfg(unix)]
        /// Starts the call on a replica at once, which runs it together with others. The result is awaited on what this returns.
        pub fn remote(
            &self,
            items: impl ::serve_core::IntoArg<[T; N]>,
        ) -> ::serve_core::ObjectRef<
            <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Ok,
            <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Err,
        > {
            self.__methods.__call__.remote(items)
        }
        #[cfg(unix)]
        /// Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped.
        pub fn call<__Arg0: ::serve_core::IntoArg<[T; N]>>(
            &self,
            items: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        T,
                        DoubleError<T>,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<T, N, __Arg0> {
            self.__methods.__call__.call(items)
        }
        #[cfg(unix)]
        /// The same call, which fails when this time has passed.
        #[must_use]
        pub fn timeout(
            &self,
            timeout: ::core::time::Duration,
        ) -> DoublerCallMethod<T, N> {
            self.__methods.__call__.timeout(timeout)
        }
        #[cfg(unix)]
        /// The same call, for this model: a replica that has it loaded is preferred.
        #[must_use]
        pub fn multiplexed_model_id(
            &self,
            multiplexed_model_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> DoublerCallMethod<T, N> {
            self.__methods.__call__.multiplexed_model_id(multiplexed_model_id)
        }
        #[cfg(unix)]
        /// The same call, in this session: calls of one session prefer one replica.
        #[must_use]
        pub fn session_id(
            &self,
            session_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> DoublerCallMethod<T, N> {
            self.__methods.__call__.session_id(session_id)
        }
        #[cfg(unix)]
        /// The same call, under this request id.
        #[must_use]
        pub fn request_id(
            &self,
            request_id: impl ::core::convert::Into<
                ::serve_core::__private::std::string::String,
            >,
        ) -> DoublerCallMethod<T, N> {
            self.__methods.__call__.request_id(request_id)
        }
        #[cfg(unix)]
        /// Chooses a replica as a call would, for a caller that has to know it first; the call is made on what this gives.
        pub fn choose_replica(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                ::serve_core::ChosenReplica<DoublerCallMethod<T, N>>,
                ::serve_core::CallError,
            >,
        > + ::core::marker::Send + use<T, N> {
            self.__methods.__call__.choose_replica()
        }
    }
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::serve_core::__private::serde::Serialize
    for DoublerHandle<T, N>
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
    impl<'de, T: Clone, const N: usize> ::serve_core::__private::serde::Deserialize<'de>
    for DoublerHandle<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Doubler<T, N>,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::fmt::Debug for DoublerMethods<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("DoublerMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::fmt::Debug for DoublerCall<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                #[cfg(unix)]
                DoublerCall::Call { .. } => "Call",
                DoublerCall::__Generics(never, _) => match never {}
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[cfg(unix)]
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::clone::Clone for DoublerCallMethod<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[cfg(unix)]
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::core::fmt::Debug for DoublerCallMethod<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("DoublerCallMethod").finish_non_exhaustive()
        }
    }
    #[cfg(unix)]
    impl<T: Clone, const N: usize> DoublerCallMethod<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Starts the call on a replica at once, which runs it together with others. The result is awaited on what this returns.
        pub fn remote(
            &self,
            items: impl ::serve_core::IntoArg<[T; N]>,
        ) -> ::serve_core::ObjectRef<
            <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Ok,
            <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "__call__",
                (::serve_core::IntoArg::into_arg(items),),
                (|(items,), reply| DoublerCall::Call { items, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<[T; N]>>(
            &self,
            items: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<T, DoubleError<T>> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        T,
                        DoubleError<T>,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<T, N, __Arg0> {
            ::serve_core::__private::call_batched(
                &self.core,
                "__call__",
                (::serve_core::IntoArg::into_arg(items),),
                (|(items,), reply| DoublerCall::Call { items, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
        ::serve_core::__private::batch_options! {
            "__call__"
        }
    }
    #[cfg(unix)]
    fn invoke___call__<T: Clone, const N: usize>(
        instance: ::serve_core::__private::Instance<Doubler<T, N>>,
        items: ::serve_core::__private::std::vec::Vec<[T; N]>,
    ) -> impl ::core::future::Future<
        Output = Vec<Result<T, DoubleError<T>>>,
    > + ::core::marker::Send
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        async move {
            let this = instance.get();
            let result = <Doubler<T, N>>::__call__(this, items);
            result
        }
    }
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::serve_core::Deployment for Doubler<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Call = DoublerCall<T, N>;
        type Handle = DoublerHandle<T, N>;
        type Cell = ::serve_core::__private::Shared<Self>;
        const NAME: &'static str = "Doubler";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            #[cfg(unix)]
            ::serve_core::__private::MethodInfo::new("__call__")
                .signature(552961730347707078)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `items`",
                            ty: "[T; N]",
                            capable: <::serve_core::__private::Probe<[T; N]>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "T",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    T,
                                    DoubleError<T>,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "DoubleError<T>",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    T,
                                    DoubleError<T>,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            <::serve_core::DeploymentConfig as ::core::default::Default>::default()
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            DoublerHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(DoublerMethods {
                    #[cfg(unix)]
                    __call__: DoublerCallMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                #[cfg(unix)]
                DoublerCall::Call { .. } => "__call__",
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                #[cfg(unix)]
                DoublerCall::Call { reply: ref reply, .. } => reply.watched(),
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                #[cfg(unix)]
                DoublerCall::Call { items, reply } => {
                    let (items, replies) = ::serve_core::__private::batch_of_one(
                        items,
                        reply,
                    );
                    let result = invoke___call__::<T, N>(instance, items).await;
                    replies.each(result);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                #[cfg(unix)]
                DoublerCall::Call { items, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "items",
                            items,
                            <::serve_core::__private::Probe<[T; N]>>::CODEC,
                        );
                    arguments
                        .call(
                            "__call__",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            T,
                                            DoubleError<T>,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            T,
                                            DoubleError<T>,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        #[allow(unused_variables)]
        fn decode(
            method: &::core::primitive::str,
            arguments: &::serve_core::__private::Bytes,
            answer: &mut ::serve_core::__private::Answer,
        ) -> ::core::result::Result<Self::Call, ::serve_core::__private::DecodeError> {
            match method {
                #[cfg(unix)]
                "__call__" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let items = arguments
                        .next("items", <::serve_core::__private::Probe<[T; N]>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <Result<
                                        T,
                                        DoubleError<T>,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        T,
                                        DoubleError<T>,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(DoublerCall::Call { items, reply })
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
                        ::serve_core::__private::construct_default::<Doubler<T, N>>(),
                    )
                }),
            )
        }
        const BATCHES: &'static [::serve_core::__private::BatchInfo] = &[
            #[cfg(unix)]
            ::serve_core::__private::BatchInfo::new("__call__").max_batch_cost(1),
        ];
        fn batch(call: &Self::Call) -> ::core::option::Option<&'static str> {
            match *call {
                #[cfg(unix)]
                DoublerCall::Call { .. } => ::core::option::Option::Some("__call__"),
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        fn cost(call: &Self::Call) -> usize {
            match *call {
                #[cfg(unix)]
                DoublerCall::Call { items: ref item, .. } => crate::cost::<T>(item),
                DoublerCall::__Generics(never, _) => match never {}
            }
        }
        #[allow(unreachable_patterns, unused_variables)]
        async fn dispatch_batch(
            instance: ::serve_core::__private::Instance<Self>,
            method: &'static str,
            calls: ::serve_core::__private::std::vec::Vec<Self::Call>,
        ) {
            match method {
                #[cfg(unix)]
                "__call__" => {
                    let (items, replies) = ::serve_core::__private::unbatch(
                        calls,
                        |call| match call {
                            DoublerCall::Call { items, reply } => {
                                ::core::option::Option::Some((items, reply))
                            }
                            _ => ::core::option::Option::None,
                        },
                    );
                    let result = invoke___call__::<T, N>(instance, items).await;
                    replies.each(result);
                }
                _ => {}
            }
        }
    }
    impl<T: Clone, const N: usize> Doubler<T, N>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Describes a deployment of `Doubler` with these arguments, to be configured and run, or passed to another.
        fn bind() -> ::serve_core::Application<Doubler<T, N>> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Doubler<T, N>>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Doubler` on the default instance and waits until it is ready.
        fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<DoublerHandle<T, N>>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        fn deploy_blocking() -> ::serve_core::Result<DoublerHandle<T, N>> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Doubler` on the default instance.
        fn get_handle() -> ::serve_core::Result<DoublerHandle<T, N>> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Doubler`: a handle to the deployment that it belongs to.
        fn current_handle() -> ::serve_core::Result<DoublerHandle<T, N>> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl<T: Clone, const N: usize> ::serve_core::BindArg<DoublerHandle<T, N>>
    for ::serve_core::Application<Doubler<T, N>>
    where
        T: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn bind(self) -> ::serve_core::__private::Bound<DoublerHandle<T, N>> {
            ::serve_core::__private::Bound::application(self)
        }
    }
};
