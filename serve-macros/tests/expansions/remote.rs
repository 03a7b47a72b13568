impl Adder {
    pub fn add(&self, left: &str, right: Vec<u64>) -> Result<u64, AddError> {
        Ok(1)
    }
}
/// A handle to the deployment `Adder`: one field per method, called as `handle.add.remote(..)`.
pub type AdderHandle = ::serve_core::Handle<Adder>;
/// The methods of `AdderHandle`.
pub struct AdderMethods
where
    Adder: ::core::marker::Send + ::core::marker::Sync,
    AddError: ::core::marker::Send,
{
    /// `Adder::add`
    pub add: AdderAddMethod,
}
/// One call of a method of `Adder`, as a value: what a mock receives.
pub enum AdderCall {
    /// A call of `Adder::add`.
    Add {
        /// The argument `left`.
        left: ::serve_core::__private::String,
        /// The argument `right`.
        right: Vec<u64>,
        /// Takes the result.
        reply: ::serve_core::__private::Reply<u64, AddError>,
    },
}
/// `handle.add`: calls `Adder::add` on a replica.
pub struct AdderAddMethod(
    ::serve_core::__private::HandleCore<Adder>,
)
where
    Adder: ::core::marker::Send + ::core::marker::Sync,
    AddError: ::core::marker::Send;
