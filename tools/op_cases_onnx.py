# Cases of ONNX's layers, reductions, recurrent, sampling, signal and text operators.

import numpy as np

from op_case import case, constant, fed, fed_value

f32, i8, u8, i32, i64 = np.float32, np.int8, np.uint8, np.int32, np.int64


def conv_cases():
    x = lambda *shape: fed(*shape)
    attributes = [
        {},
        {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]},
        {"strides": [2, 2], "pads": [1, 0, 1, 2]},
        {"dilations": [2, 1], "strides": [1, 2]},
        {"auto_pad": "SAME_UPPER", "strides": [2, 3]},
        {"auto_pad": "SAME_LOWER", "strides": [3, 2]},
        {"auto_pad": "VALID", "strides": [3, 2]},
    ]
    for opset in (7, 11, 22):
        for a in attributes:
            yield case("Conv", [x(2, 4, 11, 13), x(6, 4, 3, 3)], a, opset)
    yield case("Conv", [x(1, 6, 9, 9), x(12, 2, 3, 3), x(12)], {"group": 3})
    yield case("Conv", [x(1, 4, 15), x(8, 4, 5)], {"strides": [2], "pads": [2, 2]})
    yield case("Conv", [x(1, 2, 7, 8, 9), x(4, 2, 3, 2, 1)], {"strides": [2, 1, 3]})
    for a in attributes:
        yield case("ConvInteger", [fed(1, 3, 9, 8, dtype=u8), fed(4, 3, 3, 3, dtype=u8)], a, 10)
    yield case("ConvInteger", [fed(1, 3, 9, 8, dtype=u8), fed(4, 3, 3, 3, dtype=u8), constant(3, u8), constant(1, u8)], {}, 10)
    scale = constant(0.1, f32)
    for kind in (u8, i8):
        for a in ({}, {"pads": [1, 1, 1, 1], "strides": [2, 2]}):
            inputs = [fed(1, 3, 9, 8, dtype=kind), scale, constant(1, kind), constant(np.ones((4, 3, 3, 3)), i8)]
            inputs += [scale, constant(0, i8), scale, constant(2, kind)]
            yield case("QLinearConv", inputs, a, 10)
    transposed = [
        {},
        {"strides": [2, 2]},
        {"strides": [2, 3], "pads": [1, 0, 1, 2], "output_padding": [1, 2]},
        {"strides": [2, 2], "dilations": [2, 3]},
        {"strides": [2, 2], "auto_pad": "SAME_UPPER"},
        {"strides": [2, 2], "auto_pad": "SAME_LOWER"},
        {"strides": [2, 2], "auto_pad": "VALID"},
        {"strides": [3, 2], "output_shape": [14, 12]},
        {"strides": [3, 2], "output_shape": [13, 13], "output_padding": [1, 1]},
    ]
    for opset in (7, 11, 22):
        for a in transposed:
            yield case("ConvTranspose", [x(2, 4, 5, 6), x(4, 3, 3, 3)], a, opset)
    yield case("ConvTranspose", [x(1, 6, 5, 5), x(6, 2, 2, 2), x(6)], {"group": 3, "strides": [2, 2]})
    yield case("ConvTranspose", [x(1, 3, 10), x(3, 2, 4)], {"strides": [4]})
    for opset in (19, 22):
        inputs = [x(1, 2, 7, 7), x(3, 2, 3, 3), x(1, 18, 5, 5)]
        yield case("DeformConv", inputs, {"kernel_shape": [3, 3]}, opset)
    inputs = [x(1, 2, 7, 7), x(3, 2, 3, 3), x(1, 18, 4, 4), x(3), x(1, 9, 4, 4)]
    yield case("DeformConv", inputs, {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}, 19)


