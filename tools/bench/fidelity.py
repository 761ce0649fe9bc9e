"""How far a quantized model's outputs are from its source's, in the incumbent's own runtime.

    python fidelity.py SOURCE CANDIDATE FOLDER ...

Each FOLDER is in the ONNX test layout (`input_<i>.pb`). Prints one line of JSON: the SQNR in dB of each float output over
all folders together, the smallest and the mean of these, and whether every output is finite where the source's is.
"""

import json
import os
import re
import sys

import numpy as np
import onnx
import onnxruntime as ort

CEILING_DB = 200.0  # Stands for "equal", which JSON has no number for.


def session(path):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def feeds(model, folder):
    names = [i.name for i in model.get_inputs()]
    files = sorted((f for f in os.listdir(folder) if re.fullmatch(r"input_\d+\.pb", f)), key=lambda f: int(f[6:-3]))
    tensors = [onnx.load_tensor(os.path.join(folder, f)) for f in files]
    return {t.name or names[i]: onnx.numpy_helper.to_array(t) for i, t in enumerate(tensors)}


def powers(reference, actual):
    """Signal and noise, summed where the reference is finite; a result of another shape is all noise."""
    reference = reference.astype(np.float64)
    finite = np.isfinite(reference)
    signal = np.sum(reference[finite] ** 2)
    if reference.shape != actual.shape:
        return np.array([signal, np.inf])
    return np.array([signal, np.sum((reference[finite] - actual.astype(np.float64)[finite]) ** 2)])


def decibel(signal, noise):
    if noise == 0:
        return CEILING_DB
    return float(np.clip(10 * np.log10(signal / noise), -CEILING_DB, CEILING_DB)) if signal > 0 else -CEILING_DB


def is_finite(reference, actual):
    return bool(reference.shape == actual.shape and np.all(np.isfinite(actual[np.isfinite(reference)])))


def compare(source, candidate, folders):
    """The powers of each float output, summed over the folders, and whether all is finite."""
    total, finite = {}, True
    names = [o.name for o in source.get_outputs()]
    for folder in folders:
        values = feeds(source, folder)
        for name, reference, actual in zip(names, source.run(names, values), candidate.run(names, values)):
            if is_float(reference):
                total[name] = total.get(name, 0) + powers(reference, actual)
                finite = finite and is_finite(reference, actual)
    return {name: decibel(*power) for name, power in total.items()}, finite


def is_float(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def summary(outputs, finite):
    values = list(outputs.values()) or [CEILING_DB]
    return {"outputs": outputs, "minDb": min(values), "meanDb": float(np.mean(values)), "finite": finite}


if __name__ == "__main__":
    source_path, candidate_path, *folders = sys.argv[1:]
    source, candidate = session(source_path), session(candidate_path)
    print(json.dumps(summary(*compare(source, candidate, folders))))
