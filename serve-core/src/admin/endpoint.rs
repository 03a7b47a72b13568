//! One route: its handler and what the OpenAPI document says of it, in one place.

use std::convert::Infallible;
use std::future::Future;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::problem::ApiProblem;
use super::reading::AdminRequest;
use super::server::Admin;
use crate::web::HttpResponse;

/// What a handler gives.
pub(super) type AdminAnswer = Result<HttpResponse, ApiProblem>;

/// Makes the schema of a type.
pub(super) type MakeSchema = fn(&mut SchemaGenerator) -> Schema;

/// A route. `path` is as axum and OpenAPI both have it.
pub(super) struct Endpoint {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// Its `operationId`.
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) details: &'static str,
    pub(super) query: Option<MakeSchema>,
    pub(super) body: Option<MakeSchema>,
    /// Whether `If-Match` and `If-None-Match` count.
    pub(super) is_conditional: bool,
    pub(super) answers: Vec<DescribedAnswer>,
    /// The statuses of its own problems.
    pub(super) refusals: Vec<u16>,
    pub(super) router: MethodRouter<Admin, Infallible>,
}

/// What a route answers with.
pub(super) struct DescribedAnswer {
    pub(super) status: u16,
    pub(super) description: &'static str,
    /// With the media type; `None` for an answer without a body.
    pub(super) content: Option<(&'static str, MakeSchema)>,
}

impl Endpoint {
    pub(super) fn new<F, Fut>(
        method: Method,
        path: &'static str,
        name: &'static str,
        summary: &'static str,
        handler: F,
    ) -> Self
    where
        F: Fn(Admin, AdminRequest) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = AdminAnswer> + Send + 'static,
    {
        let answer = move |State(admin): State<Admin>, asked: AdminRequest| {
            let answer = handler(admin, asked);
            async move { answer.await.unwrap_or_else(ApiProblem::into_response) }
        };
        let filter = MethodFilter::try_from(method.clone()).expect("axum knows the usual methods");
        Self {
            method,
            path,
            name,
            summary,
            details: "",
            query: None,
            body: None,
            is_conditional: false,
            answers: Vec::new(),
            refusals: Vec::new(),
            router: on(filter, answer),
        }
    }

    pub(super) fn details(mut self, details: &'static str) -> Self {
        self.details = details;
        self
    }

    pub(super) fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(|generator| T::json_schema(generator));
        self
    }

    pub(super) fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(|generator| generator.subschema_for::<T>());
        self.refuses(&[413, 415])
    }

    pub(super) fn conditional(mut self) -> Self {
        self.is_conditional = true;
        self.refuses(&[412])
    }

    pub(super) fn answers<T: JsonSchema>(self, status: u16, description: &'static str) -> Self {
        self.answers_as::<T>(status, description, "application/json")
    }

    pub(super) fn answers_as<T: JsonSchema>(
        mut self,
        status: u16,
        description: &'static str,
        media_type: &'static str,
    ) -> Self {
        let schema: MakeSchema = |generator| generator.subschema_for::<T>();
        let content = Some((media_type, schema));
        self.answers.push(DescribedAnswer { status, description, content });
        self
    }

    pub(super) fn answers_nothing(mut self, status: u16, description: &'static str) -> Self {
        self.answers.push(DescribedAnswer { status, description, content: None });
        self
    }

    pub(super) fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self
    }
}

/// An answer of 200 with JSON.
pub(super) fn json(value: &impl serde::Serialize) -> AdminAnswer {
    json_as(http::StatusCode::OK, value)
}

pub(super) fn json_as(status: http::StatusCode, value: &impl serde::Serialize) -> AdminAnswer {
    let text = serde_json::to_string(value).map_err(|error| {
        let status = http::StatusCode::INTERNAL_SERVER_ERROR;
        ApiProblem::new(status, "internal", format!("the answer cannot be written: {error}"))
    })?;
    let headers = [(http::header::CONTENT_TYPE, "application/json")];
    Ok((status, headers, text).into_response())
}
