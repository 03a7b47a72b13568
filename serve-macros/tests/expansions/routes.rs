impl Shop {
    pub async fn item(
        &self,
        Path(id): Path<u32>,
        Query(page): Query<Page>,
    ) -> Result<Json<Item>, ItemError> {
        Err(ItemError)
    }
    pub fn crunch(&self, axum::Json(mut data): axum::Json<Vec<f32>>) -> f32 {
        data.pop().unwrap_or_default()
    }
    pub fn rebuild(&mut self, path: &Path) -> io::Result<()> {
        Ok(())
    }
    pub fn index(&self) -> &'static str {
        "hello"
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
/// A handle to the deployment `Shop`: one field per method, called as `handle.item.remote(..)`.
///
/// A clone costs one reference count. Handles work from any task and from any thread.
pub struct ShopHandle {
    __methods: ::serve_core::__private::std::sync::Arc<ShopMethods>,
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
/// The methods of `ShopHandle`.
pub struct ShopMethods {
    /// `Shop::item`
    pub item: ShopItemMethod,
    /// `Shop::crunch`
    pub crunch: ShopCrunchMethod,
    /// `Shop::rebuild`
    pub rebuild: ShopRebuildMethod,
    /// `Shop::index`
    pub index: ShopIndexMethod,
    __core: ::serve_core::__private::HandleCore<Shop>,
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
/// One call of a method of `Shop`, as a value: what a mock receives.
pub enum ShopCall {
    /// A call of `Shop::item`.
    Item {
        /// The argument `id`.
        id: u32,
        /// The argument `page`.
        page: Page,
        /// Takes the result.
        reply: ::serve_core::Reply<
            <Result<Json<Item>, ItemError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Json<Item>, ItemError> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Shop::crunch`.
    Crunch {
        /// The argument `data`.
        data: Vec<f32>,
        /// Takes the result.
        reply: ::serve_core::Reply<f32>,
    },
    /// A call of `Shop::rebuild`.
    Rebuild {
        /// The argument `path`.
        path: <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
        /// Takes the result.
        reply: ::serve_core::Reply<
            <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
        >,
    },
    /// A call of `Shop::index`.
    Index {
        /// Takes the result.
        reply: ::serve_core::Reply<&'static str>,
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
/// `handle.item`: calls `Shop::item` on a replica.
pub struct ShopItemMethod {
    core: ::serve_core::__private::HandleCore<Shop>,
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
/// `handle.crunch`: calls `Shop::crunch` on a replica.
pub struct ShopCrunchMethod {
    core: ::serve_core::__private::HandleCore<Shop>,
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
/// `handle.rebuild`: calls `Shop::rebuild` on a replica.
pub struct ShopRebuildMethod {
    core: ::serve_core::__private::HandleCore<Shop>,
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
/// `handle.index`: calls `Shop::index` on a replica.
pub struct ShopIndexMethod {
    core: ::serve_core::__private::HandleCore<Shop>,
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
            u32: ::core::marker::Send,
            Page: ::core::marker::Send,
            <Result<
                Json<Item>,
                ItemError,
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <Result<
                Json<Item>,
                ItemError,
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            Vec<f32>: ::core::marker::Send,
            f32: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned: ::core::marker::Send,
            <io::Result<
                (),
            > as ::serve_core::__private::ResultLike>::Ok: ::core::marker::Send,
            <io::Result<
                (),
            > as ::serve_core::__private::ResultLike>::Err: ::core::marker::Send,
        {}
    };
    const _: () = {
        fn check()
        where
            &'static str: ::core::marker::Send,
        {}
    };
    #[automatically_derived]
    impl ::core::clone::Clone for ShopHandle {
        fn clone(&self) -> Self {
            Self {
                __methods: ::core::clone::Clone::clone(&self.__methods),
            }
        }
    }
    /// Equal handles lead to the same deployment of the same server, or to the same mock.
    #[automatically_derived]
    impl ::core::cmp::PartialEq for ShopHandle {
        fn eq(&self, other: &Self) -> ::core::primitive::bool {
            self.__methods.__core == other.__methods.__core
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for ShopHandle {}
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopHandle {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopHandle").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for ShopHandle {
        type Target = ShopMethods;
        fn deref(&self) -> &Self::Target {
            &self.__methods
        }
    }
    impl ShopHandle {
        /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
        /// a reply fails.
        pub fn mock(
            mock: impl ::core::ops::Fn(
                ShopCall,
            ) + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> Self {
            ::serve_core::__private::mock::<Shop>(mock)
        }
        /// Sends a call that already is a value, such as one that a mock has received, to a replica.
        pub fn dispatch(&self, call: ShopCall) {
            ::serve_core::__private::dispatch(&self.__methods.__core, call);
        }
    }
    #[automatically_derived]
    impl ::serve_core::__private::serde::Serialize for ShopHandle {
        fn serialize<__Serializer: ::serve_core::__private::serde::Serializer>(
            &self,
            serializer: __Serializer,
        ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
            ::serve_core::__private::serialize_handle(&self.__methods.__core, serializer)
        }
    }
    #[automatically_derived]
    impl<'de> ::serve_core::__private::serde::Deserialize<'de> for ShopHandle {
        fn deserialize<
            __Deserializer: ::serve_core::__private::serde::Deserializer<'de>,
        >(
            deserializer: __Deserializer,
        ) -> ::core::result::Result<Self, __Deserializer::Error> {
            ::serve_core::__private::deserialize_handle::<
                Shop,
                __Deserializer,
            >(deserializer)
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopMethods {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopMethods").finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopCall {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            let name = match *self {
                ShopCall::Item { .. } => "Item",
                ShopCall::Crunch { .. } => "Crunch",
                ShopCall::Rebuild { .. } => "Rebuild",
                ShopCall::Index { .. } => "Index",
            };
            formatter.debug_struct(name).finish_non_exhaustive()
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ShopItemMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopItemMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopItemMethod").finish_non_exhaustive()
        }
    }
    impl ShopItemMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            id: impl ::serve_core::IntoArg<u32>,
            page: impl ::serve_core::IntoArg<Page>,
        ) -> ::serve_core::ObjectRef<
            <Result<Json<Item>, ItemError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Json<Item>, ItemError> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "item",
                (
                    ::serve_core::IntoArg::into_arg(id),
                    ::serve_core::IntoArg::into_arg(page),
                ),
                (|(id, page), reply| ShopCall::Item { id, page, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<u32>,
            __Arg1: ::serve_core::IntoArg<Page>,
        >(
            &self,
            id: __Arg0,
            page: __Arg1,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <Result<
                    Json<Item>,
                    ItemError,
                > as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <Result<
                        Json<Item>,
                        ItemError,
                    > as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0, __Arg1> {
            ::serve_core::__private::call(
                &self.core,
                "item",
                (
                    ::serve_core::IntoArg::into_arg(id),
                    ::serve_core::IntoArg::into_arg(page),
                ),
                (|(id, page), reply| ShopCall::Item { id, page, reply })
                    as fn(_, _) -> _,
                |instance, (id, page)| invoke_item(instance, id, page),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<u32> + ::core::clone::Clone,
            __Arg1: ::serve_core::IntoArg<Page> + ::core::clone::Clone,
        >(
            &self,
            id: __Arg0,
            page: __Arg1,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <Result<
                    Json<Item>,
                    ItemError,
                > as ::serve_core::__private::ResultLike>::Ok,
                <Result<
                    Json<Item>,
                    ItemError,
                > as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "item",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&id)),
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&page)),
                ),
                (|(id, page), reply| ShopCall::Item { id, page, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ShopCrunchMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopCrunchMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopCrunchMethod").finish_non_exhaustive()
        }
    }
    impl ShopCrunchMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            data: impl ::serve_core::IntoArg<Vec<f32>>,
        ) -> ::serve_core::ObjectRef<f32> {
            ::serve_core::__private::remote(
                &self.core,
                "crunch",
                (::serve_core::IntoArg::into_arg(data),),
                (|(data,), reply| ShopCall::Crunch { data, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<__Arg0: ::serve_core::IntoArg<Vec<f32>>>(
            &self,
            data: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<f32, ::serve_core::CallError>,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "crunch",
                (::serve_core::IntoArg::into_arg(data),),
                (|(data,), reply| ShopCall::Crunch { data, reply }) as fn(_, _) -> _,
                |instance, (data,)| invoke_crunch(instance, data),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<__Arg0: ::serve_core::IntoArg<Vec<f32>> + ::core::clone::Clone>(
            &self,
            data: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<::serve_core::ObjectRef<f32>> {
            ::serve_core::__private::broadcast(
                &self.core,
                "crunch",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&data)),
                ),
                (|(data,), reply| ShopCall::Crunch { data, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ShopRebuildMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopRebuildMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopRebuildMethod").finish_non_exhaustive()
        }
    }
    impl ShopRebuildMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(
            &self,
            path: impl ::serve_core::IntoArg<
                <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
            >,
        ) -> ::serve_core::ObjectRef<
            <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
        > {
            ::serve_core::__private::remote(
                &self.core,
                "rebuild",
                (::serve_core::IntoArg::into_arg(path),),
                (|(path,), reply| ShopCall::Rebuild { path, reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call<
            __Arg0: ::serve_core::IntoArg<
                    <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                >,
        >(
            &self,
            path: __Arg0,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
                ::serve_core::CallError<
                    <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
                >,
            >,
        > + ::core::marker::Send + use<__Arg0> {
            ::serve_core::__private::call(
                &self.core,
                "rebuild",
                (::serve_core::IntoArg::into_arg(path),),
                (|(path,), reply| ShopCall::Rebuild { path, reply }) as fn(_, _) -> _,
                |instance, (path,)| invoke_rebuild(instance, path),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast<
            __Arg0: ::serve_core::IntoArg<
                    <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                > + ::core::clone::Clone,
        >(
            &self,
            path: __Arg0,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<
                <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
                <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
            >,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "rebuild",
                || (
                    ::serve_core::IntoArg::into_arg(::core::clone::Clone::clone(&path)),
                ),
                (|(path,), reply| ShopCall::Rebuild { path, reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ShopIndexMethod {
        fn clone(&self) -> Self {
            Self {
                core: ::core::clone::Clone::clone(&self.core),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ShopIndexMethod {
        fn fmt(
            &self,
            formatter: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            formatter.debug_struct("ShopIndexMethod").finish_non_exhaustive()
        }
    }
    impl ShopIndexMethod {
        /// Starts the call on a replica at once. The result is awaited on what this returns.
        pub fn remote(&self) -> ::serve_core::ObjectRef<&'static str> {
            ::serve_core::__private::remote(
                &self.core,
                "index",
                (),
                (|(), reply| ShopCall::Index { reply }) as fn(_, _) -> _,
            )
        }
        /// Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.
        #[inline]
        pub fn call(
            &self,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<&'static str, ::serve_core::CallError>,
        > + ::core::marker::Send + use<> {
            ::serve_core::__private::call(
                &self.core,
                "index",
                (),
                (|(), reply| ShopCall::Index { reply }) as fn(_, _) -> _,
                |instance, ()| invoke_index(instance),
            )
        }
        /// Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.
        pub fn broadcast(
            &self,
        ) -> ::serve_core::__private::std::vec::Vec<
            ::serve_core::ObjectRef<&'static str>,
        > {
            ::serve_core::__private::broadcast(
                &self.core,
                "index",
                || (),
                (|(), reply| ShopCall::Index { reply }) as fn(_, _) -> _,
            )
        }
        ::serve_core::__private::call_options! {}
    }
    fn invoke_item(
        instance: ::serve_core::__private::Instance<Shop>,
        id: u32,
        page: Page,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <Result<Json<Item>, ItemError> as ::serve_core::__private::ResultLike>::Ok,
            <Result<Json<Item>, ItemError> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Shop>::item(&this, Path(id), Query(page)).await;
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    fn invoke_crunch(
        instance: ::serve_core::__private::Instance<Shop>,
        data: Vec<f32>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<f32, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let result = instance
                .blocking_read(move |this: &Shop| <Shop>::crunch(this, axum::Json(data)))
                .await;
            ::core::result::Result::Ok(result)
        }
    }
    fn invoke_rebuild(
        instance: ::serve_core::__private::Instance<Shop>,
        path: <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<
            <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
            <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
        >,
    > + ::core::marker::Send {
        async move {
            let result = instance
                .blocking_write(move |this: &mut Shop| <Shop>::rebuild(
                    this,
                    ::core::borrow::Borrow::<Path>::borrow(&path),
                ))
                .await;
            ::serve_core::__private::ResultLike::into_result(result)
        }
    }
    fn invoke_index(
        instance: ::serve_core::__private::Instance<Shop>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<&'static str, ::core::convert::Infallible>,
    > + ::core::marker::Send {
        async move {
            let this = instance.read().await;
            let result = <Shop>::index(&this);
            ::core::result::Result::Ok(result)
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Shop {
        type Call = ShopCall;
        type Handle = ShopHandle;
        type Cell = ::serve_core::__private::Exclusive<Self>;
        const NAME: &'static str = "Shop";
        const METHODS: &'static [::serve_core::__private::MethodInfo] = &[
            ::serve_core::__private::MethodInfo::new("item")
                .signature(11799141946494420786)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `id`",
                            ty: "u32",
                            capable: <::serve_core::__private::Probe<u32>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "argument `page`",
                            ty: "Page",
                            capable: <::serve_core::__private::Probe<Page>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "Json<Item>",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    Json<Item>,
                                    ItemError,
                                > as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "ItemError",
                            capable: <::serve_core::__private::Probe<
                                <Result<
                                    Json<Item>,
                                    ItemError,
                                > as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("crunch")
                .signature(11607576190358140561)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `data`",
                            ty: "Vec<f32>",
                            capable: <::serve_core::__private::Probe<Vec<f32>>>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "f32",
                            capable: <::serve_core::__private::Probe<f32>>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("rebuild")
                .signature(6911038003198563040)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "argument `path`",
                            ty: "Path",
                            capable: <::serve_core::__private::Probe<
                                <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "()",
                            capable: <::serve_core::__private::Probe<
                                <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
                            >>::CAPABLE,
                        },
                        ::serve_core::__private::WireCheck {
                            what: "error",
                            ty: "io::Result<()>",
                            capable: <::serve_core::__private::Probe<
                                <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
                            >>::CAPABLE,
                        },
                    ],
                ),
            ::serve_core::__private::MethodInfo::new("index")
                .signature(15503246621621561547)
                .wire(
                    &[
                        ::serve_core::__private::WireCheck {
                            what: "result",
                            ty: "&'static str",
                            capable: false,
                        },
                    ],
                ),
        ];
        const ROUTES: &'static [::serve_core::__private::RouteInfo] = &[
            ::serve_core::__private::RouteInfo::new(
                "item",
                ::serve_core::__private::HttpMethod::GET,
                "/items/{id}",
            ),
            ::serve_core::__private::RouteInfo::new(
                "item",
                ::serve_core::__private::HttpMethod::DELETE,
                "/items/{id}",
            ),
            ::serve_core::__private::RouteInfo::new(
                "crunch",
                ::serve_core::__private::HttpMethod::POST,
                "/crunch",
            ),
            ::serve_core::__private::RouteInfo::new(
                "index",
                ::serve_core::__private::HttpMethod::GET,
                "/",
            ),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = ::core::option::Option::Some(
                ::core::convert::Into::into("/"),
            );
            config
        }
        fn handle(core: ::serve_core::__private::HandleCore<Self>) -> Self::Handle {
            ShopHandle {
                __methods: ::serve_core::__private::std::sync::Arc::new(ShopMethods {
                    item: ShopItemMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    crunch: ShopCrunchMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    rebuild: ShopRebuildMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    index: ShopIndexMethod {
                        core: ::core::clone::Clone::clone(&core),
                    },
                    __core: core,
                }),
            }
        }
        fn method(call: &Self::Call) -> &'static str {
            match *call {
                ShopCall::Item { .. } => "item",
                ShopCall::Crunch { .. } => "crunch",
                ShopCall::Rebuild { .. } => "rebuild",
                ShopCall::Index { .. } => "index",
            }
        }
        fn watched(call: &Self::Call) -> ::serve_core::__private::Watched {
            match *call {
                ShopCall::Item { reply: ref reply, .. } => reply.watched(),
                ShopCall::Crunch { reply: ref reply, .. } => reply.watched(),
                ShopCall::Rebuild { reply: ref reply, .. } => reply.watched(),
                ShopCall::Index { reply: ref reply, .. } => reply.watched(),
            }
        }
        async fn dispatch(
            instance: ::serve_core::__private::Instance<Self>,
            call: Self::Call,
        ) {
            match call {
                ShopCall::Item { id, page, reply } => {
                    reply.complete(invoke_item(instance, id, page).await);
                }
                ShopCall::Crunch { data, reply } => {
                    reply.complete(invoke_crunch(instance, data).await);
                }
                ShopCall::Rebuild { path, reply } => {
                    reply.complete(invoke_rebuild(instance, path).await);
                }
                ShopCall::Index { reply } => {
                    reply.complete(invoke_index(instance).await);
                }
            }
        }
        fn encode(call: Self::Call) -> ::serve_core::__private::Outgoing {
            match call {
                ShopCall::Item { id, page, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give("id", id, <::serve_core::__private::Probe<u32>>::CODEC);
                    arguments
                        .give(
                            "page",
                            page,
                            <::serve_core::__private::Probe<Page>>::CODEC,
                        );
                    arguments
                        .call(
                            "item",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            Json<Item>,
                                            ItemError,
                                        > as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <Result<
                                            Json<Item>,
                                            ItemError,
                                        > as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                ShopCall::Crunch { data, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "data",
                            data,
                            <::serve_core::__private::Probe<Vec<f32>>>::CODEC,
                        );
                    arguments
                        .call(
                            "crunch",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<f32>>::CODEC,
                                    ::serve_core::__private::NEVER,
                                )
                            },
                        )
                }
                ShopCall::Rebuild { path, reply } => {
                    let mut arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .give(
                            "path",
                            path,
                            <::serve_core::__private::Probe<
                                <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        );
                    arguments
                        .call(
                            "rebuild",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    <::serve_core::__private::Probe<
                                        <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
                                    >>::CODEC,
                                    <::serve_core::__private::Probe<
                                        <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
                                    >>::CODEC,
                                )
                            },
                        )
                }
                ShopCall::Index { reply } => {
                    let arguments = ::serve_core::__private::Arguments::new();
                    arguments
                        .call(
                            "index",
                            reply,
                            const {
                                &::serve_core::__private::Codecs::result(
                                    ::core::option::Option::None,
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
                "item" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let id = arguments
                        .next("id", <::serve_core::__private::Probe<u32>>::CODEC)?;
                    let page = arguments
                        .next("page", <::serve_core::__private::Probe<Page>>::CODEC)?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <Result<
                                        Json<Item>,
                                        ItemError,
                                    > as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <Result<
                                        Json<Item>,
                                        ItemError,
                                    > as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(ShopCall::Item { id, page, reply })
                }
                "crunch" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let data = arguments
                        .next(
                            "data",
                            <::serve_core::__private::Probe<Vec<f32>>>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<f32>>::CODEC,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ShopCall::Crunch { data, reply })
                }
                "rebuild" => {
                    let mut arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    let path = arguments
                        .next(
                            "path",
                            <::serve_core::__private::Probe<
                                <Path as ::serve_core::__private::std::borrow::ToOwned>::Owned,
                            >>::CODEC,
                        )?;
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                <::serve_core::__private::Probe<
                                    <io::Result<()> as ::serve_core::__private::ResultLike>::Ok,
                                >>::CODEC,
                                <::serve_core::__private::Probe<
                                    <io::Result<()> as ::serve_core::__private::ResultLike>::Err,
                                >>::CODEC,
                            )
                        })?;
                    ::core::result::Result::Ok(ShopCall::Rebuild { path, reply })
                }
                "index" => {
                    let arguments = ::serve_core::__private::ArgumentReader::new(
                        arguments,
                    );
                    arguments.end()?;
                    let reply = answer
                        .reply(const {
                            &::serve_core::__private::Codecs::result(
                                ::core::option::Option::None,
                                ::serve_core::__private::NEVER,
                            )
                        })?;
                    ::core::result::Result::Ok(ShopCall::Index { reply })
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
                        ::serve_core::__private::construct_default::<Shop>(),
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
                "item" => {
                    let (mut parts, body) = request.into_parts();
                    let Path(id) = match ::serve_core::__private::extract_parts::<
                        Path<u32>,
                    >(&mut parts)
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    let Query(page) = match ::serve_core::__private::extract::<
                        Query<Page>,
                        _,
                    >(::serve_core::__private::HttpRequest::from_parts(parts, body))
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    let result = invoke_item(instance, id, page).await;
                    ::serve_core::__private::respond_result!(result)
                }
                "crunch" => {
                    let axum::Json(data) = match ::serve_core::__private::extract::<
                        axum::Json<Vec<f32>>,
                        _,
                    >(request)
                        .await
                    {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(response) => return response,
                    };
                    let result = invoke_crunch(instance, data).await;
                    ::serve_core::__private::respond(result)
                }
                "index" => {
                    let result = invoke_index(instance).await;
                    ::serve_core::__private::respond(result)
                }
                _ => ::serve_core::__private::not_found(),
            }
        }
    }
    impl Shop {
        /// Describes a deployment of `Shop` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Shop> {
            ::serve_core::__private::bind(
                (),
                |()| async move {
                    ::core::result::Result::Ok(
                        ::serve_core::__private::construct_default::<Shop>(),
                    )
                },
                ::serve_core::__private::no_arguments,
                ::serve_core::__private::no_differences,
            )
        }
        /// Runs a deployment of `Shop` on the default instance and waits until it is ready.
        pub fn deploy() -> impl ::core::future::Future<
            Output = ::serve_core::Result<ShopHandle>,
        > + ::core::marker::Send {
            ::serve_core::__private::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<ShopHandle> {
            ::serve_core::__private::deploy_blocking(Self::bind())
        }
        /// A handle to the running deployment of `Shop` on the default instance.
        pub fn get_handle() -> ::serve_core::Result<ShopHandle> {
            ::serve_core::__private::get_handle::<Self>()
        }
        /// Inside a replica of `Shop`: a handle to the deployment that it belongs to.
        pub fn current_handle() -> ::serve_core::Result<ShopHandle> {
            ::serve_core::__private::current_handle::<Self>()
        }
    }
    #[automatically_derived]
    impl ::serve_core::BindArg<ShopHandle> for ::serve_core::Application<Shop> {
        fn bind(self) -> ::serve_core::__private::Bound<ShopHandle> {
            ::serve_core::__private::Bound::application(self)
        }
    }
    ::serve_core::__private::inventory::submit! {
        ::serve_core::__private::ReplicaType::new:: < Shop >
        (::core::option_env!("CARGO_PKG_NAME"))
    }
};
