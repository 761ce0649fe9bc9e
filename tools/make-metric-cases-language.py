"""Makes the cases of metrics of texts, tags, answers and language models, with what the reference implementations say.

    pip install numpy scipy sacrebleu rouge-score seqeval jiwer nltk tqdm
    python make-metric-cases-language.py SQUAD_SCRIPTS > ../packages/evaluate/fixtures/metrics-language.json

SQUAD_SCRIPTS is a folder with the evaluation script of SQuAD v1.1 (evaluate-v1.1.py), that of v2.0 (evaluate-v2.0.py), and
utils_qa.py of transformers' question-answering example. They are run, not kept here.
"""

import importlib.util
import json
import pathlib
import random
import sys

import jiwer
import numpy as np
import sacrebleu
from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer
from scipy.special import log_softmax
from seqeval.metrics import f1_score

scripts = pathlib.Path(sys.argv[1])
draw = random.Random(11)


def script(name, file):
    spec = importlib.util.spec_from_file_location(name, scripts / file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Sentences with what tokenizers trip over: punctuation, entities, numbers, scripts, white space, repeats and nothing.
WORDS = (
    "the a an cat Cat sat sits sitting on mat mats, quickly relational operators running hopping falling geology 3.14 1,000 "
    "10-20 e.g. don't it's — „quoted“ naïve Straße 日本語 привет 🙂 &amp; &quot;x&quot; <skipped> well-\nknown U.S. $5 50% x² C++ _id"
).split(" ")
HARD = [
    "", " ", "\t\n", "the", "a an the", "...", "No. 5, 6.7, and 1,234.56-7 -- yes!", "end.", "a\u00a0b\u2003c\ufeffd", "x\x1cy\x85z",
    "İstanbul ΑΣ ΟΔΟΣ ǅ", "Tom & Jerry &lt;b&gt; &amp;quot;", "日本語。テスト、です！", "🙂🙃 🙂", "one two three four", "one two three four five",
    "first line\nsecond line\n\nthird the line", "caresses ponies flies died tying skies news happily geologically", "12-", "-12", "a-b-c",
]


def sentence(most=14):
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(0, most)))


def noisy(text):
    words = [word for word in text.split(" ") if draw.random() > 0.2]
    for _ in range(draw.randint(0, 2)):
        words.insert(draw.randint(0, len(words)), draw.choice(WORDS))
    return " ".join(words)


def pairs(count):
    references = [sentence() for _ in range(count)] + HARD + HARD[::-1]
    hypotheses = [noisy(text) for text in references[:count]] + HARD + [draw.choice(HARD) for _ in HARD]
    return hypotheses, references


def bleu():
    hypotheses, first = pairs(40)
    second = [noisy(text) for text in first]
    third = [noisy(text + " " + sentence(4)) for text in first]
    cases = []
    for streams in ([first], [first, second], [first, second, third]):
        for slice_ in (slice(None), slice(0, 5), slice(40, 45), slice(46, 47), slice(48, 49)):
            own, right = hypotheses[slice_], [stream[slice_] for stream in streams]
            cases.append((own, right))
    cases += [(["one two three"], [["one two three"]]), (["one two three four"], [["one two three four five six"]]), ([""], [["x"]]), (["b"], [["x"]])]
    # Orders without a match are smoothed.
    cases += [(["a b c d e f"], [["a c e b d f"]]), (["a b c d e f", "x y z w"], [["a b d c e f", "x y w z"]]), (["p q r s t"], [["t p q r"]])]
    return [
        {"hypotheses": own, "references": [list(group) for group in zip(*right)], "score": sacrebleu.corpus_bleu(own, right).score}
        for own, right in cases
    ]


def rouge():
    kinds = {"1": "rouge1", "2": "rouge2", "l": "rougeL", "lsum": "rougeLsum"}
    hypotheses, first = pairs(30)
    lines = ["\n".join(sentence(6) for _ in range(draw.randint(1, 4))) for _ in range(30)]
    hypotheses += [noisy(text) for text in lines]
    first += lines
    # Few words: several subsequences are as long as the longest.
    letters = lambda: "\n".join(" ".join(draw.choice("abcd") for _ in range(draw.randint(1, 9))) for _ in range(draw.randint(1, 4)))
    hypotheses += [letters() for _ in range(30)] + ["he was using his uses", "was use ate"]
    first += [letters() for _ in range(30)] + ["wa us hi", "wa us at"]
    cases = []
    for stem in (False, True):
        scorer = rouge_scorer.RougeScorer(list(kinds.values()), use_stemmer=stem)
        for hypothesis, reference in zip(hypotheses, first):
            references = [reference] if draw.random() < 0.6 else [reference, noisy(reference), sentence()]
            scores = scorer.score_multi(references, hypothesis)
            cases.append(
                {
                    "stem": stem,
                    "hypothesis": hypothesis,
                    "references": references,
                    "scores": {kind: list(scores[name]) for kind, name in kinds.items()},
                }
            )
    return cases


