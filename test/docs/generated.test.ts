// The pages that are made from the code say what the code says: a change of the code without them fails here.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { standardOps } from "@tersor/core";
import { expect, it } from "vitest";
import { filesOf, packages, root } from "../architecture/packages.ts";

const written = (file: string): string => readFileSync(join(root, "docs", file), "utf8");

it("is up to date", () => {
  const script = join(root, "tools/support-tables.ts");
  const options = ["--import", "tsx", "--conditions=@tersor/source", script, "--check"];
  const { status, stderr } = spawnSync(process.execPath, options, { cwd: root, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

it("operators.md has every operator, once in its section", () => {
  const rows = written("operators.md")
    .split("## All operators")[1]!
    .match(/^\| `\w+` \|/gm);
  expect(rows).toHaveLength(standardOps.length);
});

it("errors.md has every code that a doc comment promises", () => {
  const page = written("errors.md");
  const comments = packages
    .flatMap(({ path }) => filesOf(path, "source"))
    .flatMap((file) => readFileSync(file, "utf8").match(/@throws[^@]*?(?=\*\/)/g) ?? []);
  const promised = new Set(comments.flatMap((text) => text.match(/\b[A-Z]+_[A-Z_]*[A-Z]\b/g) ?? []));
  expect(promised.size).toBeGreaterThan(30);
  expect([...promised].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
