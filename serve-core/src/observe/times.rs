//! Times as whatever is shown of a server has them: in seconds. Each module is for `#[serde(with = "..")]`.

/// A duration as seconds.
pub(crate) mod seconds {
    use std::time::Duration;

    use serde::Serializer;

    pub(crate) fn serialize<S: Serializer>(
        time: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(time.as_secs_f64())
    }

    #[cfg(feature = "admin")]
    pub(crate) fn deserialize<'de, D>(deserializer: D) -> Result<Duration, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        super::read(deserializer)
    }
}

/// A moment as seconds since 1970.
pub(crate) mod seconds_since_1970 {
    use std::time::{SystemTime, UNIX_EPOCH};

    use serde::Serializer;

    pub(crate) fn serialize<S: Serializer>(
        at: &SystemTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        serializer.serialize_f64(since.as_secs_f64())
    }

    #[cfg(feature = "admin")]
    pub(crate) fn deserialize<'de, D>(deserializer: D) -> Result<SystemTime, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        super::read_moment(deserializer)
    }
}

/// The same without fractions.
pub(crate) mod whole_seconds_since_1970 {
    use std::time::{SystemTime, UNIX_EPOCH};

    use serde::Serializer;

    pub(crate) fn serialize<S: Serializer>(
        at: &SystemTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }

    #[cfg(feature = "admin")]
    pub(crate) fn deserialize<'de, D>(deserializer: D) -> Result<SystemTime, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        super::read_moment(deserializer)
    }
}

#[cfg(feature = "admin")]
fn read<'de, D>(deserializer: D) -> Result<std::time::Duration, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let seconds = <f64 as serde::Deserialize>::deserialize(deserializer)?;
    std::time::Duration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom)
}

#[cfg(feature = "admin")]
fn read_moment<'de, D>(deserializer: D) -> Result<std::time::SystemTime, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let since = read(deserializer)?;
    let moment = std::time::UNIX_EPOCH.checked_add(since);
    moment.ok_or_else(|| serde::de::Error::custom("a time that no clock shows"))
}
