import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fixture, scratch } from "../test-support/run.ts";
import { adapterFor } from "./door-executor.ts";
import { doorAdapters, doors } from "./doors.ts";

const place = scratch();
afterAll(place.remove);

test.each(doors)("what is said of $outline.name is what its adapter says", async ({ outline, load }) => {
  const { name, formats, writes, runOnly } = await load();
  expect({ name, formats, writes, ...(runOnly !== undefined && { runOnly }) }).toEqual(outline);
});

test("the ending says who is asked first, the content who it is", async () => {
  const asked: string[] = [];
  const watched = doorAdapters.map((adapter) => ({
    ...adapter,
    accepts: (path: string) => {
      asked.push(adapter.name);
      return adapter.accepts(path);
    },
  }));
  expect(await adapterFor(fixture("blobs.onnx"), watched)).toBeUndefined();
  expect(asked).toEqual(["torchscript", "tensorflow", "keras", "tensorflow-lite"]);
  asked.length = 0;
  expect((await adapterFor(join(place.path, "absent.tflite"), watched))?.name).toBe("tensorflow-lite");
  expect(asked).toEqual(["tensorflow-lite"]);
});

test("a plugin's adapter stands before the house's own", async () => {
  const own = { ...doorAdapters[3]!, name: "mine" };
  expect((await adapterFor("absent.tflite", [...doorAdapters, own]))?.name).toBe("mine");
});