def pool_cases():
    base = {"kernel_shape": [3, 2]}
    variants = [
        {},
        {"strides": [2, 2]},
        {"strides": [2, 3], "pads": [1, 1, 1, 0]},
        {"strides": [2, 2], "auto_pad": "SAME_UPPER"},
        {"strides": [2, 2], "auto_pad": "SAME_LOWER"},
        {"strides": [2, 2], "auto_pad": "VALID"},
    ]
    ceil = [
        {"strides": [2, 2], "ceil_mode": 1},
        {"strides": [3, 3], "ceil_mode": 1, "pads": [1, 1, 1, 1]},
        {"strides": [4, 3], "ceil_mode": 1},
        {"strides": [2, 2], "ceil_mode": 1, "pads": [0, 0, 2, 1]},
        {"strides": [2, 2], "ceil_mode": 1, "auto_pad": "VALID"},
        {"strides": [3, 2], "ceil_mode": 1, "auto_pad": "SAME_UPPER"},
    ]
    x = fed(2, 3, 10, 11)
    for opset in (8, 10, 11, 12, 22):
        for a in variants + (ceil if opset >= 10 else []):
            yield case("MaxPool", [x], {**base, **a}, opset, outputs=2)
    yield case("MaxPool", [x], {**base, "dilations": [2, 3], "strides": [2, 1]}, 12)
    yield case("MaxPool", [x], {**base, "dilations": [2, 3], "strides": [3, 3], "ceil_mode": 1}, 12)
    yield case("MaxPool", [fed(1, 2, 9, dtype=u8)], {"kernel_shape": [2], "strides": [2]}, 12)
    for opset in (7, 10, 11, 19, 22):
        for a in variants + (ceil if opset >= 10 else []):
            yield case("AveragePool", [x], {**base, **a}, opset)
    yield case("AveragePool", [x], {**base, "dilations": [2, 2]}, 19)
    yield case("AveragePool", [x], {**base, "count_include_pad": 1, "pads": [1, 1, 1, 1]}, 11)
    yield case("AveragePool", [fed(1, 2, 5, 6, 7)], {"kernel_shape": [2, 2, 3]}, 11)
    for opset in (7, 11, 18, 22):
        for a in variants + (ceil[:3] if opset >= 18 else []):
            yield case("LpPool", [x], {**base, **a}, opset)
    for opset in (7, 22):
        for op in ("GlobalAveragePool", "GlobalMaxPool") + (("GlobalLpPool",) if opset == 7 else ()):
            yield case(op, [x], {}, opset)
            yield case(op, [fed(1, 3, 7)], {}, opset)
    small, index = fed(1, 1, 2, 2), fed_value([[[[0, 3], [8, 10]]]])
    for opset in (9, 11, 22):
        yield case("MaxUnpool", [small, index], {"kernel_shape": [2, 2], "strides": [2, 2]}, opset)
    yield case("MaxUnpool", [small, index, constant([1, 1, 5, 5])], {"kernel_shape": [2, 2], "strides": [2, 2]}, 11)


def region_cases():
    x, rois = fed(2, 3, 8, 8), fed_value([[0, 0, 4, 4], [1, 1, 6, 6], [0, 2, 5, 7]], f32)
    for opset in (10, 16, 22):
        for a in ({}, {"output_height": 3, "output_width": 5, "sampling_ratio": 2, "spatial_scale": 0.5}):
            yield case("RoiAlign", [x, rois, fed_value([0, 1, 1])], a, opset)
    rois = fed_value([[0, 0, 0, 4, 4], [1, 1, 1, 6, 6]], f32)
    yield case("MaxRoiPool", [x, rois], {"pooled_shape": [2, 3]}, 7)
    yield case("MaxRoiPool", [x, rois], {"pooled_shape": [1, 1], "spatial_scale": 0.5}, 7)
    boxes, scores = fed_value([[[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, 10, 1, 11]]], f32), fed_value([[[0.9, 0.75, 0.6]]], f32)
    for opset in (10, 11):
        inputs = [boxes, scores, constant([2]), constant([0.5], f32), constant([0.1], f32)]
        yield case("NonMaxSuppression", inputs, {}, opset, dynamic=True)
    yield case("NonMaxSuppression", [boxes, scores, constant([2])], {"center_point_box": 1}, 11, dynamic=True)


