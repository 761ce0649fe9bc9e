// The public surface of @tersor/keras, hand-kept.

export {};
