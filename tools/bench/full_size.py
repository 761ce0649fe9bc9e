"""Full-size networks with random weights (He et al. 2015), for speed: ResNet-50 (1512.03385, stride in the 3 x 3),
MobileNetV2 (1801.04381) and BERT-base (1810.04805), as exporters write them: BatchNormalization folded, GELU by Erf.

    python full_size.py ResNet-50|MobileNetV2|BERT-base MODEL.onnx CALIBRATION.npz FEED.npz
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SAMPLES = 8


class Network:
    """Collects nodes and weights; every method returns the name of what it made."""

    def __init__(self):
        self.random = np.random.default_rng(20)
        self.nodes, self.weights = [], []

    def constant(self, value):
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def random_weight(self, *shape, fan_in, gain=2.0):
        return self.constant(self.random.normal(0, np.sqrt(gain / fan_in), shape).astype(np.float32))

    def bias(self, size):
        return self.constant(self.random.normal(0, 0.02, size).astype(np.float32))

    def node(self, op, *inputs, **attributes):
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [f"{name}_out"], name, **attributes))
        return f"{name}_out"

    def conv(self, x, channels_in, channels_out, kernel=1, stride=1, group=1, gain=2.0):
        per_group = channels_in // group
        weight = self.random_weight(
            channels_out, per_group, kernel, kernel, fan_in=per_group * kernel * kernel, gain=gain
        )
        shape = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": [kernel // 2] * 4}
        return self.node("Conv", x, weight, self.bias(channels_out), group=group, **shape)

    def classifier(self, x, channels, classes=1000):
        flat = self.node("Flatten", self.node("GlobalAveragePool", x))
        weight = self.random_weight(classes, channels, fan_in=channels, gain=1.0)
        return self.node("Gemm", flat, weight, self.bias(classes), transB=1)

    def model(self, inputs, output, output_shape):
        result = helper.make_tensor_value_info(output, TensorProto.FLOAT, output_shape)
        graph = helper.make_graph(self.nodes, "network", inputs, [result], self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def images_in():
    return [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, 224, 224])]


def image_feeds(random):
    return {"input": random.normal(0, 1, (1, 3, 224, 224)).astype(np.float32)}


def resnet50():
    net = Network()
    x = net.node("Relu", net.conv("input", 3, 64, kernel=7, stride=2))
    x = net.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    channels = 64
    for stage, blocks in enumerate([3, 4, 6, 3]):
        width = 64 << stage
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            inner = net.node("Relu", net.conv(x, channels, width))
            inner = net.node("Relu", net.conv(inner, width, width, kernel=3, stride=stride))
            inner = net.conv(inner, width, 4 * width, gain=0.4)
            short = net.conv(x, channels, 4 * width, stride=stride, gain=1.0) if block == 0 else x
            x, channels = net.node("Relu", net.node("Add", inner, short)), 4 * width
    return net.model(images_in(), net.classifier(x, channels), ["batch", 1000]), image_feeds


def mobilenet_v2():
    net = Network()
    zero, six = net.constant(np.float32(0)), net.constant(np.float32(6))

    def relu6(x):
        return net.node("Clip", x, zero, six)

    x, channels = relu6(net.conv("input", 3, 32, kernel=3, stride=2)), 32
    stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for expansion, out, blocks, first_stride in stages:
        for block in range(blocks):
            stride = first_stride if block == 0 else 1
            hidden = channels * expansion
            inner = x if expansion == 1 else relu6(net.conv(x, channels, hidden))
            inner = relu6(net.conv(inner, hidden, hidden, kernel=3, stride=stride, group=hidden))
            inner = net.conv(inner, hidden, out, gain=1.0)
            x, channels = net.node("Add", x, inner) if stride == 1 and channels == out else inner, out
    x = relu6(net.conv(x, channels, 1280))
    return net.model(images_in(), net.classifier(x, 1280), ["batch", 1000]), image_feeds


VOCABULARY, WIDTH, HEADS, LENGTH = 30522, 768, 12, 128


def bert_base():
    net = Network()

    def dense(x, inputs, outputs):
        product = net.node("MatMul", x, net.random_weight(inputs, outputs, fan_in=inputs, gain=1.0))
        return net.node("Add", product, net.bias(outputs))

    def norm(x):
        scale, bias = net.constant(np.ones(WIDTH, np.float32)), net.constant(np.zeros(WIDTH, np.float32))
        return net.node("LayerNormalization", x, scale, bias, epsilon=1e-12)

    def heads(x, perm):
        parts = net.node("Reshape", x, net.constant(np.array([0, 0, HEADS, WIDTH // HEADS])))
        return net.node("Transpose", parts, perm=perm)

    def gelu(x):
        erf = net.node("Erf", net.node("Div", x, net.constant(np.float32(np.sqrt(2)))))
        one = net.node("Add", erf, net.constant(np.float32(1)))
        return net.node("Mul", net.node("Mul", x, one), net.constant(np.float32(0.5)))

    def attention(x, mask):
        query = heads(dense(x, WIDTH, WIDTH), [0, 2, 1, 3])
        key = heads(dense(x, WIDTH, WIDTH), [0, 2, 3, 1])
        value = heads(dense(x, WIDTH, WIDTH), [0, 2, 1, 3])
        scores = net.node("Div", net.node("MatMul", query, key), net.constant(np.float32(8)))
        weights = net.node("Softmax", net.node("Add", scores, mask), axis=-1)
        context = net.node("Transpose", net.node("MatMul", weights, value), perm=[0, 2, 1, 3])
        joined = net.node("Reshape", context, net.constant(np.array([0, 0, WIDTH])))
        return dense(joined, WIDTH, WIDTH)

    def table(rows):
        return net.constant(net.random.normal(0, 1, (rows, WIDTH)).astype(np.float32))

    words = net.node("Gather", table(VOCABULARY), "input_ids")
    positions = net.node("Gather", table(512), net.constant(np.arange(LENGTH)))
    x = norm(net.node("Add", words, positions))
    spread = net.node("Unsqueeze", "attention_mask", net.constant(np.array([1, 2])))
    kept = net.node("Cast", spread, to=TensorProto.FLOAT)
    hidden = net.node("Sub", net.constant(np.float32(1)), kept)
    mask = net.node("Mul", hidden, net.constant(np.finfo(np.float32).min))
    for _ in range(12):
        x = norm(net.node("Add", attention(x, mask), x))
        x = norm(net.node("Add", dense(gelu(dense(x, WIDTH, 4 * WIDTH)), 4 * WIDTH, WIDTH), x))
    first = net.node("Gather", x, net.constant(np.int64(0)), axis=1)
    logits = dense(net.node("Tanh", dense(first, WIDTH, WIDTH)), WIDTH, 2)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", LENGTH])
        for name in ("input_ids", "attention_mask")
    ]
    return net.model(inputs, logits, ["batch", 2]), text_feeds


def text_feeds(random):
    return {
        "input_ids": random.integers(0, VOCABULARY, (1, LENGTH)),
        "attention_mask": np.ones((1, LENGTH), np.int64),
    }


NETWORKS = {"ResNet-50": resnet50, "MobileNetV2": mobilenet_v2, "BERT-base": bert_base}

if __name__ == "__main__":
    name, model_path, calibration_path, feed_path = sys.argv[1:]
    model, make = NETWORKS[name]()
    onnx.checker.check_model(model)
    onnx.save(model, model_path)
    random = np.random.default_rng(21)
    samples = [make(random) for _ in range(SAMPLES)]
    np.savez(calibration_path, **{f"{i:04}/{key}": value for i, feeds in enumerate(samples) for key, value in feeds.items()})
    np.savez(feed_path, **make(random))
