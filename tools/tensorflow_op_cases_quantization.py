# Cases of simulated and real quantization. See make-tensorflow-op-cases.py.

import numpy as np
import tensorflow as tf

raw = tf.raw_ops


def fake_quantization(c):
    values = lambda c, shape=(4, 6): c.input(c.numbers(shape, low=-9, high=9) + np.float32(0.003))
    for bits in [2, 4, 8, 16]:
        for narrow in [False, True]:
            for low, high in [(-6.0, 6.0), (-1.3, 4.7), (0.0, 6.0)]:
                c.case(f"args {bits} {narrow} {low}", lambda c: raw.FakeQuantWithMinMaxArgs(inputs=values(c), min=low, max=high, num_bits=bits, narrow_range=narrow))
    c.case("vars", lambda c: raw.FakeQuantWithMinMaxVars(inputs=values(c), min=-2.1, max=3.3))
    c.case("vars above zero", lambda c: raw.FakeQuantWithMinMaxVars(inputs=values(c), min=0.7, max=3.3))
    c.case("vars empty", lambda c: raw.FakeQuantWithMinMaxVars(inputs=values(c), min=0.0, max=0.0))
    for bits in [4, 8]:
        for narrow in [False, True]:
            c.case(f"channels {bits} {narrow}", lambda c: raw.FakeQuantWithMinMaxVarsPerChannel(inputs=values(c, [3, 4]), min=np.float32([-1, -2.2, -3, -0.1]), max=np.float32([2, 1.1, 0.5, 5]), num_bits=bits, narrow_range=narrow))
    for signed in [False, True]:
        for bits in [4, 8, 12]:
            for mode in ["HALF_TO_EVEN", "HALF_UP"]:
                c.case(f"there and back {signed} {bits} {mode}", lambda c: raw.QuantizeAndDequantizeV2(input=values(c), input_min=-3.0 if signed else 0.0, input_max=5.0, signed_input=signed, num_bits=bits, range_given=True, round_mode=mode))
    c.case("there and back narrow", lambda c: raw.QuantizeAndDequantizeV4(input=values(c), input_min=-5.0, input_max=3.0, range_given=True, narrow_range=True))
    c.case("there and back v3", lambda c: raw.QuantizeAndDequantizeV3(input=values(c), input_min=-5.0, input_max=3.0, num_bits=8, range_given=True))


FAMILIES = {"fake quantization": fake_quantization}
