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
    pub fn item_head(&self) {}
    pub fn files(&self) {}
    pub fn index(&self) -> &'static str {
        "hello"
    }
}
/// A handle to the deployment `Shop`: one field per method, called as `handle.item.remote(..)`.
pub type ShopHandle = ::serve_core::Handle<Shop>;
/// The methods of `ShopHandle`.
pub struct ShopMethods
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    Page: ::core::marker::Send,
    Json<Item>: ::core::marker::Send,
    ItemError: ::core::marker::Send,
    Page: ::serve_core::__private::ReadFromRequest,
    Item: ::serve_core::__private::WriteToResponse,
    f32: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
    io::Result<()>: ::serve_core::__private::SentResult,
    &'static str: ::core::marker::Send,
    &'static str: ::serve_core::__private::ResponseValue,
{
    /// `Shop::item`
    pub item: ShopItemMethod,
    /// `Shop::crunch`
    pub crunch: ShopCrunchMethod,
    /// `Shop::rebuild`
    pub rebuild: ShopRebuildMethod,
    /// `Shop::item_head`
    pub item_head: ShopItemHeadMethod,
    /// `Shop::files`
    pub files: ShopFilesMethod,
    /// `Shop::index`
    pub index: ShopIndexMethod,
}
/// One call of a method of `Shop`, as a value: what a mock receives.
pub enum ShopCall
where
    io::Result<()>: ::serve_core::__private::SentResult,
{
    /// A call of `Shop::item`.
    Item {
        /// The argument `id`.
        id: u32,
        /// The argument `page`.
        page: Page,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<Json<Item>, ItemError>,
    },
    /// A call of `Shop::crunch`.
    Crunch {
        /// The argument `data`.
        data: Vec<f32>,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<f32>,
    },
    /// A call of `Shop::rebuild`.
    Rebuild {
        /// The argument `path`.
        path: ::serve_core::__private::OwnedOf<Path>,
        /// Takes the result.
        reply: ::serve_core::__private::ReplyOf<io::Result<()>>,
    },
    /// A call of `Shop::item_head`.
    ItemHead {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<()>,
    },
    /// A call of `Shop::files`.
    Files {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<()>,
    },
    /// A call of `Shop::index`.
    Index {
        /// Takes the result.
        reply: ::serve_core::__private::Reply<&'static str>,
    },
}
/// `handle.item`: calls `Shop::item` on a replica.
pub struct ShopItemMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    Page: ::core::marker::Send,
    Json<Item>: ::core::marker::Send,
    ItemError: ::core::marker::Send,
    Page: ::serve_core::__private::ReadFromRequest,
    Item: ::serve_core::__private::WriteToResponse,
    f32: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
    io::Result<()>: ::serve_core::__private::SentResult,
    &'static str: ::core::marker::Send,
    &'static str: ::serve_core::__private::ResponseValue;
/// `handle.crunch`: calls `Shop::crunch` on a replica.
pub struct ShopCrunchMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    Page: ::core::marker::Send,
    Json<Item>: ::core::marker::Send,
    ItemError: ::core::marker::Send,
    Page: ::serve_core::__private::ReadFromRequest,
    Item: ::serve_core::__private::WriteToResponse,
    f32: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
    io::Result<()>: ::serve_core::__private::SentResult,
    &'static str: ::core::marker::Send,
    &'static str: ::serve_core::__private::ResponseValue;
/// `handle.rebuild`: calls `Shop::rebuild` on a replica.
pub struct ShopRebuildMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    Page: ::core::marker::Send,
    Json<Item>: ::core::marker::Send,
    ItemError: ::core::marker::Send,
    Page: ::serve_core::__private::ReadFromRequest,
    Item: ::serve_core::__private::WriteToResponse,
    f32: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
    io::Result<()>: ::serve_core::__private::SentResult,
    &'static str: ::core::marker::Send,
    &'static str: ::serve_core::__private::ResponseValue;
/// `handle.item_head`: calls `Shop::item_head` on a replica.
pub struct ShopItemHeadMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    Page: ::core::marker::Send,
    Json<Item>: ::core::marker::Send,
    ItemError: ::core::marker::Send,
    Page: ::serve_core::__private::ReadFromRequest,
    Item: ::serve_core::__private::WriteToResponse,
    f32: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
    io::Result<()>: ::serve_core::__private::SentResult,
    &'static str: ::core::marker::Send,
    &'static str: ::serve_core::__private::ResponseValue;
