"""Makes the skeletons of examples/zoo/tensorflow and examples/zoo/keras: models as TensorFlow and Keras write them, with
narrow layers, weights set to zero (a seed fills them again) and a record of how they were distributed.

    python tools/zoo/make_tensorflow_skeletons.py <folder of exported TensorFlow models> [name ...]

Needs tensorflow-cpu 2.15.1 and transformers 4.38.2. Each skeleton is a zip: the model's own files, and skeleton.json.
"""
import json, os, sys, tempfile, zipfile, zlib
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import h5py
import tensorflow as tf
from tensorflow import keras
from tensorflow.core.framework import graph_pb2
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
from tensorflow.python.training import py_checkpoint_reader

ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "zoo")
BANK = sys.argv[1]
ONLY = set(sys.argv[2:])
SMALLEST = 64  # weights with fewer elements keep their numbers: shapes, axes, scalars


def sketch(values):
    flat = np.asarray(values, np.float64).ravel()
    number = lambda x: float(f"{x:.4g}")
    return {"shape": list(np.shape(values)), "mean": number(flat.mean()), "std": number(flat.std()), "min": number(flat.min()), "max": number(flat.max())}


def is_weight(array):
    """Random numbers do not compress; what does has a structure, such as anchors and sinusoids, and is kept."""
    if array.dtype not in (np.float32, np.float16) or array.size < SMALLEST:
        return False
    return len(zlib.compress(array.tobytes())) > 0.6 * array.nbytes


def input_sketch(name, tensor, array):
    """What an input takes, by its declared shape (None: varies) and a typical sample."""
    shape = [f"{name}_{i}" if d is None else d for i, d in enumerate(tensor)]
    if shape and tensor[0] is None:
        shape[0] = "batch"
    if "mask" in name and array.dtype.kind == "i":
        return {"name": name, "shape": shape, "values": {"kind": "mask"}}
    if array.dtype.kind in "iu":
        return {"name": name, "shape": shape, "values": {"kind": "integers", "low": int(array.min()), "high": int(array.max())}}
    return {"name": name, "shape": shape, "values": {"kind": "floats", "mean": float(f"{array.mean():.3g}"), "std": float(f"{array.std():.3g}")}}


