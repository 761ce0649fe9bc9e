# Cases of operations on single elements, reductions, and changes of type. See make-tensorflow-op-cases.py.

import numpy as np
import tensorflow as tf

raw = tf.raw_ops
INTEGERS = ["int32", "int64"]


def unary(c):
    small = lambda c: c.input(c.numbers([2, 5], low=-1, high=0) * 0.9 + 0.4)
    for name in ["Abs", "Atan", "Ceil", "Cos", "Cosh", "Exp", "Expm1", "Floor", "Neg", "Reciprocal", "Inv", "Rint", "Round", "Sign", "Sin", "Sinh", "Square", "Tan", "Asinh"]:
        c.case(name, lambda c: getattr(raw, name)(x=c.input(c.numbers([2, 5]))))
    for name in ["Acos", "Asin", "Atanh"]:
        c.case(name, lambda c: getattr(raw, name)(x=small(c)))
    for name in ["Log", "Log1p", "Rsqrt", "Sqrt", "Acosh"]:
        c.case(name, lambda c: getattr(raw, name)(x=c.input(c.numbers([2, 5], low=1))))
    halves = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.49], "float32")
    for name in ["Rint", "Round"]:
        c.case(f"{name} halves", lambda c: getattr(raw, name)(x=c.input(halves)))
    for name in ["Abs", "Neg", "Sign", "Square", "Round"]:
        for dtype in INTEGERS:
            c.case(f"{name} {dtype}", lambda c: getattr(raw, name)(x=c.input(c.numbers([5], dtype))))
    odd = np.array([1, np.nan, np.inf, -np.inf, 0], "float32")
    for name in ["IsNan", "IsInf", "IsFinite"]:
        c.case(name, lambda c: getattr(raw, name)(x=c.input(odd)))
    c.case("not", lambda c: raw.LogicalNot(x=c.input(c.numbers([5], "bool"))))
    for dtype in ["int32", "uint8"]:
        c.case(f"invert {dtype}", lambda c: raw.Invert(x=c.input(c.numbers([5], dtype))))
    for op in [raw.Identity, raw.StopGradient, raw.Snapshot, raw.PreventGradient]:
        c.case(op.__name__, lambda c: op(input=c.input(c.numbers([3]))))
    c.case("identity n", lambda c: raw.IdentityN(input=[c.input(c.numbers([3])), c.input(c.numbers([2], "int32"))]))
    c.case("placeholder with default", lambda c: raw.PlaceholderWithDefault(input=c.input(c.numbers([3])), shape=[3]))
    c.case("ensure shape", lambda c: raw.EnsureShape(input=c.input(c.numbers([3]), [None]), shape=[3]))
    c.case("check numerics", lambda c: raw.CheckNumerics(tensor=c.input(c.numbers([3])), message=""))


def binary(c):
    pairs = {"float32": ([2, 3, 4], [3, 1]), "int32": ([3, 4], [4]), "int64": ([3, 4], [3, 4])}
    operands = lambda c, dtype, low=-4: dict(x=c.input(c.numbers(pairs[dtype][0], dtype, low)), y=c.input(c.numbers(pairs[dtype][1], dtype, low)))
    nonzero = lambda c, dtype: dict(x=c.input(c.numbers(pairs[dtype][0], dtype, -9, 9)), y=c.input(np.where(c.numbers(pairs[dtype][1], "bool"), -3, 2).astype(dtype)))
    for dtype in pairs:
        for name in ["Add", "AddV2", "Sub", "Mul", "Maximum", "Minimum", "SquaredDifference", "Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual"]:
            c.case(f"{name} {dtype}", lambda c: getattr(raw, name)(**operands(c, dtype)))
        for name in ["Div", "FloorDiv", "FloorMod"] + (["RealDiv"] if dtype == "float32" else ["TruncateDiv", "TruncateMod"]):
            c.case(f"{name} {dtype}", lambda c: getattr(raw, name)(**nonzero(c, dtype)))
    c.case("Mod float32", lambda c: raw.Mod(**nonzero(c, "float32")))
    c.case("Pow float32", lambda c: raw.Pow(**operands(c, "float32", 1)), tolerance=1e-5)
    c.case("Pow int32", lambda c: raw.Pow(**operands(c, "int32", 0)))
    for dtype in ["uint8", "int8", "bool", "float64", "int16"]:
        c.case(f"Equal {dtype}", lambda c: raw.Equal(x=c.input(c.numbers([9], dtype)), y=c.input(c.numbers([9], dtype))))
    for dtype in ["uint8", "float64", "int16"]:
        c.case(f"Less {dtype}", lambda c: raw.Less(x=c.input(c.numbers([9], dtype)), y=c.input(c.numbers([9], dtype))))
        c.case(f"Maximum {dtype}", lambda c: raw.Maximum(x=c.input(c.numbers([9], dtype)), y=c.input(c.numbers([9], dtype))))
    zeros = np.array([0, 1, 0, 2], "float32")
    for name in ["DivNoNan", "MulNoNan", "Xdivy", "Xlogy", "Xlog1py"]:
        left = np.array([1, 2, 0, 3], "float32")
        flip = name.startswith("X")
        c.case(name, lambda c: getattr(raw, name)(x=c.input(zeros if flip else left), y=c.input((left if flip else zeros) + (0.5 if flip else 0))))
    c.case("MulNoNan infinite", lambda c: raw.MulNoNan(x=c.input(np.array([np.inf, np.nan, 2], "float32")), y=c.input(np.array([0, 0, 3], "float32"))))
    ys, xs = np.array([1, 1, -1, -1, 0, 0, 2, -2, 0], "float32"), np.array([1, -1, 1, -1, 1, -1, 0, 0, 0], "float32")
    c.case("Atan2", lambda c: raw.Atan2(y=c.input(ys), x=c.input(xs)))
    for name in ["LogicalAnd", "LogicalOr"]:
        c.case(name, lambda c: getattr(raw, name)(x=c.input(c.numbers([2, 3], "bool")), y=c.input(c.numbers([3], "bool"))))
    c.case("approximate", lambda c: raw.ApproximateEqual(x=c.input(np.float32([1, 2, 3])), y=c.input(np.float32([1.005, 2.2, 3])), tolerance=0.01))
    for count in [1, 3]:
        c.case(f"AddN {count}", lambda c: raw.AddN(inputs=[c.input(c.numbers([2, 3])) for _ in range(count)]))
    c.case("AddN int32", lambda c: raw.AddN(inputs=[c.input(c.numbers([2, 3], "int32")) for _ in range(3)]))
    c.case("clip", lambda c: raw.ClipByValue(t=c.input(c.numbers([2, 5])), clip_value_min=-1.5, clip_value_max=2.0))
    c.case("clip rows", lambda c: raw.ClipByValue(t=c.input(c.numbers([2, 5])), clip_value_min=c.input(c.numbers([2, 5], low=-3, high=-1)), clip_value_max=c.input(c.numbers([2, 5], low=1, high=3))))
    for op in [raw.LeftShift, raw.RightShift]:
        c.case(op.__name__, lambda c: op(x=c.input(c.numbers([5], "uint8", 0, 200)), y=c.input(c.numbers([5], "uint8", 0, 3))))


