// Whether feeds fit the inputs of a model: names, element types, shapes, NaN. Pure; all findings are reported at once.

import { TersorError } from "../errors.ts";
import type { Dim } from "../graph/dim.ts";
import type { Feeds, ValueType } from "../graph/graph.ts";
import { dataTypes, isFloat, type DataType } from "../tensor/dtype.ts";
import { numbersOf, type Shape, type Tensor } from "../tensor/tensor.ts";

/** An input of a model: its name and type. */
export interface ModelInput {
  readonly name: string;
  readonly type: ValueType;
}

/** One way in which feeds do not fit a model. */
export type FeedIssue =
  | {
      readonly kind: "missing";
      readonly input: string;
      readonly expected: string;
      readonly received: readonly string[];
    }
  | {
      readonly kind: "unknown";
      readonly name: string;
      readonly expected: readonly string[];
      readonly suggestion?: string;
    }
  | { readonly kind: "type"; readonly input: string; readonly expected: DataType; readonly received: DataType }
  | { readonly kind: "shape"; readonly input: string; readonly expected: readonly Dim[]; readonly received: Shape }
  | { readonly kind: "nan"; readonly input: string; readonly index: number; readonly count: number };

const codes = {
  unknown: "CORE_FEED_UNKNOWN",
  missing: "CORE_FEED_MISSING",
  type: "CORE_FEED_TYPE",
  shape: "CORE_FEED_SHAPE",
  nan: "CORE_FEED_NAN",
} as const satisfies Record<FeedIssue["kind"], string>;

/** What `checkFeeds` lets pass. */
export interface FeedChecks {
  /** NaN is what an executor may well be asked to compute with. Default: it is an issue. */
  readonly allowNaN?: boolean;
}

/** Everything that does not fit, wrong names first; empty when the feeds can be run. */
export function feedIssues(
  feeds: Feeds,
  inputs: readonly ModelInput[],
  { allowNaN = false }: FeedChecks = {},
): readonly FeedIssue[] {
  return [
    ...unknownNames(feeds, inputs),
    ...missingNames(feeds, inputs),
    ...inputs.flatMap((input) => issuesOf(feeds, input, allowNaN)),
  ];
}

/**
 * Checks feeds against the inputs of a model. `where` names them in the message ("sample 3 of calib.npz").
 * @throws CORE_FEED_UNKNOWN, CORE_FEED_MISSING, CORE_FEED_TYPE, CORE_FEED_SHAPE, CORE_FEED_NAN: the code of the first
 * finding; `data.issues` holds them all.
 */
export function checkFeeds(
  feeds: Feeds,
  inputs: readonly ModelInput[],
  where = "the feeds",
  checks: FeedChecks = {},
): void {
  const issues = feedIssues(feeds, inputs, checks);
  const first = issues[0];
  if (first === undefined) return;
  const lines = issues.map((issue) => `- ${describeIssue(issue)}`).join("\n");
  const advice = "Give data whose names, types and shapes are those of the model's inputs:";
  throw new TersorError(
    codes[first.kind],
    `In ${where}, the data does not fit the model:\n${lines}\n${advice} ${inputs.map(describeInput).join(", ")}.`,
    { where, issues },
  );
}

function unknownNames(feeds: Feeds, inputs: readonly ModelInput[]): FeedIssue[] {
  const expected = inputs.map((input) => input.name);
  const absent = expected.filter((name) => !Object.hasOwn(feeds, name));
  return Object.keys(feeds)
    .filter((name) => !expected.includes(name))
    .map((name) => {
      const suggestion = nearestName(name, absent.length > 0 ? absent : expected);
      return { kind: "unknown", name, expected, ...(suggestion === undefined ? {} : { suggestion }) };
    });
}

function missingNames(feeds: Feeds, inputs: readonly ModelInput[]): FeedIssue[] {
  return inputs
    .filter((input) => !Object.hasOwn(feeds, input.name) && input.type.kind !== "optional")
    .map((input) => ({
      kind: "missing",
      input: input.name,
      expected: describeInput(input),
      received: Object.keys(feeds),
    }));
}

function issuesOf(feeds: Feeds, { name, type }: ModelInput, allowNaN: boolean): FeedIssue[] {
  if (!Object.hasOwn(feeds, name) || type.kind !== "tensor") return [];
  const tensor = feeds[name]!;
  const issues: FeedIssue[] = [];
  if (type.dtype !== undefined && type.dtype !== tensor.dtype) {
    issues.push({ kind: "type", input: name, expected: type.dtype, received: tensor.dtype });
  }
  if (type.shape !== undefined && !shapeFits(tensor.shape, type.shape)) {
    issues.push({ kind: "shape", input: name, expected: type.shape, received: tensor.shape });
  }
  return allowNaN ? issues : [...issues, ...nanIssue(name, tensor)];
}

/** Named dimensions take any size. */
function shapeFits(shape: Shape, expected: readonly Dim[]): boolean {
  return (
    shape.length === expected.length && expected.every((dim, axis) => typeof dim === "string" || dim === shape[axis])
  );
}

function nanIssue(input: string, tensor: Tensor): FeedIssue[] {
  if (!isFloat(tensor.dtype) || dataTypes[tensor.dtype].bits < 16) return [];
  const values = numbersOf(tensor);
  let index = -1;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    if (count++ === 0) index = i;
  }
  return count === 0 ? [] : [{ kind: "nan", input, index, count }];
}

function describeIssue(issue: FeedIssue): string {
  switch (issue.kind) {
    case "unknown": {
      const hint = issue.suggestion === undefined ? "" : ` (did you mean "${issue.suggestion}"?)`;
      return `"${issue.name}" is not an input of the model${hint}`;
    }
    case "missing":
      return `the input ${issue.expected} is missing; there are ${quoteAll(issue.received)}`;
    case "type":
      return `"${issue.input}" must be ${issue.expected}, not ${issue.received}`;
    case "shape":
      return `"${issue.input}" must have the shape [${issue.expected.join(", ")}], not [${issue.received.join(", ")}]`;
    case "nan":
      return `"${issue.input}" holds ${issue.count} NaN, the first at element ${issue.index}`;
  }
}

function describeInput({ name, type }: ModelInput): string {
  if (type.kind !== "tensor") return `"${name}" (${type.kind})`;
  const shape = type.shape === undefined ? "" : ` [${type.shape.join(", ")}]`;
  return `"${name}" (${type.dtype ?? "any type"}${shape})`;
}

function quoteAll(names: readonly string[]): string {
  return names.length === 0 ? "no inputs" : names.map((name) => `"${name}"`).join(", ");
}

/** The candidate nearest to `name` by edit distance, if it is near: at most a third of the letters differ. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(plain(name), plain(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best !== undefined && least <= Math.max(1, plain(best).length / 3) ? best : undefined;
}

/** Levenshtein distance; long texts count as far. */
function editDistance(a: string, b: string): number {
  if (a.length > 200 || b.length > 200) return a === b ? 0 : Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
