# Cases of onnxruntime's own operators (domain com.microsoft).

import numpy as np

from op_case import case, constant, fed, fed_value

f32, i8, u8, i32, i64 = np.float32, np.int8, np.uint8, np.int32, np.int64


def ms(op, inputs, attributes=None, outputs=1, dynamic=False):
    return case(op, inputs, attributes, 17, outputs, "com.microsoft", 1, dynamic)


def scalar(value, dtype=f32):
    return constant(value, dtype)


def weight(*shape, dtype=i8):
    return constant(np.ones(shape), dtype)


def qlinear_cases():
    s, zero = scalar(0.1), scalar(1, u8)
    x = lambda *shape: fed(*shape, dtype=u8)
    for op in ("QLinearAdd", "QLinearMul"):
        yield ms(op, [x(2, 3, 4), s, zero, x(2, 3, 4), s, zero, s, zero])
        yield ms(op, [x(2, 1, 4), s, zero, x(3, 1), s, zero, s, zero])
    condition = fed_value([[True], [False]], bool)
    yield ms("QLinearWhere", [condition, x(2, 3), s, zero, x(1, 3), s, zero, s, zero])
    for op in ("QLinearSigmoid", "QLinearLeakyRelu"):
        yield ms(op, [x(2, 3, 4), s, zero, s, zero])
    yield ms("QLinearSoftmax", [x(2, 3, 4), s, zero, scalar(1 / 256), scalar(0, u8)], {"axis": -1, "opset": 13})
    pool = {"kernel_shape": [3, 3], "strides": [2, 2]}
    for extra in ({}, {"ceil_mode": 1}, {"pads": [1, 1, 1, 1]}):
        yield ms("QLinearAveragePool", [x(1, 3, 8, 9), s, zero, s, zero], {**pool, **extra})
        yield ms("QLinearAveragePool", [x(1, 8, 9, 3), s, zero, s, zero], {**pool, **extra, "channels_last": 1})
        yield ms("NhwcMaxPool", [x(1, 8, 9, 3)], {**pool, **extra})
    yield ms("QLinearGlobalAveragePool", [x(1, 3, 8, 9), s, zero, s, zero])
    yield ms("QLinearGlobalAveragePool", [x(1, 8, 9, 3), s, zero, s, zero], {"channels_last": 1})
    yield ms("QLinearConcat", [s, zero, x(2, 3, 4), s, zero, x(2, 5, 4), s, zero], {"axis": 1})
    yield ms("QLinearConcat", [s, zero, x(2, 3, 4), s, zero, x(2, 3, 1), s, zero, x(2, 3, 2), s, zero], {"axis": -1})
    for last, shape in ((0, (1, 3, 8, 9)), (1, (1, 8, 9, 3))):
        inputs = [x(*shape), s, zero, weight(5, 3, 3, 3), s, scalar(0, i8), s, zero]
        yield ms("QLinearConv", inputs, {"channels_last": last, "strides": [2, 1]})
    yield ms("QuantizeLinear", [fed(2, 3), s, zero])
    yield ms("QuantizeLinear", [fed(2, 3), s, scalar(0, i8)])
    yield ms("QuantizeLinear", [fed(2, 3), s, scalar(0, np.uint16)])
    yield ms("DequantizeLinear", [x(2, 3), s, zero])
    yield ms("DequantizeLinear", [fed(2, 3, dtype=i32), s])


def matmul_cases():
    s, zero = scalar(0.1), scalar(1, u8)
    for shape in ((4, 8), (2, 3, 8)):
        yield ms("DynamicQuantizeMatMul", [fed(*shape), weight(8, 6), s, scalar(0, i8)])
        yield ms("DynamicQuantizeMatMul", [fed(*shape), weight(8, 6), scalar(np.ones(6)), None, fed(6)])
        yield ms("MatMulIntegerToFloat", [fed(*shape, dtype=u8), weight(8, 6), s, s, zero])
    for a, b, attributes in (
        ((2, 3, 4), (4, 5), {}),
        ((4, 3), (4, 5), {"transA": 1}),
        ((3, 4), (5, 4), {"transB": 1, "alpha": 0.5}),
        ((2, 3, 4), (2, 5, 4), {"transB": 1}),
        ((3, 2, 4), (2, 4, 5), {"transBatchA": 1}),
        ((4, 2, 3), (2, 4, 5), {"transBatchA": 1, "transA": 1}),
    ):
        yield ms("FusedMatMul", [fed(*a), fed(*b)], attributes)
    yield ms("FusedGemm", [fed(3, 4), fed(4, 5), fed(5)], {"activation": "Relu"})
    yield ms("FusedGemm", [fed(4, 3), fed(5, 4)], {"activation": "Relu", "transA": 1, "transB": 1})
    q = [fed(3, 4, dtype=u8), s, zero, weight(4, 5), s, scalar(0, i8)]
    yield ms("QGemm", q + [weight(5, dtype=i32), s, zero])
    yield ms("QGemm", q)
    yield ms("QGemm", q[:3] + [weight(5, 4), s, scalar(0, i8), weight(5, dtype=i32)], {"transB": 1})
    conv = {"activation": "Relu", "strides": [2, 2]}
    yield ms("FusedConv", [fed(1, 3, 9, 9), fed(4, 3, 3, 3), fed(4)], conv)
    yield ms("FusedConv", [fed(1, 3, 9, 9), fed(4, 3, 3, 3), fed(4), fed(1, 4, 4, 4)], conv)
    n_bits = {"K": 32, "N": 6, "bits": 4, "block_size": 16}
    yield ms("MatMulNBits", [fed(2, 5, 32), weight(6, 2, 8, dtype=u8), scalar(np.ones(12))], n_bits)
    yield ms("MatMulNBits", [fed(5, 32), weight(6, 2, 8, dtype=u8), scalar(np.ones(12)), weight(6, dtype=u8)], n_bits)
    block = {"bits": 4, "block_size": 16, "gather_axis": 0, "quantize_axis": 1}
    indices = fed_value([[1, 0], [3, 2]])
    yield ms("GatherBlockQuantized", [weight(10, 16, dtype=u8), indices, scalar(np.ones((10, 2)))], block)
    yield ms("GatherBlockQuantized", [weight(10, 32, dtype=u8), indices, scalar(np.ones((10, 2)))], {**block, "bits": 8})


