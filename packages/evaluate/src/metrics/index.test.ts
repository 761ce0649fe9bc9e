import { isTersorError, type Metric } from "@tersor/core";
import { expect, test } from "vitest";
import { metricDefinitions } from "./catalog.ts";
import { metricFrom, metricNamed, metricNames, standardMetrics } from "./index.ts";

test("every metric can be made by its name, says its direction, and is declared as it is", () => {
  for (const { names, higherIsBetter, required } of metricDefinitions) {
    for (const name of names) {
      const options = required.includes("tags") ? { tags: ["O", "B-X"] } : {};
      expect(metricFrom({ name, ...options })).toMatchObject({ name, higherIsBetter });
    }
  }
  expect(new Set(metricNames).size).toBe(metricNames.length);
});

test("the standard metrics are those that need no options", () => {
  const names = standardMetrics.map(({ name }) => name);
  expect(names).not.toContain("tagging-f1");
  expect(new Set([...names, "tagging-f1", "top-k"])).toEqual(new Set([...metricNames, "top-5"]));
});

test("options are passed on, and undefined ones are none", () => {
  expect(metricFrom({ name: "top-3", output: "logits" }).name).toBe("top-3");
  expect(metricNamed("squad-v2-em", { nBest: 5, start: undefined }).name).toBe("squad-v2-em");
});

test.each<[Parameters<typeof metricFrom>[0], string, string]>([
  ["perplexty", "EVALUATE_UNKNOWN_METRIC", 'Did you mean "perplexity"?'],
  ["constructor", "EVALUATE_UNKNOWN_METRIC", "Known are"],
  [{ name: "map", fromat: "xywh" }, "EVALUATE_UNKNOWN_METRIC_OPTION", 'Did you mean "format"?'],
  [{ name: "map", format: "xyzw" }, "EVALUATE_INVALID_OPTION", '"xyxy", "yxyx"'],
  [{ name: "map", normalized: "yes" }, "EVALUATE_INVALID_OPTION", "true or false"],
  [{ name: "f1", positive: -1 }, "EVALUATE_INVALID_OPTION", "whole number"],
  [{ name: "f1", threshold: NaN }, "EVALUATE_INVALID_OPTION", "a number"],
  [JSON.parse(`{ "name": "f1", "toString": 1 }`) as { name: string }, "EVALUATE_UNKNOWN_METRIC_OPTION", "no option"],
  [{ name: "bleu", decode: "tokenizer.json" }, "EVALUATE_INVALID_OPTION", "a function"],
  [{ name: "miou", output: "" }, "EVALUATE_INVALID_OPTION", "a text"],
  [{ name: "tagging-f1", tags: [1, 2] }, "EVALUATE_INVALID_OPTION", "a list of texts"],
  ["tagging-f1", "EVALUATE_INVALID_OPTION", "can't do without"],
  [{ name: "squad-f1", maxAnswerLength: 0 }, "EVALUATE_INVALID_OPTION", "at least 1"],
])("%j is a typed error", (description, code, text) => {
  expect(() => metricFrom(description)).toThrow(
    expect.toSatisfy((error) => isTersorError(error, code) && error.message.includes(text)),
  );
});

test("a plugin's metric takes no options", () => {
  const plugin: Metric = { ...metricFrom("mse"), name: "own" };
  expect(metricFrom("own", [...standardMetrics, plugin])).toBe(plugin);
  expect(() => metricFrom({ name: "own", output: "y" }, [plugin])).toThrow(
    expect.toSatisfy((error) => isTersorError(error, "EVALUATE_UNKNOWN_METRIC_OPTION")),
  );
});
