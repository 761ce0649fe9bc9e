import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { ended, fixture, scratch, start } from "./test-support/run.ts";

const place = scratch();
afterAll(place.remove);

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** A dataset that says when it is walked and never ends, so that the signal comes in the middle of the work. */
const endless = (started: string) => `
import { writeFileSync } from "node:fs";
const tensor = { dtype: "float32", shape: [1, 16], data: new Float32Array(16).fill(0.5) };
async function* walk() { writeFileSync(${JSON.stringify(started)}, ""); for (;;) { await new Promise((resolve) => setTimeout(resolve, 20)); yield { feeds: { x: tensor } }; } }
const dataset = { name: "endless", open: () => ({ name: "endless", [Symbol.asyncIterator]: walk }) };
export const plugin = { name: "endless", datasets: [dataset] };
`;

describe("a process", () => {
  test("tells its version", async () => {
    expect(await ended(start(["--version"]))).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s in the middle of the work leaves nothing behind", async (signal, code) => {
    const folder = place.in(signal);
    mkdirSync(folder);
    copyFileSync(fixture("blobs.onnx"), `${folder}/model.onnx`);
    writeFileSync(`${folder}/endless.mjs`, endless(`${folder}/started`));
    const args = [
      "quantize",
      `${folder}/model.onnx`,
      "--calibration",
      '{"endless":true}',
      "--plugin",
      `${folder}/endless.mjs`,
    ];
    const child = start(args);
    const result = ended(child);
    while (!existsSync(`${folder}/started`)) await wait(50);
    await wait(300);
    child.kill(signal);
    expect(await result).toMatchObject({ code, stdout: "" });
    expect((await result).stderr).toContain(`TERSOR_STOPPED: Stopped by ${signal}`);
    expect(readdirSync(folder).sort()).toEqual(["endless.mjs", "model.onnx", "started"]);
  });

  test("a reader that goes away is no error", async () => {
    const child = start(["inspect", fixture("blobs.onnx"), "--json"]);
    child.stdout?.destroy();
    const { code, stderr } = await ended(child);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
