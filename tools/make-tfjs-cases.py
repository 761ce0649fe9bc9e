# Small frozen graphs with TensorFlow's outputs, for the tests of the executors of @tersor/tensorflow: what TensorFlow.js
# lacks or gets wrong, and loops. Run with TensorFlow 2.15.1:
#   python tools/make-tfjs-cases.py packages/tensorflow/fixtures/executor
import json
import os
import sys

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2_as_graph

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
rng = np.random.default_rng(5)
x = rng.standard_normal((2, 3, 4)).astype(np.float32) * 3


def listed(value):
    value = np.asarray(value)
    return {"dtype": value.dtype.name, "shape": list(value.shape), "data": value.ravel().tolist()}


def save(name, function, **feeds):
    specs = [tf.TensorSpec([None, *np.shape(value)[1:]], tf.as_dtype(np.asarray(value).dtype), key) for key, value in feeds.items()]
    concrete = tf.function(function, input_signature=specs).get_concrete_function()
    _, graph = convert_variables_to_constants_v2_as_graph(concrete, lower_control_flow=False)
    with open(f"{folder}/{name}.pb", "wb") as file:
        file.write(graph.SerializeToString(deterministic=True))
    results = concrete(**{key: tf.constant(value) for key, value in feeds.items()})
    results = results if isinstance(results, (list, tuple)) else [results]
    return {"feeds": {key: listed(value) for key, value in feeds.items()}, "outputs": {"_".join(["Identity", str(i)][:1 + (i > 0)]): listed(value) for i, value in enumerate(results)}}


def operations(x):
    fake = tf.quantization.fake_quant_with_min_max_vars(x, -1.2, 2.7, num_bits=8)
    channel = tf.quantization.fake_quant_with_min_max_vars_per_channel(
        x, [-1.0, -0.5, -3.0, -0.1], [1.0, 0.7, 0.0, 4.0], num_bits=4, narrow_range=True)
    hot = tf.one_hot(tf.argmax(x, -1), 4, 2.5, -1.0)
    diagonal = tf.linalg.diag(x)
    einsum = tf.einsum("bij,bkj->bik", x, x)
    moments = tf.raw_ops.FusedBatchNormV3(
        x=x[:, :, :, None], scale=[1.0, 2.0, 0.5], offset=[0.0, 1.0, -1.0], mean=[], variance=[],
        data_format="NCHW", is_training=True, epsilon=1e-3).y
    return [fake, channel, hot, diagonal, einsum, moments, tf.argmax(x, -1)]


def lists(x):
    steps = tf.TensorArray(tf.float32, size=3, element_shape=[None, 4])
    _, steps, _ = tf.while_loop(
        lambda i, *_: i < 3,
        lambda i, steps, state: (i + 1, steps.write(i, tf.tanh(state * 0.5) + 1.0), tf.tanh(state) + x[:, 0]),
        (0, steps, x[:, 0]))
    return [steps.stack()]


def endless(x):
    return [tf.while_loop(lambda i: i > -1.0, lambda i: i * 0.0, (x[0, 0, 0] * 0.0,))[0]]


def missing(x):
    return [tf.math.betainc(tf.abs(x) + 1.0, tf.abs(x) + 2.0, tf.sigmoid(x))]


cases = {name: save(name, function, x=x) for name, function in
         {"operations": operations, "lists": lists, "missing": missing}.items()}


def frames(name):
    """A loop of TensorFlow 1 with values that do not change from turn to turn, and one made of constants only."""
    with tf.Graph().as_default() as graph:
        tf.compat.v1.disable_control_flow_v2()
        value = tf.compat.v1.placeholder(tf.float32, [None, 3, 4], "x")
        scale = tf.reduce_max(tf.abs(value))
        body = lambda i, v: (i + 1, v * tf.fill([4], 0.5) + tf.sqrt(scale))
        _, result = tf.compat.v1.while_loop(lambda i, _: i < 4, body, (0, value))
        tf.identity(result, "result")
        with tf.compat.v1.Session() as session:
            out = session.run("result:0", {value: x})
    with open(f"{folder}/{name}.pb", "wb") as file:
        file.write(graph.as_graph_def().SerializeToString(deterministic=True))
    return {"feeds": {"x": listed(x)}, "outputs": {"result": listed(out)}}


cases["frames"] = frames("frames")
concrete = tf.function(endless, input_signature=[tf.TensorSpec([None, 3, 4], tf.float32, "x")]).get_concrete_function()
_, graph = convert_variables_to_constants_v2_as_graph(concrete, lower_control_flow=False)
with open(f"{folder}/endless.pb", "wb") as file:
    file.write(graph.SerializeToString(deterministic=True))
with open(f"{folder}/cases.json", "w") as file:
    json.dump(cases, file)
