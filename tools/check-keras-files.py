"""Opens files that `writeKeras` wrote with Keras itself: do they load, and compute what the graph computes?

  python tools/check-keras-files.py <written file> <.io.h5 with in/ and out/>
Inputs are those of in/ by name; outputs are compared with out/ in order.
"""

import sys

import h5py
import numpy as np

try:
    from tensorflow import keras
except ImportError:
    import keras

model = keras.models.load_model(sys.argv[1], compile=False)
with h5py.File(sys.argv[2]) as f:
    inputs = [f["in/" + tensor.name.split(":")[0]][()] for tensor in model.inputs]
    expected = [f["out"][name][()] for name in sorted(f["out"])]
outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
worst = max(np.abs(np.asarray(a) - b).max() / max(np.abs(b).max(), 1e-6) for a, b in zip(outputs, expected))
print(sys.argv[1], "outputs", len(outputs), "largest relative difference", worst)
sys.exit(0 if worst < 1e-5 and len(outputs) == len(expected) else 1)
