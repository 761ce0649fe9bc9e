import { describe, expect, test } from "vitest";
import { exitCodeOf, tellFailure } from "./terminal/failure.ts";
import type { Io } from "./terminal/io.ts";
import { fixture, tersor } from "./test-support/run.ts";

const commands = ["quantize", "evaluate", "benchmark", "compare", "inspect", "doctor", "run"];

describe("help", () => {
  test("an overview to start from", async () => {
    const { code, stdout, stderr } = await tersor(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test.each(commands)("%s", async (command) => {
    const { code, stdout } = await tersor([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
  });
});

describe("a wrong command line: exit code 2, what is wrong, and nothing on stdout", () => {
  test.each([
    ["no command", []],
    ["a command that is none", ["quantise", "model.onnx"]],
    ["an option that is none", ["quantize", "model.onnx", "--exlude", "x"]],
    ["no model", ["quantize"]],
    ["one argument too many", ["inspect", "a.onnx", "b.onnx"]],
    ["a mode that is none", ["quantize", "model.onnx", "--mode", "fast"]],
    ["a number that is none", ["benchmark", "model.onnx", "--iterations", "many"]],
    ["a count of none", ["benchmark", "model.onnx", "--batch", "0"]],
    ["a check that is none", ["quantize", "model.onnx", "--check", "strict"]],
    ["a size that is none", ["inspect", "model.onnx", "--dim", "batch"]],
  ])("%s", async (_, args) => {
    const { code, stdout, stderr } = await tersor(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatchSnapshot();
  });
});

describe("errors", () => {
  const io = (env: Io["env"] = {}) => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) };
    return { written, io: { stdout: stream, stderr: stream, env, signal: new AbortController().signal } };
  };

  test("what nobody expected asks to be reported, with the stack only on request", () => {
    const plain = io();
    const error = new Error("the roof is leaking");
    tellFailure(error, plain.io, false);
    expect(plain.written.join("")).toMatch(/^Unexpected error: the roof is leaking\n.*report/);
    expect(plain.written.join("")).not.toContain(" at ");
    const debug = io({ TERSOR_DEBUG: "1" });
    tellFailure(error, debug.io, true);
    expect(debug.written.join("")).toContain("main.test.ts");
    expect(debug.written.at(-1)).toBe('{"error":{"code":"TERSOR_UNEXPECTED","message":"the roof is leaking"}}\n');
    expect(exitCodeOf(error, plain.io.signal)).toBe(70);
  });

  test("the text of a typed error", async () => {
    const { stderr } = await tersor(["inspect", "no/such/model.onnx"]);
    expect(stderr).toBe('TERSOR_MODEL_NOT_FOUND: There is no model at "no/such/model.onnx". Check the path.\n');
  });
});

describe("a terminal", () => {
  test("colours, unless NO_COLOR is set or the output is no terminal", async () => {
    const args = ["doctor"];
    expect((await tersor(args, { tty: true, env: {} })).stdout).toContain("\x1b[32m");
    expect((await tersor(args, { tty: true, env: { NO_COLOR: "1" } })).stdout).not.toContain("\x1b[");
    expect((await tersor(args)).stdout).not.toContain("\x1b[");
  });

  test("progress on stderr only there, and gone at the end", async () => {
    const args = ["evaluate", fixture("blobs.onnx"), "--data", fixture("evaluation.npz"), "--samples", "5"];
    const { stderr } = await tersor(args, { tty: true });
    expect(stderr).toContain("█ 5/5");
    expect(stderr.endsWith("\r\x1b[2K")).toBe(true);
    expect((await tersor([...args, "--quiet"], { tty: true })).stderr).toBe("");
    expect((await tersor(args)).stderr).toBe("");
  });
});
