# Cases of control flow and sequences: bodies are small graphs of standard operators.

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from op_case import case, constant, fed, fed_value

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
OPSETS = (11, 13, 16, 19, 21, 23)
node = helper.make_node


def info(name, dtype=FLOAT, shape=None):
    return helper.make_tensor_value_info(name, dtype, shape)


def graph(nodes, inputs, outputs, **weights):
    tensors = [numpy_helper.from_array(np.array(*value), name) for name, value in weights.items()]
    return helper.make_graph(nodes, "body", inputs, outputs, tensors)


def constant_branch(shape, dtype=np.float32):
    code = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    tensor = numpy_helper.from_array(np.zeros(shape, dtype), "t")
    return helper.make_graph([node("Constant", [], ["b"], value=tensor)], "branch", [], [info("b", code)])


def if_cases():
    for opset in (7,) + OPSETS:
        branches = {"then_branch": constant_branch((2, 3)), "else_branch": constant_branch((2, 3))}
        yield case("If", [fed_value(True, bool)], branches, opset)
    branches = {"then_branch": constant_branch((2, 3)), "else_branch": constant_branch((2, 5))}
    yield case("If", [fed_value(True, bool)], branches, 13, dynamic=True)
    yield case("If", [constant(False, bool)], branches, 13)
    yield case("If", [constant(True, bool)], branches, 13)
    branches = {"then_branch": constant_branch((2, 3)), "else_branch": constant_branch((4,))}
    yield case("If", [fed_value(False, bool)], branches, 13, dynamic=True)


def loop_body(nodes, carried, scans, **weights):
    inputs = [info("iter", INT64, []), info("cond", BOOL, [])] + [info(f"{name}_in") for name in carried]
    outputs = [info("cond_out", BOOL)] + [info(f"{name}_out") for name in carried] + [info(name) for name in scans]
    return graph([node("Identity", ["cond"], ["cond_out"]), *nodes], inputs, outputs, **weights)


def loop_cases():
    steady = loop_body([node("Add", ["x_in", "x_in"], ["x_out"]), node("Identity", ["x_out"], ["y"])], ["x"], ["y"])
    growing = loop_body([node("Concat", ["x_in", "x_in"], ["x_out"], axis=0)], ["x"], [])
    for opset in OPSETS:
        yield case("Loop", [constant(5), constant(True, bool), fed(2, 3)], {"body": steady}, opset, outputs=2)
    yield case("Loop", [constant(5), None, fed(2, 3)], {"body": steady}, 13, outputs=2)
    yield case("Loop", [fed_value(4), constant(True, bool), fed(2, 3)], {"body": steady}, 13, outputs=2, dynamic=True)
    yield case("Loop", [constant(4), fed_value(True, bool), fed(2, 3)], {"body": steady}, 13, outputs=2, dynamic=True)
    yield case("Loop", [constant(3), constant(True, bool), fed(2, 3)], {"body": growing}, 13, dynamic=True)
    stopping = graph(
        [node("Less", ["iter", "limit"], ["cond_out"]), node("Identity", ["x_in"], ["x_out"]), node("Neg", ["x_in"], ["y"])],
        [info("iter", INT64, []), info("cond", BOOL, []), info("x_in")],
        [info("cond_out", BOOL), info("x_out"), info("y")],
        limit=(2, np.int64),
    )
    yield case("Loop", [constant(9), constant(True, bool), fed(2, 3)], {"body": stopping}, 13, outputs=2, dynamic=True)


