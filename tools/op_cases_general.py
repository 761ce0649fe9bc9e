# Cases of elementwise operators, constants, shapes, movement of elements, matrix products and quantization.
# Where all inputs are constant the elements of the result are kept too: folding is held against them.

import numpy as np
import onnx.defs

from op_case import case, constant, fed, fed_value

f16, f32, f64, i8, u8, i32, i64 = np.float16, np.float32, np.float64, np.int8, np.uint8, np.int32, np.int64


def versions(op):
    """The first opset that has each form of the operator, from 7 on."""
    found = {s.since_version for s in onnx.defs.get_all_schemas_with_history() if s.name == op and s.domain == ""}
    old = [v for v in found if v <= 7]
    return sorted({7} if old else set()) + sorted(v for v in found if 7 < v <= 23)


UNARY = (
    "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish LeakyRelu Log "
    "Mish Neg Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Tan Tanh ThresholdedRelu"
).split()
ATTRIBUTES = {
    "Celu": {"alpha": 0.5}, "Elu": {"alpha": 0.5}, "HardSigmoid": {"alpha": 0.3, "beta": 0.4}, "LeakyRelu": {"alpha": 0.2},
    "Selu": {"alpha": 1.5, "gamma": 0.9}, "Shrink": {"bias": 0.25, "lambd": 0.75}, "ThresholdedRelu": {"alpha": 0.4},
    "Gelu": {"approximate": "tanh"},
}
POSITIVE = {"Log", "Sqrt", "Acosh"}
UNIT = {"Acos", "Asin", "Atanh"}
WIDE = [-2.5, -1.5, -0.75, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.5, 3.0, 7.25]


def values_for(op):
    if op in POSITIVE:
        return [1.0, 1.5, 2.25, 9.0]
    if op in UNIT:
        return [-0.75, -0.25, 0.0, 0.5]
    return [v for v in WIDE if v != 0.0] if op == "Reciprocal" else WIDE


def unary_cases():
    for op in UNARY:
        for opset in versions(op):
            yield case(op, [fed(2, 3)], {}, opset)
            yield case(op, [constant(values_for(op), f32)], {}, opset)
            if op in ATTRIBUTES:
                yield case(op, [constant(values_for(op), f32)], ATTRIBUTES[op], opset)
    for op in ("Abs", "Neg", "Sign"):
        yield case(op, [constant([[-3, 0], [5, 2]])])
    yield case("Relu", [constant([-3, 0, 5], i32)], {}, 14)
    yield case("Sqrt", [constant([2.0, 3.0], f64)])
    yield case("Not", [constant([True, False], bool)], {}, 7)
    yield case("BitwiseNot", [constant([0, 5, -7], i32)], {}, 18)
    yield case("BitwiseNot", [constant([0, 5, 255], u8)], {}, 18)
    for opset in (10, 20):
        yield case("IsInf", [constant([1.0, 1e38], f32)], {}, opset)
        yield case("IsInf", [fed(2, 1)], {"detect_negative": 0}, opset)
    for opset in (9, 13, 20):
        yield case("IsNaN", [constant([1.0, 2.0], f32)], {}, opset)