def stems():
    words = """caresses ponies ties caress cats feed agreed plastered bled motoring sing conflated troubled sized hopping tanned falling
    hissing fizzed failing filing happy sky enjoy enjoyment spy fly tried dying lying tying died tied skies news innings outing proceed
    relational conditional rational valenci hesitanci digitizer conformabli radicalli differentli vileli analogousli vietnamization
    predication operator feudalism decisiveness hopefulness callousness formaliti sensitiviti sensibiliti triplicate formative
    formalize electriciti electrical hopeful goodness revival allowance inference airliner gyroscopic adjustable defensible irritant
    replacement adjustment dependent adoption homologou communism activate angulariti homologous effective bowdlerize probate rate
    cease controll roll geologically geology theology logi carefully fulli usefully generally generalizations oscillators syzygy
    toy yyyy abby ied ed ing eed oed eing ow it on add adding added beautifulness nationally nationalistic possibly ably bless
    blessing flying sized sizes ion sion tion abilities a1b2s 123s mmmmed essess ss sses allied bedded ieds eased ease alli
    totalli rationalli actualli visually formalli analogy apologized apologies yes yelling crying buoyed played""".split()
    stemmer = PorterStemmer()
    return [[word, stemmer.stem(word)] for word in dict.fromkeys(words)]


def word_errors():
    hypotheses, references = pairs(30)
    # Without words in its references, an error rate has no value.
    groups = [(hypotheses, references), (hypotheses[:3], references[:3]), (["a\tb  c"], ["a b c"]), (["x y z"], ["x"]), ([""], ["a b"])]
    return [
        {"hypotheses": own, "references": right, "wer": jiwer.wer(right, own), "cer": jiwer.cer(right, own)}
        for own, right in groups
        if any(text.strip() for text in right)
    ]


def tagging():
    cases = []
    for tags in (
        ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"],
        ["O", "B-PER", "I-PER", "E-PER", "S-PER", "B-X-Y", "I-X-Y", "E-X-Y", "S-X-Y"],
        ["O", "I-PER", "I-LOC"],
        ["O", "B", "I", "B-MISC"],
    ):
        for length, agreement in ((1, 0.5), (7, 0.0), (9, 0.8), (12, 1.0), (20, 0.6)):
            labels = [[draw.choice([-100, *range(len(tags))]) for _ in range(length)] for _ in range(4)]
            predicted = [
                [label if label >= 0 and draw.random() < agreement else draw.randrange(len(tags)) for label in row] for row in labels
            ]
            kept = lambda rows: [[tags[c] for c, l in zip(row, label) if l != -100] for row, label in zip(rows, labels)]
            cases.append(
                {"tags": tags, "labels": labels, "predicted": predicted, "f1": float(f1_score(kept(labels), kept(predicted)))}
            )
    cases.append({"tags": ["O", "B-PER"], "labels": [[0, 0]], "predicted": [[0, 0]], "f1": float(f1_score([["O", "O"]], [["O", "O"]]))})
    return cases


def language_model():
    generator = np.random.default_rng(3)
    cases = []
    for dtype, scale, offset in (("float32", 2, 0), ("float32", 300, 1e4), ("float16", 4, 0), ("float32", 1e-3, -5)):
        logits = (generator.normal(size=(3, 6, 11)) * scale + offset).astype(dtype)
        ids = generator.integers(0, 11, size=(3, 6))
        ids[generator.random(size=ids.shape) < 0.25] = -100
        exact = log_softmax(logits.astype(np.float64), axis=-1)

        def figure(logp, labels):
            kept = labels != -100
            picked = np.take_along_axis(logp, np.where(kept, labels, 0)[..., None], -1)[..., 0][kept]
            return float(np.exp(-picked.mean()))

        kept = ids != -100
        cases.append(
            {
                "dtype": dtype,
                "shape": list(logits.shape),
                "logits": logits.astype(np.float64).ravel().tolist(),
                "ids": ids.tolist(),
                "perplexity": figure(exact[:, :-1], ids[:, 1:]),
                "mlmPerplexity": figure(exact, ids),
                "mlmAccuracy": float((logits.argmax(-1) == ids)[kept].mean()),
            }
        )
    return cases


