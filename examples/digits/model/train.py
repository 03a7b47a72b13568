"""Trains the digit classifier and writes `digits.onnx` and the sample images.

It exists so that the model in the repository is not a mystery: whoever doubts
it can read here how it was made, and make it again. It needs no network, as
scikit-learn ships the data. The seed is fixed, so the pinned versions give the
same file again; another kind of processor may round sums differently, and
then the last digits of the weights differ.

It does not search for the best settings. The held-out images are looked at
once, at the end, so that the accuracy it prints is an honest one.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).resolve().parent
MODEL = HERE / "digits.onnx"
SAMPLES = HERE.parent / "samples"

SEED = 7
SIDE = 8  # The images are SIDE x SIDE pixels.
HIDDEN = 64
SAMPLE_SIDE = 64
WANTED_ACCURACY = 0.97


def main():
    pixels, labels = load_pixels()
    train_x, test_x, train_y, test_y = train_test_split(
        pixels, labels, test_size=0.25, random_state=SEED, stratify=labels
    )

    model = to_onnx(train(train_x, train_y))
    MODEL.write_bytes(model.SerializeToString(deterministic=True))

    # From here on only the written file is used: what is measured is what is
    # served, not the scikit-learn object that it came from.
    classify = load_classifier(MODEL)
    accuracy = (classify(test_x).argmax(axis=1) == test_y).mean()
    resized_x = np.concatenate([shrink(enlarge(image)) for image in test_x])
    resized_accuracy = (classify(resized_x).argmax(axis=1) == test_y).mean()
    print(f"images:   {len(train_x)} to train, {len(test_x)} held out")
    print(f"accuracy: {accuracy:.4f} on the held-out images")
    print(f"          {resized_accuracy:.4f} if they are enlarged and shrunk again")
    print(f"model:    {MODEL.stat().st_size} bytes")
    if accuracy <= WANTED_ACCURACY:
        raise SystemExit(f"the accuracy is not above {WANTED_ACCURACY}")

    write_samples(classify, test_x, test_y)


def load_pixels():
    """The images as rows of 64 values in 0..1 (white ink on black), and their digits."""
    digits = load_digits()
    # The data counts the ink of 4x4 blocks, hence values from 0 to 16.
    return (digits.data / 16).astype(np.float32), digits.target


def train(pixels, labels):
    """One hidden layer: enough for images this small, and a small file."""
    net = MLPClassifier(
        hidden_layer_sizes=(HIDDEN,), alpha=1e-2, max_iter=400, random_state=SEED
    )
    return net.fit(pixels, labels)


def to_onnx(net):
    """The trained network as an ONNX graph.

    It is written by hand because it is only four nodes, and because a general
    converter adds others (a label lookup, a map of class names) that not every
    runtime knows.
    """
    nodes = [
        helper.make_node("Gemm", ["pixels", "w1", "b1"], ["sums"], name="hidden"),
        helper.make_node("Relu", ["sums"], ["features"], name="relu"),
        helper.make_node("Gemm", ["features", "w2", "b2"], ["scores"], name="scores"),
        helper.make_node("Softmax", ["scores"], ["probabilities"], name="softmax", axis=-1),
    ]
    weights = {
        "w1": net.coefs_[0],
        "b1": net.intercepts_[0],
        "w2": net.coefs_[1],
        "b2": net.intercepts_[1],
    }
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["N", SIDE * SIDE])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(w.astype(np.float32), name) for name, w in weights.items()],
    )
    # An older opset than the library's newest, as runtimes follow with a delay.
    model = helper.make_model(
        graph,
        producer_name="digits-example",
        ir_version=8,
        opset_imports=[helper.make_opsetid("", 17)],
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def load_classifier(path):
    """A function from [N, 64] pixels to [N, 10] probabilities, by the file at `path`."""
    session = ReferenceEvaluator(str(path))
    return lambda pixels: session.run(None, {"pixels": pixels})[0]


def write_samples(classify, pixels, labels):
    """Writes one held-out image of each digit: the first one that is read right."""
    SAMPLES.mkdir(exist_ok=True)
    for digit in range(10):
        image = next(
            image
            for image in map(enlarge, pixels[labels == digit])
            if classify(shrink(image)).argmax() == digit
        )
        image.save(SAMPLES / f"{digit}.png", optimize=True)


def enlarge(pixels):
    """An 8x8 image as a picture of the size that a user might send."""
    grey = np.rint(pixels.reshape(SIDE, SIDE) * 255).astype(np.uint8)
    return Image.fromarray(grey).resize((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BICUBIC)


def shrink(image):
    """The pixels of a picture as the server computes them: the mean of each cell."""
    cell = SAMPLE_SIDE // SIDE
    cells = np.asarray(image, dtype=np.float32).reshape(SIDE, cell, SIDE, cell)
    return cells.mean(axis=(1, 3)).reshape(1, -1) / 255


if __name__ == "__main__":
    main()
