# Cases of convolutions, pooling, normalisation, activations and products. See make-tensorflow-op-cases.py.

import numpy as np
import tensorflow as tf

raw = tf.raw_ops


def nhwc(value):
    return np.transpose(value, [0, 2, 3, 1])


def nchw(value):
    return np.transpose(value, [0, 3, 1, 2])


def convolutions(c):
    for padding in ["SAME", "VALID"]:
        for stride in [1, 2, 3]:
            for size in [7, 8]:
                c.case(
                    f"conv {padding} {stride} {size}",
                    lambda c: raw.Conv2D(
                        input=c.input(c.numbers([2, size, 6, 3])),
                        filter=c.numbers([3, 2, 3, 4]),
                        strides=[1, stride, stride, 1],
                        padding=padding,
                    ),
                )
    c.case("conv uneven strides", lambda c: raw.Conv2D(input=c.input(c.numbers([1, 8, 9, 2])), filter=c.numbers([3, 3, 2, 2]), strides=[1, 2, 1, 1], padding="SAME"))
    c.case("conv dilated same", lambda c: raw.Conv2D(input=c.input(c.numbers([1, 9, 8, 2])), filter=c.numbers([3, 3, 2, 2]), strides=[1, 1, 1, 1], padding="SAME", dilations=[1, 2, 3, 1]))
    c.case("conv explicit", lambda c: raw.Conv2D(input=c.input(c.numbers([1, 6, 5, 2])), filter=c.numbers([3, 3, 2, 2]), strides=[1, 2, 2, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 0, 2, 1, 0, 0]))
    c.case("conv open size same", lambda c: raw.Conv2D(input=c.input(c.numbers([2, 7, 8, 2]), [None, None, None, 2]), filter=c.numbers([3, 3, 2, 3]), strides=[1, 2, 2, 1], padding="SAME"))
    c.case("conv computed filter", lambda c: raw.Conv2D(input=c.input(c.numbers([1, 5, 5, 2])), filter=c.input(c.numbers([3, 3, 2, 2])), strides=[1, 1, 1, 1], padding="SAME"))
    x, w = c.numbers([1, 4, 6, 6]), c.numbers([3, 3, 4, 2])
    c.case(
        "conv channels first",
        lambda c: raw.Conv2D(input=c.input(x), filter=w, strides=[1, 1, 2, 2], padding="SAME", data_format="NCHW"),
        lambda: [nchw(tf.nn.conv2d(nhwc(x), w, 2, "SAME").numpy())],
    )
    grouped, gw = c.numbers([1, 5, 5, 4]), c.numbers([3, 3, 2, 6])
    c.case(
        "conv groups",
        lambda c: raw.Conv2D(input=c.input(grouped), filter=gw, strides=[1, 1, 1, 1], padding="SAME"),
        lambda: [np.concatenate([tf.nn.conv2d(grouped[..., 2 * g : 2 * g + 2], gw[..., 3 * g : 3 * g + 3], 1, "SAME").numpy() for g in range(2)], -1)],
    )
    c.case("conv 3d", lambda c: raw.Conv3D(input=c.input(c.numbers([1, 4, 5, 6, 2])), filter=c.numbers([2, 3, 3, 2, 3]), strides=[1, 1, 2, 2, 1], padding="SAME"))
    c.case("conv 1d", lambda c: tf.nn.conv1d(c.input(c.numbers([2, 9, 3])), c.numbers([3, 3, 2]), 2, "SAME"))
    for multiplier in [1, 3]:
        c.case(f"depthwise {multiplier}", lambda c: raw.DepthwiseConv2dNative(input=c.input(c.numbers([2, 7, 6, 4])), filter=c.numbers([3, 3, 4, multiplier]), strides=[1, 2, 2, 1], padding="SAME"))
    dx, dw = c.numbers([1, 7, 6, 2]), c.numbers([3, 3, 2, 1])
    c.case(
        "depthwise dilated",
        lambda c: raw.DepthwiseConv2dNative(input=c.input(dx), filter=dw, strides=[1, 1, 1, 1], padding="VALID", dilations=[1, 2, 2, 1]),
        lambda: [tf.nn.depthwise_conv2d(dx, dw, [1, 1, 1, 1], "VALID", dilations=[2, 2]).numpy()],
    )
    c.case("atrous", lambda c: tf.compat.v1.nn.convolution(c.input(c.numbers([1, 9, 9, 2])), c.numbers([3, 3, 2, 2]), "SAME", dilation_rate=[2, 2]))
    c.case("conv 1d dilated", lambda c: tf.nn.conv1d(c.input(c.numbers([2, 9, 3])), c.numbers([3, 3, 2]), 1, "SAME", dilations=2))
    c.case("conv 1d dilated open", lambda c: tf.nn.conv1d(c.input(c.numbers([2, 9, 3]), [None, None, 3]), c.numbers([3, 3, 2]), 1, "VALID", dilations=2))
    c.case("depthwise atrous", lambda c: tf.nn.depthwise_conv2d(c.input(c.numbers([1, 7, 6, 2])), c.numbers([3, 3, 2, 2]), [1, 1, 1, 1], "SAME", dilations=[2, 2]))
    block = lambda c, padding, x: tf.batch_to_space(raw.Conv2D(input=tf.space_to_batch(x, [2, 3], padding), filter=c.numbers([3, 3, 2, 2]), strides=[1, 1, 1, 1], padding="VALID"), [2, 3], [[0, 1], [0, 2]])
    c.case("space to batch conv", lambda c: block(c, [[2, 3], [3, 5]], c.input(c.numbers([1, 9, 10, 2]))))


