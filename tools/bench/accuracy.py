"""How many samples models get right, one by one, in onnxruntime.

    python accuracy.py text SENTENCES.tsv TOKENIZER.json MODEL ...    sentences as they are, at most 64 tokens, batch 1
    python accuracy.py images IMAGES.bin LABELS.bin MODEL ...         uint8 NHWC 32 x 32, normalised

Prints one line of JSON: the number of correct answers of each model, and of samples.
"""

import csv
import json
import sys

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from image_feeds import DEVIATION, MEAN
from text_feeds import encode


def session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def sentences(path, tokenizer):
    tokenizer = Tokenizer.from_file(tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(64)
    with open(path, encoding="utf8", newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(encode(tokenizer, row["sentence"]), int(row["label"])) for row in rows]


def images(path, labels):
    labels = np.fromfile(labels, dtype=np.uint8)
    pixels = np.fromfile(path, dtype=np.uint8).reshape(len(labels), 32, 32, 3).astype(np.float32) / 255
    values = np.ascontiguousarray(((pixels - MEAN) / DEVIATION).transpose(0, 3, 1, 2))
    return [({"": values[i : i + 1]}, int(label)) for i, label in enumerate(labels)]


def correct(model, samples):
    """An input without a name is for the only one that the model has."""
    only = model.get_inputs()[0].name
    answers = (model.run(None, {name or only: value for name, value in feeds.items()})[0] for feeds, _ in samples)
    return sum(int(np.argmax(answer)) == label for answer, (_, label) in zip(answers, samples))


if __name__ == "__main__":
    kind, data, more, *models = sys.argv[1:]
    samples = sentences(data, more) if kind == "text" else images(data, more)
    print(json.dumps({"correct": [correct(session(path), samples) for path in models], "total": len(samples)}))
