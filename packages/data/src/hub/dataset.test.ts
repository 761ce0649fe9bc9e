import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numbersOf, type ModelInput } from "@tersor/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataset, openHubDataset, type OpenOptions } from "../open.ts";
import { expected, fixtures, samplesOf } from "../tables/tables.fixture.ts";
import { cardConfigs } from "./card.ts";
import { chooseFiles } from "./dataset-files.ts";
import { serveHub, type HubServer } from "./hub-server.fixture.ts";

const commit = "89abcdef0123456789abcdef0123456789abcdef";
const file = (...path: string[]) => new Uint8Array(readFileSync(join(fixtures, ...path)));
const card = `---
license: mit
configs:
- config_name: small
  default: true
  data_files:
  - split: train
    path: data/train-*
  - split: test
    path: ["data/test.parquet"]
- config_name: pictures
  data_dir: pictures
---
# A dataset`;

let hub: HubServer;
let context: OpenOptions;
const x: ModelInput = { name: "x", type: { kind: "tensor", dtype: "float32", shape: ["n", 1] } };

beforeEach(async () => {
  hub = await serveHub([
    {
      id: "org/carded",
      type: "dataset",
      commit,
      files: {
        "README.md": card,
        "data/train-00000-of-00002.parquet": file("tables/snappy.parquet"),
        "data/train-00001-of-00002.parquet": file("tables/zstd.parquet"),
        "data/test.parquet": file("tables/gzip.parquet"),
        "pictures/some.parquet": file("tables/images.parquet"),
      },
    },
    {
      id: "org/plain",
      type: "dataset",
      commit,
      files: { "train.csv": "a,label\n1,0\n2,1\n", "dev.csv": "a,label\n5,1\n" },
    },
    {
      id: "org/text",
      commit,
      files: {
        "tokenizer.json": file("text/wordpiece/tokenizer.json"),
        "tokenizer_config.json": file("text/wordpiece/tokenizer_config.json"),
        "preprocessor_config.json": '{"do_resize":false,"do_rescale":false}',
      },
    },
  ]);
  const cacheFolder = mkdtempSync(join(tmpdir(), "tersor-hub-data-"));
  context = { hub: { endpoint: hub.endpoint, cacheFolder, offline: false, retryDelayMs: 1 } };
});
afterEach(() => hub.close());

describe("datasets of the hub", () => {
  it("joins the files of a split, and fetches those that a walk needs", async () => {
    const few = await openHubDataset(
      "hf:org/carded",
      { split: "train", columns: ["score"], samples: 50 },
      { ...context, inputs: [x] },
    );
    expect(few.length).toBe(50);
    expect((await samplesOf(few)).map(({ label }) => label)).toEqual(expected.parquet.map(({ label }) => label));
    expect(hub.log.some(({ request }) => request.includes("00001"))).toBe(false);
    const all = await openHubDataset(
      "hf:org/carded",
      { split: "train", columns: ["score"] },
      { ...context, inputs: [x] },
    );
    expect(all.length).toBeUndefined();
    expect(await samplesOf(all)).toHaveLength(100);
  });

  it("reads tokenizers and preprocessing of models on the hub, and everything again offline", async () => {
    const open = (offline: boolean) => {
      const place = { ...context, hub: { ...context.hub, offline } };
      const texts = { hub: "org/carded", split: "test", tokenizer: "hf:org/text", column: "category", label: "flag" };
      const pictures = { hub: "hf:org/carded", config: "pictures", image: "img", preprocessing: "hf:org/text" };
      return Promise.all([openDataset(texts, place), openDataset(pictures, { ...place, inputs: [x] })]);
    };
    for (const offline of [false, true]) {
      const [texts, pictures] = await open(offline);
      expect(await samplesOf(texts)).toHaveLength(50);
      expect((await samplesOf(pictures)).map(({ feeds }) => Array.from(numbersOf(feeds["x"]!)).length)).toEqual([
        60, 60, 60,
      ]);
    }
  });

  it("goes by the names of files where there is no card", async () => {
    const open = (options: object) => openHubDataset("org/plain", options, { ...context, inputs: [x] });
    expect((await samplesOf(await open({ split: "validation" }))).map(({ label }) => label)).toEqual([1]);
    expect(await samplesOf(await open({ split: "train" }))).toHaveLength(2);
    expect(await samplesOf(await open({ file: "*.csv" }))).toHaveLength(3);
    expect(await samplesOf(await openDataset("hf:org/plain/dev.csv", { ...context, inputs: [x] }))).toHaveLength(1);
    const csv = await openDataset({ csv: "hf:org/plain/dev.csv", samples: 1 }, { ...context, inputs: [x] });
    expect(await samplesOf(csv)).toHaveLength(1);
    await expect(open({})).rejects.toThrow(/several splits; name one as split. There are train, validation/);
    await expect(open({ split: "test" })).rejects.toMatchObject({ code: "DATA_HUB_FILES" });
  });
});

describe("chooseFiles", () => {
  const names = ["de/train.jsonl", "en/test-00000.parquet", "en/train-00000.parquet", "en/train.csv", "x.json"];

  it("takes one format of one configuration and split", () => {
    expect(chooseFiles("r", names, [], { config: "en", split: "train" })).toEqual(["en/train-00000.parquet"]);
    expect(chooseFiles("r", names, [], { config: "de" })).toEqual(["de/train.jsonl"]);
    expect(chooseFiles("r", ["cola-train.tsv", "sst2-train.tsv"], [], { config: "sst2" })).toEqual(["sst2-train.tsv"]);
    expect(chooseFiles("r", ["plain.csv"], [], {})).toEqual(["plain.csv"]);
    expect(() => chooseFiles("r", names, [], {})).toThrow(
      /several configurations; name one as config. There are de, en/,
    );
    expect(() => chooseFiles("r", names, [], { config: "fr" })).toThrow(/no configuration "fr"/);
    expect(() => chooseFiles("r", ["a.bin"], [], {})).toThrow(/no Parquet/);
  });

  it("goes by the card", () => {
    const cards = cardConfigs(card);
    const files = ["data/test.parquet", "data/train-0.parquet", "pictures/a.parquet"];
    expect(cards.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ["small", true],
      ["pictures", false],
    ]);
    expect(chooseFiles("r", files, cards, { split: "test" })).toEqual(["data/test.parquet"]);
    expect(chooseFiles("r", files, cards, { config: "pictures" })).toEqual(["pictures/a.parquet"]);
    expect(() => chooseFiles("r", files, cards, {})).toThrow(/several splits/);
    expect(() => chooseFiles("r", files, cards, { split: "dev" })).toThrow(/no split "dev". There are train, test/);
    expect(() => chooseFiles("r", files, cards, { config: "large" })).toThrow(/no configuration "large"/);
    expect(cardConfigs("# no front matter")).toEqual([]);
    expect(cardConfigs("---\nconfigs: [&a [*a], 3, {data_files: 7}]\n---")).toEqual([]);
    expect(cardConfigs("---\n: : :\n  - [\n---")).toEqual([]);
  });
});
