// How built-in metrics are declared: what recipes may tell them, and what the documentation says of them.

import { nearestName, type Metric } from "@tersor/core";
import { invalidOption, unknownMetricOption } from "../errors.ts";

/** What an option may be: a kind of value, or one of several words. */
export type OptionKind = "text" | "texts" | "number" | "count" | "boolean" | "function" | readonly string[];

/** One or several metrics of a kind. */
export interface MetricDefinition {
  /** The names, as recipes say them. */
  readonly names: readonly string[];
  /** How names that are not listed look, for the documentation; `make` gets those that `matches`. */
  readonly pattern?: { readonly text: string; readonly matches: RegExp };
  readonly higherIsBetter: boolean;
  /** The range of values. */
  readonly range: string;
  readonly outputs: string;
  readonly labels: string;
  /** The implementation whose values it gives. */
  readonly reference: string;
  readonly options: Readonly<Record<string, OptionKind>>;
  /** Options that it can't be made without. */
  readonly required: readonly string[];
  /** The metric `name` of this kind, from checked options. */
  readonly make: (name: string, options: Readonly<Record<string, unknown>>) => Metric;
}

/** Declares metrics with options of the type `Options`, each by its kind. */
export function define<Options extends object>(
  definition: Omit<MetricDefinition, "options" | "make" | "required"> & {
    readonly options: Readonly<Record<keyof Options & string, OptionKind>>;
    readonly required?: readonly (keyof Options & string)[];
    readonly make: (name: string, options: Options) => Metric;
  },
): MetricDefinition {
  const { make, required = [] } = definition;
  // Sound because `checkOptions` has held every option against its kind before.
  return { ...definition, required, make: (name, options) => make(name, options as Options) };
}

/**
 * The options without those that are undefined.
 * @throws EVALUATE_UNKNOWN_METRIC_OPTION for one the metric does not have, EVALUATE_INVALID_OPTION for a value of another
 * kind, or where a needed one is missing.
 */
export function checkOptions(
  metric: string,
  { options: kinds, required }: Pick<MetricDefinition, "options" | "required">,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [option, value] of given) {
    const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined;
    if (kind === undefined) {
      const known = Object.keys(kinds);
      throw unknownMetricOption(metric, option, known, nearestName(option, known));
    }
    if (!isOfKind(value, kind)) throw invalidOption(option, value, described(kind));
  }
  for (const option of required) {
    if (options[option] === undefined) throw invalidOption(option, undefined, `given: ${metric} can't do without`);
  }
  return Object.fromEntries(given);
}

function isOfKind(value: unknown, kind: OptionKind): boolean {
  if (typeof kind !== "string") return typeof value === "string" && kind.includes(value);
  switch (kind) {
    case "text":
      return typeof value === "string" && value !== "";
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "count":
      return Number.isInteger(value) && Number(value) >= 0;
    case "boolean":
    case "function":
      return typeof value === kind;
  }
}

function described(kind: OptionKind): string {
  if (typeof kind !== "string") return `one of ${kind.map((word) => `"${word}"`).join(", ")}`;
  return {
    text: "a text",
    texts: "a list of texts",
    number: "a number",
    count: "a whole number of at least 0",
    boolean: "true or false",
    function: "a function",
  }[kind];
}