def resize_cases():
    x = fed(1, 3, 10, 12)
    scales = [[1, 1, 2, 2], [1, 1, 0.5, 0.25], [1, 1, 0.6, 1.7], [1, 1, 1.5, 0.3]]
    for s in scales:
        for mode in ("nearest", "linear"):
            yield case("Resize", [x, constant(s, f32)], {"mode": mode}, 10)
            for opset in (11, 13, 18, 19):
                yield case("Resize", [x, constant([], f32) if opset == 11 else None, constant(s, f32)], {"mode": mode}, opset)
    empty = constant([], f32)
    for opset in (11, 13, 18, 19):
        inputs = [x, empty, empty, constant([1, 3, 17, 5])] if opset == 11 else [x, None, None, constant([1, 3, 17, 5])]
        yield case("Resize", inputs, {"mode": "linear", "coordinate_transformation_mode": "align_corners"}, opset)
    roi = constant([0, 0, 0.2, 0.3, 1, 1, 0.7, 0.9], f32)
    crop = {"mode": "linear", "coordinate_transformation_mode": "tf_crop_and_resize"}
    yield case("Resize", [x, roi, constant([1, 1, 2, 1.5], f32)], crop, 13)
    yield case("Resize", [x, roi, None, constant([1, 3, 6, 7])], crop, 13)
    for opset in (18, 19):
        yield case("Resize", [x, None, constant([2, 0.5], f32)], {"axes": [2, 3]}, opset)
        yield case("Resize", [x, None, constant([0.5, 2], f32)], {"axes": [-1, -2]}, opset)
        for policy in ("stretch", "not_larger", "not_smaller"):
            a = {"axes": [2, 3], "keep_aspect_ratio_policy": policy}
            yield case("Resize", [x, None, None, constant([7, 8])], a, opset)
            yield case("Resize", [x, None, None, constant([15, 11])], a, opset)
        yield case("Resize", [x, None, constant([0.5, 0.5], f32)], {"axes": [2, 3], "antialias": 1, "mode": "linear"}, opset)
    yield case("Resize", [x, None, constant([1, 1, 2, 2], f32)], {"mode": "cubic", "cubic_coeff_a": -0.5}, 13)
    for s in scales[:1] + [[1.0, 1.0, 3.0, 1.5]]:
        yield case("Upsample", [x], {"scales": [float(v) for v in s]}, 7)
        yield case("Upsample", [x, constant(s, f32)], {"mode": "linear"}, 9)


def sampling_cases():
    for opset in (16, 20, 22):
        for padding in ("zeros", "border", "reflection"):
            yield case("GridSample", [fed(2, 3, 8, 8), fed(2, 5, 6, 2)], {"padding_mode": padding}, opset)
    yield case("GridSample", [fed(1, 2, 4, 5, 6), fed(1, 2, 3, 4, 3)], {"align_corners": 1}, 20)
    yield case("AffineGrid", [fed(2, 2, 3), constant([2, 3, 5, 6])], {}, 20)
    yield case("AffineGrid", [fed(2, 3, 4), constant([2, 3, 4, 5, 6])], {"align_corners": 1}, 20)
    yield case("AffineGrid", [fed(2, 2, 3), fed_value([2, 3, 5, 6])], {}, 20, dynamic=True)
    yield case("Col2Im", [fed(1, 5, 5), constant([5, 5]), constant([1, 5])], {}, 18)
    a = {"dilations": [1, 1], "pads": [1, 1, 1, 1], "strides": [2, 2]}
    yield case("Col2Im", [fed(2, 27, 16), constant([7, 7]), constant([3, 3])], a, 18)
    yield case("CenterCropPad", [fed(10, 7, 3), constant([8, 9])], {"axes": [0, 1]}, 18)
    yield case("CenterCropPad", [fed(10, 7, 3), constant([12, 5, 4])], {}, 18)
    yield case("CenterCropPad", [fed(10, 7, 3), constant([4])], {"axes": [-2]}, 18)


