# The vocabulary of the case lists: a case, and inputs that are fed (fed) or constant (constant).

from dataclasses import dataclass

import numpy as np

random = np.random.default_rng(7)


@dataclass
class Input:
    array: object
    constant: bool


def fed(*shape, dtype=np.float32):
    if np.dtype(dtype).kind in "iu":
        return Input(random.integers(0, 5, shape).astype(dtype), False)
    return Input(np.asarray(random.standard_normal(shape)).astype(dtype), False)


def fed_value(values, dtype=np.int64):
    return Input(values if isinstance(values, list) and isinstance(values[0], np.ndarray) else np.array(values, dtype), False)


def constant(values, dtype=np.int64):
    return Input(np.array(values, dtype), True)


def case(op, inputs, attributes=None, opset=13, outputs=1, domain="", version=1, dynamic=False):
    return dict(
        op=op, inputs=inputs, attributes=attributes or {}, opset=opset, outputs=outputs, domain=domain, version=version,
        dynamic=dynamic,
    )
