// The generated code of ONNX's messages is what the generator makes of messages.proto.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const made = mkdtempSync(join(tmpdir(), "tersor-messages-"));

beforeAll(() => {
  execFileSync(process.execPath, ["--import", "tsx", join(root, "tools/generate-onnx-messages.ts"), made], {
    cwd: root,
  });
});
afterAll(() => rmSync(made, { recursive: true }));

it.each(["messages.generated.js", "messages.generated.d.ts"])("%s", (file) => {
  const committed = readFileSync(join(root, "packages/onnx/src/wire", file), "utf8");
  expect(readFileSync(join(made, file), "utf8") === committed).toBe(true);
});
