// The page in a real browser: nothing is loaded, nothing is logged, the parts are there and the script does its work.
// Where no Chromium is installed (TERSOR_CHROMIUM names one) the suite is skipped. TERSOR_SCREENSHOTS names a folder for
// pictures to look at.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diagnosedReport, pictureOf } from "../diagnosed.fixture.ts";
import { findBrowser, startBrowser, type Browser, type Page } from "./browser.fixture.ts";
import { renderHtml } from "./page.ts";

const path = findBrowser();
const title =
  path === undefined ? "in a browser: skipped, as no Chromium is installed (set TERSOR_CHROMIUM)" : "in a browser";

describe.skipIf(path === undefined)(title, { timeout: 120_000 }, () => {
  let browser: Browser;
  let page: Page;
  let folder: string;

  const show = async (name: string, markup: string): Promise<void> => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, markup);
    await page.open(pathToFileURL(file).href);
  };
  const text = (selector: string) =>
    page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).textContent`);
  const count = (selector: string) =>
    page.evaluate<number>(`document.querySelectorAll(${JSON.stringify(selector)}).length`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tersor-page-"));
    browser = startBrowser(path!);
    page = await browser.page();
    await page.look({ width: 1200, scheme: "light" });
    await show("report", renderHtml(diagnosedReport));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("it opens without a word and without a request", () => {
    expect(page.output).toEqual([]);
    expect(page.requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
  });

  test("the parts are there", async () => {
    expect(await text("h1")).toBe("resnet20");
    expect(await text("table.row tbody tr")).toContain("91.30%");
    const sections = [
      "graph",
      "float",
      "check",
      "sensitivity",
      "histograms",
      "saturation",
      "tuning",
      "profile",
      "recipe",
      "machine",
    ];
    for (const id of sections) expect(await count(`section#${id}`), id).toBe(1);
    expect(await count("#graph svg g title")).toBe(64);
    expect(await count("#tuning g.trial circle")).toBe(5);
    expect(await count("#histograms figure")).toBe(3);
  });

  test("pictures have names, tables have heads and a caption", async () => {
    expect(await count("svg[role=img]:not([aria-label])")).toBe(0);
    expect(await count("table:not(:has(caption))")).toBe(0);
    expect(await count("thead th:not([scope])")).toBe(0);
    expect(await count("[id]")).toBe(
      await page.evaluate("new Set(Array.from(document.querySelectorAll('[id]'), ({ id }) => id)).size"),
    );
  });

  test("a table is sorted by a click on a head, numbers as numbers", async () => {
    const column = `Array.from(document.querySelectorAll("#tensors-all tbody tr"), (row) => row.cells[3].textContent.trim())`;
    const click = `Array.from(document.querySelectorAll("#tensors-all th button")).find((b) => b.textContent === "SQNR").click()`;
    await page.evaluate(click);
    const ascending = await page.evaluate<string[]>(column);
    expect([ascending[0], ascending[1], ascending.at(-1)]).toEqual(["8.0 dB", "9.5 dB", "∞ dB"]);
    await page.evaluate(click);
    expect((await page.evaluate<string[]>(column))[0]).toBe("∞ dB");
    expect(await page.evaluate(`document.querySelector("#tensors-all th[aria-sort]").getAttribute("aria-sort")`)).toBe(
      "descending",
    );
  });

  test("the filter keeps rows with all words and says how many", async () => {
    await page.evaluate(`{
      const input = document.querySelector("input[data-filters=operators-all]");
      input.value = "softmax layer.3";
      input.dispatchEvent(new Event("input"));
    }`);
    expect(await count("#operators-all tbody tr:not([hidden])")).toBe(2);
    expect(await page.evaluate(`document.querySelector("#graph output").value`)).toBe("2 of 64");
  });

  test("a click on an operator finds it in the table; hovering tells what it is", async () => {
    await page.evaluate(`{
      const mark = document.querySelector("#graph svg g.float");
      const { x, y } = mark.getBoundingClientRect();
      mark.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: x, clientY: y }));
      mark.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }`);
    expect(await text("#tip")).toBe("/encoder/layer.0/block/Softmax_3 · Softmax, float32 · has no INT8 form");
    expect(await count("#operators-all tbody tr:not([hidden])")).toBe(1);
    expect(await page.evaluate(`document.querySelector("#graph details").open`)).toBe(true);
  });

  test.each([
    ["light", 1200],
    ["dark", 1200],
    ["light", 390],
  ] as const)("it can be read in %s at %i pixels", async (scheme, width) => {
    await page.look({ width, scheme });
    await show("report", renderHtml(diagnosedReport));
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(wide).toBeLessThanOrEqual(width);
    const [ink, back] = await page.evaluate<[string, string]>(
      `[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]`,
    );
    expect(contrast(ink, back)).toBeGreaterThan(7);
    const picture = await page.screenshot();
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    const to = process.env["TERSOR_SCREENSHOTS"];
    if (!to) return;
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, `report-${scheme}-${width}.png`), picture);
  });

  test("names out of a model stay text", async () => {
    const hostile = `</script><script>document.title = "taken"</script><img src=x onerror='document.title = "taken"'>"'`;
    const nodes = pictureOf(4).nodes.map((node) => ({ ...node, node: hostile, reason: hostile }));
    const { sensitivity, histograms } = diagnosedReport;
    await show(
      "hostile",
      renderHtml({
        ...diagnosedReport,
        model: { path: hostile, name: hostile, sizeBytes: 1 },
        graph: { nodes },
        sensitivity: { ...sensitivity!, tensors: [{ ...sensitivity!.tensors[0]!, node: hostile, tensor: hostile }] },
        histograms: [{ ...histograms![0]!, tensor: hostile }],
        recipe: { model: hostile },
        notes: [hostile],
        warnings: [hostile],
      }),
    );
    expect(await page.evaluate("document.title")).not.toBe("taken");
    expect(await count("img")).toBe(0);
    expect(await text("h1")).toBe(hostile);
    expect(page.output).toEqual([]);
  });
});

/** Contrast of two colours by WCAG 2. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [r, g, b] = (color.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