def normalization_cases():
    x, c = fed(2, 6, 5, 4), lambda: fed(6)
    for opset in (7, 9, 14, 15):
        yield case("BatchNormalization", [x, c(), c(), c(), fed_value([1, 2, 1, 2, 1, 2], f32)], {"epsilon": 1e-3}, opset)
    yield case("BatchNormalization", [fed(3, 6), c(), c(), c(), fed_value([1, 2, 1, 2, 1, 2], f32)], {}, 15)
    yield case("InstanceNormalization", [x, c(), c()], {}, 7)
    yield case("InstanceNormalization", [fed(2, 6, 9), c(), c()], {"epsilon": 1e-3}, 22)
    for axis, outputs in ((-1, 1), (-1, 3), (2, 3), (1, 3), (-2, 2)):
        shape = (2, 6, 5, 4)[axis:]
        yield case("LayerNormalization", [x, fed(*shape), fed(*shape)], {"axis": axis}, 17, outputs=outputs)
    yield case("LayerNormalization", [x, fed(4)], {}, 17)
    yield case("LayerNormalization", [fed(2, 5, 8, dtype=np.float16), fed(8, dtype=np.float16)], {}, 17)
    yield case("GroupNormalization", [x, fed(3), fed(3)], {"num_groups": 3}, 18)
    yield case("GroupNormalization", [x, fed(6), fed(6)], {"num_groups": 2}, 21)
    yield case("RMSNormalization", [x, fed(4)], {}, 23)
    yield case("RMSNormalization", [x, fed(5, 4)], {"axis": 2}, 23)
    yield case("SimplifiedLayerNormalization", [x, fed(4)], {"axis": -1}, 13, outputs=2)
    for opset in (7, 22):
        yield case("LpNormalization", [x], {"axis": 1, "p": 1}, opset)
        yield case("LpNormalization", [x], {}, opset)
    for opset in (7, 13):
        yield case("LRN", [x], {"size": 3, "alpha": 1e-3}, opset)
    for opset in (9, 13):
        yield case("MeanVarianceNormalization", [x], {}, opset)
        yield case("MeanVarianceNormalization", [x], {"axes": [0, 2]}, opset)
    for op in ("Softmax", "LogSoftmax", "Hardmax"):
        for opset in (7, 11, 13):
            yield case(op, [x], {}, opset)
            yield case(op, [x], {"axis": 2}, opset)


def attention_cases():
    four = lambda heads, length, size: fed(2, heads, length, size)
    yield case("Attention", [four(4, 5, 8), four(4, 7, 8), four(4, 7, 6)], {}, 23)
    yield case("Attention", [four(4, 5, 8), four(2, 7, 8), four(2, 7, 8)], {"is_causal": 1}, 23)
    flat = {"q_num_heads": 4, "kv_num_heads": 2}
    yield case("Attention", [fed(2, 5, 32), fed(2, 7, 16), fed(2, 7, 12)], flat, 23)
    past = [four(4, 5, 8), four(4, 5, 8), four(4, 5, 6), fed(5, 8), four(4, 3, 8), four(4, 3, 6)]
    yield case("Attention", past, {}, 23, outputs=4)
    yield case("RotaryEmbedding", [four(4, 5, 8), fed(50, 4), fed(50, 4), fed(2, 5, dtype=i64)], {}, 23)
    yield case("RotaryEmbedding", [fed(2, 5, 32), fed(2, 5, 4), fed(2, 5, 4)], {"num_heads": 4, "interleaved": 1}, 23)


REDUCTIONS = [
    ("ReduceL1", 18), ("ReduceL2", 18), ("ReduceLogSum", 18), ("ReduceLogSumExp", 18), ("ReduceMax", 18),
    ("ReduceMean", 18), ("ReduceMin", 18), ("ReduceProd", 18), ("ReduceSum", 13), ("ReduceSumSquare", 18),
]


def reduction_cases():
    x = fed_value(np.arange(1, 25).reshape(2, 3, 4), f32)
    for op, as_input in REDUCTIONS:
        for a in ({}, {"axes": [1]}, {"axes": [0, -1], "keepdims": 0}, {"keepdims": 0}):
            for opset in (7, 11):
                yield case(op, [x], a, opset)
        for a, axes in (({}, [1]), ({"keepdims": 0}, [0, -1]), ({"keepdims": 0}, [2])):
            yield case(op, [x, constant(axes)], a, as_input)
        yield case(op, [x], {}, as_input)
        yield case(op, [x, constant([])], {"noop_with_empty_axes": 1}, as_input)
        yield case(op, [x, constant([])], {}, as_input)
        yield case(op, [x, fed_value([1])], {}, as_input, dynamic=True)
        yield case(op, [x, fed_value([0, 2])], {"keepdims": 0}, as_input, dynamic=True)
    yield case("ReduceMax", [fed(2, 3, dtype=u8)], {"axes": [1]}, 12)
    yield case("ReduceMin", [fed(2, 3, dtype=i64)], {"axes": [1]}, 13)
    for op in ("ArgMax", "ArgMin"):
        for opset in (7, 11, 12, 13):
            for a in ({}, {"axis": 1, "keepdims": 0}):
                yield case(op, [x], a, opset)
        yield case(op, [x], {"axis": -1, "select_last_index": 1}, 13)


