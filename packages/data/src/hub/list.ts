// Lists what a repository holds, through @huggingface/hub, whose requests go through ours: same patience, same errors.

import { datasetInfo, listFiles, modelInfo } from "@huggingface/hub";
import { isTersorError } from "@tersor/core";
import { hubResponse } from "../errors.ts";
import { isCommit } from "./cache.ts";
import { hubLabel, hubPath, type HubRepo } from "./name.ts";
import { sendWhole } from "./request.ts";
import type { HubSettings } from "./settings.ts";

const MOST_FILES = 100_000;
const MOST_LISTING_BYTES = 1 << 26;

/** The commit that a revision stands at, and the paths of all files in it. @throws DATA_HUB_* */
export async function listRemote(
  repo: HubRepo,
  settings: HubSettings,
): Promise<{ readonly commit: string; readonly files: readonly string[] }> {
  const what = hubLabel(repo);
  const access = { hubUrl: settings.endpoint, fetch: fetchFor(what, settings) };
  try {
    const commit = await commitOf(repo, access);
    if (!isCommit(commit)) throw hubResponse(what, "it does not name a commit");
    const files: string[] = [];
    const entries = listFiles({
      repo: { type: repo.type, name: repo.id },
      recursive: true,
      revision: commit,
      ...access,
    });
    for await (const { type, path } of entries) {
      if (type === "file") files.push(hubPath(path));
      if (files.length > MOST_FILES) throw hubResponse(what, `more than ${MOST_FILES} files`);
    }
    return { commit, files: files.sort() };
  } catch (error) {
    settings.signal?.throwIfAborted();
    if (isTersorError(error)) throw error;
    throw hubResponse(what, error instanceof Error ? error.message : String(error), error);
  }
}

async function commitOf(repo: HubRepo, access: { hubUrl: string; fetch: typeof fetch }): Promise<string> {
  const asked = { name: repo.id, revision: repo.revision, additionalFields: ["sha" as const], ...access };
  const { sha } = repo.type === "model" ? await modelInfo(asked) : await datasetInfo(asked);
  return String(sha);
}

/** A `fetch` for the library. It gets no token: ours is added where the endpoint is asked, and only there. */
function fetchFor(what: string, settings: HubSettings): typeof fetch {
  return (input) =>
    sendWhole({ what, url: input instanceof Request ? input.url : String(input) }, settings, MOST_LISTING_BYTES);
}
