# Writes packages/tensorflow/fixtures/control.json.gz: frozen graphs with loops, conditions, lists and recurrent layers
# of TensorFlow 1 and 2, each with two runs of different sizes. Development only: needs tensorflow 2.15.

import base64
import gzip
import json
import os

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

import tensorflow_control_cases_v1
import tensorflow_control_cases_v2
import tensorflow_recurrent_cases

FILE = os.path.join(os.path.dirname(__file__), "..", "packages", "tensorflow", "fixtures", "control.json.gz")
v1 = tf.compat.v1


class Cases:
    """The cases, by name. Feeds of a case are a list of runs: { input: array }."""

    def __init__(self):
        self.random = np.random.RandomState(11)
        self.cases = []

    def numbers(self, *shape):
        """Random numbers on a coarse grid, which compress well."""
        return (self.random.randint(-32, 33, shape) / 16 + 1 / 64).astype("float32")

    def v1(self, name, runs, build, open_axes=(0,)):
        """`build` is given placeholders, and makes the outputs in a graph with control flow of TensorFlow 1."""
        graph = tf.Graph()
        with graph.as_default():
            v1.disable_control_flow_v2()
            v1.set_random_seed(3)
            inputs = {key: v1.placeholder(value.dtype, open_shape(value, open_axes), key) for key, value in runs[0].items()}
            made = build(**inputs)
            made = list(made) if isinstance(made, (list, tuple)) else [made]
            outputs = [tf.identity(value, name=f"out{i}") for i, value in enumerate(made)]
            names = [value.op.name for value in outputs]
            with v1.Session(graph=graph) as session:
                session.run(v1.global_variables_initializer())
                results = [session.run(outputs, {inputs[key]: value for key, value in run.items()}) for run in runs]
                frozen = v1.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), names)
        self.add(name, frozen, runs, names, results)

    def v2(self, name, runs, call, open_axes=(0,)):
        """`call` is traced as a function of TensorFlow 2."""
        specs = [tf.TensorSpec(open_shape(value, open_axes), value.dtype, key) for key, value in runs[0].items()]
        concrete = tf.function(call).get_concrete_function(*specs)
        frozen = convert_variables_to_constants_v2(concrete, lower_control_flow=False)
        names = [value.op.name for value in frozen.outputs]
        keys = list(runs[0])
        feeds = [[tf.constant(run[key]) for key in keys] for run in runs]
        results = [[value.numpy() for value in flat(concrete(*feed))] for feed in feeds]
        self.add(name, frozen.graph.as_graph_def(), runs, names, results)

    def add(self, name, graph, runs, names, results):
        rows = [
            {
                "inputs": [[key, array_row(value)] for key, value in run.items()],
                "outputs": [[key, array_row(np.asarray(value))] for key, value in zip(names, values)],
            }
            for run, values in zip(runs, results)
        ]
        self.cases.append({"name": name, "graph": encoded(graph.SerializeToString()), "runs": rows})


def open_shape(value, open_axes):
    return [None if axis in open_axes else size for axis, size in enumerate(value.shape)]


def flat(values):
    return tf.nest.flatten(values)


def array_row(value):
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": encoded(np.ascontiguousarray(value).tobytes())}


def encoded(data):
    return base64.b64encode(data).decode()


def main():
    cases = Cases()
    for module in [tensorflow_control_cases_v1, tensorflow_control_cases_v2, tensorflow_recurrent_cases]:
        module.fill(cases)
    with open(FILE, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
        packed.write(json.dumps(cases.cases).encode())
    print(len(cases.cases), "cases,", os.path.getsize(FILE), "bytes")


main()
