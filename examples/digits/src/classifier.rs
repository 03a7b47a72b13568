//! Reads a handwritten digit from a PNG image.
//!
//! It exists so that the example serves real work: it decodes an image that
//! strangers send, shrinks it to the 8x8 grey pixels that the model was trained
//! on, and runs the model.
//!
//! It does not know that there is a server. It does not look for the digit in
//! the image either: as in the training data, the digit has to fill the frame,
//! in white ink on black.

use std::io::Cursor;

use png::{Decoder, DecodingError, Info, Limits, Transformations};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tract_onnx::prelude::*;

/// The widest and the tallest image that is decoded.
///
/// A few bytes of PNG can unfold to gigabytes of pixels, so the size is checked
/// in the header. With it an image takes 80 MiB at most while it is decoded.
pub const MAX_SIDE: u32 = 4096;

/// The model, ready to run.
///
/// A clone shares the model, so each thread or request may have its own.
#[derive(Clone, Debug)]
pub struct Classifier {
    model: Arc<TypedRunnableModel>,
}

/// What the model sees in an image.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The most probable digit, from 0 to 9.
    pub digit: u8,
    /// The probability that the model gives to this digit, from 0 to 1.
    pub confidence: f32,
}

/// Why there is no prediction.
#[derive(Debug, Error)]
pub enum ClassifyError {
    /// The bytes do not begin as every PNG does.
    #[error("this is not a PNG image")]
    NotPng,
    /// The bytes begin as a PNG, but are damaged or end too early.
    #[error("the PNG image cannot be decoded: {0}")]
    BrokenPng(#[from] DecodingError),
    /// The header announces more pixels than are decoded.
    #[error("the image is {width}x{height}, larger than {MAX_SIDE}x{MAX_SIDE}")]
    TooLarge { width: u32, height: u32 },
    /// A pixel is not a grey value (see [`Classifier::classify`]).
    #[error("pixel {index} is {value}, not from 0 to 1")]
    NotGrey { index: usize, value: f32 },
    /// The model could not be loaded, or failed, whatever the image.
    #[error("the model failed: {0:#}")]
    Model(#[source] TractError),
}

impl ClassifyError {
    /// Whether another image could succeed: the sender is to blame, not the model.
    #[must_use]
    pub fn is_bad_input(&self) -> bool {
        !matches!(self, Self::Model(_))
    }
}

impl Classifier {
    /// Loads the model from the bytes of an ONNX file.
    ///
    /// # Errors
    ///
    /// [`ClassifyError::Model`] if it is not a model from 64 pixels to the
    /// probabilities of ten digits.
    pub fn load(bytes: &[u8]) -> Result<Self, ClassifyError> {
        let model = prepare(bytes).map_err(ClassifyError::Model)?;
        Ok(Self { model })
    }

    /// Classifies a PNG image of any size up to [`MAX_SIDE`], colour and depth.
    ///
    /// An image that is not square is squeezed to one, and what is transparent
    /// counts as black.
    ///
    /// # Errors
    ///
    /// One that [is bad input](ClassifyError::is_bad_input) if the image cannot
    /// be decoded, and [`ClassifyError::Model`] if the model fails.
    pub fn classify_png(&self, png: &[u8]) -> Result<Prediction, ClassifyError> {
        self.classify(&shrink(&decode(png)?))
    }

    /// Classifies 8x8 pixels, row by row, from 0 (black) to 1 (white, the ink).
    ///
    /// # Errors
    ///
    /// [`ClassifyError::NotGrey`] if a pixel is outside this range, and
    /// [`ClassifyError::Model`] if the model fails.
    pub fn classify(&self, pixels: &[f32; PIXELS]) -> Result<Prediction, ClassifyError> {
        // This also refuses NaN, which is in no range.
        if let Some(index) = pixels.iter().position(|p| !(0.0..=1.0).contains(p)) {
            let value = pixels[index];
            return Err(ClassifyError::NotGrey { index, value });
        }
        run(&self.model, pixels).map_err(ClassifyError::Model)
    }
}

/// The side of the images that the model was trained on.
const SIDE: usize = 8;
const PIXELS: usize = SIDE * SIDE;
const DIGITS: usize = 10;

/// What every PNG file begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// How much the decoder may allocate besides the pixels. Nothing in a file but
/// the pixels matters here, so little has to do.
const DECODER_BYTES: usize = 1024 * 1024;

/// Parses, checks and optimises the model.
fn prepare(bytes: &[u8]) -> TractResult<Arc<TypedRunnableModel>> {
    // The file leaves open how many images are classified at a time. Here it is
    // one, and said before the optimiser looks at the sizes.
    let model = tract_onnx::onnx()
        .model_for_read(&mut Cursor::new(bytes))?
        .with_input_fact(0, f32::fact([1, PIXELS]).into())?
        .into_typed()?;
    check_output(&model)?;
    model.into_optimized()?.into_runnable()
}

/// Refuses the model of something else when it is loaded, not when it is used.
fn check_output(model: &TypedModel) -> TractResult<()> {
    let output = model.output_fact(0)?;
    let fits =
        output.datum_type == f32::datum_type() && output.shape.as_concrete() == Some(&[1, DIGITS]);
    if fits {
        return Ok(());
    }
    let message = format!("for one image it gives {output:?}, not {DIGITS} probabilities");
    Err(TractError::msg(message))
}

/// Runs the model on one image and picks the most probable digit.
fn run(model: &Arc<TypedRunnableModel>, pixels: &[f32]) -> TractResult<Prediction> {
    let input = Tensor::from_shape(&[1, PIXELS], pixels)?;
    let outputs = model.run(tvec!(input.into_tvalue()))?;
    let probabilities = outputs[0].try_as_plain_ram()?.as_slice::<f32>()?;
    (0..)
        .zip(probabilities)
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(digit, &confidence)| Prediction { digit, confidence })
        .ok_or_else(|| TractError::msg("it gave no probabilities"))
}

/// A decoded image: one byte of luminance for each pixel, row by row.
struct GreyImage {
    width: usize,
    height: usize,
    luminance: Vec<u8>,
}

/// Decodes a PNG of any kind to grey.
fn decode(png: &[u8]) -> Result<GreyImage, ClassifyError> {
    if !png.starts_with(SIGNATURE) {
        return Err(ClassifyError::NotPng);
    }
    let mut decoder = Decoder::new(Cursor::new(png));
    decoder.set_limits(Limits { bytes: DECODER_BYTES });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    // Palettes become colours and 16 bits become 8, so that only the number of
    // channels is left to tell images apart.
    decoder.set_transformations(Transformations::normalize_to_color8());
    check_size(decoder.read_header_info()?)?;

    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size();
    let mut samples = vec![0; size.ok_or(DecodingError::LimitsExceeded)?];
    let frame = reader.next_frame(&mut samples)?;
    // All pixels are known by now. This is only to notice a missing end.
    reader.finish()?;

    let channels = frame.color_type.samples();
    Ok(GreyImage {
        width: frame.width as usize,
        height: frame.height as usize,
        luminance: samples.chunks_exact(channels).map(luminance).collect(),
    })
}

/// Refuses an image by its header, before there is room made for its pixels.
fn check_size(header: &Info) -> Result<(), ClassifyError> {
    let (width, height) = header.size();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(ClassifyError::TooLarge { width, height });
    }
    Ok(())
}

