// docs/data.md says what there is: each kind with its keys, each key in the table, each name of a preprocessing.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { imagePreprocessings } from "./image-presets.ts";
import type { Kind } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { dataKinds } from "./open.ts";
import { textTasks } from "./text-tasks/dataset.ts";

const page = readFileSync(new URL("../../../docs/data.md", import.meta.url), "utf8");
const quoted = (text: string) => Array.from(text.matchAll(/`([^`]+)`/g), ([, word]) => word!);
const sections = new Map(
  Array.from(page.matchAll(/^### (\w+)\n(.*?)(?=^##)/gms), ([, name, text]) => [name!, text!] as const),
);
const rows = Array.from(page.matchAll(/^\| `([\w-]+)` +\|/gm), ([, key]) => key!);

describe("docs/data.md", () => {
  it("has a section for each kind", () => {
    expect([...sections.keys()].sort()).toEqual([...dataKinds].sort());
  });

  it.each(dataKinds)("names the keys of %s", (name) => {
    const kind: Kind = kinds[name];
    const line = /^Keys: (.*)\.$/m.exec(sections.get(name)!)?.[1] ?? "";
    expect(quoted(line)).toEqual(Object.keys(kind.options));
    expect(sections.get(name)).toContain(`{ ${name}: `);
  });

  it("explains each key and each task, and names each preprocessing", () => {
    const keys = new Set(dataKinds.flatMap((name) => Object.keys(kinds[name].options)));
    const variables = rows.filter((key) => !key.startsWith("HF_"));
    expect([...variables].sort()).toEqual([...textTasks, ...keys].sort());
    expect(quoted(/^Names: (.*)\.$/m.exec(page)![1]!)).toEqual(Object.keys(imagePreprocessings));
  });
});
