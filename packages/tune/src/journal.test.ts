// Journals: begun once, cut-off last lines, other searches, and files that are no journals.

import { describe, expect, it } from "vitest";
import { memoryStore, openJournal } from "./journal.ts";
import { search } from "./test-support/landscape.ts";

const begin = async () => ({ search, facts: { correct: "1101" } });
const identity = { model: "a.onnx", seed: 0 };

describe("a journal", () => {
  it("says first what the search is about, then what became of trials", async () => {
    const store = memoryStore();
    const journal = await openJournal(store, identity, begin);
    await journal.append({ kind: "started", trial: 0, config: { settings: {}, float: [] } });
    const lines = (await store.read()).split("\n");
    expect(JSON.parse(lines[0]!)).toMatchObject({ kind: "search", version: 1, identity, facts: { correct: "1101" } });
    expect(lines.slice(1)).toEqual(['{"kind":"started","trial":0,"config":{"settings":{},"float":[]}}', ""]);
  });

  it("loses the line that was being written, and no other", async () => {
    const store = memoryStore();
    const journal = await openJournal(store, identity, begin);
    await journal.append({ kind: "started", trial: 0, config: { settings: {}, float: [] } });
    await store.append('{"kind":"finished","trial":0,"outc');
    const again = await openJournal(store, identity, begin);
    expect(again.records).toHaveLength(1);
    await again.append({ kind: "measured", trial: 0, objectives: {}, at: 1 });
    expect((await openJournal(store, identity, begin)).records.map(({ kind }) => kind)).toEqual([
      "started",
      "measured",
    ]);
  });

  it("that has no whole line yet is begun anew", async () => {
    const store = memoryStore('{"kind":"sea');
    expect((await openJournal(store, identity, begin)).records).toEqual([]);
    expect(await store.read()).toMatch(/^\{"kind":"search".*\}\n$/);
  });

  it("of another search is not touched, and says what differs", async () => {
    const store = memoryStore();
    await openJournal(store, identity, begin);
    const text = await store.read();
    await expect(openJournal(store, { ...identity, seed: 1 }, begin)).rejects.toMatchObject({
      code: "TUNE_JOURNAL_OTHER",
      data: { differs: ["seed"] },
    });
    expect(await store.read()).toBe(text);
  });
});

describe("what is no journal", () => {
  const header = `${JSON.stringify({ kind: "search", version: 1, identity, search })}\n`;

  it.each([
    ["a model", "\x08\x07onnx\n", 1],
    ["another first line", '{"kind":"finished"}\n', 1],
    ["a later version", `${JSON.stringify({ kind: "search", version: 2, identity, search })}\n`, 1],
    ["a line that is no JSON", `${header}oops\n`, 2],
    ["a list", `${header}[]\n`, 2],
    ["a record of a kind there is not", `${header}{"kind":"toString","trial":0}\n`, 2],
    ["a trial without a number", `${header}{"kind":"started","trial":-1}\n`, 2],
    ["a start without a configuration", `${header}{"kind":"started","trial":0}\n`, 2],
    [
      "a result without a metric",
      `${header}{"kind":"finished","trial":0,"outcome":{"objectives":{}},"seconds":1,"at":1}\n`,
      2,
    ],
    ["objectives that are no numbers", `${header}{"kind":"measured","trial":0,"objectives":{"a":"b"},"at":1}\n`, 2],
    ["a failure without a reason", `${header}{"kind":"failed","trial":0,"failure":{},"seconds":1,"at":1}\n`, 2],
  ])("%s", async (_, text, line) => {
    await expect(openJournal(memoryStore(text), identity, begin)).rejects.toMatchObject({
      code: "TUNE_JOURNAL_DAMAGED",
      data: { line },
    });
  });
});