/// The brightness of one pixel, in front of black.
fn luminance(channels: &[u8]) -> u8 {
    match *channels {
        [grey] => grey,
        [grey, alpha] => over_black(grey, alpha),
        [red, green, blue] => brightness(red, green, blue),
        [red, green, blue, alpha] => over_black(brightness(red, green, blue), alpha),
        // A PNG has one to four channels.
        _ => 0,
    }
}

/// The brightness of a colour. The weights are those of Rec. 601 and add up to
/// 256, so that a grey keeps its value.
fn brightness(red: u8, green: u8, blue: u8) -> u8 {
    divide_by_256(77 * u16::from(red) + 150 * u16::from(green) + 29 * u16::from(blue))
}

/// What is left of a grey if it is painted on black with this opacity.
fn over_black(grey: u8, alpha: u8) -> u8 {
    divide_by_256(u16::from(grey) * (u16::from(alpha) + 1))
}

fn divide_by_256(value: u16) -> u8 {
    let [quotient, _] = value.to_be_bytes();
    quotient
}

/// Shrinks an image to the pixels that the model reads.
///
/// Each is the mean of its part of the image, which is how the training data was
/// made as well: there it is the amount of ink in a block of a larger scan.
fn shrink(image: &GreyImage) -> [f32; PIXELS] {
    std::array::from_fn(|pixel| cell_mean(image, pixel % SIDE, pixel / SIDE))
}

