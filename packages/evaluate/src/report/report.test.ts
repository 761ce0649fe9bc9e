import type { InstancesResult, Report } from "@tersor/core";
import { describe, expect, test } from "vitest";
import { renderJson } from "./json.ts";
import { renderMarkdownRow, renderMarkdownTable } from "./markdown.ts";
import { createPaint, wantsColor } from "./paint.ts";
import { bareReport as bare, fullReport } from "./report.fixture.ts";
import { renderTerminal } from "./terminal.ts";

const strip = (text: string) => text.replace(/\x1b\[\d+m/g, "");

describe("terminal", () => {
  test("a full report", () => {
    expect(renderTerminal(fullReport)).toMatchSnapshot();
  });

  test("a report of which little ran", () => {
    expect(renderTerminal({ ...bare, output: [], notes: [], warnings: [] })).toMatchSnapshot();
  });

  test("colours change nothing but colour", () => {
    const painted = renderTerminal(fullReport, { color: true });
    expect(painted).toContain("\x1b[31mFAILED\x1b[39m");
    expect(strip(painted)).toBe(renderTerminal(fullReport));
  });

  test("the metric of one model, and a goal that was met or missed", () => {
    const metric = fullReport.evaluation!.fp32;
    const goal = { maxDrop: 0.01, relative: true, drop: 0.02, met: false };
    const text = renderTerminal({ ...bare, metric, goal });
    expect(text).toContain("Evaluation, higher is better");
    expect(text).toContain("Goal MISSED: the metric drops by 2.00%, and may drop by 1.00%");
    const won = renderTerminal({ ...bare, goal: { ...goal, relative: false, drop: -0.5, met: true } });
    expect(won).toContain("Goal met: the metric gains 0.5");
  });

  test("a metric that is no share of right answers is no percentage, and has the test of its difference", () => {
    const interval = (low: number, high: number, method: string) => ({ low, high, level: 0.95, method });
    const value = (at: number) => ({
      ...{ metric: "perplexity", higherIsBetter: false, value: at, count: 40, seconds: 1 },
      interval: interval(at - 1, at + 1.5, "bootstrap"),
    });
    const difference = { value: 0.25, interval: interval(0.1, 0.4, "paired-bootstrap"), pValue: 0.012 };
    const evaluation = { int8: value(20.25), fp32: value(20), ratio: 0.0125, difference };
    const text = renderTerminal({ ...bare, evaluation });
    expect(text).toContain("19 to 21.5");
    expect(text).toContain("INT8 - FP32: 0.25; paired bootstrap p = 0.012");
    expect(text).toContain("lower is better");
  });

  test("of many notes the first are shown", () => {
    const text = renderTerminal({ ...bare, notes: Array.from({ length: 9 }, (_, i) => `note${i}`) });
    expect(text).toContain("note4");
    expect(text).not.toContain("note5");
    expect(text).toContain("… and 4 more notes");
  });

  test("of many outputs the worst are shown", () => {
    const check = fullReport.check!;
    const logits = check.outputs[0];
    if (logits?.kind !== "float") throw logits;
    const outputs = Array.from({ length: 20 }, (_, i) => ({ ...logits, name: `out${i}`, sqnrDb: 40 - i }));
    const text = renderTerminal({ ...bare, check: { ...check, outputs } });
    expect(text).toMatch(/^ {2}out19 .*21\.0 dB/m);
    expect(text).not.toContain("out0 ");
    expect(text).toContain("… and 12 more tensors");
  });

  test.each([60, 80])("tables keep to %i columns", (width) => {
    const lines = renderTerminal(fullReport, { width }).split("\n");
    const tables = lines.filter((line) => line.startsWith("  ─"));
    expect(tables.length).toBeGreaterThan(4);
    for (const line of tables) expect(line.length).toBeLessThanOrEqual(width);
  });

  test("names out of a model can't send escape codes or forge lines", () => {
    const hostile = "x\x1b[2J\nINT8 is 9.00x\u202e";
    const { check } = fullReport;
    const report: Report = {
      ...fullReport,
      model: { path: hostile, sizeBytes: 1 },
      check: {
        ...check!,
        failing: [{ name: hostile, reason: hostile }],
        outputs: [{ ...check!.outputs[0]!, name: hostile }],
      },
      notes: [hostile],
    };
    const text = renderTerminal(report);
    expect(text).not.toMatch(/[\x1b\u202e]/);
    expect(text).not.toMatch(/^INT8 is 9/m);
    expect(renderMarkdownRow(report)).not.toMatch(/[\x1b\n\u202e]/);
  });

  test("instances, pinned or not, and a model alone", () => {
    const result: InstancesResult = {
      instances: 2,
      coresPerInstance: 4,
      throughput: 812.3,
      wallMs: fullReport.benchmark!.pair!.int8.wallMs,
      batchSize: 1,
      pinned: {
        kind: "pinned",
        cores: [
          [0, 1, 2, 3],
          [4, 5, 6, 7],
        ],
      },
    };
    const loose: InstancesResult = {
      ...result,
      throughput: 300,
      pinned: { kind: "not-pinned", why: "taskset is not installed" },
    };
    const benchmark = { single: fullReport.benchmark!.pair!.int8, instances: { int8: result, fp32: loose } };
    expect(renderTerminal({ ...bare, benchmark })).toMatchSnapshot();
    expect(renderMarkdownRow({ ...bare, benchmark })).toContain("| 812.30 | 300.00 | 2.71x |");
  });
});

test("colour is for terminals, and NO_COLOR and dumb terminals are honoured", () => {
  expect(wantsColor({ isTTY: true }, {})).toBe(true);
  expect(wantsColor({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
  expect(wantsColor({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColor({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(wantsColor({}, {})).toBe(false);
  expect(createPaint(false)("bad", "x")).toBe("x");
});

describe("markdown", () => {
  test("a table of reports", () => {
    expect(renderMarkdownTable([fullReport, { ...bare, output: [] }])).toMatchSnapshot();
  });

  // Rows of the published tables of validated models: name, form, accuracies, ratio; throughputs, ratio.
  test.each([
    ["ResNet50 V1.5", "qlinearops", 0.7218, 0.72294, "-0.16%", 1495.719, 715.937, "2.09x"],
    ["VGG16", "qdq", 0.66616, 0.66688, "-0.11%", 520.089, 172.421, "3.02x"],
    ["MobileNet V3 MLPerf", "qlinearops", 0.7551, 0.7574, "-0.30%", 5421.716, 2578.076, "2.10x"],
  ])("%s (%s) reads as published", (name, format, int8, fp32, ratio, fast, slow, times) => {
    const { evaluation, benchmark } = fullReport;
    const report: Report = {
      ...fullReport,
      model: { name, path: "m.onnx", sizeBytes: 1 },
      output: [{ path: "o.onnx", sizeBytes: 1, format }],
      evaluation: {
        int8: { ...evaluation!.int8, value: int8 },
        fp32: { ...evaluation!.fp32, value: fp32 },
        ratio: (int8 - fp32) / fp32,
      },
      benchmark: {
        pair: {
          ...benchmark!.pair!,
          int8: { ...benchmark!.pair!.int8, throughput: fast },
          fp32: { ...benchmark!.pair!.fp32, throughput: slow },
        },
      },
    };
    const percent = (value: number) => `${(100 * value).toFixed(2)}%`;
    expect(renderMarkdownRow(report)).toContain(
      `| ${name} | ${format} | ${percent(int8)} | ${percent(fp32)} | ${ratio} | ${fast.toFixed(2)} | ${slow.toFixed(2)} | ${times} |`,
    );
  });

  test("names keep to their cell", () => {
    const row = renderMarkdownRow({ ...bare, model: { name: "a|b_<c>", path: "", sizeBytes: 1 } });
    expect(row).toMatch(/^\| a\\\|b\\_&lt;c\\> \|/);
  });
});

test("JSON is complete and spells what JSON lacks", () => {
  const json = renderJson(fullReport);
  expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(fullReport).replaceAll("null", '"Infinity"')));
  expect(json).toContain('"sqnrDb": "Infinity"');
  expect(renderJson({ a: NaN, b: -Infinity }, 0)).toBe('{"a":"NaN","b":"-Infinity"}');
});