def save(folder, name, files, inputs, weights):
    record = {"version": 1, "name": name, "inputs": inputs, "weights": weights}
    os.makedirs(os.path.join(ROOT, folder), exist_ok=True)
    target = os.path.join(ROOT, folder, f"{name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in [("skeleton.json", json.dumps(record).encode()), *sorted(files.items())]:
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    print(f"{folder}/{name}: {os.path.getsize(target)} bytes, {len(weights)} weights")


def strip_graph(graph):
    weights = {}
    for node in [*graph.node, *(n for f in graph.library.function for n in f.node_def)]:
        if node.op != "Const":
            continue
        tensor = node.attr["value"].tensor
        array = tf.make_ndarray(tensor)
        if is_weight(array):
            weights[node.name] = sketch(array)
            tensor.CopyFrom(tf.make_tensor_proto(np.zeros_like(array)))
            if not tensor.tensor_content:
                tensor.ClearField("float_val"), tensor.ClearField("half_val")
                tensor.tensor_content = np.zeros_like(array).tobytes()
    return weights


def frozen(name, graph, inputs):
    weights = strip_graph(graph)
    save("tensorflow", name, {f"{name}.pb": graph.SerializeToString(deterministic=True)}, inputs, weights)


def bank_inputs(folder):
    meta = json.load(open(os.path.join(folder, "meta.json")))
    samples = {}
    for name, _, shape in meta["inputs"]:
        plain = name.split(":")[0]
        samples[plain] = (shape, np.load(os.path.join(folder, f"in0.{plain}.npy")))
    return [input_sketch(name, shape, array) for name, (shape, array) in samples.items()]


def from_bank(name, folder_of):
    folder = os.path.join(BANK, name)
    graph = graph_pb2.GraphDef.FromString(open(os.path.join(folder, "frozen.pb"), "rb").read())
    frozen(folder_of, graph, bank_inputs(folder))


def files_under(folder):
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            found[os.path.relpath(path, folder)] = open(path, "rb").read()
    return found


def zero_bundle(files, prefix):
    """Sets the floats of a checkpoint to zero in place, and its checksums right by writing it anew with TensorFlow."""
    with tempfile.TemporaryDirectory() as scratch:
        for path, data in files.items():
            target = os.path.join(scratch, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            open(target, "wb").write(data)
        reader = py_checkpoint_reader.NewCheckpointReader(os.path.join(scratch, prefix))
        names = sorted(reader.get_variable_to_shape_map())
        weights, tensors = {}, []
        for name in names:
            value = reader.get_tensor(name)  # bytes stay bytes: numpy would cut the zeros behind them
            if not isinstance(value, bytes) and is_weight(np.asarray(value)):
                weights[name] = sketch(value)
                value = np.zeros_like(value)
            tensors.append(value)
        out = os.path.join(scratch, "new", os.path.basename(prefix))
        tf.raw_ops.SaveV2(prefix=out, tensor_names=names, shape_and_slices=[""] * len(names), tensors=[tf.constant(t) for t in tensors])
        for path in os.listdir(os.path.join(scratch, "new")):
            files[os.path.join(os.path.dirname(prefix), path)] = open(os.path.join(scratch, "new", path), "rb").read()
        return weights


def checkpoint_from_bank(name, folder_of):
    folder = os.path.join(BANK, name)
    files = files_under(os.path.join(folder, "ckpt"))
    weights = zero_bundle(files, "model.ckpt")
    save("tensorflow", folder_of, {f"{folder_of}/{path}": data for path, data in files.items()}, bank_inputs(folder), weights)


def saved_model_from(folder_of, folder, inputs):
    files = files_under(folder)
    weights = zero_bundle(files, "variables/variables")
    save("tensorflow", folder_of, {f"{folder_of}/{path}": data for path, data in files.items()}, inputs, weights)


def strip_h5(path):
    weights = {}
    with h5py.File(path, "r+") as file:
        def visit(name, node):
            if isinstance(node, h5py.Dataset) and is_weight(np.asarray(node[()])):
                weights[name] = sketch(node[()])
                node[...] = np.zeros_like(node[()])
        file.visititems(visit)
    return weights


def keras_h5(name, model, inputs):
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, f"{name}.h5")
        model.save(path, include_optimizer=False)
        weights = strip_h5(path)
        save("keras", name, {f"{name}.h5": open(path, "rb").read()}, inputs, weights)


def keras_archive(name, model, inputs):
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, f"{name}.keras")
        model.save(path)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(scratch)
        weights = strip_h5(os.path.join(scratch, "model.weights.h5"))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for part in ("metadata.json", "config.json", "model.weights.h5"):
                archive.write(os.path.join(scratch, part), part)
        save("keras", name, {f"{name}.keras": open(path, "rb").read()}, inputs, weights)


def keras_frozen(name, model, inputs):
    call = tf.function(lambda x: model(x, training=False))
    (shape,) = [[None, *model.input_shape[1:]]]
    concrete = call.get_concrete_function(tf.TensorSpec(shape, tf.float32, "input"))
    graph = convert_variables_to_constants_v2(concrete, lower_control_flow=False).graph.as_graph_def()
    del graph.library.function[:]
    frozen(name, graph, inputs)


