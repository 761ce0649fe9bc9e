import { expect, test, vi } from "vitest";
import { imageSupport } from "./support.ts";

test("where sharp is installed, its version is told", async () => {
  expect(await imageSupport()).toEqual({ usable: true, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
});

test("where it can't be loaded, the reason and the way out are told", async () => {
  vi.doMock("sharp", () => {
    throw new Error("no binary for this machine\nmore");
  });
  const { usable, advice } = await imageSupport();
  vi.doUnmock("sharp");
  expect(usable).toBe(false);
  expect(advice).toContain("npm install sharp");
});