def fold_cases():
    """Constants all the way: the test compares the folded elements too."""
    small = constant([[5, 2, 3], [4, 5, 6]])
    single = constant([[0.5, 2.5, 3], [4, 5, 6.25]], f32)
    for op in ("ReduceMax", "ReduceMin", "ReduceSum", "ReduceProd", "ReduceMean"):
        for x in (small, single):
            yield case(op, [x], {"axes": [1], "keepdims": 0}, 11)
            yield case(op, [x], {"axes": [0]}, 11)
            yield case(op, [x], {"keepdims": 0}, 11)


def recurrent_cases():
    for op, gates, states in (("RNN", 1, 1), ("GRU", 3, 1), ("LSTM", 4, 2)):
        for direction, dirs in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
            w, r = fed(dirs, gates * 6, 5), fed(dirs, gates * 6, 6)
            for opset in (7, 14, 22):
                a = {"hidden_size": 6, "direction": direction}
                yield case(op, [fed(7, 3, 5), w, r], a, opset, outputs=1 + states)
        b, lengths = fed(2, gates * 12), fed_value([7, 4, 2], i32)
        yield case(op, [fed(7, 3, 5), w, r, b, lengths, fed(2, 3, 6)], a, 14, outputs=1 + states)


def layout_cases():
    """Batch first, which onnxruntime's CPU kernels leave to others."""
    for op, gates, states in (("RNN", 1, 1), ("GRU", 3, 1), ("LSTM", 4, 2)):
        w, r = fed(1, gates * 6, 5), fed(1, gates * 6, 6)
        yield case(op, [fed(3, 7, 5), w, r], {"hidden_size": 6, "layout": 1}, 14, outputs=1 + states)


def corner_cases():
    c = lambda: fed(6)
    variance = fed_value([1, 2, 1, 2, 1, 2], f32)
    yield case("BatchNormalization", [fed(2, 6, 5), c(), c(), c(), variance], {"training_mode": 1}, 15, outputs=3)
    yield case("DFT", [fed(2, 5, 2)], {"inverse": 1, "onesided": 1}, 20)
    yield case("DFT", [fed(2, 5, 2), constant(9)], {"inverse": 1, "onesided": 1}, 20)
    for op, _ in REDUCTIONS:
        yield case(op, [fed_value(3.0, f32)], {}, 13)
        yield case(op, [fed_value(3.0, f32)], {"keepdims": 0}, 13)
    yield case("Conv", [fed(0, 4, 9, 9), fed(6, 4, 3, 3)], {}, 11)
    yield case("Resize", [fed(2, 3, 10), None, None, constant([1, 3, 20])], {}, 13)
    yield case("Softmax", [fed(5)], {"axis": 0}, 13)
    yield case("GlobalAveragePool", [fed(2, 3, 4, 5, 6)], {}, 13)
    yield case("AveragePool", [fed(1, 1, 7, 7)], {"kernel_shape": [2, 2], "strides": [3, 3], "ceil_mode": 1, "pads": [0, 0, 1, 1]}, 19)
    yield case("MaxPool", [fed(1, 1, 6, 6)], {"kernel_shape": [1, 1], "strides": [2, 2], "ceil_mode": 1}, 12)
    yield case("MaxPool", [fed(1, 1, 5, 5)], {"kernel_shape": [3, 3], "strides": [4, 4], "ceil_mode": 1, "pads": [1, 1, 1, 1]}, 12)
    yield case("LayerNormalization", [fed(4, 3, 2), fed(3, 2)], {"axis": -2}, 17, outputs=2)
    yield case("LayerNormalization", [fed(2, 4, dtype=np.float16), fed(4, dtype=np.float16)], {"stash_type": 1}, 17, outputs=3)
    yield case("ArgMax", [fed(2, 3, dtype=u8)], {"axis": -1}, 13)


