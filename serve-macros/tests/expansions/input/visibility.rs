#[deployment]
impl Greeter {
    pub(crate) fn say_hello(&self, name: String) -> String {
        name
    }

    fn private(&self) {}
}

#[deployment]
impl<T: Clone> Private<T> {
    fn touch(&self, value: T) {}
}
