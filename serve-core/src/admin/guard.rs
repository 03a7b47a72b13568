//! Who may ask at all: one check before every route, known or not.

use http::{HeaderMap, StatusCode, Uri, header};

use super::hosts::HostNames;
use super::options::AdminOptions;
use super::problem::ApiProblem;
use super::token::Tokens;
use crate::web::HttpRequest;

pub(super) struct AdminGuard {
    hosts: HostNames,
    tokens: Tokens,
}

impl AdminGuard {
    pub(super) fn new(options: &AdminOptions) -> Self {
        Self { hosts: options.host_names(), tokens: options.tokens.clone() }
    }

    /// # Errors
    ///
    /// The request is for another host, a web page of another site has sent it, or it has no token.
    pub(super) fn check(&self, request: &HttpRequest) -> Result<(), ApiProblem> {
        let (headers, uri) = (request.headers(), request.uri());
        let host = self.check_host(headers, uri)?;
        check_site(headers, &host)?;
        self.check_token(headers)
    }

    /// The host that the request is for. Both places where it may stand have to agree with us.
    fn check_host(&self, headers: &HeaderMap, uri: &Uri) -> Result<String, ApiProblem> {
        let in_headers =
            headers.get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or(""));
        let in_target = uri.authority().map(|authority| authority.as_str());
        let hosts: Vec<&str> = in_target.into_iter().chain(in_headers).collect();
        let Some(first) = hosts.first() else {
            return Err(ApiProblem::new(
                StatusCode::BAD_REQUEST,
                "no-host",
                "the request has no `Host`",
            ));
        };
        match hosts.iter().find(|host| !self.hosts.allow(host)) {
            None => Ok((*first).to_owned()),
            Some(foreign) => {
                let detail = format!(
                    "this server is not called `{foreign}`; AdminOptions::allowed_hosts says by which names it may be"
                );
                Err(ApiProblem::new(StatusCode::MISDIRECTED_REQUEST, "foreign-host", detail))
            }
        }
    }

    fn check_token(&self, headers: &HeaderMap) -> Result<(), ApiProblem> {
        if self.tokens.is_empty() {
            return Ok(());
        }
        let sent = headers.get(header::AUTHORIZATION).map(http::HeaderValue::as_bytes);
        let token = sent.and_then(|sent| {
            let (scheme, token) = sent.split_at_checked(7)?;
            scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
        });
        let detail = match token {
            Some(token) if self.tokens.accept(token) => return Ok(()),
            Some(_) => "the token is not one of this server's",
            None => "a token is asked for, as `Authorization: Bearer <token>`",
        };
        Err(ApiProblem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail))
    }
}

/// A browser says where a request comes from; what is no browser has nothing to say. A page of another site can send
/// requests to whatever its visitor reaches, so none of them is answered.
fn check_site(headers: &HeaderMap, host: &str) -> Result<(), ApiProblem> {
    let text =
        |name| headers.get(name).map(|value: &http::HeaderValue| value.to_str().unwrap_or(""));
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let origin = text(header::ORIGIN);
    let is_ours = |origin: &str| {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    };
    let from = match (site, origin) {
        (Some(site), _) if !matches!(site, "same-origin" | "none") => site,
        (_, Some(origin)) if !is_ours(origin) => origin,
        _ => return Ok(()),
    };
    let detail = format!("a web page of another site (`{from}`) has sent this; it is not answered");
    Err(ApiProblem::new(StatusCode::FORBIDDEN, "cross-site", detail))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn status(options: &AdminOptions, headers: &[(&str, &str)]) -> u16 {
        let mut request = http::Request::get("/metrics");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        AdminGuard::new(options).check(&request).map_or_else(|problem| problem.status, |()| 200)
    }

    #[test]
    fn web_pages_of_others_are_not_answered() {
        let options = AdminOptions::default();
        let host = ("host", "localhost:8265");
        for (headers, expected) in [
            (vec![host], 200),
            (vec![], 400),
            (vec![("host", "evil.example")], 421),
            (vec![host, ("host", "evil.example")], 421),
            (vec![host, ("origin", "http://localhost:8265")], 200),
            (vec![host, ("origin", "http://localhost:3000")], 403),
            (vec![host, ("origin", "http://evil.example")], 403),
            (vec![host, ("origin", "null")], 403),
            (vec![host, ("sec-fetch-site", "cross-site")], 403),
            (vec![host, ("sec-fetch-site", "same-site")], 403),
            (vec![host, ("sec-fetch-site", "same-origin")], 200),
            (vec![host, ("sec-fetch-site", "none")], 200),
        ] {
            assert_eq!(status(&options, &headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn without_one_of_the_tokens_nothing_is_answered() {
        let options = AdminOptions::default().token("sesame").token("open");
        let host = ("host", "localhost");
        for (authorization, expected) in [
            ("Bearer sesame", 200),
            ("bearer open", 200),
            ("Bearer sesam", 401),
            ("Bearer ", 401),
            ("Basic sesame", 401),
            ("sesame", 401),
        ] {
            let headers = [host, ("authorization", authorization)];
            assert_eq!(status(&options, &headers), expected, "{authorization}");
        }
        assert_eq!(status(&options, &[host]), 401);
    }
}
