// Extractors in every position, responses of every kind, several routes on a method.
use axum::http::{HeaderMap, StatusCode};
use serve_core::prelude::*;

#[derive(Default)]
struct Api;

#[deployment(route_prefix = "/api")]
impl Api {
    #[get("/items/{owner}/{id}")]
    #[put("/items/{owner}/{id}")]
    async fn item(
        &self,
        Path(key): Path<(String, u32)>,
        headers: HeaderMap,
        body: String,
    ) -> (StatusCode, String) {
        let _ = (key, headers);
        (StatusCode::CREATED, body)
    }

    #[delete("/all/{*rest}")]
    #[blocking]
    fn remove(&self, Path(rest): Path<String>) -> StatusCode {
        drop(rest);
        StatusCode::NO_CONTENT
    }

    #[patch("/")]
    async fn failing(&self, text: &str) -> Result<Json<String>, HttpError> {
        Ok(Json(text.to_owned()))
    }

    #[post("/unhandled")]
    async fn unhandled(&self) -> std::io::Result<()> {
        Ok(())
    }

    async fn __call__(&self) -> impl_free::Answer {
        impl_free::Answer
    }

    async fn by_handle_only(&self, anything: std::num::NonZeroU8) -> std::num::NonZeroU8 {
        anything
    }
}

mod impl_free {
    pub struct Answer;

    impl axum::response::IntoResponse for Answer {
        fn into_response(self) -> axum::response::Response {
            ().into_response()
        }
    }
}

fn main() {
    let routes: Vec<_> = Api::ROUTES
        .iter()
        .map(|route| {
            (route.method_name, route.route.as_ref().map(|(method, path)| (method.as_str(), *path)))
        })
        .collect();
    assert_eq!(
        routes,
        [
            ("item", Some(("GET", "/items/{owner}/{id}"))),
            ("item", Some(("PUT", "/items/{owner}/{id}"))),
            ("remove", Some(("DELETE", "/all/{*rest}"))),
            ("failing", Some(("PATCH", "/"))),
            ("unhandled", Some(("POST", "/unhandled"))),
            ("__call__", None),
        ]
    );
}
