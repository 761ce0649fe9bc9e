// The public surface of @tersor/torchscript, hand-kept.

export {};
