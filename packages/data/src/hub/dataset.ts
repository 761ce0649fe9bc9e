// Datasets of the hub as tables: the files of a configuration and split, each fetched when a walk comes to it.

import { textOf } from "../bytes.ts";
import type { DelimitedOptions } from "../tables/delimited.ts";
import { joinedTable, openTable } from "../tables/open.ts";
import type { Column, Table } from "../tables/table.ts";
import { cardConfigs } from "./card.ts";
import { chooseFiles, type DatasetChoice } from "./dataset-files.ts";
import { fetchFile, listHub, repoOf, type HubListing } from "./files.ts";
import { hubLabel } from "./name.ts";
import { hubSettings, type HubOptions } from "./settings.ts";

/** A dataset on the hub: which one, which of its files, and how they are written. */
export interface HubTableOptions extends DatasetChoice, DelimitedOptions {
  /** Branch, tag or commit. Default: that of the name, or "main". */
  readonly revision?: string;
}

const MOST_CARD_BYTES = 1 << 22;

/**
 * The table of a dataset on the hub.
 * @param name `hf:org/name`, `org/name`, or with a revision and the path of a file
 * @throws DATA_HUB_*, and what tables throw
 */
export async function hubTable(
  name: string,
  options: HubTableOptions = {},
  access: HubOptions = {},
  asked: readonly Column[] = [],
): Promise<Table> {
  const repo = repoOf({ hub: name, revision: options.revision }, "dataset");
  const listing = await listHub(repo, access);
  const pinned = { ...repo, revision: listing.commit };
  const settings = hubSettings(access);
  const file = options.file ?? repo.path;
  const cards = file === undefined ? await cardsOf(listing, access) : [];
  const label = hubLabel(repo);
  const chosen = chooseFiles(label, listing.files, cards, { ...options, ...(file === undefined ? {} : { file }) });
  const parts = chosen.map((path) => async () => openTable(await fetchFile(pinned, path, settings), options, asked));
  return joinedTable(label, parts);
}

async function cardsOf(
  { repo, commit, files }: HubListing,
  access: HubOptions,
): Promise<ReturnType<typeof cardConfigs>> {
  if (!files.includes("README.md")) return [];
  const path = await fetchFile({ ...repo, revision: commit }, "README.md", hubSettings(access));
  return cardConfigs(textOf(path, "dataset card", MOST_CARD_BYTES));
}
