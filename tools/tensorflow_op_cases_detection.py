# Cases of images made larger and smaller, crops, and suppressed boxes. See make-tensorflow-op-cases.py.

import numpy as np
import tensorflow as tf

raw = tf.raw_ops


def images(c):
    modes = [dict(), dict(align_corners=True), dict(half_pixel_centers=True)]
    sizes = {"larger": [8, 12], "odd": [7, 5], "smaller": [2, 3], "one": [1, 1]}
    for op in [raw.ResizeBilinear, raw.ResizeNearestNeighbor, raw.ResizeBicubic]:
        for mode in modes:
            for name, size in sizes.items():
                # TensorFlow's bicubic weights come from a table of 1024 steps.
                tolerance = 2e-3 if op is raw.ResizeBicubic else None
                c.case(f"{op.__name__} {'_'.join(mode)} {name}", lambda c: op(images=c.input(c.numbers([1, 4, 6, 2])), size=size, **mode), tolerance=tolerance)
    c.case("bilinear uint8", lambda c: raw.ResizeBilinear(images=c.input(c.numbers([1, 3, 3, 2], "uint8", 0, 255)), size=[6, 6]))
    c.case("nearest uint8", lambda c: raw.ResizeNearestNeighbor(images=c.input(c.numbers([1, 3, 3, 2], "uint8", 0, 255)), size=[6, 6]))
    c.case("nearest int64", lambda c: raw.ResizeNearestNeighbor(images=c.input(c.numbers([1, 3, 3, 2], "int64", 0, 255)), size=[6, 6]))
    c.case("computed size", lambda c: raw.ResizeBilinear(images=c.input(c.numbers([1, 3, 3, 2])), size=c.input(np.array([5, 4], "int32")), half_pixel_centers=True))

    def twice(c):
        x = c.input(c.numbers([2, 3, 4, 2]), [None, None, None, 2])
        return raw.ResizeNearestNeighbor(images=x, size=tf.shape(x)[1:3] * 2, half_pixel_centers=True)

    c.case("twice", twice)
    boxes = np.array([[0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], [-0.2, 0.3, 1.3, 0.4], [0.9, 0.8, 0.2, 0.1]], "float32")
    for method in ["bilinear", "nearest"]:
        for size in [[3, 4], [1, 2], [1, 1]]:
            c.case(f"crop {method} {size[0]} {size[1]}", lambda c: raw.CropAndResize(image=c.input(c.numbers([2, 6, 5, 3]), [None, None, None, 3]), boxes=c.input(boxes), box_ind=c.input(np.array([0, 1, 1, 0], "int32")), crop_size=size, method=method, extrapolation_value=0.75))


def suppression(c):
    random = np.random.RandomState(5)
    corner = random.rand(12, 2) * 3
    boxes = np.concatenate([corner, corner + 0.5 + random.rand(12, 2)], 1).astype("float32")
    boxes[3], boxes[7] = boxes[3][[2, 3, 0, 1]], boxes[2]
    scores = (random.permutation(12) / 12 + 0.01).astype("float32")
    common = lambda c, limit: dict(boxes=c.input(boxes, [None, 4]), scores=c.input(scores, [None]), max_output_size=limit)
    for limit in [3, 20]:
        c.case(f"v1 {limit}", lambda c: raw.NonMaxSuppression(**common(c, limit), iou_threshold=0.3))
        c.case(f"v2 {limit}", lambda c: raw.NonMaxSuppressionV2(**common(c, limit), iou_threshold=0.4))
        c.case(f"v3 {limit}", lambda c: raw.NonMaxSuppressionV3(**common(c, limit), iou_threshold=0.4, score_threshold=0.3))
        for padded in [False, True]:
            c.case(f"v4 {limit} {padded}", lambda c: raw.NonMaxSuppressionV4(**common(c, limit), iou_threshold=0.4, score_threshold=0.3, pad_to_max_output_size=padded))
            c.case(f"v5 {limit} {padded}", lambda c: raw.NonMaxSuppressionV5(**common(c, limit), iou_threshold=0.4, score_threshold=0.3, soft_nms_sigma=0.0, pad_to_max_output_size=padded))
    c.case("v3 computed", lambda c: raw.NonMaxSuppressionV3(**common(c, c.input(np.array(4, "int32"))), iou_threshold=c.input(np.float32(0.5)), score_threshold=c.input(np.float32(-np.inf))))
    table = (np.random.RandomState(6).permutation(2 * 12 * 3).reshape([2, 12, 3]) / 72 + 0.005).astype("float32")
    both = np.stack([boxes, boxes[::-1]])
    for by_class in [False, True]:
        own = both[:, :, None] if not by_class else np.stack([both, both * 0.9, both[:, ::-1]], 2)
        for per_class in [False, True]:
            for limits in [(4, 6), (2, 50), (20, 100)]:
                c.case(
                    f"combined {by_class} {per_class} {limits[0]}",
                    lambda c: list(raw.CombinedNonMaxSuppression(boxes=c.input(own / 4), scores=c.input(table), max_output_size_per_class=limits[0], max_total_size=limits[1], iou_threshold=0.3, score_threshold=0.2, pad_per_class=per_class, clip_boxes=not per_class)),
                )


FAMILIES = {"images": images, "suppression": suppression}