def recurrent_cases():
    for direction, dirs in (("forward", 1), ("bidirectional", 2)):
        w, r = weight(dirs, 5, 24), weight(dirs, 6, 24)
        rest = [None] * 5 + [scalar(np.ones(dirs)), constant(np.zeros(dirs), i8), scalar(np.ones(dirs)), constant(np.zeros(dirs), i8)]
        yield ms("DynamicQuantizeLSTM", [fed(7, 3, 5), w, r, *rest], {"hidden_size": 6, "direction": direction}, 3)


def normalization_cases():
    x, skip, g = fed(2, 5, 8), fed(2, 5, 8), lambda: fed(8)
    yield ms("SkipLayerNormalization", [x, skip, g(), g(), g()], {"epsilon": 1e-6})
    yield ms("SkipLayerNormalization", [x, skip, g()])
    yield ms("SkipSimplifiedLayerNormalization", [x, skip, g()], {"epsilon": 1e-6})
    for op in ("Gelu", "QuickGelu", "FastGelu"):
        yield ms(op, [x])
    yield ms("FastGelu", [x, g()])
    yield ms("BiasGelu", [x, g()])
    ids = lambda: fed(2, 5, dtype=i32)
    tables = [fed(20, 8), fed(10, 8), fed(5, 8)]
    embed = [ids(), ids(), *tables, g(), g()]
    yield ms("EmbedLayerNormalization", [*embed, ids()], {"mask_index_type": 1}, 2)
    yield ms("EmbedLayerNormalization", [ids(), None, *tables[:2], None, g(), g()], {}, 2)
    yield ms("EmbedLayerNormalization", [*embed, ids()], {"mask_index_type": 1}, 3)
    quantized = [ids(), ids(), *[weight(n, 8, dtype=u8) for n in (20, 10, 5)], weight(8, dtype=u8), weight(8, dtype=u8), ids()]
    yield ms("QEmbedLayerNormalization", [*quantized, *[scalar(0.1)] * 5, *[scalar(0, u8)] * 5], {}, 2)


def attention_cases():
    x, w, b = fed(2, 5, 16), fed(16, 48), fed(48)
    yield ms("Attention", [x, w, b], {"num_heads": 4})
    yield ms("Attention", [x, w, b, None, fed(2, 2, 4, 3, 4)], {"num_heads": 4, "unidirectional": 1}, 2)
    yield ms("Attention", [x, fed(16, 40), fed(40)], {"num_heads": 4, "qkv_hidden_sizes": [16, 16, 8]})
    ints = [fed(2, 5, 16, dtype=u8), weight(16, 48), fed(48), scalar(0.1), scalar(0.1), None, scalar(1, u8), scalar(0, i8)]
    yield ms("QAttention", ints, {"num_heads": 4})
    yield ms("QAttention", [*ints, fed(2, 2, 4, 3, 4)], {"num_heads": 4, "unidirectional": 1}, 2)
    heads = {"num_heads": 4}
    yield ms("MultiHeadAttention", [fed(2, 5, 16), fed(2, 7, 16), fed(2, 7, 12)], heads)
    yield ms("MultiHeadAttention", [fed(2, 5, 16), fed(2, 4, 7, 4), fed(2, 4, 7, 4)], heads)
    past = [fed(2, 5, 16), fed(2, 5, 16), fed(2, 5, 16), None, None, None, fed(2, 4, 3, 4), fed(2, 4, 3, 4)]
    yield ms("MultiHeadAttention", past, heads, 3)
    position = fed_value([[0, 1, 2, 3, 4]] * 2)
    yield ms("RotaryEmbedding", [fed(2, 5, 16), position, fed(20, 2), fed(20, 2)], {"num_heads": 4})
    yield ms("RotaryEmbedding", [fed(2, 4, 5, 4), position, fed(20, 2), fed(20, 2)])
    grouped = {"num_heads": 4, "kv_num_heads": 2}
    lengths = fed_value([4, 4], i32)
    inputs = [fed(2, 5, 32), fed(2, 5, 16), fed(2, 5, 16), None, None, lengths, constant(5, i32)]
    yield ms("GroupQueryAttention", inputs, grouped, 3)
    packed = [fed(2, 5, 64), None, None, None, None, lengths, constant(5, i32)]
    yield ms("GroupQueryAttention", packed, grouped, 3)
    one = [fed(2, 1, 32), fed(2, 1, 16), fed(2, 1, 16), fed(2, 2, 6, 8), fed(2, 2, 6, 8), fed_value([6, 6], i32), constant(7, i32)]
    yield ms("GroupQueryAttention", one, grouped, 3)
    long = [*one[:3], fed(2, 2, 12, 8), fed(2, 2, 12, 8), *one[5:]]
    yield ms("GroupQueryAttention", long, grouped, 3)
    unknown = [*one[:6], fed_value(7, i32)]
    yield ms("GroupQueryAttention", unknown, grouped, 3, dynamic=True)


def microsoft_cases():
    families = (qlinear_cases, matmul_cases, recurrent_cases, normalization_cases, attention_cases)
    return [entry for family in families for entry in family()]
