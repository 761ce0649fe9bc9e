"""Sentences as feeds: tokenizes a column of a tab-separated file and writes an npz for calibration or for latency.

    python text_feeds.py FILE.tsv TOKENIZER.json OUTPUT.npz [--samples 128] [--length 64] [--single]

With --single the file holds one array per input (a batch of one), else `<sample>/<input>` for each sentence.
"""

import argparse
import csv

import numpy as np
from tokenizers import Tokenizer


def encode(tokenizer, sentence):
    encoding = tokenizer.encode(sentence)
    fields = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids}
    return {name: np.array([values], dtype=np.int64) for name, values in fields.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("tokenizer")
    parser.add_argument("output")
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--single", action="store_true")
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(options.tokenizer)
    tokenizer.enable_padding(length=options.length)
    tokenizer.enable_truncation(options.length)
    with open(options.file, encoding="utf8", newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))
    feeds = [encode(tokenizer, row["sentence"]) for row in rows[: 1 if options.single else options.samples]]
    flat = {f"{i:04}/{name}": value for i, sample in enumerate(feeds) for name, value in sample.items()}
    np.savez(options.output, **(feeds[0] if options.single else flat))
