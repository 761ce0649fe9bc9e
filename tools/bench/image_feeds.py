"""Images as feeds: normalises uint8 NHWC images from a raw file and writes an npz for calibration or for latency.

    python image_feeds.py IMAGES.bin MODEL.onnx OUTPUT.npz [--size 32] [--samples 128] [--batch 1] [--single]

With --single the file holds one array (one batch), else `<sample>/<input>` for each batch.
"""

import argparse

import numpy as np
import onnxruntime as ort

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images")
    parser.add_argument("model", help="whose first input the images are for")
    parser.add_argument("output")
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--single", action="store_true")
    options = parser.parse_args()
    name = ort.InferenceSession(options.model, providers=["CPUExecutionProvider"]).get_inputs()[0].name
    pixels = options.size * options.size * 3
    count = options.batch if options.single else options.samples
    raw = np.fromfile(options.images, dtype=np.uint8, count=count * pixels)
    images = raw.reshape(-1, options.size, options.size, 3).astype(np.float32) / 255
    feeds = np.ascontiguousarray(((images - MEAN) / DEVIATION).transpose(0, 3, 1, 2))
    batches = feeds.reshape(-1, options.batch, 3, options.size, options.size)
    flat = {f"{i:04}/{name}": batch for i, batch in enumerate(batches)}
    np.savez(options.output, **({name: batches[0]} if options.single else flat))