/// The mean of one cell of the 8x8 grid laid over the image, from 0 to 1.
#[expect(
    clippy::cast_precision_loss,
    reason = "the model does not need more than 24 bits of a mean"
)]
fn cell_mean(image: &GreyImage, column: usize, row: usize) -> f32 {
    let mut sum = 0;
    for (y, height) in overlaps(row, image.height) {
        let line = &image.luminance[y * image.width..];
        for (x, width) in overlaps(column, image.width) {
            sum += width * height * usize::from(line[x]);
        }
    }
    sum as f32 / (image.width * image.height * usize::from(u8::MAX)) as f32
}

/// The pixels that a cell covers along one axis, each with how much of it.
///
/// The unit is an eighth of a pixel, or a `length`th of a cell. As it is small
/// enough for both, images of any size are shared out among the cells exactly,
/// also those that are not a multiple of eight or have fewer pixels than cells.
fn overlaps(cell: usize, length: usize) -> impl Iterator<Item = (usize, usize)> {
    let (start, end) = (cell * length, (cell + 1) * length);
    let pixels = start / SIDE..end.div_ceil(SIDE);
    pixels.map(move |pixel| {
        let overlap = end.min((pixel + 1) * SIDE) - start.max(pixel * SIDE);
        (pixel, overlap)
    })
}

#[cfg(test)]
mod tests {
    use png::{BitDepth, ColorType, Encoder};

    use super::*;

    const MODEL: &[u8] = include_bytes!("../model/digits.onnx");

    fn classifier() -> Classifier {
        Classifier::load(MODEL).unwrap()
    }