def transposed_convolutions(c):
    for padding in ["SAME", "VALID"]:
        for stride in [1, 2, 3]:
            for kernel in [2, 3]:
                for extra in [0, 1]:
                    reach = 4 * stride if padding == "SAME" else 3 * stride + kernel
                    if extra and (padding == "SAME" or stride == 1):
                        continue
                    size = [2, reach + extra, reach, 3]
                    c.case(
                        f"transposed {padding} {stride} {kernel} {extra}",
                        lambda c: raw.Conv2DBackpropInput(
                            input_sizes=size,
                            filter=c.numbers([kernel, kernel, 3, 2]),
                            out_backprop=c.input(c.numbers([2, 4, 4, 2])),
                            strides=[1, stride, stride, 1],
                            padding=padding,
                        ),
                    )
    c.case("transposed odd same", lambda c: raw.Conv2DBackpropInput(input_sizes=[1, 7, 7, 3], filter=c.numbers([3, 3, 3, 2]), out_backprop=c.input(c.numbers([1, 4, 4, 2])), strides=[1, 2, 2, 1], padding="SAME"))
    for padding in ["SAME", "VALID"]:
        c.case(
            f"transposed computed size {padding}",
            lambda c: raw.Conv2DBackpropInput(input_sizes=c.input(np.array([1, 9, 8, 3], "int32")), filter=c.numbers([3, 2, 3, 2]), out_backprop=c.input(c.numbers([1, 5, 4, 2] if padding == "SAME" else [1, 4, 4, 2])), strides=[1, 2, 2, 1], padding=padding),
        )

    def twice(c):
        x = c.input(c.numbers([2, 3, 4, 2]), [None, None, None, 2])
        shape = tf.shape(x)
        return raw.Conv2DBackpropInput(input_sizes=tf.stack([shape[0], shape[1] * 2, shape[2] * 2, 3]), filter=c.numbers([4, 4, 3, 2]), out_backprop=x, strides=[1, 2, 2, 1], padding="SAME")

    c.case("transposed twice the size", twice)
    c.case("transposed 3d", lambda c: raw.Conv3DBackpropInputV2(input_sizes=[1, 4, 6, 6, 2], filter=c.numbers([2, 3, 3, 2, 3]), out_backprop=c.input(c.numbers([1, 4, 3, 3, 3])), strides=[1, 1, 2, 2, 1], padding="SAME"))
    c.case("transposed depthwise", lambda c: raw.DepthwiseConv2dNativeBackpropInput(input_sizes=[1, 6, 6, 3], filter=c.numbers([3, 3, 3, 1]), out_backprop=c.input(c.numbers([1, 3, 3, 3])), strides=[1, 2, 2, 1], padding="SAME"))


