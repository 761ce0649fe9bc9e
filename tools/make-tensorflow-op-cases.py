# Writes packages/tensorflow/fixtures/operations.json.gz: frozen graphs, one for each family, that hold many small cases
# of single operations with their inputs and what TensorFlow makes of them. Development only: needs tensorflow 2.15.

import base64
import gzip
import json
import os
import re

# Fused operations on quantized values have kernels of oneDNN alone.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

import tensorflow_op_cases_arrays
import tensorflow_op_cases_detection
import tensorflow_op_cases_elementwise
import tensorflow_op_cases_neural
import tensorflow_op_cases_quantization
import tensorflow_op_cases_quantized

FILE = os.path.join(os.path.dirname(__file__), "..", "packages", "tensorflow", "fixtures", "operations.json.gz")


class Cases:
    """A graph in the making, and the cases in it."""

    def __init__(self):
        self.graph = tf.Graph()
        self.random = np.random.RandomState(7)
        self.cases = []
        self.feeds = {}

    def numbers(self, shape, dtype="float32", low=-4, high=4):
        """Random numbers on a coarse grid, which compress well."""
        if dtype == "bool":
            return self.random.rand(*shape) < 0.5
        if dtype.startswith("float"):
            return (self.random.randint(low * 16, high * 16 + 1, shape) / 16 + 1 / 64).astype(dtype)
        return self.random.randint(max(low, 0) if dtype.startswith("u") else low, high + 1, shape).astype(dtype)

    def input(self, value, shape=None):
        """A placeholder that is fed with the value; its shape may be left open."""
        value = np.asarray(value)
        placeholder = tf.compat.v1.placeholder(value.dtype, value.shape if shape is None else shape, name="x")
        if shape is not None:
            self.current["open"] = True
        self.current["inputs"].append([placeholder.op.name, array_row(value)])
        self.feeds[placeholder] = value
        return placeholder

    def case(self, name, build, expected=None, tolerance=None):
        """`build` makes the outputs; `expected` stands for them where TensorFlow's CPU has no kernel."""
        self.current = {"name": name, "inputs": [], "outputs": []}
        if tolerance:
            self.current["tolerance"] = tolerance
        with self.graph.as_default(), tf.name_scope(re.sub("[^A-Za-z0-9_]+", "_", f"c {name}")):
            made = build(self)
            made = list(made) if isinstance(made, (list, tuple)) else [made]
            outputs = [tf.identity(tf.convert_to_tensor(value), name="out") for value in made]
        self.current["made"] = outputs
        self.current["expected"] = expected
        self.cases.append(self.current)

    def row(self):
        """What is written of the family."""
        config = tf.compat.v1.ConfigProto()
        config.graph_options.optimizer_options.opt_level = -1
        config.graph_options.rewrite_options.disable_meta_optimizer = True
        with tf.compat.v1.Session(graph=self.graph, config=config) as session:
            ran = [None if case["expected"] else session.run(case["made"], self.feeds) for case in self.cases]
        for case, values in zip(self.cases, ran):
            made, expected = case.pop("made"), case.pop("expected")
            values = values or expected()
            case["outputs"] = [[value.op.name, array_row(np.asarray(array))] for value, array in zip(made, values)]
        graph = self.graph.as_graph_def(add_shapes=False)
        return {"graph": encoded(graph.SerializeToString()), "cases": self.cases}


def array_row(value):
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": encoded(np.ascontiguousarray(value).tobytes())}


def encoded(data):
    return base64.b64encode(data).decode()


def main():
    modules = [
        tensorflow_op_cases_arrays,
        tensorflow_op_cases_detection,
        tensorflow_op_cases_elementwise,
        tensorflow_op_cases_neural,
        tensorflow_op_cases_quantization,
        tensorflow_op_cases_quantized,
    ]
    families = {}
    for module in modules:
        for name, fill in module.FAMILIES.items():
            cases = Cases()
            fill(cases)
            families[name] = cases.row()
    with open(FILE, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
        packed.write(json.dumps(families).encode())
    print(sum(len(family["cases"]) for family in families.values()), "cases,", os.path.getsize(FILE), "bytes")


main()