def nested_cases():
    """A loop that collects into a sequence, one without carried values, and an If inside a loop."""
    insert = loop_body([node("SequenceInsert", ["s_in", "t"], ["s_out"])], [], [], t=(np.zeros((2, 3)), np.float32))
    sequence = helper.make_tensor_sequence_value_info
    collecting = helper.make_graph(
        insert.node,
        "body",
        [info("iter", INT64, []), info("cond", BOOL, []), sequence("s_in", FLOAT, None)],
        [info("cond_out", BOOL), sequence("s_out", FLOAT, None)],
        insert.initializer,
    )
    start = fed_value([np.zeros((2, 3), np.float32)])
    yield case("Loop", [constant(3), constant(True, bool), start], {"body": collecting}, 13)
    counting = loop_body([node("Cast", ["iter"], ["y"], to=FLOAT)], [], ["y"])
    yield case("Loop", [constant(6), constant(True, bool)], {"body": counting}, 13)
    branches = {"then_branch": constant_branch((2, 3)), "else_branch": constant_branch((2, 3))}
    choosing = loop_body(
        [
            node("Greater", ["iter", "one"], ["late"]),
            node("If", ["late"], ["chosen"], **branches),
            node("ReduceMax", ["chosen"], ["most"], keepdims=0),
            node("Add", ["x_in", "most"], ["x_out"]),
            node("ReduceMax", ["x_out"], ["y"], axes=[1], keepdims=0),
        ],
        ["x"],
        ["y"],
        one=(1, np.int64),
    )
    yield case("Loop", [constant(4), constant(True, bool), fed(2, 3)], {"body": choosing}, 13, outputs=2)
    shrinking = loop_body([node("Slice", ["x_in", "first", "end"], ["x_out"])], ["x"], [], first=([1], np.int64), end=([99], np.int64))
    yield case("Loop", [constant(2), constant(True, bool), fed(5, 3)], {"body": shrinking}, 13, dynamic=True)


def scan_cases():
    body = graph(
        [node("Add", ["s_in", "x"], ["s_out"]), node("ReduceSum", ["s_out"], ["y"], keepdims=1)],
        [info("s_in"), info("x")],
        [info("s_out"), info("y")],
    )
    for opset in (9,) + OPSETS:
        yield case("Scan", [fed(4), fed(7, 4)], {"body": body, "num_scan_inputs": 1}, opset, outputs=2)
    axes = {"scan_input_axes": [1], "scan_output_axes": [-1], "scan_input_directions": [1]}
    yield case("Scan", [fed(4), fed(4, 7)], {"body": body, "num_scan_inputs": 1, **axes}, 13, outputs=2)
    yield case("Scan", [None, fed(3, 4), fed(3, 7, 4)], {"body": body, "num_scan_inputs": 1}, 8, outputs=2)


def sequence_cases():
    two = [np.zeros((2, 3), np.float32), np.zeros((2, 3), np.float32)]
    mixed = [np.zeros((2, 3), np.float32), np.zeros((1, 3), np.float32)]
    yield case("SequenceConstruct", [fed(2, 3), fed(2, 3)], {}, 11)
    yield case("SequenceConstruct", [fed(2, 3), fed(1, 3)], {}, 11)
    yield case("SequenceEmpty", [], {"dtype": 7}, 11)
    yield case("SequenceEmpty", [], {}, 11)
    yield case("SequenceInsert", [fed_value(two), fed(2, 3)], {}, 11)
    yield case("SequenceInsert", [fed_value(two), fed(4, 3), constant(0)], {}, 11)
    yield case("SequenceErase", [fed_value(two)], {}, 11)
    yield case("SequenceAt", [fed_value(two), constant(1)], {}, 11, dynamic=True)
    yield case("SequenceAt", [fed_value(mixed), constant(1)], {}, 11, dynamic=True)
    yield case("SequenceLength", [fed_value(mixed)], {}, 11)
    for value in (two, mixed):
        yield case("ConcatFromSequence", [fed_value(value)], {"axis": 0}, 11, dynamic=True)
    yield case("ConcatFromSequence", [fed_value(two)], {"axis": -1, "new_axis": 1}, 11, dynamic=True)
    body = graph([node("Neg", ["x"], ["y"])], [info("x", FLOAT, ["n", 3])], [info("y", FLOAT, ["n", 3])])
    yield case("SequenceMap", [fed_value(two)], {"body": body}, 17)
    yield case("SplitToSequence", [fed(6, 4)], {}, 11)
    yield case("SplitToSequence", [fed(6, 4)], {"keepdims": 0, "axis": 1}, 11)
    yield case("SplitToSequence", [fed(6, 4), constant(2)], {}, 11)
    yield case("SplitToSequence", [fed(6, 4), constant(4)], {}, 11)
    yield case("SplitToSequence", [fed(6, 4), constant([1, 3])], {"axis": -1}, 11)
    yield case("SplitToSequence", [fed(6, 4), constant([2, 2])], {"axis": 1}, 11)
    yield case("OptionalHasElement", [fed(2, 3)], {}, 18)
    yield case("OptionalGetElement", [fed(2, 3)], {}, 18)


def control_flow_cases():
    return [entry for family in (if_cases, loop_cases, nested_cases, scan_cases, sequence_cases) for entry in family()]