const _: () = {
    use ::serve_core::__private as __serve;
    use __serve::traits::*;
    const _: () = {
        fn need_wire<T: __serve::WireType>() {}
        fn check_wire()
        where
            Adder: ::core::marker::Send + ::core::marker::Sync,
            AddError: ::core::marker::Send,
        {
            need_wire::<::serve_core::__private::String>();
            need_wire::<Vec<u64>>();
            need_wire::<u64>();
            need_wire::<AddError>();
        }
    };
    impl ::core::fmt::Debug for AdderMethods
    where
        Adder: ::core::marker::Send + ::core::marker::Sync,
        AddError: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("AdderMethods").field("add", &self.add).finish()
        }
    }
    impl ::core::fmt::Debug for AdderCall
    where
        Adder: ::core::marker::Send + ::core::marker::Sync,
        AddError: ::core::marker::Send,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __serve::debug_call::<Adder>(self, f)
        }
    }
    __serve::start_value! {
        impl [< >] AdderAddMethod[] [where Adder : ::core::marker::Send +
        ::core::marker::Sync, AddError : ::core::marker::Send,] [] [] __AddSpec :
        call[remote call broadcast] (left : __Arg0[__serve::IntoArg <
        ::serve_core::__private::String >] [::core::clone::Clone] left, right :
        __Arg1[__serve::IntoArg < Vec < u64 > >] [::core::clone::Clone] right) use [] ->
        [__serve::ObjectRef < u64, AddError >] [__serve::CallResult < u64, AddError >]
    }
    enum __AddSpec {}
    impl __serve::MethodSpec for __AddSpec
    where
        Adder: ::core::marker::Send + ::core::marker::Sync,
        AddError: ::core::marker::Send,
    {
        type On = Adder;
        type Args = (::serve_core::__private::String, Vec<u64>);
        type Value = u64;
        type Error = AddError;
        type Shape = __serve::Unary;
        const NAME: &'static ::core::primitive::str = "add";
        const SIGNATURE: ::core::primitive::u64 = 5939139810577270602;
        const PARAMETERS: __serve::Specs<Self> = (
            ("left", "String", <__serve::Probe<::serve_core::__private::String>>::CODEC),
            ("right", "Vec<u64>", <__serve::Probe<Vec<u64>>>::CODEC),
        );
        const OUTPUT: __serve::Codecs<Self::Value, Self::Error> = __serve::Codecs::result(
            ["u64", "AddError"],
            <__serve::Probe<Self::Value>>::CODEC,
            <__serve::Probe<Self::Error>>::CODEC,
        );
        fn wrap((left, right): Self::Args, reply: __serve::ReplyTo<Self>) -> AdderCall {
            AdderCall::Add {
                left,
                right,
                reply,
            }
        }
    }
    impl __serve::Invoke for __AddSpec
    where
        Adder: ::core::marker::Send + ::core::marker::Sync,
        AddError: ::core::marker::Send,
    {
        fn invoke(
            instance: __serve::Instance<Adder>,
            (left, right): Self::Args,
        ) -> impl __serve::MethodFuture<
            Output = __serve::Outcome<Self>,
        > + __serve::MethodSend {
            async move {
                let this = instance.get();
                let result = <Adder>::add(this, &left, right);
                __serve::ResultLike::into_result(result)
            }
        }
    }
    #[automatically_derived]
    impl ::serve_core::Deployment for Adder
    where
        Adder: ::core::marker::Send + ::core::marker::Sync,
        AddError: ::core::marker::Send,
    {
        type Call = AdderCall;
        type Methods = AdderMethods;
        type Cell = __serve::Shared<Self>;
        const NAME: &'static str = "Adder";
        const METHODS: &'static [__serve::MethodInfo] = &[<__AddSpec>::INFO];
        const ROUTES: &'static [__serve::RouteInfo] = &[];
        fn config() -> ::serve_core::DeploymentConfig {
            let mut config = <::serve_core::DeploymentConfig as ::core::default::Default>::default();
            config.isolation = ::serve_core::Isolation::Process;
            config
        }
        fn methods(core: &__serve::HandleCore<Self>) -> Self::Methods {
            AdderMethods {
                add: AdderAddMethod(core.share()),
            }
        }
        fn parts(call: &Self::Call) -> __serve::CallParts<'_> {
            match *call {
                AdderCall::Add { ref reply, .. } => <__AddSpec>::parts(reply),
            }
        }
        async fn dispatch(instance: __serve::Instance<Self>, call: Self::Call) {
            match call {
                AdderCall::Add { left, right, reply } => {
                    reply.complete(<__AddSpec>::invoke(instance, (left, right)).await)
                }
            }
        }
        fn encode(call: Self::Call) -> __serve::Outgoing {
            match call {
                AdderCall::Add { left, right, reply } => {
                    <__AddSpec>::encode((left, right), reply)
                }
            }
        }
        fn decode(
            method: &::core::primitive::str,
            arguments: &__serve::Bytes,
            answer: &mut __serve::Answer,
        ) -> __serve::DecodedCall<Self> {
            match method {
                "add" => <__AddSpec>::decode(arguments, answer),
                _ => __serve::unknown_method(method),
            }
        }
        fn construct(arguments: &__serve::Bytes) -> __serve::Constructed<Self> {
            __serve::construct_default::<Adder>(arguments)
        }
    }
    impl Adder
    where
        Adder: ::core::marker::Send + ::core::marker::Sync,
        AddError: ::core::marker::Send,
    {
        /// Describes a deployment of `Adder` with these arguments, to be configured and run, or passed to another.
        pub fn bind() -> ::serve_core::Application<Adder> {
            __serve::bind_default::<Adder>()
        }
        /// Runs a deployment of `Adder` on the default instance and waits until it is ready.
        pub fn deploy() -> impl __serve::Future<
            Output = ::serve_core::Result<::serve_core::Handle<Adder>>,
        > + __serve::Send {
            __serve::deploy(Self::bind())
        }
        /// As `deploy`, for threads without a runtime: starts one on threads of its own.
        pub fn deploy_blocking() -> ::serve_core::Result<::serve_core::Handle<Adder>> {
            __serve::deploy_blocking(Self::bind())
        }
        __serve::handles! {
            pub, "Adder"
        }
    }
    __serve::inventory::submit! {
        < __serve::Probe < Adder >> ::REPLICA_TYPE
        .of_package(::core::option_env!("CARGO_PKG_NAME"))
    }
};
