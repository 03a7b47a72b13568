// Generated code needs nothing from the prelude.
#![no_implicit_prelude]

mod plain {
    #![no_implicit_prelude]

    #[derive(::std::default::Default)]
    pub struct Greeter {
        count: ::std::primitive::u64,
    }

    #[::serve_core::deployment(
        route_prefix = "/",
        user_config = "1",
        request_timeout = "2s",
        autoscaling(initial_replicas = 1),
        backpressure(retry_after = "1s")
    )]
    impl Greeter {
        pub fn hello(&self, name: &str, words: &[u8], other: &u64) -> ::std::string::String {
            let _ = (name, words, other);
            ::std::string::String::new()
        }

        #[blocking]
        pub fn crunch(&mut self, by: u64) -> ::std::result::Result<u64, ::std::fmt::Error> {
            self.count += by;
            ::std::result::Result::Ok(self.count)
        }

        #[get("/x/{id}")]
        pub async fn item(
            &self,
            ::serve_core::prelude::Path(id): ::serve_core::prelude::Path<u32>,
            body: ::std::string::String,
        ) -> ::std::string::String {
            let _ = id;
            body
        }

        #[idempotent]
        #[get("/again/{id}", request_timeout = "1s")]
        pub fn again(
            &self,
            ::serve_core::prelude::Path(id): ::serve_core::prelude::Path<u32>,
        ) -> ::std::string::String {
            let _ = id;
            ::std::string::String::new()
        }

        pub fn numbers(&self, start: &u64) -> impl ::futures_util::Stream<Item = u64> {
            ::futures_util::stream::iter([*start])
        }

        #[post("/lines")]
        pub async fn lines(
            &mut self,
            body: ::std::string::String,
        ) -> impl ::futures_util::Stream<Item = ::std::io::Result<::std::string::String>> {
            ::futures_util::stream::iter([::std::result::Result::Ok(body)])
        }

        #[batch(
            max_batch_size = 2,
            batch_wait_timeout = "1ms",
            max_concurrent_batches = 2,
            max_batch_cost = 9,
            cost = Self::weigh
        )]
        pub async fn values(&self, items: ::std::vec::Vec<u64>) -> ::std::vec::Vec<u64> {
            items
        }

        #[batch]
        #[idempotent]
        pub fn whole(
            &mut self,
            items: ::std::vec::Vec<u64>,
        ) -> ::std::result::Result<::std::vec::Vec<u64>, ::std::fmt::Error> {
            ::std::result::Result::Ok(items)
        }

        #[batch]
        #[blocking]
        pub fn each(&self, items: ::std::vec::Vec<u64>) -> ::std::vec::Vec<::std::io::Result<u64>> {
            let _ = items;
            ::std::vec::Vec::new()
        }

        fn weigh(item: &u64) -> ::std::primitive::usize {
            let _ = item;
            1
        }

        pub async fn __call__(&self, request: ::serve_core::Request) -> ::std::string::String {
            let _ = request;
            ::std::string::String::new()
        }

        fn check_health(&self) -> ::std::result::Result<(), ::std::fmt::Error> {
            ::std::result::Result::Ok(())
        }

        fn reconfigure(&mut self, config: u64) -> ::std::result::Result<(), ::std::fmt::Error> {
            self.count = config;
            ::std::result::Result::Ok(())
        }

        fn warm_up(&self) {}

        fn on_shutdown(&mut self) {
            self.count = 0;
        }
    }
}

mod narrow {
    #![no_implicit_prelude]

    pub struct Adder(u64);

    #[::serve_core::deployment]
    impl Adder {
        async fn new(start: u64, name: &str) -> ::std::result::Result<Self, ::std::fmt::Error> {
            let _ = name;
            ::std::result::Result::Ok(Adder(start))
        }

        fn add(&self, by: u64) -> u64 {
            self.0 + by
        }

        async fn on_shutdown(self) -> ::std::result::Result<(), ::std::fmt::Error> {
            ::std::result::Result::Ok(())
        }
    }

    pub fn deploy() {
        let _ = Adder::bind(1_u64, "name");
    }
}

fn main() {
    let _ = (plain::Greeter::bind, narrow::deploy);
}
