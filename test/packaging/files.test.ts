// What npm packs of each package besides its code: a README, and the licence, which is a copy of the repository's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packages, root } from "../architecture/packages.ts";

const licence = readFileSync(join(root, "LICENSE"), "utf8");

describe.each(packages)("$manifest.name", ({ path, manifest }) => {
  it("has the licence of the repository in its folder", () => {
    expect(readFileSync(join(path, "LICENSE"), "utf8")).toBe(licence);
  });

  it("has a README that begins with its name", () => {
    expect(readFileSync(join(path, "README.md"), "utf8")).toMatch(`# ${manifest.name}\n`);
  });
});