class Narrow:
    """Divides the filters of all convolutions; what adds to another tensor has to keep its number."""

    def __init__(self, by, keep=lambda name: False):
        self.by, self.keep = by, keep

    def __enter__(self):
        self.plain = keras.layers.Conv2D.__init__
        plain, by, keep = self.plain, self.by, self.keep

        def narrow(layer, filters, *args, **kwargs):
            wide = type(layer) is not keras.layers.Conv2D or keep(kwargs.get("name") or "")
            plain(layer, filters if wide else max(4, filters // by), *args, **kwargs)

        keras.layers.Conv2D.__init__ = narrow
        self.dense = keras.layers.Dense.__init__
        dense = self.dense
        keras.layers.Dense.__init__ = lambda layer, units, *a, **k: dense(layer, 64 if units == 4096 else units, *a, **k)
        return self

    def __exit__(self, *_):
        keras.layers.Conv2D.__init__ = self.plain
        keras.layers.Dense.__init__ = self.dense


def seasoned(model, seed):
    """Scales, shifts and moments as training leaves them, so that every layer sees numbers around 1 and tells inputs apart."""
    random = np.random.default_rng(seed)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            for weight in layer.weights:
                kind = weight.name.split("/")[-1].split(":")[0]
                if kind in ("gamma", "beta"):
                    weight.assign((kind == "gamma") + 0.1 * random.standard_normal(weight.shape).astype(np.float32))
            layer.momentum = 0.0
        elif hasattr(layer, "kernel") and len(layer.kernel.shape) in (2, 4):
            fan = np.prod(layer.kernel.shape[:-1])
            gain = 0.06 if layer is model.layers[-1] else np.sqrt(2.0)
            layer.kernel.assign(gain / np.sqrt(fan) * random.standard_normal(layer.kernel.shape).astype(np.float32))
    size = model.input_shape[1:3]
    blobs = tf.image.resize(random.standard_normal((24, 5, 5, 3)).astype(np.float32), size)
    model(blobs + 0.2 * random.standard_normal(blobs.shape).astype(np.float32), training=True)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.99
    return model


def application(make, size, by, keep=lambda name: False, **options):
    keras.backend.clear_session()
    tf.random.set_seed(7)
    with Narrow(by, keep):
        model = make(weights=None, input_shape=(size, size, 3), classes=16, **options)
    inputs = lambda name: [{"name": name, "shape": ["batch", size, size, 3], "values": {"kind": "floats", "mean": 0.0, "std": 1.0}}]
    return seasoned(model, 11), inputs


def inception_v2():
    """Ioffe and Szegedy 2015, as TensorFlow-Slim builds it: 5x5 as two 3x3, batch normalization everywhere."""
    keras.backend.clear_session()
    tf.random.set_seed(7)
    L = keras.layers

    def conv(x, filters, size, strides=1):
        x = L.Conv2D(max(4, filters // 8), size, strides, "same", use_bias=False)(x)
        return L.Activation("relu")(L.BatchNormalization(scale=False)(x))

    def block(x, one, three, five, pool, kind="avg"):
        branches = [conv(x, one, 1)] if one else []
        strides = 1 if one else 2
        branches.append(conv(conv(x, three[0], 1), three[1], 3, strides))
        branches.append(conv(conv(conv(x, five[0], 1), five[1], 3), five[1], 3, strides))
        pooled = (L.AveragePooling2D if kind == "avg" else L.MaxPooling2D)(3, strides, "same")(x)
        branches.append(conv(pooled, pool, 1) if pool else pooled)
        return L.Concatenate()(branches)

    x = image = keras.Input((96, 96, 3))
    x = L.SeparableConv2D(8, 7, 2, "same", depth_multiplier=8, use_bias=False)(x)
    x = L.Activation("relu")(L.BatchNormalization(scale=False)(x))
    x = L.MaxPooling2D(3, 2, "same")(x)
    x = conv(conv(x, 64, 1), 192, 3)
    x = L.MaxPooling2D(3, 2, "same")(x)
    x = block(block(x, 64, (64, 64), (64, 96), 32), 64, (64, 96), (64, 96), 64)
    x = block(x, 0, (128, 160), (64, 96), 0, "max")
    for one, three, five, pool in [(224, (64, 96), (96, 128), 128), (192, (96, 128), (96, 128), 128), (160, (128, 160), (128, 160), 96), (96, (128, 192), (160, 192), 96)]:
        x = block(x, one, three, five, pool)
    x = block(x, 0, (128, 192), (192, 256), 0, "max")
    x = block(block(x, 352, (192, 320), (160, 224), 128), 352, (192, 320), (192, 224), 128, "max")
    x = L.Dense(16, activation="softmax")(L.GlobalAveragePooling2D()(x))
    inputs = lambda name: [{"name": name, "shape": ["batch", 96, 96, 3], "values": {"kind": "floats", "mean": 0.0, "std": 1.0}}]
    return seasoned(keras.Model(image, x), 11), inputs


A = keras.applications
ResNetUp = lambda name: name.endswith("_conv")  # the branch that is added to the input of an Inception-ResNet block


def transformer(kind):
    import transformers as hf

    tf.random.set_seed(3)
    small = dict(vocab_size=512, num_labels=9)
    config = {
        "bert": hf.BertConfig(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128, max_position_embeddings=64, **small),
        "distilbert": hf.DistilBertConfig(dim=64, n_layers=2, n_heads=4, hidden_dim=128, max_position_embeddings=64, **small),
    }
    if kind == "distilbert_mlm":
        return hf.TFDistilBertForMaskedLM(config["distilbert"]), 2, ["input_ids", "attention_mask"]
    if kind == "bert_ner":
        return hf.TFBertForTokenClassification(config["bert"]), 2, ["input_ids", "attention_mask", "token_type_ids"]
    return hf.TFBertForMultipleChoice(config["bert"]), 3, ["input_ids", "attention_mask", "token_type_ids"]


def transformer_skeleton(kind):
    model, rank, names = transformer(kind)
    shape = [None, None] if rank == 2 else [None, 2, None]
    signature = {name: tf.TensorSpec(shape, tf.int32, name) for name in names}
    serve = tf.function(lambda **feeds: {"logits": model(feeds, training=False).logits}, input_signature=None)
    concrete = serve.get_concrete_function(**signature)
    random = np.random.default_rng(5)
    for weight in model.weights:  # biases and LayerNormalization as training leaves them
        if len(weight.shape) == 1:
            weight.assign(weight + 0.05 * random.standard_normal(weight.shape).astype(np.float32))
    sizes = ["batch", "sequence"] if rank == 2 else ["batch", 2, "sequence"]
    highs = {"input_ids": {"kind": "integers", "low": 1, "high": 511}, "attention_mask": {"kind": "mask"}, "token_type_ids": {"kind": "integers", "low": 0, "high": 1}}
    with tempfile.TemporaryDirectory() as scratch:
        tf.saved_model.save(model, scratch, signatures={"serving_default": concrete})
        saved_model_from(f"{kind}_hf", scratch, [{"name": name, "shape": sizes, "values": highs[name]} for name in names])


JOBS = {
    **{name: (lambda name=name: from_bank(name, name)) for name in [
        "resnet50_v1_0", "resnet50_v1_5", "inception_v1", "inception_v3", "inception_v4", "densenet161", "mobilenet_v1",
        "mobilenet_v2", "vgg16", "resnet_v2_50", "resnet_v2_101", "vit_hf", "ssd_mobilenet_v1", "faster_rcnn_resnet50",
        "yolov3", "bert_large_squad", "transformer_lt", "xlnet_mrpc_hf"]},
    "ssd_mobilenet_v1_ckpt": lambda: checkpoint_from_bank("ssd_mobilenet_v1", "ssd_mobilenet_v1_ckpt"),
    **{name: (lambda name=name: saved_model_from(name, os.path.join(BANK, name, "saved_model"), bank_inputs(os.path.join(BANK, name))))
       for name in ["bert_mrpc_hf", "distilgpt2_hf"]},
    **{f"{kind}_hf": (lambda kind=kind: transformer_skeleton(kind)) for kind in ["distilbert_mlm", "bert_ner", "bert_swag"]},
}


def both(name, model_and_inputs, saves):
    model, inputs = model_and_inputs()
    for save_as in saves:
        save_as(name, model, inputs("input" if save_as is keras_frozen else model.input_names[0]))


for name, make, saves in [
    ("resnet101", lambda: application(A.ResNet101, 64, 8), [keras_frozen, keras_archive]),
    ("resnet50", lambda: application(A.ResNet50, 64, 8), [keras_frozen, keras_h5]),
    ("inception_resnet_v2", lambda: application(A.InceptionResNetV2, 96, 8, ResNetUp), [keras_frozen, keras_h5]),
    ("inception_v3", lambda: application(A.InceptionV3, 96, 8), [keras_h5]),
    ("mobilenet_v2", lambda: application(A.MobileNetV2, 64, 1, alpha=0.35), [keras_archive]),
    ("vgg16", lambda: application(A.VGG16, 64, 8), [keras_h5]),
    ("vgg19", lambda: application(A.VGG19, 64, 8), [keras_frozen, keras_archive]),
    ("resnet_v2_50", lambda: application(A.ResNet50V2, 64, 8), [keras_h5]),
    ("resnet_v2_101", lambda: application(A.ResNet101V2, 64, 8), [keras_archive]),
    ("resnet_v2_152", lambda: application(A.ResNet152V2, 64, 8), [keras_frozen]),
    ("inception_v2", inception_v2, [keras_frozen]),
]:
    JOBS[f"keras {name}"] = lambda name=name, make=make, saves=saves: both(name, make, saves)

for job, work in JOBS.items():
    if not ONLY or job in ONLY:
        work()
