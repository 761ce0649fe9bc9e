# Writes packages/core/src/ops/cases/{neural,control-flow,microsoft}.json: single operators run in onnxruntime on random
# inputs (in ONNX's reference evaluator where that has no kernel), with the element types and shapes that came out. Development only: needs onnx and onnxruntime (1.31.1).
# A row: op, domain, opset, attributes, inputs [dtype, shape, values of a constant], outputs [dtype, shape].
# "dynamic" says that the outputs' shapes depend on data that no rule can see.

import json
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from op_cases_control_flow import control_flow_cases
from op_cases_microsoft import microsoft_cases
from op_cases_onnx import onnx_cases

FOLDER = os.path.join(os.path.dirname(__file__), "..", "packages", "core", "src", "ops", "cases")
DTYPES = {TensorProto.DataType.Name(code): code for code in TensorProto.DataType.values()}
NAMES = {
    "FLOAT": "float32", "DOUBLE": "float64", "FLOAT16": "float16", "INT64": "int64", "INT32": "int32", "INT8": "int8",
    "UINT8": "uint8", "UINT32": "uint32", "BOOL": "bool", "STRING": "string", "INT16": "int16", "UINT16": "uint16",
}


def dtype_name(array):
    if array.dtype.kind in "OU":
        return "string"
    return NAMES[TensorProto.DataType.Name(helper.np_dtype_to_tensor_dtype(array.dtype))]


def constant_row(array):
    row = [dtype_name(array), list(array.shape)]
    return row + [[v.item() if hasattr(v, "item") else v for v in array.flatten()]]


def attribute_row(value):
    if isinstance(value, onnx.GraphProto):
        return {"kind": "graph", "value": graph_row(value)}
    if isinstance(value, np.ndarray):
        return {"kind": "tensor", "value": constant_row(value)}
    if isinstance(value, (list, tuple)):
        kinds = {int: "ints", float: "floats", str: "strings"}
        return {"kind": kinds[type(value[0])], "value": list(value)}
    return {"kind": {int: "int", float: "float", str: "string"}[type(value)], "value": value}


def attribute_of(proto):
    value = helper.get_attribute_value(proto)
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, onnx.TensorProto):
        value = numpy_helper.to_array(value)
    return attribute_row(list(value) if not isinstance(value, (int, float, str, np.ndarray, onnx.GraphProto)) else value)


def graph_row(graph):
    return {
        "inputs": [value.name for value in graph.input],
        "outputs": [value.name for value in graph.output],
        "weights": {t.name: constant_row(numpy_helper.to_array(t)) for t in graph.initializer},
        "nodes": [
            {
                "op": node.op_type,
                "inputs": list(node.input),
                "outputs": list(node.output),
                "attributes": {a.name: attribute_of(a) for a in node.attribute},
            }
            for node in graph.node
        ],
    }


def is_sequence(value):
    return isinstance(value, list)


def value_info(name, value):
    if is_sequence(value):
        code = helper.np_dtype_to_tensor_dtype(value[0].dtype)
        return helper.make_tensor_sequence_value_info(name, code, None)
    if value.dtype.kind in "OU":
        return helper.make_tensor_value_info(name, TensorProto.STRING, value.shape)
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)


def graph_attribute(value):
    return numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value


def model_of(case):
    names = ["" if value is None else f"i{i}" for i, value in enumerate(case["inputs"])]
    outputs = [f"o{i}" for i in range(case["outputs"])]
    attributes = {key: graph_attribute(value) for key, value in case["attributes"].items()}
    node = helper.make_node(case["op"], names, outputs, domain=case["domain"], **attributes)
    given = [(name, value) for name, value in zip(names, case["inputs"]) if name]
    fed = [(name, value.array) for name, value in given if not value.constant]
    weights = [numpy_helper.from_array(value.array, name) for name, value in given if value.constant]
    results = [onnx.ValueInfoProto(name=name) for name in outputs]
    graph = helper.make_graph([node], "case", [value_info(*pair) for pair in fed], results, weights)
    opsets = [helper.make_opsetid("", case["opset"])]
    if case["domain"]:
        opsets.append(helper.make_opsetid(case["domain"], case["version"]))
    return helper.make_model(graph, opset_imports=opsets, ir_version=10), dict(fed)


def run(case):
    """Outputs by onnxruntime, or by ONNX's reference where onnxruntime has no kernel or can't run it here."""
    model, feeds = model_of(case)
    try:
        return "onnxruntime", run_onnxruntime(model, feeds)
    except Exception as error:
        if case["domain"] == "com.microsoft":
            raise
        print(f"reference for {case['op']} opset {case['opset']}: {str(error).splitlines()[0][:160]}")
        return "onnx reference", ReferenceEvaluator(model).run(None, feeds)


def run_onnxruntime(model, feeds):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def output_row(value, keep):
    if is_sequence(value):
        return {"sequence": [[dtype_name(v), list(v.shape)] for v in value]}
    array = np.asarray(value)
    return constant_row(array) if keep else [dtype_name(array), list(array.shape)]


def input_row(value):
    if value is None:
        return None
    if is_sequence(value.array):
        return {"sequence": [[dtype_name(v), list(v.shape)] for v in value.array]}
    keep = value.constant and value.array.size <= 64
    return constant_row(value.array) if keep else [dtype_name(value.array), list(value.array.shape)]


def row(case):
    found = {"op": case["op"]}
    if case["domain"]:
        found["domain"] = case["domain"]
    found["opset"] = case["version"] if case["domain"] else case["opset"]
    found["attributes"] = {key: attribute_row(value) for key, value in case["attributes"].items()}
    found["inputs"] = [input_row(value) for value in case["inputs"]]
    try:
        oracle, outputs = run(case)
    except Exception as error:
        raise SystemExit(f"{case['op']} opset {case['opset']} {case['attributes']}: {error}")
    # Elements of results are kept where all inputs are constant: folding is compared with them.
    keep = case["domain"] == "" and all(value is None or value.constant for value in case["inputs"])
    found["outputs"] = [output_row(value, keep and np.asarray(value).size <= 64) for value in outputs]
    if oracle != "onnxruntime":
        found["oracle"] = oracle
    if case["dynamic"]:
        found["dynamic"] = True
    return found


def write(name, cases):
    rows = [row(case) for case in cases]
    text = ",\n".join("  " + json.dumps(entry, separators=(",", ":")) for entry in rows)
    with open(os.path.join(FOLDER, f"{name}.json"), "w") as file:
        file.write(f"[\n{text}\n]\n")
    print(f"{name}: {len(rows)} cases, {len({entry['op'] for entry in rows})} operators")


if __name__ == "__main__":
    print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__)
    write("neural", onnx_cases())
    write("control-flow", control_flow_cases())
    write("microsoft", microsoft_cases())
