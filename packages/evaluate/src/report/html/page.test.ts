import type { Report } from "@tersor/core";
import { describe, expect, test } from "vitest";
import { diagnosedReport, pictureOf } from "../diagnosed.fixture.ts";
import { bareReport, fullReport } from "../report.fixture.ts";
import { blocksOf } from "./blocks.ts";
import { html, preformatted } from "./markup.ts";
import { renderHtml } from "./page.ts";
import { scaleOf } from "./axis.ts";

/** The page without its style and script, whose text is no fact of the report. */
const bodyOf = (report: Report) => renderHtml(report).replace(/<(style|script)>[\s\S]*?<\/\1>/g, "");

describe("markup", () => {
  test("text is escaped, markup of its own is not, nothing leaves nothing", () => {
    const name = `<b>&"'`;
    expect(html`<i title="${name}">${name}${html`<u>${1}</u>`}${undefined}${false}${["a", "<"]}</i>`.markup).toBe(
      `<i title="&lt;b&gt;&amp;&quot;&#39;">&lt;b&gt;&amp;&quot;&#39;<u>1</u>a&lt;</i>`,
    );
  });

  test("control characters and turns of direction do not get through; line breaks of a recipe do", () => {
    expect(html`${"a\x1b\u202eb"}`.markup).toBe("a\ufffd\ufffdb");
    expect(preformatted("a: <1>\r\nb").markup).toBe("a: &lt;1&gt;\nb");
  });
});

