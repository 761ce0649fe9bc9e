"""CPU time per run of several models in onnxruntime, one thread, interleaved so that a busy machine hurts all alike.

    python latency.py FEEDS.npz MODEL MODEL ... [--rounds 30]

FEEDS.npz holds one array per input. Prints one line of JSON: the median CPU milliseconds of each model.
"""

import argparse
import json
import time

import numpy as np
import onnxruntime as ort


def session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def milliseconds(model, feeds):
    started = time.process_time()
    model.run(None, feeds)
    return 1000 * (time.process_time() - started)


def measure(models, feeds, rounds):
    for model in models:
        model.run(None, feeds)
    times = [[milliseconds(model, feeds) for model in models] for _ in range(rounds)]
    return [float(value) for value in np.median(times, axis=0)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feeds")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    archive = np.load(options.feeds)
    feeds = {name: archive[name] for name in archive.files}
    print(json.dumps({"cpuMs": measure([session(path) for path in options.models], feeds, options.rounds)}))
