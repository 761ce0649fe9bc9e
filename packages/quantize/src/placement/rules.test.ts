import { nodeOf } from "@tersor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesPattern, RuleBook, type Rule } from "./rules.ts";

describe("patterns", () => {
  it.each([
    ["*", "", true],
    ["*", "/encoder/layer.0/MatMul", true],
    ["/encoder/*/MatMul", "/encoder/layer.0/attention/MatMul", true],
    ["*/attention/*", "/encoder/attention/q", true],
    ["MatMul", "MatMul_1", false],
    ["MatMul*", "MatMul", true],
    ["a*a", "a", false],
    ["a*b*c", "aXbYbZc", true],
    ["a*b*c", "aXcYb", false],
    ["layer.?", "layer.0", false],
    ["[a-z]+", "abc", false],
  ])("%s on %s: %s", (pattern, text, expected) => expect(matchesPattern(pattern, text)).toBe(expected));

  it("agree with the regular expression they stand for", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const expression = new RegExp(`^${glob.replaceAll("*", ".*")}$`);
        expect(matchesPattern(glob, name)).toBe(expression.test(name));
      }),
    );
  });
});

describe("rules", () => {
  const node = nodeOf("MatMul", "/encoder/q/MatMul", ["x", "w.q"], ["q"]);
  const book = (...rules: readonly Rule[]): RuleBook => new RuleBook(rules, { precision: "int8", calibrator: "mse" });

  it("leave the defaults where none matches", () => {
    expect(book({ op: "Conv", precision: "float" }).choose(node)).toEqual({ precision: "int8", calibrator: "mse" });
  });

  it("apply in order, the last one wins, field by field", () => {
    const chosen = book(
      { op: "MatMul", precision: "float", calibrator: "entropy" },
      { name: "/encoder/*", precision: "int8" },
      { name: "/decoder/*", calibrator: "min-max" },
    ).choose(node);
    expect(chosen).toEqual({ precision: "int8", calibrator: "entropy" });
  });

  it("match when everything they say matches", () => {
    expect(book({ op: "MatMul", name: "*/k/*", precision: "float" }).choose(node).precision).toBe("int8");
    expect(book({ op: "Mat*", name: "*/q/*", precision: "float" }).choose(node).precision).toBe("float");
  });

  it.each(["x", "w.*", "q"])("find nodes by the tensors they read and write: %s", (tensor) => {
    expect(book({ tensor, precision: "float" }).choose(node).precision).toBe("float");
  });

  it("are an error where nothing matched or nothing is said", () => {
    const rules = book({ op: "MatMul", precision: "int8" }, { name: "/lost/*", precision: "float" });
    rules.choose(node);
    expect(() => rules.assertAllMatched()).toThrow(
      expect.objectContaining({
        code: "QUANTIZE_RULE_MATCHES_NOTHING",
        message: expect.stringContaining("/lost/*") as unknown,
      }),
    );
    expect(() => book({ precision: "float" }).choose(node)).toThrow(
      expect.objectContaining({ code: "QUANTIZE_RULE_EMPTY" }),
    );
  });
});
