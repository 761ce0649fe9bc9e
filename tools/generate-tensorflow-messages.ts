// Makes packages/tensorflow/src/wire/messages.generated.{js,d.ts} from messages.proto: static code without eval.
// Conversion from and to plain objects is kept: TensorFlow.js writes the same messages as JSON.
// Run: npx tsx tools/generate-tensorflow-messages.ts [folder to write into]

import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const wire = fileURLToPath(new URL("../packages/tensorflow/src/wire/", import.meta.url));
const pbjs = fileURLToPath(new URL("../node_modules/protobufjs-cli/bin/pbjs", import.meta.url));
const output = resolve(process.argv[2] ?? wire, "messages.generated.js");

const target = ["--target", "static-module", "--wrap", "esm", "--root", "tersor-tensorflow", "--null-semantics"];
const without = ["create", "verify", "delimited", "typeurl"].map((part) => `--no-${part}`);

function generate(...more: readonly string[]): void {
  const options = [...target, ...without, ...more, "--out", output, "messages.proto"];
  execFileSync(process.execPath, [pbjs, ...options], { cwd: wire, stdio: "inherit" });
}

// The declarations are made from the comments, which the code itself can do without.
generate("--dts");
generate("--no-comments");
