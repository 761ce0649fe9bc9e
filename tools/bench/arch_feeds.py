"""Joins what an architecture is calibrated on: its calibration samples and the inputs of both test data sets.

    python arch_feeds.py FOLDER OUTPUT.npz

The result holds `<sample>/<input>` in the model's own types; both sides are calibrated on the same samples.
"""

import os
import sys

import numpy as np

from fidelity import feeds, session

SETS = ["test_data_set_0", "test_data_set_1"]


def samples_of(source, folder):
    """All samples, each input as the model's type: stored floats may be half as wide."""
    floats = {i.name for i in source.get_inputs() if i.type == "tensor(float)"}
    archive, samples = np.load(os.path.join(folder, "calib.npz")), {}
    for key in archive.files:
        sample, name = key.split("/", 1)
        value = archive[key]
        samples.setdefault(sample, {})[name] = value.astype(np.float32) if name in floats else value
    return [*samples.values(), *(feeds(source, os.path.join(folder, each)) for each in SETS)]


if __name__ == "__main__":
    folder, output = sys.argv[1:]
    samples = samples_of(session(os.path.join(folder, "model.onnx")), folder)
    np.savez(output, **{f"{i:04}/{name}": value for i, sample in enumerate(samples) for name, value in sample.items()})