def pooling(c):
    for op in [raw.MaxPool, raw.AvgPool]:
        for padding in ["SAME", "VALID"]:
            name = "max" if op is raw.MaxPool else "avg"
            value = "input" if op is raw.MaxPool else "value"
            c.case(f"{name} {padding}", lambda c: op(**{value: c.input(c.numbers([2, 7, 8, 3]))}, ksize=[1, 3, 2, 1], strides=[1, 2, 2, 1], padding=padding))
            c.case(f"{name} {padding} open", lambda c: op(**{value: c.input(c.numbers([2, 7, 8, 3]), [None, None, None, 3])}, ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding=padding))
    c.case("max explicit", lambda c: raw.MaxPool(input=c.input(c.numbers([1, 6, 6, 2])), ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 0, 0, 1, 0, 0]))
    x = c.numbers([1, 3, 6, 6])
    c.case("max channels first", lambda c: raw.MaxPool(input=c.input(x), ksize=[1, 1, 2, 2], strides=[1, 1, 2, 2], padding="VALID", data_format="NCHW"), lambda: [nchw(tf.nn.max_pool2d(nhwc(x), 2, 2, "VALID").numpy())])
    c.case("max v2", lambda c: raw.MaxPoolV2(input=c.input(c.numbers([1, 6, 6, 2])), ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME"))
    c.case("max 3d", lambda c: raw.MaxPool3D(input=c.input(c.numbers([1, 4, 5, 6, 2])), ksize=[1, 2, 2, 2, 1], strides=[1, 2, 2, 2, 1], padding="SAME"))
    c.case("avg 3d", lambda c: raw.AvgPool3D(input=c.input(c.numbers([1, 4, 5, 6, 2])), ksize=[1, 2, 2, 2, 1], strides=[1, 2, 2, 2, 1], padding="SAME"))
    for batch in [False, True]:
        # Distinct numbers: equal ones have no certain place.
        c.case(f"max with places {batch}", lambda c: raw.MaxPoolWithArgmax(input=c.input(c.random.permutation(2 * 6 * 6 * 3).reshape([2, 6, 6, 3]).astype("float32")), ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME", include_batch_in_index=batch))


def normalisation(c):
    for version in [raw.FusedBatchNorm, raw.FusedBatchNormV3]:
        for training in [False, True]:
            parameters = lambda c: dict(scale=c.numbers([3]), offset=c.numbers([3]))
            moments = lambda c: dict(mean=[], variance=[]) if training else dict(mean=c.numbers([3]), variance=c.numbers([3], low=1))
            c.case(f"{version.__name__} {training}", lambda c: version(x=c.input(c.numbers([2, 3, 4, 3])), **parameters(c), **moments(c), epsilon=0.01, is_training=training)[0])
    x, s = c.numbers([2, 3, 4, 4]), c.numbers([4, 3], low=1)
    c.case(
        "batch norm channels first",
        lambda c: raw.FusedBatchNormV3(x=c.input(x), scale=s[0], offset=s[1], mean=s[2], variance=s[3], epsilon=0.01, is_training=False, data_format="NCHW")[0],
        lambda: [nchw(raw.FusedBatchNormV3(x=nhwc(x), scale=s[0], offset=s[1], mean=s[2], variance=s[3], epsilon=0.01, is_training=False)[0].numpy())],
    )
    c.case("lrn", lambda c: raw.LRN(input=c.input(c.numbers([1, 3, 3, 8])), depth_radius=2, bias=1.5, alpha=0.3, beta=0.6))
    c.case("lrn defaults", lambda c: raw.LRN(input=c.input(c.numbers([1, 2, 2, 13]))))
    for shape in [[2, 3], [2, 4, 3], [1, 2, 4, 3]]:
        c.case(f"bias {len(shape)}", lambda c: raw.BiasAdd(value=c.input(c.numbers(shape)), bias=c.numbers([3])))
    c.case("bias v1", lambda c: raw.BiasAddV1(value=c.input(c.numbers([2, 3])), bias=c.numbers([3])))
    b, v = c.numbers([3]), c.numbers([2, 3, 4, 5])
    c.case("bias channels first", lambda c: raw.BiasAdd(value=c.input(v), bias=b, data_format="NCHW"))
    c.case("l2 normalize", lambda c: tf.math.l2_normalize(c.input(c.numbers([3, 5])), -1))
    c.case("l2 loss", lambda c: tf.nn.l2_loss(c.input(c.numbers([3, 5]))))


def attribute(value):
    message = tf.compat.v1.AttrValue
    if isinstance(value, list):
        kind = {str: "s", int: "i"}.get(type(value[0]), "type")
        entries = [v.encode() if kind == "s" else v if kind == "i" else v.as_datatype_enum for v in value]
        return message(list=message.ListValue(**{kind: entries}))
    if isinstance(value, str):
        return message(s=value.encode())
    return message(**{{bool: "b", int: "i", float: "f"}[type(value)]: value})


def fused(c):
    """Operations that Grappler makes; the graph takes them by name."""

    def node(c, op, inputs, **attributes):
        graph = tf.compat.v1.get_default_graph()
        attrs = {name: attribute(value) for name, value in attributes.items()}
        attrs["T"] = tf.compat.v1.AttrValue(type=tf.float32.as_datatype_enum)
        tensors = [tf.convert_to_tensor(value) for value in inputs]
        return graph.create_op(op, tensors, [tf.float32], attrs=attrs).outputs[0]

    conv = lambda c, args, names, **more: node(c, "_FusedConv2D", [c.input(c.numbers([1, 5, 6, 2])), c.numbers([3, 3, 2, 4]), *args], num_args=len(args), num_host_args=0, TArgs=[tf.float32] * len(args), strides=[1, 2, 2, 1], padding="SAME", fused_ops=names, **more)
    for name in [None, "Relu", "Relu6", "Elu", "LeakyRelu"]:
        more = {"leakyrelu_alpha": 0.3} if name == "LeakyRelu" else {}
        c.case(f"conv bias {name}", lambda c: conv(c, [c.numbers([4])], ["BiasAdd"] + ([name] if name else []), **more))
    norm = [c.numbers([4]), c.numbers([4]), c.numbers([4]), c.numbers([4], low=1)]
    c.case("conv norm relu", lambda c: conv(c, norm, ["FusedBatchNorm", "Relu"], epsilon=0.01))
    c.case("matmul bias relu", lambda c: node(c, "_FusedMatMul", [c.input(c.numbers([3, 4])), c.numbers([5, 4]), c.numbers([5])], num_args=1, fused_ops=["BiasAdd", "Relu"], transpose_a=False, transpose_b=True))


def activations(c):
    for op in [raw.Elu, raw.Relu, raw.Relu6, raw.Selu, raw.Softplus, raw.Softsign]:
        c.case(op.__name__, lambda c: op(features=c.input(c.numbers([3, 7], low=-9, high=9))))
    for op in [raw.Sigmoid, raw.Tanh, raw.Erf, raw.Erfc]:
        c.case(op.__name__, lambda c: op(x=c.input(c.numbers([3, 7]))))
    c.case("leaky", lambda c: raw.LeakyRelu(features=c.input(c.numbers([3, 7])), alpha=0.1))
    c.case("leaky default", lambda c: raw.LeakyRelu(features=c.input(c.numbers([3, 7]))))
    c.case("gelu", lambda c: tf.nn.gelu(c.input(c.numbers([3, 7])), approximate=False))
    c.case("gelu tanh", lambda c: tf.nn.gelu(c.input(c.numbers([3, 7])), approximate=True))
    c.case("swish", lambda c: tf.nn.silu(c.input(c.numbers([3, 7]))))
    c.case("softmax", lambda c: raw.Softmax(logits=c.input(c.numbers([2, 3, 5]))))
    c.case("log softmax", lambda c: raw.LogSoftmax(logits=c.input(c.numbers([2, 3, 5]))))


def products(c):
    for a in [False, True]:
        for b in [False, True]:
            c.case(f"matmul {a} {b}", lambda c: raw.MatMul(a=c.input(c.numbers([4, 3] if a else [3, 4])), b=c.numbers([5, 4] if b else [4, 5]), transpose_a=a, transpose_b=b))
            c.case(f"batch matmul {a} {b}", lambda c: raw.BatchMatMulV2(x=c.input(c.numbers([2, 4, 3] if a else [2, 3, 4])), y=c.input(c.numbers([1, 5, 4] if b else [1, 4, 5])), adj_x=a, adj_y=b))
    c.case("batch matmul first", lambda c: raw.BatchMatMul(x=c.input(c.numbers([2, 3, 4])), y=c.numbers([2, 4, 2]), adj_x=False, adj_y=False))
    c.case("batch matmul third", lambda c: raw.BatchMatMulV3(x=c.input(c.numbers([2, 3, 4])), y=c.numbers([4, 2]), Tout=tf.float32, adj_x=False, adj_y=False))
    c.case("matmul int32", lambda c: raw.MatMul(a=c.input(c.numbers([3, 4], "int32")), b=c.numbers([4, 2], "int32")))
    c.case("sparse matmul", lambda c: raw.SparseMatMul(a=c.input(c.numbers([3, 4])), b=c.numbers([4, 2])))


FAMILIES = {
    "convolutions": convolutions,
    "transposed convolutions": transposed_convolutions,
    "pooling": pooling,
    "normalisation": normalisation,
    "fused": fused,
    "activations": activations,
    "products": products,
}