def binary_cases():
    for op in "Add Sub Mul Div".split():
        for opset in versions(op):
            yield case(op, [fed(2, 1, 3), fed(4, 1)], {}, opset)
            yield case(op, [constant([[1.1], [2.3]], f32), constant([3.7, -0.3, 10], f32)], {}, opset)
            yield case(op, [constant([-7, 7, 8]), constant([2, -2, 3])], {}, opset)
        yield case(op, [constant([9, 200, 3], i32), constant(3, i32)])
    for opset in versions("Pow"):
        yield case("Pow", [fed(2, 3), fed(3)], {}, opset)
        yield case("Pow", [constant([1.5, 2, 9], f32), constant([2, 3, 0.5], f32)], {}, opset)
    yield case("Pow", [constant([2, 3]), constant([5, 2])], {}, 13)
    yield case("Pow", [constant([2, 3]), constant([2.0, 0.5], f32)], {}, 13)
    for opset in versions("PRelu"):
        yield case("PRelu", [fed(2, 3), fed(3)], {}, opset)
    for opset in (10, 13):
        yield case("Mod", [constant([-7, 7, 8]), constant([3, -3, 3])], {}, opset)
        yield case("Mod", [constant([-7.5, 7.5], f32), constant([3, -2], f32)], {"fmod": 1}, opset)
        yield case("Mod", [constant([-7, 7]), constant([3, -3])], {"fmod": 1}, opset)
    truth = lambda: [constant([[True], [False]], bool), constant([True, False, True], bool)]
    for op in ("And", "Or", "Xor"):
        yield case(op, truth(), {}, 7)
        yield case(op, [fed(2, 1, dtype=bool), fed(1, 3, dtype=bool)], {}, 7)
    for op in ("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"):
        for opset in versions(op):
            kind = i64 if op == "Equal" else f32
            yield case(op, [constant([1, 2, 3], kind), constant([[2], [3]], kind)], {}, opset)
            yield case(op, [fed(2, 3, dtype=kind), fed(3, dtype=kind)], {}, opset)
    for direction in ("LEFT", "RIGHT"):
        yield case("BitShift", [constant([1, 130, 255], u8), constant([1, 2, 3], u8)], {"direction": direction}, 11)
    for op in ("BitwiseAnd", "BitwiseOr", "BitwiseXor"):
        yield case(op, [constant([12, -5, 7], i32), constant([10, 3, -1], i32)], {}, 18)
    for op in ("Max", "Min", "Sum", "Mean"):
        for opset in versions(op):
            yield case(op, [fed(2, 3)], {}, opset)
            yield case(op, [constant([1, 5], f32), constant([2, 0.5], f32)], {}, opset)
            if opset >= 8:  # broadcasting came with 8
                yield case(op, [fed(2, 1), fed(3), fed(4, 1, 1)], {}, opset)
                yield case(op, [constant([1, 5], f32), constant([[2], [0.5]], f32), constant(3, f32)], {}, opset)
    yield case("Max", [constant([1, 5, 3]), constant(2)], {}, 13)
    for opset in (9, 16):
        yield case("Where", [fed(2, 1, dtype=bool), fed(3), fed(4, 1, 1)], {}, opset)
        yield case("Where", [constant([True, False], bool), constant([1, 2]), constant([[3], [4]])], {}, opset)


def conversion_cases():
    codes = {f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10, f64: 11}
    for opset in versions("Cast"):
        yield case("Cast", [fed(2, 3)], {"to": 7}, opset)
    for kind, code in codes.items():
        yield case("Cast", [constant([0, 1.5, 100.75], f32)], {"to": code}, 13)
        yield case("Cast", [constant([0, 3, 100], i64)], {"to": code}, 13)
        yield case("Cast", [constant([0, 1, 1], bool)], {"to": code}, 13)
    yield case("Cast", [constant([-1.5, -0.5], f32)], {"to": 7}, 13)
    yield case("Cast", [constant([0.1, 3.14159], f64)], {"to": 1}, 13)
    yield case("Cast", [constant([0.1, 3.14159], f32)], {"to": 10}, 13)
    for opset in (15, 19, 21, 23):
        yield case("CastLike", [fed(2, 3), fed(1, dtype=i64)], {}, opset)
    yield case("CastLike", [constant([1.5, 2.5], f32), constant([1])], {}, 15)
    yield case("Clip", [constant([-3, 0.5, 9], f32)], {"min": -1.0, "max": 2.0}, 7)
    yield case("Clip", [fed(2, 3)], {}, 7)
    for opset in (11, 12, 13):
        yield case("Clip", [constant([-3, 0.5, 9], f32), constant(-1, f32), constant(2, f32)], {}, opset)
        yield case("Clip", [constant([-3, 0.5, 9], f32), None, constant(2, f32)], {}, opset)
        yield case("Clip", [fed(2, 3), constant(-1, f32)], {}, opset)
    for opset in versions("Identity"):
        yield case("Identity", [fed(2, 3)], {}, opset)
    yield case("Identity", [constant([1, 2])])
    yield case("Identity", [fed_value([np.ones((2, 3), f32)])], {}, 16)
    for opset in versions("Dropout"):
        if opset >= 10:
            yield case("Dropout", [fed(2, 3)], {}, opset, outputs=2)
        yield case("Dropout", [fed(2, 3)], {}, opset)
    for attributes in ({}, {"exclusive": 1}, {"reverse": 1}, {"exclusive": 1, "reverse": 1}):
        for opset in (11, 14):
            yield case("CumSum", [constant([[1, 2, 3], [4, 5, 6]]), constant(1)], attributes, opset)
            yield case("CumSum", [constant([[1, 2, 3], [4, 5, 6]]), constant(0)], attributes, opset)
            yield case("CumSum", [fed(2, 3), constant(-1)], attributes, opset)
    square = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]
    for upper in (0, 1):
        yield case("Trilu", [constant(square)], {"upper": upper}, 14)
        for k in (-1, 1, 5):
            yield case("Trilu", [constant(square), constant(k)], {"upper": upper}, 14)
        yield case("Trilu", [fed(2, 3, 4), constant(1)], {"upper": upper}, 14)


