// The version of this package, from its package.json: one folder up, from the source and from dist alike.

import { readFileSync } from "node:fs";

/** Such as "0.1.0". */
export function packageVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return manifest.version;
}
