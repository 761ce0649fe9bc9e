"""The incumbent's weight-only quantization: MatMulNBitsQuantizer of onnxruntime, int4 in groups of 32, asymmetric.

    python weight_only.py MODEL OUTPUT --algorithm default|rtn

"default" is its own quantizer, whose inner loops are C++; "rtn" is the algorithm of that name, in numpy.
"""

import argparse
import logging

import onnx
from onnxruntime.quantization import matmul_nbits_quantizer as nbits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("output")
    parser.add_argument("--algorithm", choices=["default", "rtn"], default="default")
    options = parser.parse_args()
    logging.disable(logging.INFO)
    config = nbits.RTNWeightOnlyQuantConfig() if options.algorithm == "rtn" else None
    model = onnx.load(options.model)
    quantizer = nbits.MatMulNBitsQuantizer(model, block_size=32, is_symmetric=False, bits=4, algo_config=config)
    quantizer.process()
    size = sum(tensor.ByteSize() for tensor in quantizer.model.model.graph.initializer)
    quantizer.model.save_model_to_file(options.output, use_external_data_format=size > 2**30)


if __name__ == "__main__":
    main()
