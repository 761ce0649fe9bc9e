import { expect, test } from "vitest";
import {
  formatBytes,
  formatChange,
  formatCount,
  formatDb,
  formatMs,
  formatNumber,
  formatPercent,
  formatTimes,
} from "./format.ts";
import { createPaint } from "./paint.ts";
import { renderTable } from "./table.ts";
import { printable, shorten, textWidth } from "./text-width.ts";

const paint = createPaint(false);

test("columns align by display width", () => {
  const lines = renderTable(
    [{ title: "Name" }, { title: "N", align: "right" }],
    [
      ["ascii", "1"],
      ["日本語", "22"],
      ["e\u0301té", "333"],
      ["👩‍👩‍👧 ok", { text: "4", meaning: "bad" }],
    ],
    { paint, indent: 0 },
  );
  expect(lines).toEqual([
    "Name      N",
    "───────────",
    "ascii     1",
    "日本語   22",
    "e\u0301té     333",
    "👩‍👩‍👧 ok     4",
  ]);
});

test("a table without rows has its titles", () => {
  expect(renderTable([{ title: "A" }, { title: "B" }], [], { paint, indent: 0 })).toEqual(["A  B", "────"]);
});

test("long names give way, numbers stay", () => {
  const lines = renderTable(
    [{ title: "Node" }, { title: "MACs", align: "right" }],
    [["/encoder/layer.11/attention/output/dense/MatMul", "123456789"]],
    { paint, width: 40 },
  );
  expect(lines[2]).toBe("  /encoder/laye…/dense/MatMul  123456789");
});

test("display width", () => {
  expect(textWidth("日本")).toBe(4);
  expect(textWidth("ﾊﾝ")).toBe(2);
  expect(textWidth("e\u0301")).toBe(1);
  expect(textWidth("👍🏽")).toBe(2);
  expect(textWidth("❤️")).toBe(2);
  expect(textWidth("─→∞…✓")).toBe(5);
});

test("shortening keeps both ends and whole graphemes", () => {
  expect(shorten("abcdef", 6)).toBe("abcdef");
  expect(shorten("abcdef", 5)).toBe("ab…ef");
  expect(shorten("日本語語語", 6)).toBe("日…語");
  expect(shorten("abc", 1)).toBe("…");
  expect(textWidth(shorten("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5))).toBeLessThanOrEqual(5);
});

test("control characters become visible", () => {
  expect(printable("a\x1b[31mb\nc\u202ed\x9b")).toBe("a�[31mb�c�d�");
});

test("numbers", () => {
  expect([0, 999, 1000, 1_234_567, 2e12].map(formatBytes)).toEqual(["0 B", "999 B", "1.00 kB", "1.23 MB", "2.00 TB"]);
  expect([0.7218, NaN].map(formatPercent)).toEqual(["72.18%", "–"]);
  expect([0.0016, -0.0016, 0, -0.00001, 0.00001].map(formatChange)).toEqual([
    "+0.16%",
    "-0.16%",
    "0.00%",
    "0.00%",
    "0.00%",
  ]);
  expect([2.0911, Infinity].map(formatTimes)).toEqual(["2.09x", "–"]);
  expect([12.34, Infinity, -Infinity, NaN].map(formatDb)).toEqual(["12.3 dB", "∞ dB", "-∞ dB", "–"]);
  expect([0.01234, 12.34, 1234.5].map(formatMs)).toEqual(["0.0123 ms", "12.3 ms", "1235 ms"]);
  expect([1.23456, 1e-9, NaN].map(formatNumber)).toEqual(["1.235", "1e-9", "–"]);
  expect([12, 4_123_456_789, NaN].map(formatCount)).toEqual(["12", "4.12 G", "–"]);
});
