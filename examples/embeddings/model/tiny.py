"""Writes the tiny model in `tiny`: BERT with random weights.

It exists so that the example runs before the real model is fetched. Its files
and the shape of its computation are those of MiniLM, but smaller, and nothing
is learned: a vector says little more than which words a text has.

The vocabulary is a selection of MiniLM's, so that has to be there. Nothing but
Python is needed. The seed is fixed, so the file is the same each time.
"""

import json
import random
import struct
from array import array
from pathlib import Path

HERE = Path(__file__).resolve().parent
VOCABULARY = HERE / "minilm" / "vocab.txt"
TINY = HERE / "tiny"

SEED = 7
HIDDEN = 32
INTERMEDIATE = 64
LAYERS = 2
HEADS = 4
LENGTH = 64
WORDS = 1000

MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
ASCII = [chr(code) for code in range(ord("!"), 127) if not chr(code).isupper()]
CONTINUATIONS = ["##" + piece for piece in ASCII if piece.isalnum()]
CONTINUATIONS += ["##ed", "##er", "##es", "##ing", "##ly"]


def main():
    pieces = MARKS + ASCII + CONTINUATIONS + frequent_words()
    TINY.mkdir(exist_ok=True)
    write("vocab.txt", "\n".join(pieces) + "\n")
    write("config.json", json.dumps(config(len(pieces)), indent=2) + "\n")
    sentence = {"max_seq_length": LENGTH, "do_lower_case": False}
    write("sentence_bert_config.json", json.dumps(sentence, indent=2) + "\n")
    (TINY / "model.safetensors").write_bytes(safetensors(tensors(len(pieces))))


def frequent_words():
    """MiniLM has its words in the order of their frequency, after the characters."""
    pieces = VOCABULARY.read_text(encoding="utf-8").splitlines()
    words = pieces[pieces.index("the") :]
    return [word for word in words if word.isascii() and word.isalpha() and len(word) > 1][:WORDS]


def config(vocabulary):
    return {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": HIDDEN,
        "intermediate_size": INTERMEDIATE,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": LENGTH,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "type_vocab_size": 2,
        "vocab_size": vocabulary,
    }


def tensors(vocabulary):
    """The names and shapes of BERT, with weights that keep the numbers near one."""
    generator = random.Random(SEED)
    tensors = {}

    def table(name, rows, spread):
        values = array("f", (generator.gauss(0, spread) for _ in range(rows * HIDDEN)))
        tensors[f"{name}.weight"] = ([rows, HIDDEN], values)

    def dense(name, inputs, outputs):
        spread = inputs**-0.5
        values = array("f", (generator.gauss(0, spread) for _ in range(inputs * outputs)))
        tensors[f"{name}.weight"] = ([outputs, inputs], values)
        tensors[f"{name}.bias"] = ([outputs], array("f", [0] * outputs))

    def norm(name):
        tensors[f"{name}.weight"] = ([HIDDEN], array("f", [1] * HIDDEN))
        tensors[f"{name}.bias"] = ([HIDDEN], array("f", [0] * HIDDEN))

    # Places matter less than words.
    table("embeddings.word_embeddings", vocabulary, 1)
    table("embeddings.position_embeddings", LENGTH, 0.1)
    table("embeddings.token_type_embeddings", 2, 0.1)
    norm("embeddings.LayerNorm")
    for layer in (f"encoder.layer.{index}" for index in range(LAYERS)):
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            dense(f"{layer}.attention.{part}", HIDDEN, HIDDEN)
        norm(f"{layer}.attention.output.LayerNorm")
        dense(f"{layer}.intermediate.dense", HIDDEN, INTERMEDIATE)
        dense(f"{layer}.output.dense", INTERMEDIATE, HIDDEN)
        norm(f"{layer}.output.LayerNorm")
    return tensors


def safetensors(tensors):
    """The file: the length of the header, the header, the values one after the other."""
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        packed = struct.pack(f"<{len(values)}f", *values)
        offsets = [len(data), len(data) + len(packed)]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
        data += packed
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def write(name, text):
    (TINY / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