def constant_cases():
    tensor = np.array([[1, 2], [3, 4]], i32)
    for opset in versions("Constant"):
        yield case("Constant", [], {"value": tensor}, opset)
    yield case("Constant", [], {"value_float": 0.1}, 12)
    yield case("Constant", [], {"value_floats": [0.1, 2.5]}, 12)
    yield case("Constant", [], {"value_int": 7}, 12)
    yield case("Constant", [], {"value_ints": [7, -1]}, 12)
    for opset in versions("ConstantOfShape"):
        yield case("ConstantOfShape", [constant([2, 3])], {}, opset)
        yield case("ConstantOfShape", [constant([2, 1])], {"value": np.array([7], i64)}, opset)
    yield case("ConstantOfShape", [constant(np.zeros(0))], {"value": np.array([True])}, 9)
    yield case("ConstantOfShape", [constant([0, 3])], {}, 9)
    yield case("ConstantOfShape", [fed_value([2, 3])], {}, 9, dynamic=True)
    for kind in (i64, f32, i32):
        for bounds in ((0, 7, 2), (5, -3, -3), (3, 3, 1), (4, 1, 1), (-1, 9, 4)):
            yield case("Range", [constant(b, kind) for b in bounds], {}, 11)
    yield case("Range", [constant(b, f32) for b in (0.1, 2, 0.3)], {}, 11)
    for opset in (9, 22):
        yield case("EyeLike", [fed(3, 4)], {}, opset)
        yield case("EyeLike", [constant(np.zeros((3, 4)), f32)], {"k": 1}, opset)
        yield case("EyeLike", [constant(np.zeros((3, 4)), i32)], {"k": -1, "dtype": 1}, opset)
    for opset in (9, 11):
        for axis in (-1, 0, 1):
            inputs = [fed(2, 3, dtype=i64), constant(5), constant([0, 1], f32)]
            yield case("OneHot", inputs, {"axis": axis}, opset)
        yield case("OneHot", [fed(4, dtype=i64), constant([6]), constant([0, 1])], {}, opset)
    shaped = {"shape": [2, 3]}
    for opset in (7, 22):
        for op in ("RandomNormal", "RandomUniform"):
            yield case(op, [], shaped, opset)
            yield case(op, [], {**shaped, "dtype": 11}, opset)
            yield case(f"{op}Like", [fed(2, 3)], {}, opset)
            yield case(f"{op}Like", [fed(2, 3)], {"dtype": 11}, opset)
    yield case("Multinomial", [fed(2, 5)], {}, 7)
    yield case("Multinomial", [fed(2, 5)], {"sample_size": 4, "dtype": 7}, 7)
    for opset in (15, 22):
        probabilities = lambda: fed_value([[0.2, 0.9]], f32)
        yield case("Bernoulli", [probabilities()], {}, opset)
        yield case("Bernoulli", [probabilities()], {"dtype": 7}, opset)


