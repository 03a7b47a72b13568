//! `user_config` on its way from an option to the type that `reconfigure` takes.

use serde::de::DeserializeOwned;

use crate::error::Failure;

/// The value of `user_config` on its way to the user's type.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct UserConfig(pub(crate) serde_json::Value);

impl UserConfig {
    /// Reads it as the type that `reconfigure` takes.
    ///
    /// # Errors
    ///
    /// Says which field does not fit, and why.
    pub fn parse<C: DeserializeOwned>(self) -> Result<C, Failure> {
        serde_path_to_error::deserialize(self.0).map_err(|error| {
            let (path, why) = (error.path().to_string(), error.inner());
            match path.as_str() {
                "." => Failure::new(format_args!("`user_config` does not fit: {why}")),
                path => Failure::new(format_args!("`user_config` does not fit at `{path}`: {why}")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only read")]
    struct Settings {
        threshold: Threshold,
        #[serde(default)]
        names: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only read")]
    struct Threshold {
        low: f64,
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_path() {
        let said = |value| match UserConfig(value).parse::<Settings>() {
            Ok(settings) => format!("{settings:?}"),
            Err(failure) => failure.to_string(),
        };
        let cases = [
            (
                json!({ "threshold": { "low": "x" } }),
                "`user_config` does not fit at `threshold.low`: invalid type: string \"x\", expected f64",
            ),
            (
                json!({ "threshold": { "low": 1.0 }, "names": ["a", 2] }),
                "`user_config` does not fit at `names[1]`: invalid type: integer `2`, expected a string",
            ),
            (
                json!({ "threshold": {} }),
                "`user_config` does not fit at `threshold`: missing field `low`",
            ),
            (json!({}), "`user_config` does not fit: missing field `threshold`"),
            (
                json!(null),
                "`user_config` does not fit: invalid type: null, expected struct Settings",
            ),
        ];
        for (value, sentence) in cases {
            assert_eq!(said(value), sentence);
        }
    }
}
