# Makes packages/tensorflow/fixtures/read: small models in TensorFlow's formats with what TensorFlow says of them.
# Needs tensorflow-cpu 2.15. Run: python tools/make-tensorflow-fixtures.py
import json
import os
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.core.framework import tensor_pb2, types_pb2  # noqa: E402

v1 = tf.compat.v1
root = os.path.join(os.path.dirname(__file__), "../packages/tensorflow/fixtures/read")
random = np.random.default_rng(7)


def plain(array):
    """An array as JSON: type, shape and numbers as text, so that nothing is rounded."""
    array = np.asarray(array)
    numbers = array.astype(np.float64) if array.dtype.name in ("bfloat16", "float16") else array
    values = [v.decode() if isinstance(v, bytes) else str(v) for v in numbers.reshape(-1).tolist()]
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": values}


def save_json(name, data):
    with open(os.path.join(root, name), "w") as file:
        json.dump(data, file)


def fresh(name):
    path = os.path.join(root, name)
    shutil.rmtree(path, ignore_errors=True)
    return path


def constants():
    """One Const for each type and each way of writing values."""
    protos = {}
    types = ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
             "uint64", "bool"]
    for name in types:
        dtype = tf.dtypes.as_dtype(name)
        numbers = np.array([[0, 1, 2], [3, 100, 1]]).astype(dtype.as_numpy_dtype)
        if name not in ("bool", "uint8", "uint16", "uint32", "uint64"):
            numbers = -numbers
        protos[f"{name}_content"] = tf.make_tensor_proto(numbers, dtype=dtype)
        protos[f"{name}_scalar"] = tf.make_tensor_proto(numbers[1, 1], dtype=dtype)
        protos[f"{name}_none"] = tensor_pb2.TensorProto(dtype=dtype.as_datatype_enum)
        protos[f"{name}_none"].tensor_shape.dim.add().size = 2
    protos["text"] = tf.make_tensor_proto(np.array([["a", "bc"], ["", "dé"]], dtype=object))

    def repeated(name, number, field, values, shape):
        proto = tensor_pb2.TensorProto(dtype=number)
        for size in shape:
            proto.tensor_shape.dim.add().size = size
        getattr(proto, field).extend(values)
        protos[name] = proto

    repeated("last_float", types_pb2.DT_FLOAT, "float_val", [1.5, -2], [3, 2])
    repeated("last_int64", types_pb2.DT_INT64, "int64_val", [-(2**62), 3], [5])
    repeated("last_uint8", types_pb2.DT_UINT8, "int_val", [200], [2, 2])
    repeated("last_half", types_pb2.DT_HALF, "half_val", [0x3C00, 0xC000], [4])
    repeated("last_bool", types_pb2.DT_BOOL, "bool_val", [False, True], [3])
    repeated("last_text", types_pb2.DT_STRING, "string_val", [b"x", b"yz"], [3])
    repeated("last_large", types_pb2.DT_FLOAT, "float_val", [1, 2, 3], [2000])
    graph = v1.GraphDef()
    expected = {}
    for name, proto in protos.items():
        node = graph.node.add(name=name, op="Const")
        node.attr["dtype"].type = proto.dtype
        node.attr["value"].tensor.CopyFrom(proto)
        expected[name] = plain(tf.make_ndarray(proto))
    with open(os.path.join(root, "constants.pb"), "wb") as file:
        file.write(graph.SerializeToString())
    save_json("constants.json", expected)


def initial(*shape):
    return random.normal(size=shape).astype(np.float32)