def signal_cases():
    for opset in (17, 20):
        real = fed(2, 9, 1)
        axis = {} if opset == 20 else {"axis": 1}
        yield case("DFT", [real], axis, opset)
        yield case("DFT", [real], {**axis, "onesided": 1}, opset)
        yield case("DFT", [fed(2, 9, 2)], {**axis, "inverse": 1}, opset)
        yield case("DFT", [real, constant(16)], {**axis, "onesided": 1}, opset)
    yield case("DFT", [fed(2, 8, 6, 1), None, constant(2)], {}, 20)
    yield case("DFT", [fed(2, 8, 6, 1), None, constant(-3)], {"onesided": 1}, 20)
    signal = fed(2, 40, 1)
    yield case("STFT", [signal, constant(4), fed(16)], {}, 17)
    yield case("STFT", [signal, constant(5), None, constant(12)], {}, 17)
    yield case("STFT", [signal, constant(4), fed(16), constant(16)], {"onesided": 0}, 17)
    edges = [constant(8000), constant(20.0, f32), constant(3500.0, f32)]
    yield case("MelWeightMatrix", [constant(8), constant(64), *edges], {}, 17)
    yield case("MelWeightMatrix", [constant(8), constant(64), *edges], {"output_datatype": 11}, 17)
    for op in ("HannWindow", "HammingWindow", "BlackmanWindow"):
        yield case(op, [constant(10)], {}, 17)
        yield case(op, [constant(10)], {"output_datatype": 11, "periodic": 0}, 17)
        yield case(op, [fed_value(10)], {}, 17, dynamic=True)
    for opset in (11, 22):
        yield case("Det", [fed(4, 4)], {}, opset)
        yield case("Det", [fed(2, 3, 4, 4)], {}, opset)


def text_cases():
    words = fed_value(["monday", "tuesday", "Wednesday"], object)
    yield case("StringNormalizer", [words], {"case_change_action": "UPPER"}, 10)
    a = {"case_change_action": "LOWER", "stopwords": ["monday"], "is_case_sensitive": 1}
    yield case("StringNormalizer", [words], a, 10, dynamic=True)
    yield case("StringNormalizer", [fed_value([["a", "b"]], object)], a, 10, dynamic=True)
    grams = {
        "mode": "TF", "min_gram_length": 2, "max_gram_length": 2, "max_skip_count": 0, "ngram_counts": [0, 4],
        "ngram_indexes": [0, 1, 2, 3, 4, 5, 6], "pool_int64s": [2, 3, 5, 4, 5, 6, 7, 8, 6, 7],
    }
    yield case("TfIdfVectorizer", [fed_value([1, 1, 3, 3, 3, 7, 8, 6, 7, 5, 6, 8], i32)], grams, 9)
    yield case("TfIdfVectorizer", [fed_value([[1, 1, 3, 3], [3, 7, 8, 6]], i32)], grams, 9)
    yield case("StringConcat", [words, fed_value(["!"], object)], {}, 20)
    yield case("StringSplit", [words], {"delimiter": "n"}, 20, outputs=2, dynamic=True)
    yield case("RegexFullMatch", [words], {"pattern": "m.*"}, 20)
    ml = dict(domain="ai.onnx.ml")
    a = {"keys_strings": ["monday", "tuesday"], "values_int64s": [1, 2]}
    yield case("LabelEncoder", [words], a, 13, version=2, **ml)
    yield case("LabelEncoder", [fed(2, 3, dtype=i64)], {"keys_int64s": [1], "values_floats": [0.5]}, 13, version=2, **ml)
    a = {"keys_int64s": [1, 2], "values_strings": ["a", "b"]}
    yield case("LabelEncoder", [fed(2, 3, dtype=i64)], a, 13, version=4, **ml)


def loss_cases():
    scores, target = fed(3, 5), fed_value([0, 4, 2])
    spatial, labels = fed(3, 5, 2, 6), fed(3, 2, 6, dtype=i64)
    for reduction in ("mean", "sum", "none"):
        a = {"reduction": reduction}
        for opset in (12, 13):
            yield case("NegativeLogLikelihoodLoss", [scores, target], a, opset)
            yield case("NegativeLogLikelihoodLoss", [spatial, labels, fed(5)], a, opset)
            yield case("SoftmaxCrossEntropyLoss", [scores, target], a, opset, outputs=2)
            yield case("SoftmaxCrossEntropyLoss", [spatial, labels], a, opset, outputs=2)


def onnx_cases():
    families = (
        conv_cases, pool_cases, region_cases, resize_cases, sampling_cases, normalization_cases, attention_cases,
        reduction_cases, fold_cases, recurrent_cases, layout_cases, corner_cases, signal_cases, text_cases, loss_cases,
    )
    return [entry for family in families for entry in family()]
