# Cases of operations on quantized values; those of oneDNN need it switched on. See make-tensorflow-op-cases.py.
# Read back in floats they agree up to a step where a value lies between two; ranges are wider than the values.

import numpy as np
import tensorflow as tf

raw = tf.raw_ops
STEP = 1.01 / 255


def constant(value, dtype):
    """A constant of a quantized type."""
    proto = tf.make_tensor_proto(value)
    proto.dtype = dtype.as_datatype_enum
    message = tf.compat.v1.AttrValue
    attrs = {"value": message(tensor=proto), "dtype": message(type=dtype.as_datatype_enum)}
    return tf.compat.v1.get_default_graph().create_op("Const", [], [dtype], attrs=attrs).outputs[0]


def quantization(c):
    values = lambda c, low=-3: c.input(c.numbers([3, 5], low=low, high=3) + np.float32(0.003))
    for mode in ["MIN_COMBINED", "MIN_FIRST", "SCALED"]:
        for dtype in [tf.quint8, tf.qint8]:
            def there(c, mode=mode, dtype=dtype):
                q, low, high = raw.QuantizeV2(input=values(c), min_range=-2.1, max_range=2.6, T=dtype, mode=mode)
                return raw.Dequantize(input=q, min_range=low, max_range=high, mode=mode)

            c.case(f"{mode} {dtype.name}", there, tolerance=2 * STEP)
    c.case("empty range", lambda c: raw.Dequantize(input=raw.QuantizeV2(input=values(c), min_range=0.0, max_range=0.0, T=tf.quint8, mode="MIN_FIRST")[0], min_range=0.0, max_range=0.01, mode="MIN_FIRST"), tolerance=4 * STEP)
    channels = np.float32([1, 2, 3, 4, 5])

    def axis(c):
        q, low, high = raw.QuantizeV2(input=values(c), min_range=-channels / 2, max_range=channels, T=tf.qint8, mode="SCALED", axis=1, narrow_range=True)
        return raw.Dequantize(input=q, min_range=low, max_range=high, mode="SCALED", axis=1, narrow_range=True)

    c.case("channels", axis, tolerance=STEP)


