// The kinds of data that a description can name: the options of each with what they may be, and how it is opened.

import { either, isColumn, isFlag, isMap, isNumber, isOneOf, isText, listOf } from "./checks.ts";
import { images } from "./images.ts";
import { jsonLines } from "./json-lines.ts";
import { onlyInput, textDefaults, tokenizerFor, type Kind } from "./kind.ts";
import { npy, npz } from "./npz.ts";
import { random } from "./random.ts";
import { rawImages } from "./raw-images.ts";
import { openRows, tableKinds, textOptions } from "./table-kinds.ts";
import { tableFormatOf } from "./tables/open.ts";
import { testDataFolder } from "./test-data.ts";
import { text } from "./text.ts";

/** All kinds by their names. */
export const kinds = {
  npz: {
    options: { layout: isOneOf("stacked", "samples"), inputs: listOf(isText), label: isText, maxBytes: isNumber },
    paths: [],
    open: (source, options, { inputs }) =>
      npz(source, { ...(inputs.length > 0 ? { inputs: inputs.map(({ name }) => name) } : {}), ...options }),
  },
  npy: {
    options: { input: isText, maxBytes: isNumber },
    paths: [],
    open: (source, options, { inputs }) => npy(source, { input: onlyInput("npy", inputs, options), ...options }),
  },
  testData: {
    options: { inputs: listOf(isText), outputs: listOf(isText), maxBytes: isNumber },
    paths: [],
    open: (source, options, { inputs }) =>
      testDataFolder(source, { ...(inputs.length > 0 ? { inputs: inputs.map(({ name }) => name) } : {}), ...options }),
  },
  images: {
    options: {
      input: isText,
      preprocessing: either(isText, isMap),
      labels: isText,
      classes: listOf(isText),
      samples: isNumber,
    },
    paths: ["labels"],
    open: (source, options, { inputs }) => images(source, { input: onlyInput("images", inputs, options), ...options }),
  },
  rawImages: {
    options: {
      input: isText,
      height: isNumber,
      width: isNumber,
      channels: isNumber,
      count: isNumber,
      labels: either(isText, listOf(isColumn)),
      preprocessing: either(isText, isMap),
    },
    paths: ["labels"],
    open: (source, options, { inputs }) =>
      rawImages({ height: 0, width: 0, ...options, file: source, input: onlyInput("rawImages", inputs, options) }),
  },
  text: {
    options: {
      ...textOptions,
      label: isColumn,
      classes: listOf(isText),
      samples: isNumber,
      inputs: either(listOf(isText), isMap),
      format: isOneOf("tsv", "csv", "jsonl", "lines"),
      header: isFlag,
    },
    paths: ["tokenizer"],
    open: (source, options, { inputs }) => {
      const tokenizer = tokenizerFor(source, options);
      const { task = "classification", format = tableFormatOf(source) ?? "lines" } = options;
      if (task === "classification") return text(source, { ...textDefaults(inputs), ...options, tokenizer });
      return openRows(source, undefined, { ...options, format, tokenizer }, inputs);
    },
  },
  jsonLines: {
    options: { label: isText, samples: isNumber },
    paths: [],
    open: (source, options, { inputs }) => jsonLines(source, { inputs, ...options }),
  },
  ...tableKinds,
  random: {
    options: { samples: isNumber, seed: isNumber, dims: isMap },
    paths: [],
    open: (_, options, { inputs }) => random({ inputs, ...options }),
  },
} as const satisfies Record<string, Kind>;
