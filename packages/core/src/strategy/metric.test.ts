import { expect, test } from "vitest";
import { isTersorError } from "../errors.ts";
import { defineMetric, type Metric } from "./metric.ts";

const mean: Metric = {
  name: "mean-error",
  higherIsBetter: false,
  kind: "other",
  begin: () => ({ update: () => [], value: () => NaN }),
};

test("a metric is given back as it is", () => {
  expect(defineMetric(mean)).toBe(mean);
});

test.each(["", "Top-5", "mean error", "-x", "a--b", "a\n"])("%j is no name", (name) => {
  expect(() => defineMetric({ ...mean, name })).toThrow(
    expect.toSatisfy((error) => isTersorError(error, "CORE_METRIC_NAME")),
  );
});
