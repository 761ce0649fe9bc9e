import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDims,
  boundsOfDim,
  broadcastDims,
  canonicalDim,
  ceilDim,
  ceilDivDims,
  compareDims,
  dimOfName,
  divDims,
  evaluateDim,
  floorDim,
  floorDivDims,
  maxDims,
  minDims,
  modDims,
  mulDims,
  nameOfDim,
  namesOfDim,
  negDim,
  productOfDims,
  sameDim,
  subDims,
  substituteDim,
  type Dim,
} from "./dim.ts";

/** An expression as a tree, with its value computed by plain arithmetic. */
interface Case {
  readonly dim: Dim;
  readonly value: number;
}

const bindings = { n: 7, m: 3, k: 12, "?c": 0 };

const leaf: fc.Arbitrary<Case> = fc.oneof(
  fc.constantFrom<Case>(...Object.entries(bindings).map(([dim, value]) => ({ dim, value }))),
  fc.integer({ min: -6, max: 9 }).map((value) => ({ dim: value, value })),
);

function combine(name: string, a: Case, b: Case): Case {
  switch (name) {
    case "+":
      return { dim: addDims(a.dim, b.dim), value: a.value + b.value };
    case "-":
      return { dim: subDims(a.dim, b.dim), value: a.value - b.value };
    case "*":
      return { dim: mulDims(a.dim, b.dim), value: a.value * b.value + 0 };
    case "min":
      return { dim: minDims(a.dim, b.dim), value: Math.min(a.value, b.value) };
    case "max":
      return { dim: maxDims(a.dim, b.dim), value: Math.max(a.value, b.value) };
    default:
      return divided(name, a, b);
  }
}

/** Divisors are made positive, as the functions ask. */
function divided(name: string, a: Case, b: Case): Case {
  const by = { dim: maxDims(b.dim, 1), value: Math.max(b.value, 1) };
  const floor = Math.floor(a.value / by.value);
  if (name === "floor") return { dim: floorDivDims(a.dim, by.dim), value: floor };
  if (name === "ceil") return { dim: ceilDivDims(a.dim, by.dim), value: Math.ceil(a.value / by.value) + 0 };
  return { dim: modDims(a.dim, by.dim), value: a.value - by.value * floor };
}

const expression = fc.letrec<{ tree: Case }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom("+", "-", "*", "min", "max", "floor", "ceil", "mod"), tie("tree"), tie("tree"))
      .map(([name, a, b]) => combine(name, a, b)),
  ),
})).tree;

