// The generated code of messages is what the generators make of the packages' messages.proto.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe.each(["onnx", "tensorflow"])("the messages of %s", (door) => {
  const made = mkdtempSync(join(tmpdir(), "tersor-messages-"));

  beforeAll(() => {
    execFileSync(process.execPath, ["--import", "tsx", join(root, `tools/generate-${door}-messages.ts`), made], {
      cwd: root,
    });
  });
  afterAll(() => rmSync(made, { recursive: true }));

  it.each(["messages.generated.js", "messages.generated.d.ts"])("%s", (file) => {
    const committed = readFileSync(join(root, `packages/${door}/src/wire`, file), "utf8");
    expect(readFileSync(join(made, file), "utf8") === committed).toBe(true);
  });
});
