//! Classifies the PNG file that is given as the argument and prints the digit.
//!
//! It exists to try the classifier by hand, without a server around it. It ends
//! with 2 if the image is to blame for a failure, and with 1 otherwise.
//!
//! It does not read more than one image.

mod classifier;

use std::error::Error;
use std::process::ExitCode;

use classifier::{Classifier, ClassifyError};

/// The model is part of the binary, so that there is no path to configure.
const MODEL: &[u8] = include_bytes!("../model/digits.onnx");

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::args_os().nth(1);
    let png = std::fs::read(path.ok_or("give the path of a PNG file")?)?;
    match classify(&png) {
        Err(error) if error.is_bad_input() => {
            eprintln!("{error}");
            Ok(ExitCode::from(2))
        }
        result => result.map(|()| ExitCode::SUCCESS).map_err(Into::into),
    }
}

fn classify(png: &[u8]) -> Result<(), ClassifyError> {
    let prediction = Classifier::load(MODEL)?.classify_png(png)?;
    println!("{} ({:.3})", prediction.digit, prediction.confidence);
    Ok(())
}