describe("symbolic arithmetic", () => {
  test("evaluates to what plain arithmetic gives", () => {
    fc.assert(
      fc.property(expression, ({ dim, value }) => {
        const found = evaluateDim(dim, bindings);
        if (!namesOfDim(dim).some((name) => name.startsWith("?expression"))) expect(found).toBe(value + 0);
      }),
      { numRuns: 2000 },
    );
  });

  test("text reads back as the same dimension", () => {
    fc.assert(
      fc.property(expression, ({ dim }) => void expect(canonicalDim(dim)).toBe(dim)),
      { numRuns: 500 },
    );
  });

  test("bounds hold", () => {
    fc.assert(
      fc.property(expression, ({ dim, value }) => {
        const [low, high] = boundsOfDim(dim);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test("does not depend on the order of operands", () => {
    fc.assert(
      fc.property(expression, expression, ({ dim: a }, { dim: b }) => {
        expect(addDims(a, b)).toBe(addDims(b, a));
        expect(mulDims(a, b)).toBe(mulDims(b, a));
        expect(subDims(addDims(a, b), b)).toBe(a);
      }),
      { numRuns: 300 },
    );
  });

  test("any text is a dimension", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(typeof addDims(a, b) === "string" || Number.isFinite(addDims(a, b))).toBe(true);
        expect(nameOfDim(dimOfName(a))).toBe(a);
        expect(evaluateDim(dimOfName(a), new Map([[a, 5]]))).toBe(5);
      }),
    );
  });
});

describe("canonical forms", () => {
  const cases: readonly (readonly [Dim | undefined, Dim])[] = [
    [floorDivDims(mulDims(2, "n"), 2), "n"],
    [floorDivDims("n", "n"), 1],
    [addDims("n", negDim("n")), 0],
    [mulDims("seq", "batch"), "batch*seq"],
    [addDims(floorDivDims(subDims("h", 1), 2), 1), "floor((h+1)/2)"],
    [floorDivDims(addDims(floorDivDims(addDims("h", 1), 2), 1), 2), "floor((h+3)/4)"],
    [floorDivDims(mulDims(addDims("past", "seq"), 64), addDims("seq", "past")), 64],
    [divDims(mulDims(mulDims("b", "s"), 768), mulDims("b", 12)), "64*s"],
    [floorDivDims(mulDims("a", 3), mulDims("b", 6)), "floor(a/(2*b))"],
    [divDims("n", 2), "n/2"],
    [floorDim(mulDims("n", 0.5)), "floor(n/2)"],
    [ceilDim(mulDims("n", 0.5)), "floor((n+1)/2)"],
    [maxDims("seq", minDims("seq", 512)), "seq"],
    [maxDims(subDims("n", 1), 0), "n-1"],
    [minDims(maxDims(subDims("total", "seq"), 0), "total"), "max(-seq+total,0)"],
    [maxDims(subDims("total", maxDims(subDims("total", "seq"), 0)), "seq"), "seq"],
    [minDims("n", 9223372036854775807), "n"],
    [minDims(9223372036854775807, "n"), "n"],
    [maxDims("n", -9223372036854775808), "n"],
    [maxDims(-9223372036854775808, "n"), "n"],
    [minDims("n", addDims("n", 3)), "n"],
    [canonicalDim("Min(80, seq)"), "min(80,seq)"],
    [canonicalDim("dec_seq + 1"), "dec_seq+1"],
    [canonicalDim("s0//2 + s1**2"), "s1*s1+floor(s0/2)"],
    [dimOfName("batch size"), '"batch size"'],
    [dimOfName("min"), '"min"'],
    [productOfDims(["b", 3, "n"]), "3*b*n"],
    [substituteDim("floor((h+1)/2)", new Map<string, Dim>([["h", "2*k"]])), "k"],
    [substituteDim("floor((h+1)/2)", new Map<string, Dim>([["h", 9]])), 5],
  ];
  test.each(cases)("%s is %s", (dim, text) => expect(dim).toBe(text));

  test("division by zero is not known", () => {
    expect([floorDivDims("n", 0), ceilDivDims(4, 0), modDims("n", 0)].map((dim) => evaluateDim(dim, { n: 4 }))).toEqual(
      Array(3).fill(undefined),
    );
    expect(divDims("n", 0)).toBeUndefined();
  });

  test("comparison says only what is certain", () => {
    expect(compareDims("n", 1)).toBe(1);
    expect(compareDims("?n", 1)).toBeUndefined();
    expect(compareDims("floor(n/2)", "n")).toBe(-1);
    expect(compareDims("n", "m")).toBeUndefined();
  });

  test("equal but differently written", () => expect(sameDim("b*a + 1", "1 + a*b")).toBe(true));

  test("long texts are read in bounded time", () => {
    const sum = Array.from({ length: 30 }, (_, i) => `min(a${i},b${i})`).join("+");
    const started = performance.now();
    for (const text of [
      `max(${sum},${sum}-1,c)`,
      `min(${Array.from({ length: 100 }, (_, i) => `floor(n${i}/3)`).join()})`,
      `${"(".repeat(900)}n`,
    ])
      canonicalDim(text);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test("grows to an opaque name, not without bound", () => {
    let dim: Dim = "a";
    for (let i = 0; i < 60; i++) dim = mulDims(addDims(dim, `n${i}`), addDims(dim, 1));
    expect(String(dim).length).toBeLessThan(3000);
  });
});

describe("broadcasting", () => {
  const cases: readonly (readonly [readonly Dim[], readonly Dim[], readonly Dim[] | undefined])[] = [
    [
      ["b", 1, 4],
      ["s", 4],
      ["b", "s", 4],
    ],
    [["b"], [], ["b"]],
    [
      [0, 3],
      [1, 3],
      [0, 3],
    ],
    [
      ["n", 4],
      [5, "m"],
      [5, 4],
    ],
    [["seq"], ["min(512,seq)"], ["seq"]],
    [[2], [3], undefined],
  ];
  test.each(cases)("%j with %j", (a, b, shape) => expect(broadcastDims(a, b)).toEqual(shape));
});
