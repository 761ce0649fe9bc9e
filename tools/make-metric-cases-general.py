"""Makes the cases of metrics of classes, numbers, boxes and segmentations, with what the reference implementations say.

    pip install numpy scipy scikit-learn pycocotools
    python make-metric-cases-general.py VOC_EVAL > ../packages/evaluate/fixtures/metrics-general.json

VOC_EVAL is voc_eval.py of py-faster-rcnn (Python 2; it is read as Python 3 here). It is run, not kept here.
"""

import contextlib
import io
import json
import os
import pickle
import re
import sys
import tempfile
import warnings

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import f1_score, jaccard_score, matthews_corrcoef, mean_squared_error

warnings.simplefilter("ignore")
random = np.random.default_rng(17)


def classification():
    cases = []
    for classes, count, agreement in ((2, 60, 0.7), (2, 30, 0.0), (2, 12, 1.0), (5, 80, 0.5), (9, 20, 0.4), (4, 3, 0.0), (3, 1, 1.0)):
        labels = random.integers(0, max(2, classes - 1), size=count)  # the last class is only ever predicted
        scores = random.integers(0, 6, size=(count, classes)).astype(np.float32)  # whole numbers: ties
        agree = random.random(count) < agreement
        scores[agree, labels[agree]] += 10
        cases.append((labels, scores))
    cases.append((np.zeros(5, int), np.array([[1, 0]] * 5, np.float32)))
    cases.append((np.array([0, 0, 0]), np.array([[0, 1]] * 3, np.float32)))
    rows = []
    for labels, scores in cases:
        predicted = scores.argmax(-1)
        averages = ["macro", "micro", "weighted"] + (["binary"] if scores.shape[1] == 2 else [])
        rows.append(
            {
                "labels": labels.tolist(),
                "shape": list(scores.shape),
                "scores": scores.ravel().tolist(),
                "f1": {average: float(f1_score(labels, predicted, average=average, zero_division=0)) for average in averages},
                "matthews": float(matthews_corrcoef(labels, predicted)),
            }
        )
    return rows


def regression():
    cases = []
    for count, scale, offset, ties in ((40, 1, 0, False), (60, 5, 0, True), (30, 1e-2, 1e3, False), (2, 1, 0, False), (25, 2, -3, True)):
        given = (random.normal(size=count) * scale + offset).astype(np.float32)
        expected = given.astype(np.float64) * 0.5 + random.normal(size=count) * scale
        if ties:
            given, expected = np.round(given), np.round(expected)
        cases.append((given.astype(np.float64), expected))
    return [
        {
            "outputs": given.tolist(),
            "labels": expected.tolist(),
            "pearson": float(pearsonr(given, expected).statistic),
            "spearman": float(spearmanr(given, expected).statistic),
            "mse": float(mean_squared_error(expected, given)),
        }
        for given, expected in cases
    ]


def boxes(count, size=200):
    """Whole pixels: x, y, width, height, from small to large."""
    corner = random.integers(0, size - 30, size=(count, 2))
    extent = np.minimum(random.choice([6, 20, 40, 90, 130], size=(count, 1)) + random.integers(0, 12, size=(count, 2)), size - corner)
    return np.concatenate([corner, extent], 1)


def images(count, classes):
    """Images with objects, crowds among them, and detections near them, elsewhere and twice, with tied scores."""
    found = []
    for image in range(count):
        objects = boxes(random.integers(0, 7))
        kinds = random.integers(0, classes, size=len(objects))
        near = [np.maximum(objects + random.integers(-4, 5, size=objects.shape), 1) for _ in range(2)]
        detections = np.concatenate([*near, boxes(4)])
        guesses = np.concatenate([kinds, np.where(random.random(len(kinds)) < 0.7, kinds, 0), random.integers(0, classes + 1, size=4)])
        if image == 1:
            detections, guesses = detections[:0], guesses[:0]
        if image == 2:  # more than 100 of a class
            detections = np.concatenate([detections, boxes(130)])
            guesses = np.concatenate([guesses, np.zeros(130, int)])
        found.append(
            {
                "boxes": objects.tolist(),
                "classes": kinds.tolist(),
                "iscrowd": (random.random(len(objects)) < 0.15).astype(int).tolist(),
                "area": [int(box[2] * box[3] * random.choice([0.5, 1])) for box in objects],
                "difficult": (random.random(len(objects)) < 0.2).astype(int).tolist(),
                "width": 256,
                "height": 256,
                "detections": detections.tolist(),
                "scores": (random.integers(1, 64, size=len(detections)) / 64).tolist(),
                "guesses": guesses.tolist(),
            }
        )
    return found


