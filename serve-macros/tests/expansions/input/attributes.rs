#[deployment(route_prefix = "/")]
#[cfg(feature = "shop")]
#[allow(clippy::unused_self)]
impl Shop {
    #[cfg(unix)]
    fn new(path: PathBuf) -> Self {
        Self
    }

    /// Old.
    ///
    /// Very old.
    #[deprecated(note = "use `new_way`")]
    #[cfg(unix)]
    #[must_use]
    pub fn old_way(&self) -> u32 {
        1
    }

    #[cfg(not(unix))]
    pub fn old_way(&self) -> u32 {
        2
    }

    #[doc(hidden)]
    #[expect(clippy::needless_pass_by_value, reason = "simple")]
    #[get("/type")]
    pub fn r#type(&self, r#match: String) -> u32 {
        3
    }

    #[cfg(feature = "health")]
    fn check_health(&self) -> Result<(), String> {
        Ok(())
    }
}