def quantized(c):
    def real(result, mode):
        return raw.Dequantize(input=result[0], min_range=result[1], max_range=result[2], mode=mode)

    def image(c, low=0.0, dtype=tf.quint8):
        x = c.input(c.numbers([1, 6, 6, 4], low=-1, high=1) / 2 + (0.5 if low == 0 else 0))
        return raw.QuantizeV2(input=x, min_range=low, max_range=1.0, T=dtype, mode="SCALED" if low == 0 or dtype == tf.qint8 else "MIN_FIRST")

    first = lambda c: image(c, -1.0)
    named = lambda q, name="input": {name: q[0], f"min_{name}": q[1], f"max_{name}": q[2]}
    for op in [raw.QuantizedMaxPool, raw.QuantizedAvgPool]:
        c.case(op.__name__, lambda c: real(op(**named(image(c)), ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID"), "SCALED"), tolerance=2 * STEP)
    c.case("relu", lambda c: real(raw.QuantizedRelu(**named(first(c), "features")), "MIN_FIRST"), tolerance=4 * STEP)

    def reshaped(c):
        q = first(c)
        return real(raw.QuantizedReshape(tensor=q[0], shape=[6, 24], input_min=q[1], input_max=q[2]), "MIN_FIRST")

    c.case("reshape", reshaped, tolerance=4 * STEP)

    weight = lambda c, shape: np.clip(np.round(c.numbers(shape, low=-1, high=1) * 100), -127, 127).astype("int8")
    sides = np.float32([0.5, 1, 2])

    def convolution(c, name, bias_type="float", sum_type=None, low=0.0, relu=True, depthwise=False, dtype=tf.quint8):
        x = image(c, low, dtype)
        shape = [3, 3, 4, 1] if depthwise else [3, 3, 4, 3]
        w = constant(weight(c, shape), tf.qint8)
        own = np.float32([0.5, 1, 2, 1.5]) if depthwise else sides
        bias = c.numbers([len(own)]) if bias_type == "float" else constant(c.numbers([len(own)], "int32", -2000, 2000), tf.qint32)
        more = dict(min_freezed_output=0.0 if relu else -5.0, max_freezed_output=6.0)
        if sum_type:
            s = raw.QuantizeV2(input=c.input(c.numbers([1, 3, 3, 3], low=0 if sum_type == tf.quint8 else -2, high=2)), min_range=0.0 if sum_type == tf.quint8 else -2.0, max_range=2.0, T=sum_type, mode="SCALED")
            more.update(summand=s[0], min_summand=s[1], max_summand=s[2])
        op = getattr(raw, name)
        made = op(input=x[0], filter=w, bias=bias, min_input=x[1], max_input=x[2], min_filter=-own, max_filter=own, strides=[1, 2, 2, 1], padding="SAME", out_type=tf.quint8 if relu else tf.qint8, **more)
        return real(made, "SCALED")

    c.case("conv relu", lambda c: convolution(c, "QuantizedConv2DWithBiasAndReluAndRequantize"), tolerance=5 * STEP)
    c.case("conv relu signed input", lambda c: convolution(c, "QuantizedConv2DWithBiasAndReluAndRequantize", low=-1.0, dtype=tf.qint8), tolerance=5 * STEP)
    c.case("conv int bias", lambda c: convolution(c, "QuantizedConv2DWithBiasAndReluAndRequantize", "int"), tolerance=5 * STEP)
    c.case("conv", lambda c: convolution(c, "QuantizedConv2DWithBiasAndRequantize", relu=False), tolerance=5 * STEP)
    c.case("conv sum", lambda c: convolution(c, "QuantizedConv2DWithBiasSumAndReluAndRequantize", sum_type=tf.quint8), tolerance=5 * STEP)
    c.case("conv signed sum", lambda c: convolution(c, "QuantizedConv2DWithBiasSignedSumAndReluAndRequantize", sum_type=tf.qint8), tolerance=5 * STEP)
    c.case("depthwise", lambda c: convolution(c, "QuantizedDepthwiseConv2DWithBiasAndReluAndRequantize", depthwise=True), tolerance=5 * STEP)

    def matmul(c, name, mode, int_bias, **more):
        x = c.input(c.numbers([3, 8], low=-1 if mode == "MIN_FIRST" else 0, high=1))
        q = raw.QuantizeV2(input=x, min_range=-1.0 if mode == "MIN_FIRST" else 0.0, max_range=1.1, T=tf.quint8, mode=mode)
        w = constant(weight(c, [8, 3]), tf.qint8)
        bias = constant(c.numbers([3], "int32", -2000, 2000), tf.qint32) if int_bias else c.numbers([3])
        made = getattr(raw, name)(a=q[0], b=w, bias=bias, min_a=q[1], max_a=q[2], min_b=-0.7, max_b=0.7, input_quant_mode=mode, min_freezed_output=0.0, max_freezed_output=6.0, **more)
        return made if name.endswith("Dequantize") else real(made, "SCALED")

    unsigned = lambda c, shape, name: named(raw.QuantizeV2(input=c.input(c.numbers(shape, low=-1, high=1)), min_range=-1.1, max_range=1.0, T=tf.quint8, mode="MIN_FIRST"), name)
    # Sums in qint32 are carried as real numbers, which are finer than what TensorFlow makes of them.
    sums = {
        "conv": lambda c: raw.QuantizedConv2D(**unsigned(c, [1, 5, 5, 2], "input"), **unsigned(c, [3, 3, 2, 3], "filter"), strides=[1, 1, 1, 1], padding="SAME"),
        "matmul": lambda c: raw.QuantizedMatMul(**unsigned(c, [3, 4], "a"), **unsigned(c, [4, 2], "b"), Toutput=tf.qint32),
        "add": lambda c: raw.QuantizedAdd(**unsigned(c, [3, 4], "x"), **unsigned(c, [3, 4], "y"), Toutput=tf.qint32),
        "mul": lambda c: raw.QuantizedMul(**unsigned(c, [3, 4], "x"), **unsigned(c, [3, 4], "y"), Toutput=tf.qint32),
        "bias": lambda c: raw.QuantizedBiasAdd(**unsigned(c, [3, 4], "input"), **unsigned(c, [4], "bias"), out_type=tf.qint32),
    }
    for name, build in sums.items():
        def requantized(c, build=build):
            made = build(c)
            return real(raw.Requantize(input=made[0], input_min=made[1], input_max=made[2], requested_output_min=-1.5, requested_output_max=1.6, out_type=tf.quint8), "MIN_FIRST")

        def shrunk(c, build=build):
            made = build(c)
            low, high = raw.RequantizationRange(input=made[0], input_min=made[1], input_max=made[2])
            return real(raw.Requantize(input=made[0], input_min=made[1], input_max=made[2], requested_output_min=low, requested_output_max=high, out_type=tf.quint8), "MIN_FIRST")

        def down(c, build=build):
            made = build(c)
            return real(raw.QuantizeDownAndShrinkRange(input=made[0], input_min=made[1], input_max=made[2], out_type=tf.quint8), "MIN_FIRST")

        c.case(f"sums {name}", requantized, tolerance=6 * STEP)
        c.case(f"sums {name} shrunk", shrunk, tolerance=5 * STEP)
        c.case(f"sums {name} down", down, tolerance=5 * STEP)

    def joined(c):
        a, b = first(c), raw.QuantizeV2(input=c.input(c.numbers([1, 6, 6, 2])), min_range=-4.0, max_range=4.5, T=tf.quint8, mode="MIN_FIRST")
        return real(raw.QuantizedConcat(concat_dim=3, values=[a[0], b[0]], input_mins=[a[1], b[1]], input_maxes=[a[2], b[2]]), "MIN_FIRST")

    c.case("concat", joined, tolerance=3 * STEP)
    c.case("bitcast", lambda c: raw.Dequantize(input=tf.bitcast(c.input(c.numbers([4], "int8", -100, 100)), tf.qint8), min_range=-1.0, max_range=1.0, mode="SCALED"))

    # A float bias behind MIN_FIRST activations is not scaled by TensorFlow 2.15, and gives nonsense.
    for mode, int_bias in [("MIN_FIRST", True), ("SCALED", True), ("SCALED", False)]:
        c.case(f"matmul relu {mode} {int_bias}", lambda c: matmul(c, "QuantizedMatMulWithBiasAndReluAndRequantize", mode, int_bias), tolerance=4 * STEP)
        c.case(f"matmul floats {mode} {int_bias}", lambda c: matmul(c, "QuantizedMatMulWithBiasAndDequantize", mode, int_bias, Toutput=tf.float32), tolerance=2 * STEP)


FAMILIES = {"quantization": quantization, "quantized": quantized}
