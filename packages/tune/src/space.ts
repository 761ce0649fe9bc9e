// Configurations as points of a space: settings that matter, nodes left float, a key that equal ones share.

import type { Proposal, Setting, TunableNode, TuningConfig, TuningDimension, TuningSearch } from "@tersor/core";

/** Values by the name of the setting. */
export type Settings = TuningConfig["settings"];

/** The settings that a search begins with: the first value of each dimension. */
export function defaultSettings({ dimensions }: TuningSearch): Settings {
  return Object.fromEntries(dimensions.map(({ name, values }) => [name, values[0]!]));
}

/** A configuration in its one form: settings that don't matter are left out, float nodes are in graph order. */
export function configOf(search: TuningSearch, chosen: Settings, float: Iterable<string> = []): TuningConfig {
  const settings: Record<string, Setting> = {};
  for (const dimension of search.dimensions) {
    const value = chosen[dimension.name];
    if (value !== undefined && matters(dimension, settings)) settings[dimension.name] = value;
  }
  const names = new Set(float);
  return { settings, float: search.nodes.flatMap(({ name }) => (names.has(name) ? [name] : [])) };
}

/** Whether a dimension says anything beside the settings chosen before it. */
function matters({ when = {} }: TuningDimension, settings: Settings): boolean {
  return Object.entries(when).every(([name, values]) => {
    const chosen = settings[name];
    return chosen !== undefined && values.some((value) => sameSetting(value, chosen));
  });
}

/** Whether two settings are equal as data. */
export function sameSetting(a: Setting, b: Setting): boolean {
  return canonical(a) === canonical(b);
}

/** Text that two configurations share when they are equal. */
export function configKey({ settings, float }: TuningConfig): string {
  return canonical([settings, float]);
}

/** JSON with the names of objects in order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Every choice of settings, each once, the defaults first and the last dimension changing fastest. */
export function* allSettings(search: TuningSearch): Generator<Settings> {
  const seen = new Set<string>();
  for (const choice of product(search.dimensions)) {
    const { settings } = configOf(search, choice);
    const key = canonical(settings);
    if (!seen.has(key)) yield settings;
    seen.add(key);
  }
}

function* product([first, ...rest]: readonly TuningDimension[]): Generator<Settings> {
  if (first === undefined) return yield {};
  for (const value of first.values) for (const others of product(rest)) yield { [first.name]: value, ...others };
}

/** Nodes that a strategy decides on together. */
export interface Unit {
  readonly name: string;
  readonly nodes: readonly TunableNode[];
}

/** Most decisions that a model of the search space is asked to learn. */
const MOST_UNITS = 24;

/** Single nodes where they are few; else blocks, or types of operators where blocks are not known or too many. */
export function unitsOf(search: TuningSearch): readonly Unit[] {
  if (search.nodes.length <= MOST_UNITS) return search.nodes.map((node) => ({ name: node.name, nodes: [node] }));
  const blocks = groupNodes(search.nodes, ({ block }) => block);
  return blocks.length >= 2 && blocks.length <= MOST_UNITS ? blocks : groupNodes(search.nodes, ({ op }) => op);
}

/** Groups in the order of their first nodes; nodes without a key are in none. */
export function groupNodes(
  nodes: readonly TunableNode[],
  keyOf: (node: TunableNode) => string | undefined,
): readonly Unit[] {
  const groups = new Map<string, TunableNode[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return Array.from(groups, ([name, members]) => ({ name, nodes: members }));
}

/** Names of all nodes of some units. */
export function namesIn(units: readonly Unit[]): readonly string[] {
  return units.flatMap(({ nodes }) => nodes.map(({ name }) => name));
}

/** A random configuration: settings uniform; in half of them all nodes are quantized, in the rest a random share. */
export function sampleConfig(search: TuningSearch, units: readonly Unit[], random: () => number): TuningConfig {
  const settings = Object.fromEntries(search.dimensions.map(({ name, values }) => [name, pick(values, random)]));
  const share = random() < 0.5 ? 0 : random() / 2;
  const float = units.filter(() => random() < share);
  return configOf(search, settings, namesIn(proper(float, units)));
}

/** All units but one: a model that stays float as a whole is the source. */
export function proper(float: readonly Unit[], units: readonly Unit[]): readonly Unit[] {
  return float.length < units.length ? float : float.slice(1);
}

/** One of several, all as likely. */
export function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)]!;
}

/** A proposal of a configuration. */
export function propose(
  search: TuningSearch,
  settings: Settings,
  float: Iterable<string> = [],
  note?: string,
): Proposal {
  return { config: configOf(search, settings, float), ...(note !== undefined && { note }) };
}