def saved_model():
    """TensorFlow 2: functions in functions, variables captured by them, by a loop and by branches, two signatures."""

    class Model(tf.Module):
        def __init__(self):
            super().__init__(name="model")
            self.table = tf.Variable(initial(7, 4), name="table")
            self.kernel = tf.Variable(initial(4, 4), name="kernel")
            self.bias = tf.Variable(initial(4), name="bias")
            self.unused = tf.Variable(initial(2), name="kernel")

        @tf.function
        def dense(self, x):
            return tf.nn.relu(tf.matmul(x, self.kernel) + self.bias)

        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.int32, name="ids")])
        def serve(self, ids):
            x = tf.reduce_mean(tf.gather(self.table, ids), axis=1)
            x = self.dense(self.dense(x))
            _, x = tf.while_loop(
                lambda i, _: i < 3, lambda i, y: (i + 1, tf.tanh(tf.matmul(y, self.kernel))), [tf.constant(0), x]
            )
            x = tf.cond(tf.reduce_sum(x) > 0, lambda: x + self.bias, lambda: x * self.bias)
            best, places = tf.math.top_k(x, k=2)
            return {"best": best, "places": places}

        @tf.function(input_signature=[tf.TensorSpec([2, 4], tf.float32, name="x")])
        def second(self, x):
            return {"y": self.dense(x)}

    model = Model()
    path = fresh("saved_model")
    tf.saved_model.save(model, path, signatures={"serving_default": model.serve, "second": model.second})
    os.remove(os.path.join(path, "fingerprint.pb"))
    ids = random.integers(0, 7, (2, 3)).astype(np.int32)
    x = initial(2, 4)
    runs = {
        "serving_default": {"inputs": {"ids": ids}, "outputs": model.serve(tf.constant(ids))},
        "second": {"inputs": {"x": x}, "outputs": model.second(tf.constant(x))},
    }
    variables = {"table": model.table, "kernel": model.kernel, "bias": model.bias}
    save_json("saved_model.json", {
        "runs": {name: {part: {k: plain(v) for k, v in tensors.items()} for part, tensors in run.items()}
                 for name, run in runs.items()},
        "variables": {name: plain(variable.numpy()) for name, variable in variables.items()},
    })


def checkpoint():
    """TensorFlow 1: reference variables, one in three parts, a loop with frames; as checkpoint and as SavedModel."""
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 5], name="x")
        parted = v1.get_variable("parted", [5, 4], initializer=v1.random_normal_initializer(seed=1),
                                 partitioner=v1.fixed_size_partitioner(3), use_resource=False)
        whole = v1.get_variable("whole", [4], initializer=v1.constant_initializer(initial(4)), use_resource=False)
        resource = v1.get_variable("resource", [4], initializer=v1.constant_initializer(initial(4)), use_resource=True)
        y = tf.matmul(x, tf.convert_to_tensor(parted)) + whole
        v1.disable_control_flow_v2()
        _, y = v1.while_loop(lambda i, _: i < 2, lambda i, z: (i + 1, tf.tanh(z * resource)), [tf.constant(0), y])
        with tf.control_dependencies([v1.Assert(tf.reduce_all(tf.math.is_finite(y)), ["not finite"])]):
            y = v1.check_numerics(y, "not finite")
        y = tf.identity(y, name="y")
        session.run(v1.global_variables_initializer())
        path = fresh("checkpoint")
        os.makedirs(path)
        v1.train.Saver().save(session, os.path.join(path, "model"))
        with open(os.path.join(path, "checkpoint"), "w") as file:
            file.write('model_checkpoint_path: "/elsewhere/model"\nall_model_checkpoint_paths: "/elsewhere/model"\n')
        feed = initial(2, 5)
        values = {"parted": session.run(tf.convert_to_tensor(parted)), "whole": session.run(whole),
                  "resource": session.run(resource)}
        save_json("checkpoint.json", {
            "runs": {"": {"inputs": {"x": plain(feed)}, "outputs": {"y": plain(session.run(y, {x: feed}))}}},
            "variables": {name: plain(value) for name, value in values.items()},
        })


def lookup():
    """A model whose input is text: nothing that can be converted."""

    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            pairs = tf.lookup.KeyValueTensorInitializer(tf.constant(["a", "b"]), tf.constant([0, 1]))
            self.words = tf.lookup.StaticHashTable(pairs, -1)

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="words")])
        def serve(self, words):
            return {"ids": self.words.lookup(words)}

    model = Model()
    path = fresh("lookup")
    tf.saved_model.save(model, path, signatures={"serving_default": model.serve})
    os.remove(os.path.join(path, "fingerprint.pb"))


os.makedirs(root, exist_ok=True)
constants()
saved_model()
lookup()
checkpoint()
