"""Runs files that were written for TensorFlow in TensorFlow itself: does it load them, and what does it make of inputs?

  python tools/check-tensorflow-lite.py <model.tflite | frozen.pb> <inputs and expected outputs.npz>

The archive has "in/<name>" for each input and "out/<name>" for each output, by the names that the file has for them.
TensorFlow Lite runs with its own kernels, without delegates. Prints the largest relative difference of each output.
"""

import sys

import numpy as np
import tensorflow as tf


def run_lite(path, feeds):
    kernels = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = tf.lite.Interpreter(path, experimental_op_resolver_type=kernels)
    interpreter.allocate_tensors()
    for port in interpreter.get_input_details():
        interpreter.set_tensor(port["index"], feeds[port["name"]])
    interpreter.invoke()
    return {port["name"]: interpreter.get_tensor(port["index"]) for port in interpreter.get_output_details()}


def run_frozen(path, feeds, names):
    graph_def = tf.compat.v1.GraphDef()
    with open(path, "rb") as file:
        graph_def.ParseFromString(file.read())
    with tf.compat.v1.Graph().as_default() as graph:
        tf.compat.v1.import_graph_def(graph_def, name="")
        with tf.compat.v1.Session(graph=graph) as session:
            fed = {f"{name}:0": value for name, value in feeds.items()}
            return dict(zip(names, session.run([f"{name}:0" for name in names], fed)))


path, archive = sys.argv[1], np.load(sys.argv[2])
feeds = {key[3:]: archive[key] for key in archive.files if key.startswith("in/")}
expected = {key[4:]: archive[key] for key in archive.files if key.startswith("out/")}
found = run_lite(path, feeds) if path.endswith(".tflite") else run_frozen(path, feeds, list(expected))
for name, value in expected.items():
    if found[name].shape != value.shape:
        print(name, "has the shape", found[name].shape, "and not", value.shape)
        continue
    difference = np.abs(found[name].astype(np.float64) - value).max() / max(np.abs(value).max(), 1e-30)
    print(name, f"{difference:.2e}")