def shape_cases():
    for opset in versions("Shape"):
        yield case("Shape", [fed(2, 3, 4)], {}, opset)
        yield case("Shape", [constant(np.zeros((2, 3)), f32)], {}, opset)
    for attributes in ({"start": 1}, {"end": -1}, {"start": -2, "end": 9}, {"start": 2, "end": 1}, {"start": -9}):
        yield case("Shape", [constant(np.zeros((2, 3, 4)), f32)], attributes, 15)
    for opset in versions("Size"):
        yield case("Size", [constant(np.zeros((2, 3)), f32)], {}, opset)
    data = np.arange(12).reshape(2, 3, 2)
    for opset in versions("Reshape"):
        for target in ([3, 4], [-1], [0, -1], [0, 0, 2], [2, -1, 3], [1, 12, 1, 1]):
            yield case("Reshape", [fed(2, 3, 2), constant(target)], {}, opset)
            yield case("Reshape", [constant(data), constant(target)], {}, opset)
    yield case("Reshape", [constant(np.zeros((0, 3))), constant([3, 0])], {"allowzero": 1}, 14)
    yield case("Reshape", [fed(1, 1), constant(np.zeros(0))], {}, 13)
    for opset in versions("Flatten"):
        for axis in (0, 1, 2, 3):
            yield case("Flatten", [fed(2, 3, 4)], {"axis": axis}, opset)
        if opset >= 11:
            yield case("Flatten", [fed(2, 3, 4)], {"axis": -1}, opset)
    yield case("Flatten", [constant(data)], {"axis": 2}, 13)
    for opset in (7, 11):
        yield case("Squeeze", [fed(1, 3, 1, 2)], {"axes": [0, 2]}, opset)
        yield case("Squeeze", [fed(1, 3, 1, 2)], {}, opset)
        yield case("Unsqueeze", [fed(3, 2)], {"axes": [0, 3]}, opset)
    yield case("Squeeze", [fed(1, 3, 1)], {"axes": [-1]}, 11)
    for opset in (13, 21, 23):
        yield case("Squeeze", [fed(1, 3, 1, 2), constant([0, -2])], {}, opset)
        yield case("Squeeze", [constant([[3, 4]]), constant([0])], {}, opset)
        yield case("Squeeze", [constant([[3, 4]])], {}, opset)
        yield case("Unsqueeze", [fed(3, 2), constant([-1, 0])], {}, opset)
        yield case("Unsqueeze", [constant([3, 2]), constant([1])], {}, opset)
        yield case("Unsqueeze", [constant(5), constant([0])], {}, opset)
    for opset in (8, 13):
        for target in ([4, 3], [2, 1, 1], [1], [5, 1, 3]):
            yield case("Expand", [fed(3) if target != [2, 1, 1] else fed(3, 1), constant(target)], {}, opset)
        yield case("Expand", [constant([[1], [2]]), constant([2, 2, 3])], {}, opset)


def movement_cases():
    data = np.arange(24).reshape(2, 3, 4)
    for opset in versions("Transpose"):
        yield case("Transpose", [fed(2, 3, 4)], {}, opset)
        yield case("Transpose", [constant(data)], {"perm": [1, 2, 0]}, opset)
    yield case("Transpose", [constant(data)], {}, 13)
    for opset in (7, 13):
        yield case("Tile", [fed(2, 3), constant([2, 1])], {}, opset)
        yield case("Tile", [constant([[1, 2, 3]]), constant([2, 2])], {}, opset)
    for opset in (7, 11, 13):
        for axis in (0, 1):
            yield case("Concat", [fed(2, 3), fed(2, 3), fed(2, 3)], {"axis": axis}, opset)
            yield case("Concat", [constant([[1, 2]]), constant([[3, 4]])], {"axis": axis}, opset)
    yield case("Concat", [fed(2, 3), fed(2, 5)], {"axis": -1}, 11)
    pads = [1, 0, -1, 2]
    for opset in (7,):
        yield case("Pad", [fed(3, 4)], {"pads": pads}, opset)
        yield case("Pad", [constant([[1, 2], [3, 4]], f32)], {"pads": pads, "value": 9.0}, opset)
    for opset in versions("Pad")[1:]:
        yield case("Pad", [fed(3, 4), constant(pads)], {}, opset)
        yield case("Pad", [constant([[1, 2], [3, 4]], f32), constant(pads), constant(9, f32)], {}, opset)
        yield case("Pad", [constant([[1, 2], [3, 4]], f32), constant(pads)], {}, opset)
        yield case("Pad", [fed(3, 4), constant([1, 1, 2, 2])], {"mode": "reflect"}, opset)
        if opset >= 18:
            yield case("Pad", [constant([[1, 2], [3, 4]]), constant([1, 2]), None, constant([-1])], {}, opset)
    for opset in (7, 11):
        yield case("Split", [fed(6, 2)], {"axis": 0}, opset, outputs=3)
        yield case("Split", [fed(6, 2)], {"axis": 0, "split": [1, 3, 2]}, opset, outputs=3)
    for opset in (13, 18):
        yield case("Split", [fed(2, 6), constant([1, 5])], {"axis": -1}, opset, outputs=2)
        yield case("Split", [constant([[1, 2, 3]]), constant([1, 2])], {"axis": 1}, opset, outputs=2)
    yield case("Split", [constant(np.arange(6))], {}, 13, outputs=3)
    yield case("Split", [constant(np.arange(7))], {"num_outputs": 3}, 18, outputs=3)
    yield case("Split", [fed(8, 3)], {"num_outputs": 4}, 18, outputs=4)
    yield from slice_cases(data)
    for op, shape in (("DepthToSpace", (1, 12, 2, 3)), ("SpaceToDepth", (1, 3, 4, 6))):
        for opset in versions(op):
            yield case(op, [fed(*shape)], {"blocksize": 2}, opset)
    yield case("DepthToSpace", [fed(1, 12, 2, 3)], {"blocksize": 2, "mode": "CRD"}, 13)
    yield case("ReverseSequence", [fed(4, 3, 2), constant([1, 2, 3])], {}, 10)