def coco(found):
    annotations, results = [], []
    for index, image in enumerate(found):
        for box, kind, crowd, area in zip(image["boxes"], image["classes"], image["iscrowd"], image["area"]):
            number = len(annotations) + 1
            annotations.append({"id": number, "image_id": index, "category_id": kind, "bbox": box, "area": area, "iscrowd": crowd})
        for box, score, kind in zip(image["detections"], image["scores"], image["guesses"]):
            results.append({"image_id": index, "category_id": kind, "bbox": box, "score": score})
    categories = sorted({a["category_id"] for a in annotations} | {r["category_id"] for r in results})
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "info": {},
            "images": [{"id": i} for i in range(len(found))],
            "categories": [{"id": c} for c in categories],
            "annotations": annotations,
        }
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    names = ["map", "map-50", "map-75", "map-small", "map-medium", "map-large", "mar-1", "mar-10", "mar-100"]
    return dict(zip(names, evaluation.stats.tolist()))


def voc_functions(path):
    text = open(path).read()
    text = re.sub(r"print '(.*?)'\.format\((?:.|\n)*?\)\n", "pass\n", text)
    text = text.replace("np.bool)", "bool)").replace("import cPickle", "import pickle as cPickle")
    text = re.sub(r"open\(cachefile, '([rw])'\)", r"open(cachefile, '\1b')", text)
    # Ties are kept in the order of the detections; the script leaves them to the sort.
    text = text.replace("np.argsort(-confidence)", "np.argsort(-confidence, kind='stable')")
    names = {}
    exec(compile(text, path, "exec"), names)
    return names["voc_eval"]


def voc(found, voc_eval):
    corners = lambda box: [box[0], box[1], box[0] + box[2], box[1] + box[3]]
    with tempfile.TemporaryDirectory() as folder:
        records = {
            str(index): [
                {"name": str(kind), "bbox": corners(box), "difficult": difficult}
                for box, kind, difficult in zip(image["boxes"], image["classes"], image["difficult"])
            ]
            for index, image in enumerate(found)
        }
        pickle.dump(records, open(os.path.join(folder, "annots.pkl"), "wb"))
        open(os.path.join(folder, "images.txt"), "w").write("\n".join(records))
        asked = sorted({obj["name"] for objects in records.values() for obj in objects if not obj["difficult"]})
        figures = {"voc-map": [], "voc-map-11": []}
        for name in asked:
            lines = [
                " ".join(map(str, [index, score, *corners(box)]))
                for index, image in enumerate(found)
                for box, score, kind in zip(image["detections"], image["scores"], image["guesses"])
                if str(kind) == name
            ]
            open(os.path.join(folder, f"{name}.txt"), "w").write("\n".join(lines))
            for figure, old in (("voc-map", False), ("voc-map-11", True)):
                ap = voc_eval(os.path.join(folder, "{}.txt"), "", os.path.join(folder, "images.txt"), name, folder, 0.5, old)[2]
                figures[figure].append(float(ap))
        return {figure: float(np.mean(values)) for figure, values in figures.items()}


def detection():
    voc_eval = voc_functions(sys.argv[1])
    cases = []
    for count, classes in ((12, 3), (5, 1), (8, 5)):
        found = images(count, classes)
        cases.append({"images": found, "figures": {**coco(found), **voc(found, voc_eval)}})
    return cases


def segmentation():
    cases = []
    for classes, shape, agreement in ((5, (3, 6, 7), 0.6), (2, (2, 4, 4), 0.0), (4, (1, 5, 5), 1.0), (7, (4, 3, 3), 0.3)):
        labels = random.integers(0, max(1, classes - 2), size=shape)
        labels[random.random(shape) < 0.2] = 255
        predicted = np.where((random.random(shape) < agreement) & (labels != 255), labels, random.integers(0, classes, size=shape))
        kept = labels != 255
        present = sorted(set(labels[kept]) | set(predicted[kept]))
        value = jaccard_score(labels[kept], predicted[kept], labels=present, average="macro")
        cases.append(
            {"classes": classes, "shape": list(shape), "labels": labels.ravel().tolist(), "predicted": predicted.ravel().tolist(), "miou": float(value)}
        )
    return cases


parts = [classification, regression, detection, segmentation]
json.dump({part.__name__: part() for part in parts}, sys.stdout)
