"""Makes weight-only-incumbent.json: what onnxruntime's MatMulNBitsQuantizer makes of the weights of some models of the bank.

    python test/quantize/weight-only-incumbent.py BANK

Needs onnxruntime (made with 1.31.1), onnx and onnx_ir. For each model and scheme a hash of every coded weight: its codes,
scales and zero points, one after the other.
"""

import hashlib
import json
import logging
import os
import sys

import onnx
from onnx import numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

MODELS = ["gpt2_lm", "gptj_lm", "llama_lm", "opt_lm", "bloom_lm", "gptneo_lm", "minilm_sst2"]


def hashes(path, symmetric):
    model = onnx.load(path)
    quantizer = MatMulNBitsQuantizer(model, block_size=32, is_symmetric=symmetric, bits=4)
    quantizer.process()
    found = []
    graph = quantizer.model.model.graph
    tensors = {tensor.name: numpy_helper.to_array(tensor).tobytes() for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            parts = [tensors[name] for name in node.input[1:4] if name]
            found.append(hashlib.sha256(b"".join(parts)).hexdigest()[:16])
    return sorted(set(found))


def main():
    logging.disable(logging.INFO)
    models = {
        name: {
            "asymmetric": hashes(os.path.join(sys.argv[1], "arch", name, "model.onnx"), False),
            "full-range": hashes(os.path.join(sys.argv[1], "arch", name, "model.onnx"), True),
        }
        for name in MODELS
    }
    with open(os.path.join(os.path.dirname(__file__), "weight-only-incumbent.json"), "w") as file:
        json.dump(models, file, indent=2)
        file.write("\n")


main()