def squad_scores():
    v1, v2 = script("squad_v1", "evaluate-v1.1.py"), script("squad_v2", "evaluate-v2.0.py")
    answers = [sentence(4) for _ in range(40)] + HARD + ["The cat", "cat", "CAT!", "a théâtre", "théa", "ªa the_ the", "an-a", "the²", "२ the २"]
    cases = []
    pairs = [("théa", ["thé"]), ("ªa", ["ª"]), ("the²", ["²"]), ("a२", ["२"]), ("x_the", ["x_"]), ("日a本", ["日本", "日 本"]), ("the-a", [""])]
    for answer, gold in pairs + [(answer, None) for answer in answers]:
        gold = gold or [noisy(answer) if draw.random() < 0.7 else draw.choice(answers) for _ in range(draw.randint(1, 3))]
        if draw.random() < 0.2 and (answer, gold) not in pairs:
            gold = [draw.choice(["", "the", "..."])]
        best = lambda score: float(v1.metric_max_over_ground_truths(score, answer, gold))
        dataset = [{"paragraphs": [{"qas": [{"id": "q", "answers": [{"text": text} for text in gold]}]}]}]
        exact, f1 = v2.get_raw_scores(dataset, {"q": answer})
        cases.append(
            {
                "answer": answer,
                "gold": gold,
                "v1": [best(v1.exact_match_score), best(v1.f1_score)],
                "v2": [float(exact["q"]), float(f1["q"])],
            }
        )
    return cases


def squad_decoding():
    """Questions of one or several windows, with the answers that utils_qa decodes and the scripts' figures."""
    v1, v2, qa = script("squad_v1", "evaluate-v1.1.py"), script("squad_v2", "evaluate-v2.0.py"), script("utils_qa", "utils_qa.py")
    qa.logger.setLevel = lambda level: None
    generator = np.random.default_rng(5)
    questions, features, starts, ends, golds = [], [], [], [], []
    tokens = 24
    for number in range(24):
        words = [draw.choice([w for w in WORDS if "\n" not in w and "🙂" not in w]) for _ in range(30)]
        context = " ".join(words)
        places, at = [], 0
        for word in words:
            places.append((at, at + len(word)))
            at += len(word) + 1
        identity = f"q{number}"
        begin = draw.randrange(28)
        gold = [] if number % 5 == 4 else [" ".join(words[begin : begin + 2]), " ".join(words[begin : begin + 1])]
        for window in range(1 if number % 3 else 2):
            own = places[window * 10 : window * 10 + 20]
            offsets = [None, None] + own + [None] * (tokens - 2 - len(own))
            if number % 7 == 0:
                offsets[5] = (offsets[5][0], offsets[5][0])
            start = generator.normal(size=tokens).astype(np.float32) * 3
            end = generator.normal(size=tokens).astype(np.float32) * 3
            if number % 2 and gold and window == 0 and begin < 18:
                start[begin + 2] += 12
                end[begin + 3] += 12
            features.append({"example_id": identity, "offset_mapping": offsets})
            starts.append(start)
            ends.append(end)
        questions.append({"id": identity, "context": context})
        golds.append(gold)
    columns = type("Examples", (list,), {"__getitem__": lambda self, key: [q["id"] for q in self] if key == "id" else list.__getitem__(self, key)})
    decode = lambda **options: qa.postprocess_qa_predictions(columns(questions), features, (np.array(starts), np.array(ends)), **options)
    cases = []
    for options in ({}, {"max_answer_length": 2}, {"n_best_size": 3}, {"n_best_size": 1, "max_answer_length": 1}):
        answers = decode(**options)
        answerable = [(q["id"], gold) for q, gold in zip(questions, golds) if gold]
        mean = lambda score: float(np.mean([v1.metric_max_over_ground_truths(score, answers[i], gold) for i, gold in answerable]))
        cases.append({"version": 1, "options": options, "answers": answers, "exact": mean(v1.exact_match_score), "f1": mean(v1.f1_score)})
    for options in ({}, {"null_score_diff_threshold": -4.0}, {"null_score_diff_threshold": -30.0}, {"n_best_size": 4}):
        answers = decode(version_2_with_negative=True, **options)
        dataset = [{"paragraphs": [{"qas": [{"id": q["id"], "answers": [{"text": t} for t in gold]} for q, gold in zip(questions, golds)]}]}]
        exact, f1 = v2.get_raw_scores(dataset, answers)
        figures = v2.make_eval_dict(exact, f1)
        cases.append({"version": 2, "options": options, "answers": answers, "exact": figures["exact"] / 100, "f1": figures["f1"] / 100})
    return {
        "questions": [{**question, "answers": gold} for question, gold in zip(questions, golds)],
        "windows": [
            {"id": feature["example_id"], "offsets": feature["offset_mapping"], "starts": start.tolist(), "ends": end.tolist()}
            for feature, start, end in zip(features, starts, ends)
        ],
        "cases": cases,
    }


parts = [bleu, rouge, stems, word_errors, tagging, language_model, squad_scores, squad_decoding]
json.dump({part.__name__: part() for part in parts}, sys.stdout, ensure_ascii=True)