def slice_cases(data):
    yield case("Slice", [fed(5, 6)], {"starts": [1, -4], "ends": [3, 100]}, 7)
    yield case("Slice", [fed(5, 6)], {"starts": [2], "ends": [-1], "axes": [1]}, 7)
    yield case("Slice", [constant(np.arange(6))], {"starts": [-3], "ends": [2**31 - 1]}, 7)
    last = 2**63 - 1
    ranges = [([1], [3], [0], [1]), ([0, 1], [-1, last], [1, 2], [1, 2]), ([-1], [-last - 1], [2], [-1])]
    ranges += [([3], [1], [1], [1]), ([-9], [9], [2], [3]), ([2], [-5], [-2], [-2]), ([2], [0], [2], [-1])]
    for opset in (10, 11, 13):
        for bounds in ranges:
            inputs = [constant(b) for b in bounds]
            yield case("Slice", [fed(2, 3, 4), *inputs], {}, opset)
            yield case("Slice", [constant(data), *inputs], {}, opset)
        yield case("Slice", [constant(data), constant([0, 1]), constant([1, 3])], {}, opset)
    yield case("Slice", [constant(np.arange(9)), constant([7], i32), constant([1], i32), constant([0], i32), constant([-3], i32)])


def gather_cases():
    data = np.arange(12).reshape(3, 4)
    for opset in (7, 11, 13):
        yield case("Gather", [fed(3, 4), constant([[0, 2]])], {}, opset)
        yield case("Gather", [constant(data), constant([2, 0])], {"axis": 1}, opset)
        yield case("Gather", [constant([5, 6, 7]), constant(1)], {}, opset)
    yield case("Gather", [constant(data), constant([-1])], {"axis": -1}, 13)
    for opset in (11, 13):
        yield case("GatherElements", [constant(data), constant([[0, 2], [1, -1]])], {"axis": 1}, opset)
        yield case("GatherElements", [fed(3, 4), constant([[0, 2, 1, 1]])], {}, opset)
    for opset in (11, 12, 13):
        yield case("GatherND", [fed(2, 3, 4), constant([[0, 1], [1, 2]])], {}, opset)
        yield case("GatherND", [fed(2, 3, 4), constant([[[0, 1, 3]], [[1, 2, 0]]])], {}, opset)
    yield case("GatherND", [fed(2, 3, 4), constant([[1], [2]])], {"batch_dims": 1}, 12)
    for opset in (11, 13, 16, 18):
        yield case("ScatterElements", [fed(3, 3), constant([[0, 1, 2]]), fed(1, 3)], {}, opset)
        inputs = [constant([[1, 2, 3]]), constant([[2, 0]]), constant([[9, 8]])]
        yield case("ScatterElements", inputs, {"axis": 1}, opset)
        yield case("ScatterND", [fed(4, 4), constant([[0], [2]]), fed(2, 4)], {}, opset)
        yield case("ScatterND", [constant([1, 2, 3, 4]), constant([[3], [0]]), constant([9, 8])], {}, opset)
    yield case("Scatter", [fed(3, 3), constant([[0, 1, 2]]), fed(1, 3)], {}, 9)
    yield case("ScatterElements", [fed(3, 3), constant([[0, 1, 2]]), fed(1, 3)], {"reduction": "add"}, 16)
    for opset in (9, 11):
        yield case("Compress", [fed(3, 4), constant([True, False, True], bool)], {"axis": 0}, opset)
        yield case("Compress", [fed(3, 4), constant([True, False, True], bool)], {}, opset)
        yield case("Compress", [fed(3, 4), fed_value([True, False, True, True], bool)], {"axis": 1}, opset, dynamic=True)
    for opset in (9, 13):
        yield case("NonZero", [constant([[1, 0, 3], [0, 0, 6]])], {}, opset)
        yield case("NonZero", [constant([True, False], bool)], {}, opset)
        yield case("NonZero", [fed(2, 3)], {}, opset, dynamic=True)
    yield case("TopK", [fed(3, 5)], {"k": 2}, 7, outputs=2)
    for opset in (10, 11):
        yield case("TopK", [fed(3, 5), constant([3])], {}, opset, outputs=2)
        yield case("TopK", [fed(3, 5), constant([2])], {"axis": 0}, opset, outputs=2)
    yield case("TopK", [fed(3, 5), fed_value([2])], {"axis": 0, "largest": 0}, 11, outputs=2, dynamic=True)
    yield case("Unique", [fed(3, 4)], {}, 11, outputs=4, dynamic=True)
    yield case("Unique", [fed(3, 4)], {"axis": 1}, 11, outputs=4, dynamic=True)


