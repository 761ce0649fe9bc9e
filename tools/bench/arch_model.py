"""One architecture, both sides: what the incumbent makes of it, and how near each file stays to its source.

    python arch_model.py FOLDER SCRATCH [OURS.onnx ...] [--spread]

FOLDER holds model.onnx, calib.npz and test_data_set_0, test_data_set_1; see arch_feeds.py for what static forms are
calibrated on. Prints one line of JSON: for each variant of the incumbent and each of our files its bytes and its
fidelity, or the error that it ended with. With --spread it is the incumbent's other settings that are tried.
"""

import argparse
import json
import os

import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

from arch_feeds import SETS, samples_of
from fidelity import compare, session, summary

LINEAR = ["MatMul", "Gemm", "Conv", "ConvTranspose", "Gather"]
DYNAMIC = {"weight_type": QuantType.QInt8}
QDQ = {
    "quant_format": QuantFormat.QDQ,
    "activation_type": QuantType.QUInt8,
    "weight_type": QuantType.QInt8,
    "per_channel": True,
}
QOPERATOR = {**QDQ, "quant_format": QuantFormat.QOperator}

# What the rows compare with: the defaults of each mode, and QDQ of the linear operators only.
VARIANTS = {"dynamic": DYNAMIC, "qdq": QDQ, "qdq linear": {**QDQ, "op_types_to_quantize": LINEAR}, "qoperator": QOPERATOR}

# How far the incumbent's own settings lie apart, which says what a decibel means on a network with random weights.
SPREAD = {
    "dynamic per-channel": {**DYNAMIC, "per_channel": True},
    "dynamic uint8": {"weight_type": QuantType.QUInt8},
    "qdq linear per-tensor": {**VARIANTS["qdq linear"], "per_channel": False},
    "qdq linear uint8": {**VARIANTS["qdq linear"], "weight_type": QuantType.QUInt8},
    "qdq per-tensor": {**QDQ, "per_channel": False},
    "qdq uint8": {**QDQ, "weight_type": QuantType.QUInt8},
    "qoperator per-tensor": {**QOPERATOR, "per_channel": False},
    "qoperator uint8": {**QOPERATOR, "weight_type": QuantType.QUInt8},
}


class Feeds(CalibrationDataReader):
    def __init__(self, samples):
        self.samples = iter(samples)

    def get_next(self):
        return next(self.samples, None)


def quantize(options, model, output, samples):
    if "quant_format" in options:
        quantize_static(model, output, Feeds(samples), **options)
    else:
        quantize_dynamic(model, output, **options)


def judged(source, path, folder):
    outputs, finite = compare(source, session(path), [os.path.join(folder, each) for each in SETS])
    return {**summary(outputs, finite), "bytes": os.path.getsize(path)}


def attempted(work):
    try:
        return work()
    except Exception as error:  # Whatever a side throws is its result.
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def theirs(source, folder, scratch, variants):
    model, path = os.path.join(folder, "model.onnx"), os.path.join(scratch, "theirs.onnx")
    samples = samples_of(source, folder)

    def one(variant):
        quantize(variant, model, path, samples)
        return judged(source, path, folder)

    return {name: attempted(lambda: one(variant)) for name, variant in variants.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("scratch")
    parser.add_argument("ours", nargs="*")
    parser.add_argument("--spread", action="store_true")
    options = parser.parse_args()
    ort.set_default_logger_severity(4)
    source = session(os.path.join(options.folder, "model.onnx"))
    variants = SPREAD if options.spread else VARIANTS
    found = {
        "ours": {path: attempted(lambda: judged(source, path, options.folder)) for path in options.ours},
        "theirs": theirs(source, options.folder, options.scratch, variants),
    }
    print(json.dumps(found))