def choices(c):
    for dtype in ["float32", "int32", "int64", "bool", "uint8", "float64", "int8"]:
        c.case(f"SelectV2 {dtype}", lambda c: raw.SelectV2(condition=c.input(c.numbers([3, 1], "bool")), t=c.input(c.numbers([3, 4], dtype)), e=c.input(c.numbers([4], dtype))))
    c.case("Select rows", lambda c: raw.Select(condition=c.input(c.numbers([4], "bool")), x=c.input(c.numbers([4, 4])), y=c.input(c.numbers([4, 4]))))
    c.case("Select same", lambda c: raw.Select(condition=c.input(c.numbers([2, 4], "bool")), x=c.input(c.numbers([2, 4])), y=c.input(c.numbers([2, 4]))))
    c.case("Select scalar", lambda c: raw.Select(condition=c.input(np.array(True)), x=c.input(c.numbers([2, 4])), y=c.input(c.numbers([2, 4]))))
    c.case("Where", lambda c: raw.Where(condition=c.input(c.numbers([3, 4], "bool"))))
    c.case("Where int", lambda c: raw.Where(condition=c.input(c.numbers([3, 2], "int32", 0, 1))))


def casts(c):
    values = np.array([-2.7, -0.5, 0, 0.4, 1.5, 3.9], "float32")
    for to in ["int32", "int64", "float64", "bool", "float32", "int8", "float16"]:
        c.case(f"float32 to {to}", lambda c: raw.Cast(x=c.input(values), DstT=tf.as_dtype(to)))
    for source in ["int32", "int64", "uint8", "bool"]:
        for to in ["float32", "int32", "int64", "bool"]:
            c.case(f"{source} to {to}", lambda c: raw.Cast(x=c.input(c.numbers([5], source)), DstT=tf.as_dtype(to)))


def reductions(c):
    for name in ["Mean", "Sum", "Max", "Min", "Prod", "EuclideanNorm"]:
        for axis, keep in [([1], False), ([0, 2], True), ([-1], True), ([0, 1, 2], False), ([], False)]:
            c.case(f"{name} {axis} {keep}", lambda c: getattr(raw, name)(input=c.input(c.numbers([2, 3, 4], low=-2, high=2)), axis=np.array(axis, "int32"), keep_dims=keep))
    for name in ["Sum", "Max", "Min", "Prod", "Mean"]:
        for dtype in INTEGERS:
            c.case(f"{name} {dtype}", lambda c: getattr(raw, name)(input=c.input(c.numbers([2, 3], dtype, 0)), axis=[1]))
    for name in ["All", "Any"]:
        for axis, keep in [([1], False), ([0, 1], True)]:
            c.case(f"{name} {axis} {keep}", lambda c: getattr(raw, name)(input=c.input(c.numbers([3, 2], "bool")), axis=axis, keep_dims=keep))
    c.case("mean of all axes", lambda c: tf.reduce_mean(c.input(c.numbers([2, 3]), [None, 3])))
    c.case("scalar axis", lambda c: raw.Sum(input=c.input(c.numbers([2, 3])), axis=1))
    for name in ["ArgMax", "ArgMin"]:
        for axis in [0, -1]:
            for dtype in ["int32", "int64"]:
                c.case(f"{name} {axis} {dtype}", lambda c: getattr(raw, name)(input=c.input(c.random.permutation(12).reshape([3, 4]).astype("float32")), dimension=axis, output_type=tf.as_dtype(dtype)))
    c.case("ArgMax int64", lambda c: raw.ArgMax(input=c.input(c.random.permutation(12).reshape([3, 4])), dimension=1))
    for exclusive in [False, True]:
        for reverse in [False, True]:
            c.case(f"Cumsum {exclusive} {reverse}", lambda c: raw.Cumsum(x=c.input(c.numbers([3, 4])), axis=1, exclusive=exclusive, reverse=reverse))
    c.case("Cumsum int32", lambda c: raw.Cumsum(x=c.input(c.numbers([3, 4], "int32")), axis=-2))


FAMILIES = {"unary": unary, "binary": binary, "choices": choices, "casts": casts, "reductions": reductions}
