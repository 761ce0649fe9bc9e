"""The incumbent: quantizes a model with onnxruntime.quantization, the way its documentation shows.

    python incumbent.py MODEL OUTPUT --mode dynamic|qdq|qoperator [--calibration FEEDS.npz] [--per-tensor] [--ops Conv,MatMul]

FEEDS.npz holds `<sample>/<input>`; floats may be stored as fp16 and are used as the model's type.
Prints one line of JSON: CPU seconds and peak resident bytes of this process, start-up included, and the output's size.
"""

import argparse
import json
import logging
import os
import resource
import sys

import numpy as np
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}


class Feeds(CalibrationDataReader):
    """Gives the samples of an npz file one by one, as the model's inputs want them."""

    def __init__(self, model, archive):
        session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
        self.types = {i.name: FLOATS.get(i.type) for i in session.get_inputs()}
        self.archive = np.load(archive)
        samples = {}
        for key in self.archive.files:
            sample, name = key.split("/", 1)
            samples.setdefault(sample, []).append(name)
        self.samples = iter(samples.items())

    def get_next(self):
        sample, names = next(self.samples, (None, []))
        return {name: self.read(f"{sample}/{name}", name) for name in names} or None

    def read(self, key, name):
        dtype = self.types[name]
        return self.archive[key] if dtype is None else self.archive[key].astype(dtype)


def quantize(options):
    common = {"per_channel": not options.per_tensor, "op_types_to_quantize": options.ops}
    if options.mode == "dynamic":
        quantize_dynamic(options.model, options.output, weight_type=QuantType.QInt8, **common)
        return
    quantize_static(
        options.model,
        options.output,
        Feeds(options.model, options.calibration),
        quant_format=QuantFormat.QDQ if options.mode == "qdq" else QuantFormat.QOperator,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        **common,
    )


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("output")
    parser.add_argument("--mode", choices=["dynamic", "qdq", "qoperator"], required=True)
    parser.add_argument("--calibration")
    parser.add_argument("--per-tensor", action="store_true")
    parser.add_argument("--ops", type=lambda text: text.split(","))
    options = parser.parse_args()
    if options.mode != "dynamic" and options.calibration is None:
        parser.error("static quantization needs --calibration")
    return options


def peak_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.ERROR)
    options = arguments()
    quantize(options)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    facts = {
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "peakBytes": peak_bytes(),
        "sizeBytes": os.path.getsize(options.output),
    }
    print(json.dumps(facts))