    fn sample(digit: u8) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
        std::fs::read(format!("{folder}/{digit}.png")).unwrap()
    }

    /// Encodes samples that are in the layout of `color` and `depth` already.
    fn encode(size: (u32, u32), color: ColorType, depth: BitDepth, samples: &[u8]) -> Vec<u8> {
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, size.0, size.1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            // From white to black, so that an index is not mistaken for a grey.
            let palette = (0..=u8::MAX).rev().flat_map(|grey| [grey; 3]);
            encoder.set_palette(palette.collect::<Vec<_>>());
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(samples).unwrap();
        writer.finish().unwrap();
        png
    }

    /// Each sample in another kind of PNG, its pixels made by `convert`.
    fn assert_read_alike<const N: usize>(
        color: ColorType,
        depth: BitDepth,
        convert: impl Fn(u8) -> [u8; N],
    ) {
        let classifier = classifier();
        for digit in 0..10 {
            let original = sample(digit);
            let grey = decode(&original).unwrap().luminance;
            let samples: Vec<_> = grey.into_iter().flat_map(&convert).collect();
            let converted = encode((64, 64), color, depth, &samples);
            let expected = classifier.classify_png(&original).unwrap();
            assert_eq!(classifier.classify_png(&converted).unwrap(), expected);
        }
    }

    fn header_of(width: u32, height: u32) -> Vec<u8> {
        let mut png = Vec::new();
        // The writer writes the header at once, and no pixels until it is given some.
        drop(Encoder::new(&mut png, width, height).write_header());
        png
    }

    fn grey_image(width: usize, height: usize, luminance: Vec<u8>) -> GreyImage {
        GreyImage { width, height, luminance }
    }

    #[test]
    fn each_sample_is_classified_as_its_name_says() {
        let classifier = classifier();
        for digit in 0..10 {
            let prediction = classifier.classify_png(&sample(digit)).unwrap();
            assert_eq!(prediction.digit, digit);
            assert!((0.5..=1.0).contains(&prediction.confidence));
        }
    }

    #[test]
    fn an_rgb_image_is_read_like_its_grey_original() {
        assert_read_alike(ColorType::Rgb, BitDepth::Eight, |grey| [grey; 3]);
    }

    #[test]
    fn a_16_bit_image_is_read_like_its_8_bit_original() {
        assert_read_alike(ColorType::Grayscale, BitDepth::Sixteen, |grey| [grey; 2]);
        assert_read_alike(ColorType::Rgb, BitDepth::Sixteen, |grey| [grey; 6]);
    }

    #[test]
    fn a_palette_image_is_read_by_its_colours() {
        assert_read_alike(ColorType::Indexed, BitDepth::Eight, |grey| [u8::MAX - grey]);
    }

    #[test]
    fn an_opaque_image_is_read_like_one_without_transparency() {
        let opaque = u8::MAX;
        assert_read_alike(ColorType::GrayscaleAlpha, BitDepth::Eight, |grey| [grey, opaque]);
        assert_read_alike(ColorType::Rgba, BitDepth::Eight, |grey| [grey, grey, grey, opaque]);
    }

    #[test]
    fn ink_that_is_transparent_counts_as_black() {
        // All white, so the digit is only in the transparency.
        assert_read_alike(ColorType::GrayscaleAlpha, BitDepth::Eight, |grey| [u8::MAX, grey]);
    }

    #[test]
    fn bytes_that_are_not_a_png_are_refused_as_such() {
        for bytes in [&b""[..], b"\x89PN", b"GIF89a", &[0; 1000]] {
            let error = classifier().classify_png(bytes).unwrap_err();
            assert!(matches!(error, ClassifyError::NotPng));
            assert_eq!(error.to_string(), "this is not a PNG image");
            assert!(error.is_bad_input());
        }
    }

    #[test]
    fn a_png_that_is_cut_short_anywhere_is_refused_as_such() {
        let classifier = classifier();
        let png = sample(7);
        for length in SIGNATURE.len()..png.len() {
            let error = classifier.classify_png(&png[..length]).unwrap_err();
            assert!(matches!(error, ClassifyError::BrokenPng(_)));
            assert!(error.to_string().ends_with("unexpected end of file"));
            assert!(error.is_bad_input());
        }
    }

    #[test]
    fn a_png_with_a_flipped_bit_never_panics() {
        let classifier = classifier();
        let mut png = sample(7);
        for index in 0..png.len() {
            png[index] ^= 0x10;
            // Either answer will do: some bits do not matter to the image.
            let _ = classifier.classify_png(&png);
            png[index] ^= 0x10;
        }
    }

    #[test]
    fn an_image_that_is_too_large_is_refused_by_its_header() {
        for (width, height) in [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1), (60_000, 70_000)] {
            let header = header_of(width, height);
            let error = classifier().classify_png(&header).unwrap_err();
            assert!(matches!(error, ClassifyError::TooLarge { .. }));
            let message = format!("the image is {width}x{height}, larger than 4096x4096");
            assert_eq!(error.to_string(), message);
            assert!(error.is_bad_input());
        }
    }

    #[test]
    fn an_image_of_the_largest_or_smallest_side_is_accepted() {
        for (width, height) in [(MAX_SIDE, 1), (1, MAX_SIDE), (1, 1)] {
            let black = vec![0; (width * height) as usize];
            let png = encode((width, height), ColorType::Grayscale, BitDepth::Eight, &black);
            classifier().classify_png(&png).unwrap();
        }
    }

    #[test]
    fn an_image_of_8x8_keeps_its_pixels() {
        let luminance: Vec<u8> = (0..64).map(|pixel| pixel * 4).collect();
        let expected: Vec<f32> = luminance.iter().map(|&p| f32::from(p) / 255.0).collect();
        assert_eq!(shrink(&grey_image(8, 8, luminance))[..], expected);
    }

    #[test]
    fn a_white_image_of_any_size_shrinks_to_white() {
        for (width, height) in [(1, 1), (3, 8), (8, 13), (64, 64), (100, 7), (255, 257)] {
            let white = grey_image(width, height, vec![255; width * height]);
            assert_eq!(shrink(&white)[..], vec![1.0; PIXELS]);
        }
    }

    #[test]
    fn a_pixel_between_two_cells_is_shared_by_them() {
        // Twelve pixels in eight cells: the second one is half in each of two.
        let mut line = vec![0; 12];
        line[1] = 255;
        let pixels = shrink(&grey_image(12, 1, line));
        let third = 1.0 / 3.0;
        assert_eq!(pixels[..3], [third, third, 0.0]);
    }

    #[test]
    fn pixels_that_are_not_grey_values_are_refused() {
        for value in [-0.1, 1.1, f32::NAN, f32::INFINITY] {
            let mut pixels = [0.0; PIXELS];
            pixels[3] = value;
            let error = classifier().classify(&pixels).unwrap_err();
            assert!(matches!(error, ClassifyError::NotGrey { index: 3, .. }));
            assert!(error.is_bad_input());
        }
    }

    #[test]
    fn bytes_that_are_not_a_model_are_a_failure_of_the_model() {
        for bytes in [&b""[..], b"not a model", &MODEL[..1000]] {
            let error = Classifier::load(bytes).unwrap_err();
            assert!(matches!(error, ClassifyError::Model(_)));
            assert!(!error.is_bad_input());
        }
    }

    #[test]
    fn a_classifier_can_be_shared_by_threads() {
        let classifier = classifier();
        std::thread::scope(|scope| {
            for digit in 0..10 {
                let classifier = classifier.clone();
                scope.spawn(move || {
                    let prediction = classifier.classify_png(&sample(digit)).unwrap();
                    assert_eq!(prediction.digit, digit);
                });
            }
        });
    }
}