/// `handle.files`: calls `Shop::files` on a replica.
pub struct ShopFilesMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    Page: ::core::marker::Send,
    Json<Item>: ::core::marker::Send,
    ItemError: ::core::marker::Send,
    Page: ::serve_core::__private::ReadFromRequest,
    Item: ::serve_core::__private::WriteToResponse,
    f32: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
    io::Result<()>: ::serve_core::__private::SentResult,
    &'static str: ::core::marker::Send,
    &'static str: ::serve_core::__private::ResponseValue;
/// `handle.index`: calls `Shop::index` on a replica.
pub struct ShopIndexMethod(
    ::serve_core::__private::HandleCore<Shop>,
)
where
    Shop: ::core::marker::Send + ::core::marker::Sync,
    Page: ::core::marker::Send,
    Json<Item>: ::core::marker::Send,
    ItemError: ::core::marker::Send,
    Page: ::serve_core::__private::ReadFromRequest,
    Item: ::serve_core::__private::WriteToResponse,
    f32: ::serve_core::__private::ResponseValue,
    ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
    io::Result<()>: ::serve_core::__private::SentResult,
    &'static str: ::core::marker::Send,
    &'static str: ::serve_core::__private::ResponseValue;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    impl ::core::fmt::Debug for ShopMethods
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("ShopMethods")
                .field("item", &self.item)
                .field("crunch", &self.crunch)
                .field("rebuild", &self.rebuild)
                .field("item_head", &self.item_head)
                .field("files", &self.files)
                .field("index", &self.index)
                .finish()
        }
    }
    impl ::core::fmt::Debug for ShopCall
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Shop>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] ShopItemMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, Page : ::core::marker::Send, Json < Item > :
        ::core::marker::Send, ItemError : ::core::marker::Send, Page :
        ::serve_core::__private::ReadFromRequest, Item :
        ::serve_core::__private::WriteToResponse, f32 :
        ::serve_core::__private::ResponseValue, ::serve_core::__private::OwnedOf < Path >
        : ::core::marker::Send, io::Result < () > : ::serve_core::__private::SentResult,
        & 'static str : ::core::marker::Send, & 'static str :
        ::serve_core::__private::ResponseValue,] [] [] __ItemSpec : call[remote call
        broadcast] (id : __Arg0[__serve::IntoArg < u32 >] [::core::clone::Clone] id, page
        : __Arg1[__serve::IntoArg < Page >] [::core::clone::Clone] page) use [] ->
        [__serve::ObjectRef < Json < Item >, ItemError >] [__serve::CallResult < Json <
        Item >, ItemError >]
    }
    enum __ItemSpec {}
    impl __serve::MethodSpec for __ItemSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = (u32, Page);
        type Value = Json<Item>;
        type Error = ItemError;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "item";
        const SIGNATURE: ::core::primitive::u64 = 11799141946494420786;
        const PARAMETERS: __serve::Specs<Self> = (
            ("id", "u32", <__serve::Probe<u32>>::CODEC),
            ("page", "Page", <__serve::Probe<Page>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["Json<Item>", "ItemError"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap((id, page): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::Item { id, page, reply }
        }
    }
    impl __serve::Invoke for __ItemSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (id, page): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Shop>::item(&this, Path(id), Query(page)).await;
                __serve::ResultLike::into_result(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] ShopCrunchMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, Page : ::core::marker::Send, Json < Item > :
        ::core::marker::Send, ItemError : ::core::marker::Send, Page :
        ::serve_core::__private::ReadFromRequest, Item :
        ::serve_core::__private::WriteToResponse, f32 :
        ::serve_core::__private::ResponseValue, ::serve_core::__private::OwnedOf < Path >
        : ::core::marker::Send, io::Result < () > : ::serve_core::__private::SentResult,
        & 'static str : ::core::marker::Send, & 'static str :
        ::serve_core::__private::ResponseValue,] [] [] __CrunchSpec : call[remote call
        broadcast] (data : __Arg0[__serve::IntoArg < Vec < f32 > >]
        [::core::clone::Clone] data) use [] -> [__serve::ObjectRef < f32 >]
        [__serve::CallResult < f32 >]
    }
    enum __CrunchSpec {}
    impl __serve::MethodSpec for __CrunchSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = (Vec<f32>,);
        type Value = f32;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "crunch";
        const SIGNATURE: ::core::primitive::u64 = 11607576190358140561;
        const PARAMETERS: __serve::Specs<Self> = (
            ("data", "Vec<f32>", <__serve::Probe<Vec<f32>>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["f32", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((data,): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::Crunch { data, reply }
        }
    }
    impl __serve::Invoke for __CrunchSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (data,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let result = instance
                    .blocking_read(move |this: &Shop| <Shop>::crunch(
                        this,
                        axum::Json(data),
                    ))
                    .await;
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] ShopRebuildMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, Page : ::core::marker::Send, Json < Item > :
        ::core::marker::Send, ItemError : ::core::marker::Send, Page :
        ::serve_core::__private::ReadFromRequest, Item :
        ::serve_core::__private::WriteToResponse, f32 :
        ::serve_core::__private::ResponseValue, ::serve_core::__private::OwnedOf < Path >
        : ::core::marker::Send, io::Result < () > : ::serve_core::__private::SentResult,
        & 'static str : ::core::marker::Send, & 'static str :
        ::serve_core::__private::ResponseValue,] [] [] __RebuildSpec : call[remote call
        broadcast] (path : __Arg0[__serve::IntoArg < ::serve_core::__private::OwnedOf <
        Path > >] [::core::clone::Clone] path) use [] -> [__serve::ObjectRefOf <
        io::Result < () > >] [__serve::CallResultOf < io::Result < () > >]
    }
    enum __RebuildSpec {}
    impl __serve::MethodSpec for __RebuildSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = (::serve_core::__private::OwnedOf<Path>,);
        type Value = __serve::OkOf<io::Result<()>>;
        type Error = __serve::ErrOf<io::Result<()>>;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "rebuild";
        const SIGNATURE: ::core::primitive::u64 = 6911038003198563040;
        const PARAMETERS: __serve::Specs<Self> = (
            (
                "path",
                "Path",
                <__serve::Probe<::serve_core::__private::OwnedOf<Path>>>::CODEC,
            ),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "io::Result<()>"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap((path,): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::Rebuild { path, reply }
        }
    }
    impl __serve::Invoke for __RebuildSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (path,): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let result = instance
                    .blocking_write(move |this: &mut Shop| <Shop>::rebuild(
                        this,
                        ::core::borrow::Borrow::<Path>::borrow(&path),
                    ))
                    .await;
                __serve::ResultLike::into_result(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] ShopItemHeadMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, Page : ::core::marker::Send, Json < Item > :
        ::core::marker::Send, ItemError : ::core::marker::Send, Page :
        ::serve_core::__private::ReadFromRequest, Item :
        ::serve_core::__private::WriteToResponse, f32 :
        ::serve_core::__private::ResponseValue, ::serve_core::__private::OwnedOf < Path >
        : ::core::marker::Send, io::Result < () > : ::serve_core::__private::SentResult,
        & 'static str : ::core::marker::Send, & 'static str :
        ::serve_core::__private::ResponseValue,] [] [] __ItemHeadSpec : call[remote call
        broadcast] () use [] -> [__serve::ObjectRef < () >] [__serve::CallResult < () >]
    }
    enum __ItemHeadSpec {}
    impl __serve::MethodSpec for __ItemHeadSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = ();
        type Value = ();
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "item_head";
        const SIGNATURE: ::core::primitive::u64 = 1803426594929055256;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::ItemHead { reply }
        }
    }
    impl __serve::Invoke for __ItemHeadSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Shop>::item_head(&this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] ShopFilesMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, Page : ::core::marker::Send, Json < Item > :
        ::core::marker::Send, ItemError : ::core::marker::Send, Page :
        ::serve_core::__private::ReadFromRequest, Item :
        ::serve_core::__private::WriteToResponse, f32 :
        ::serve_core::__private::ResponseValue, ::serve_core::__private::OwnedOf < Path >
        : ::core::marker::Send, io::Result < () > : ::serve_core::__private::SentResult,
        & 'static str : ::core::marker::Send, & 'static str :
        ::serve_core::__private::ResponseValue,] [] [] __FilesSpec : call[remote call
        broadcast] () use [] -> [__serve::ObjectRef < () >] [__serve::CallResult < () >]
    }
    enum __FilesSpec {}
    impl __serve::MethodSpec for __FilesSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = ();
        type Value = ();
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "files";
        const SIGNATURE: ::core::primitive::u64 = 1803426594929055256;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["()", "Infallible"],
            <__serve::Probe<Self::Value>>::CODEC,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::Files { reply }
        }
    }
    impl __serve::Invoke for __FilesSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Shop>::files(&this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    __serve::start_value! {
        impl [< >] ShopIndexMethod[] [where Shop : ::core::marker::Send +
        ::core::marker::Sync, Page : ::core::marker::Send, Json < Item > :
        ::core::marker::Send, ItemError : ::core::marker::Send, Page :
        ::serve_core::__private::ReadFromRequest, Item :
        ::serve_core::__private::WriteToResponse, f32 :
        ::serve_core::__private::ResponseValue, ::serve_core::__private::OwnedOf < Path >
        : ::core::marker::Send, io::Result < () > : ::serve_core::__private::SentResult,
        & 'static str : ::core::marker::Send, & 'static str :
        ::serve_core::__private::ResponseValue,] [] [] __IndexSpec : call[remote call
        broadcast] () use [] -> [__serve::ObjectRef < & 'static str >]
        [__serve::CallResult < & 'static str >]
    }
    enum __IndexSpec {}
    impl __serve::MethodSpec for __IndexSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        type On = Shop;
        type Args = ();
        type Value = &'static str;
        type Error = ::core::convert::Infallible;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "index";
        const SIGNATURE: ::core::primitive::u64 = 15503246621621561547;
        const PARAMETERS: __serve::Specs<Self> = ();
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["&'static str", "Infallible"],
            ::core::option::Option::None,
            __serve::NEVER,
        );
        fn wrap((): Self::Args, reply: __serve::ReplyTo<Self>) -> ShopCall {
            ShopCall::Index { reply }
        }
    }
    impl __serve::Invoke for __IndexSpec
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        fn invoke(
            instance: __serve::Instance<Shop>,
            (): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.read().await;
                let result = <Shop>::index(&this);
                ::core::result::Result::Ok(result)
            }
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Shop
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        type Call = ShopCall;
        type Methods = ShopMethods;
        type Cell = __serve::Exclusive<Self>;
        const NAME: &'static str = "Shop";
        const METHODS: &'static [__serve::MethodInfo] = &[
            <__ItemSpec>::INFO,
            <__CrunchSpec>::INFO,
            <__RebuildSpec>::INFO,
            <__ItemHeadSpec>::INFO,
            <__FilesSpec>::INFO,
            <__IndexSpec>::INFO,
        ];
        const ROUTES: &'static [__serve::RouteInfo] = &[
            __serve::RouteInfo::new("item", __serve::HttpMethod::GET, "/items/{id}"),
            __serve::RouteInfo::new("item", __serve::HttpMethod::DELETE, "/items/{id}"),
            __serve::RouteInfo::new("crunch", __serve::HttpMethod::POST, "/crunch"),
            __serve::RouteInfo::new(
                "item_head",
                __serve::HttpMethod::HEAD,
                "/items/{id}",
            ),
            __serve::RouteInfo::any("files", "/files/{*path}")
                .max_body_size(10485760)
                .request_timeout(::core::time::Duration::new(5, 0)),
            __serve::RouteInfo::new("files", __serve::HttpMethod::OPTIONS, "/files"),
            __serve::RouteInfo::new("index", __serve::HttpMethod::GET, "/"),
        ];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.route_prefix = __serve::text("/");
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            ShopMethods {
                item: ShopItemMethod(core.share()),
                crunch: ShopCrunchMethod(core.share()),
                rebuild: ShopRebuildMethod(core.share()),
                item_head: ShopItemHeadMethod(core.share()),
                files: ShopFilesMethod(core.share()),
                index: ShopIndexMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                ShopCall::Item { ref reply, .. } => <__ItemSpec>::parts(reply),
                ShopCall::Crunch { ref reply, .. } => <__CrunchSpec>::parts(reply),
                ShopCall::Rebuild { ref reply, .. } => <__RebuildSpec>::parts(reply),
                ShopCall::ItemHead { ref reply, .. } => <__ItemHeadSpec>::parts(reply),
                ShopCall::Files { ref reply, .. } => <__FilesSpec>::parts(reply),
                ShopCall::Index { ref reply, .. } => <__IndexSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                ShopCall::Item { id, page, reply } => {
                    reply.complete(<__ItemSpec>::invoke(instance, (id, page)).await)
                }
                ShopCall::Crunch { data, reply } => {
                    reply.complete(<__CrunchSpec>::invoke(instance, (data,)).await)
                }
                ShopCall::Rebuild { path, reply } => {
                    reply.complete(<__RebuildSpec>::invoke(instance, (path,)).await)
                }
                ShopCall::ItemHead { reply } => {
                    reply.complete(<__ItemHeadSpec>::invoke(instance, ()).await)
                }
                ShopCall::Files { reply } => {
                    reply.complete(<__FilesSpec>::invoke(instance, ()).await)
                }
                ShopCall::Index { reply } => {
                    reply.complete(<__IndexSpec>::invoke(instance, ()).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                ShopCall::Item { id, page, reply } => {
                    <__ItemSpec>::encode((id, page), reply)
                }
                ShopCall::Crunch { data, reply } => {
                    <__CrunchSpec>::encode((data,), reply)
                }
                ShopCall::Rebuild { path, reply } => {
                    <__RebuildSpec>::encode((path,), reply)
                }
                ShopCall::ItemHead { reply } => <__ItemHeadSpec>::encode((), reply),
                ShopCall::Files { reply } => <__FilesSpec>::encode((), reply),
                ShopCall::Index { reply } => <__IndexSpec>::encode((), reply),
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "item" => <__ItemSpec>::decode(arguments, answer),
                "crunch" => <__CrunchSpec>::decode(arguments, answer),
                "rebuild" => <__RebuildSpec>::decode(arguments, answer),
                "item_head" => <__ItemHeadSpec>::decode(arguments, answer),
                "files" => <__FilesSpec>::decode(arguments, answer),
                "index" => <__IndexSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Shop>(arguments)
        }
        async fn http(
            instance: __serve::Instance<Self>,
            route: &'static str,
            request: __serve::HttpRequest,
        ) -> __serve::HttpOutcome {
            match route {
                "item" => {
                    let (mut parts, body) = request.into_parts();
                    let Path(id) = __serve::extract_parts::<Path<u32>>(&mut parts)
                        .await?;
                    let Query(page) = __serve::extract::<
                        Query<Page>,
                        _,
                    >(__serve::HttpRequest::from_parts(parts, body))
                        .await?;
                    let result = <__ItemSpec>::invoke(instance, (id, page)).await;
                    __serve::respond_result!(result, reply)
                }
                "crunch" => {
                    let axum::Json(data) = __serve::extract::<
                        axum::Json<Vec<f32>>,
                        _,
                    >(request)
                        .await?;
                    let result = <__CrunchSpec>::invoke(instance, (data,)).await;
                    __serve::respond(result)
                }
                "item_head" => {
                    let result = <__ItemHeadSpec>::invoke(instance, ()).await;
                    __serve::respond(result)
                }
                "files" => {
                    let result = <__FilesSpec>::invoke(instance, ()).await;
                    __serve::respond(result)
                }
                "index" => {
                    let result = <__IndexSpec>::invoke(instance, ()).await;
                    __serve::respond(result)
                }
                _ => __serve::not_found(),
            }
        }
    }
    impl Shop
    where
        Shop: ::core::marker::Send + ::core::marker::Sync,
        Page: ::core::marker::Send,
        Json<Item>: ::core::marker::Send,
        ItemError: ::core::marker::Send,
        Page: ::serve_core::__private::ReadFromRequest,
        Item: ::serve_core::__private::WriteToResponse,
        f32: ::serve_core::__private::ResponseValue,
        ::serve_core::__private::OwnedOf<Path>: ::core::marker::Send,
        io::Result<()>: ::serve_core::__private::SentResult,
        &'static str: ::core::marker::Send,
        &'static str: ::serve_core::__private::ResponseValue,
    {
        /// Describes a deployment of `Shop` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Shop> {
            __serve::bind_default::<Shop>()
        }
        /// Runs a deployment of `Shop` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Shop>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
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
