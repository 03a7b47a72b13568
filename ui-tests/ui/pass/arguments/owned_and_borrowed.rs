// What may stand in an argument list.
use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;

use serve_core::prelude::*;

#[derive(Clone)]
struct Step;

#[derive(Default)]
struct Arguments;

type Callback = Box<dyn Fn(&str) -> u32 + Send>;

#[deployment]
impl Arguments {
    fn borrowed(
        &self,
        text: &str,
        words: &[String],
        step: &Step,
        path: &Path,
        os: &OsStr,
        list: &Vec<u8>,
    ) {
        let _ = (text, words, step, path, os, list);
    }

    fn owned(&self, map: HashMap<String, Vec<u8>>, tuple: (u8, String), array: [u8; 4], unit: ()) {
        let _ = (map, tuple, array, unit);
    }

    fn for_ever(&self, text: &'static str, cow: Cow<'static, str>, bytes: Option<&'static [u8]>) {
        let _ = (text, cow, bytes);
    }

    fn functions(
        &self,
        callback: Callback,
        plain: fn(&str) -> &str,
        object: Box<dyn for<'a> Fn(&'a str) -> &'a str + Send>,
    ) {
        let _ = (callback, plain, object);
    }

    fn patterns(
        &self,
        mut count: u32,
        _: String,
        _named: u8,
        Json(mut body): Json<Vec<u8>>,
        axum::Json(_): axum::Json<()>,
    ) {
        count += 1;
        body.push(count as u8);
    }

    fn typed_receiver(self: &Self) {}

    fn twelve(
        &self,
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: u8,
        l: u8,
    ) -> u8 {
        a + b + c + d + e + f + g + h + i + j + k + l
    }
}

async fn use_it(handle: ArgumentsHandle) {
    let _ = handle.borrowed.remote("x", [String::new()], Step, Path::new("x"), "x", vec![1]).await;
    let _ = handle.patterns.remote(1_u32, "x", 1_u8, vec![1], ()).await;
    let local = String::from("x");
    let call = handle.clone().for_ever.call("x", Cow::Borrowed("x"), None);
    let _ = (call.await, handle.owned.call(HashMap::new(), (1, local), [1; 4], ()).await);
}

fn main() {
    let _ = (use_it, Arguments::bind());
}