def product_cases():
    shapes = [((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((5, 1, 2, 3), (6, 3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,))]
    shapes += [((4, 2, 3), (3,)), ((3,), (4, 3, 2))]
    for a, b in shapes:
        for opset in (7, 9, 13):
            yield case("MatMul", [fed(*a), fed(*b)], {}, opset)
        if len(a) > 1 and len(b) > 1:
            yield case("MatMulInteger", [fed(*a, dtype=u8), fed(*b, dtype=i8)], {}, 10)
    scale = lambda: constant(0.1, f32)
    zero = lambda kind: constant(0, kind)
    for a, b in (((2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4))):
        inputs = [fed(*a, dtype=u8), scale(), zero(u8), fed(*b, dtype=u8), scale(), zero(u8), scale(), zero(u8)]
        yield case("QLinearMatMul", inputs, {}, 10)
    for opset in (7, 9, 11, 13):
        yield case("Gemm", [fed(2, 3), fed(3, 4), fed(4)], {}, opset)
        yield case("Gemm", [fed(3, 2), fed(4, 3), fed(2, 4)], {"transA": 1, "transB": 1, "alpha": 0.5}, opset)
    yield case("Gemm", [fed(2, 3), fed(3, 4)], {}, 11)
    equations = [("ij,jk->ik", (2, 3), (3, 4)), ("bhid,bhjd->bhij", (2, 3, 4, 5), (2, 3, 6, 5)), ("...ij,...jk", (5, 2, 3), (3, 4))]
    equations += [("ij->ji", (2, 3)), ("ii->i", (3, 3)), ("ij->", (2, 3)), ("bij,bjk", (5, 2, 3), (5, 3, 4)), ("i,j->ij", (2,), (3,))]
    equations += [("b...->...", (5, 2, 3)), (" a b , b c -> a c ", (2, 3), (3, 4))]
    for equation, *operands in equations:
        yield case("Einsum", [fed(*shape) for shape in operands], {"equation": equation}, 12)


def quantization_cases():
    for opset in (10, 13, 19, 21, 23):
        for zero in (constant(3, u8), constant(0, i8), None):
            inputs = [fed(2, 3, 4), constant(0.1, f32), zero]
            yield case("QuantizeLinear", inputs if zero else inputs[:2], {}, opset)
        yield case("DequantizeLinear", [fed(2, 3, dtype=u8), constant(0.1, f32), constant(3, u8)], {}, opset)
        yield case("DequantizeLinear", [fed(2, 3, dtype=i8), constant(0.1, f32)], {}, opset)
    for opset in (13, 21):
        per_channel = [constant([0.1, 0.2, 0.3], f32), constant([0, 1, 2], u8)]
        yield case("QuantizeLinear", [fed(2, 3, 4), *per_channel], {"axis": 1}, opset)
        yield case("DequantizeLinear", [fed(2, 3, 4, dtype=u8), *per_channel], {"axis": -2}, opset)
    yield case("DequantizeLinear", [fed(2, 3, dtype=i32), constant(0.1, f32)], {}, 13)
    yield case("DequantizeLinear", [fed(2, 3, dtype=u8), constant(0.1, f16)], {}, 19)
    yield case("QuantizeLinear", [fed(2, 3), constant(0.1, f32)], {"output_dtype": 3}, 21)
    blocks = constant(np.full((2, 2), 0.1), f32)
    yield case("DequantizeLinear", [fed(2, 8, dtype=u8), blocks], {"axis": 1, "block_size": 4}, 21)
    yield case("DynamicQuantizeLinear", [fed(2, 3)], {}, 11, outputs=3)


def general_cases():
    families = [unary_cases, binary_cases, conversion_cases, constant_cases, shape_cases, movement_cases, gather_cases]
    return [row for family in (*families, product_cases, quantization_cases) for row in family()]