describe("the page", () => {
  test("loads nothing: no address but places in itself", () => {
    const page = renderHtml(diagnosedReport);
    const addresses = Array.from(page.matchAll(/(?:src|href)="([^"]*)"/g), ([, address]) => address!);
    expect(addresses.filter((address) => !address.startsWith("#") && address !== "data:,")).toEqual([]);
    expect(page).not.toMatch(/@import|url\(|https?:\/\//);
  });

  test("of which little ran has the parts there are, and no others", () => {
    const page = bodyOf({ ...bareReport, output: [], notes: [], warnings: [] });
    expect(Array.from(page.matchAll(/<section id="([^"]*)"/g), ([, id]) => id)).toEqual(["machine"]);
    expect(page).not.toMatch(/undefined|NaN|\[object/);
    expect(page).toContain("resnet20");
  });

  test("has the published row and what McNemar's test says", () => {
    const page = bodyOf(fullReport);
    for (const cell of ["91.30%", "91.48%", "-0.20%", "1600.00", "640.00", "2.50x"])
      expect(page).toContain(`<td class="n">${cell}</td>`);
    expect(page).toContain("71 samples are right only in FP32, 62 only in INT8 (McNemar p = 0.49)");
    const worse = { ...fullReport.evaluation!, mcnemar: { onlyReference: 90, onlyCandidate: 40, pValue: 1.4e-5 } };
    const bad = bodyOf({ ...fullReport, evaluation: worse });
    expect(bad).toContain("Significantly worse");
    expect(bad).toContain("INT8 is worse, beyond chance");
  });

  test("metrics without right and wrong have the paired difference; sets have their files, decoders their perplexity", () => {
    const { evaluation, check } = fullReport;
    const { mcnemar: _, ...without } = evaluation!;
    const interval = { low: -0.9, high: -0.1, level: 0.95, method: "bootstrap" };
    const difference = { value: -0.5, interval, pValue: 0.00001 };
    const perplexity = { reference: 20.1, candidate: 20.9, count: 128, cached: true };
    const [file] = fullReport.output;
    const page = bodyOf({
      ...fullReport,
      evaluation: { ...without, difference },
      check: { ...check!, perplexity },
      variants: [{ ...file!, path: "onnx/model_q4.onnx", sourceSizeBytes: 592_000, check: { ...check!, perplexity } }],
    });
    expect(page).toContain("INT8 less FP32 is -0.5 (95 %: -0.9 to -0.1; p &lt; 0.0001): INT8 is worse, beyond chance.");
    expect(page).toContain("Perplexity is 20.9, the source&#39;s 20.1, on 128 tokens read token by token");
    expect(page).toMatch(/model_q4\.onnx<\/code>[\s\S]*50\.00%/);
  });

  test("numbers that are none or without end do no harm", () => {
    const { evaluation, sensitivity, histograms, saturation, benchmark, profile } = diagnosedReport;
    const nothing = {
      ...evaluation!.int8,
      value: NaN,
      interval: { low: NaN, high: NaN, level: 0.95, method: "wilson" },
    };
    const pair = benchmark!.pair!;
    const page = bodyOf({
      ...diagnosedReport,
      model: { path: "m.onnx", sizeBytes: 0 },
      evaluation: { ...evaluation!, int8: nothing, ratio: NaN },
      benchmark: { pair: { ...pair, wall: { value: Infinity, min: NaN, max: Infinity } } },
      sensitivity: {
        ...sensitivity!,
        tensors: [
          { ...sensitivity!.tensors[0]!, sqnrDb: -Infinity, inputSqnrDb: NaN, addedNoise: Infinity, cosine: NaN },
        ],
      },
      histograms: [
        { ...histograms![0]!, min: -Infinity, max: Infinity, from: -Infinity, to: Infinity, counts: [NaN, 1] },
      ],
      saturation: { ...saturation!, models: saturation!.models.map((model) => ({ ...model, sqnrDb: NaN })) },
      profile: { fp32: { ...profile!.fp32, totalMs: 0 } },
    });
    const drawn = Array.from(
      page.matchAll(/ (?:d|x|y|cx|cy|x1|x2|y1|y2|width|style)="([^"]*)"/g),
      ([, value]) => value!,
    );
    expect(drawn.filter((value) => /NaN|Infinity|undefined/.test(value))).toEqual([]);
    expect(page).toContain("-∞ dB");
  });

  test("of 3,000 operators stays below 2 MB, and pictures each of them", () => {
    const page = renderHtml({ ...diagnosedReport, graph: pictureOf(3000) });
    expect(page.length).toBeLessThan(2e6);
    expect(page.match(/<i class="[a-z-]+" title=/g)).toHaveLength(3000);
  });

  test("of few operators draws the edges", () => {
    const page = bodyOf({ ...diagnosedReport, graph: pictureOf(20) });
    expect(page.match(/<path class="edges" d="([^"]*)"/)![1]!.match(/M/g)).toHaveLength(21);
  });

  test("of long lists shows the first, and most behind a line that opens", () => {
    const float = Array.from({ length: 900 }, (_, i) => ({ node: `/n${i}`, op: "Add", reason: "too small" }));
    const page = bodyOf({ ...fullReport, quantization: { ...fullReport.quantization!, float } });
    expect(page).toContain("900 × too small");
    expect(page).toContain("894 more");
    expect(page).toContain("(500 more are in the JSON report)");
  });

  test("the recipe is shown as it was given, else as JSON", () => {
    expect(renderHtml(diagnosedReport, { recipe: "version: 1\nmodel: <m>" })).toContain("version: 1\nmodel: &lt;m&gt;");
    expect(bodyOf(diagnosedReport)).toContain("&quot;version&quot;: 1");
  });
});

describe("blocks", () => {
  test("are prefixes of names, in the order they occur", () => {
    const blocks = blocksOf(pictureOf(60).nodes);
    expect(blocks.map(({ name, nodes }) => [name, nodes.length])).toEqual(
      Array.from({ length: 6 }, (_, i) => [`encoder/layer.${i}/block`, 10]),
    );
  });

  test("have equal length where names say nothing, and never become too many", () => {
    const plain = Array.from({ length: 6000 }, (_, i) => ({ ...pictureOf(1).nodes[0]!, node: `node_${i}` }));
    const blocks = blocksOf(plain);
    expect(blocks.length).toBeLessThanOrEqual(48);
    expect(blocks.reduce((sum, { nodes }) => sum + nodes.length, 0)).toBe(6000);
  });
});

test("scales have round ticks inside of the drawing, whatever the values are", () => {
  const { at, ticks } = scaleOf([0.9048, 0.922], 0, 100);
  expect(ticks.map((tick) => Number(tick.toFixed(6)))).toEqual([0.905, 0.91, 0.915, 0.92]);
  expect([at(-1), at(2)]).toEqual(["0.0", "100.0"]);
  expect(scaleOf([NaN, Infinity], 0, 100).at(NaN)).toBe("0.0");
  expect(scaleOf([5, 5], 0, 100).at(5)).toBe("50.0");
});
