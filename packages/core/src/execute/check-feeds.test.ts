import { describe, expect, it } from "vitest";
import { float32, int64, tensorOf } from "../tensor/tensor.ts";
import { checkFeeds, feedIssues, nearestName, type ModelInput } from "./check-feeds.ts";

const inputs: readonly ModelInput[] = [
  { name: "input_ids", type: { kind: "tensor", dtype: "int64", shape: ["batch", "sequence"] } },
  { name: "pixels", type: { kind: "tensor", dtype: "float32", shape: ["batch", 3, 2] } },
];
const good = { input_ids: int64([1, 2], [1, 2]), pixels: float32([1, 3, 2], new Float32Array(6)) };
const kindsOf = (feeds: Parameters<typeof feedIssues>[0]) => feedIssues(feeds, inputs).map((issue) => issue.kind);

describe("checkFeeds", () => {
  it("accepts what fits, whatever the size of named dimensions", () => {
    expect(() => checkFeeds(good, inputs)).not.toThrow();
  });

  it("says which input was meant by a wrong name", () => {
    const { input_ids, ...rest } = good;
    expect(() => checkFeeds({ ...rest, "input-id": input_ids }, inputs, "sample 3 of calib.npz"))
      .toThrowErrorMatchingInlineSnapshot(`
      [TersorError: In sample 3 of calib.npz, the data does not fit the model:
      - "input-id" is not an input of the model (did you mean "input_ids"?)
      - the input "input_ids" (int64 [batch, sequence]) is missing; there are "pixels", "input-id"
      Give data whose names, types and shapes are those of the model's inputs: "input_ids" (int64 [batch, sequence]), "pixels" (float32 [batch, 3, 2]).]
    `);
  });

  it("finds wrong types, ranks and fixed dimensions", () => {
    expect(kindsOf({ ...good, input_ids: float32([1, 2], [1, 2]) })).toEqual(["type"]);
    expect(kindsOf({ ...good, input_ids: int64([2], [1, 2]) })).toEqual(["shape"]);
    expect(kindsOf({ ...good, pixels: float32([1, 2, 3], new Float32Array(6)) })).toEqual(["shape"]);
  });

  it("finds NaN, also in float16, and lets infinities pass", () => {
    const pixels = float32([1, 3, 2], [0, NaN, 1, NaN, Infinity, -Infinity]);
    expect(feedIssues({ ...good, pixels }, inputs)).toEqual([{ kind: "nan", input: "pixels", index: 1, count: 2 }]);
    const half: ModelInput = { name: "h", type: { kind: "tensor", dtype: "float16" } };
    expect(feedIssues({ h: tensorOf("float16", [1], Uint16Array.of(0x7e00)) }, [half])).toHaveLength(1);
  });

  it("reports everything at once, with the code of the first finding", () => {
    const feeds = { pixels: float32([1, 1, 1], [NaN]), extra: float32([1], [0]) };
    expect(kindsOf(feeds)).toEqual(["unknown", "missing", "shape", "nan"]);
    expect(() => checkFeeds(feeds, inputs)).toThrow(expect.objectContaining({ code: "CORE_FEED_UNKNOWN" }));
  });

  it("does not take inherited properties for feeds", () => {
    const odd: ModelInput = { name: "constructor", type: { kind: "tensor", dtype: "float32" } };
    expect(feedIssues({}, [odd]).map((issue) => issue.kind)).toEqual(["missing"]);
  });
});

describe("nearestName", () => {
  it("suggests only what is near", () => {
    expect(nearestName("attention-mask", ["input_ids", "attention_mask"])).toBe("attention_mask");
    expect(nearestName("banana", ["input_ids", "attention_mask"])).toBeUndefined();
  });
});
