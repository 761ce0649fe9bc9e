// A check is a law with a name, and a way to try it. Any runner takes a list of them:
// for (const { name, run } of calibratorChecks(octav)) test(name, run);

import { lawBroken } from "./errors.ts";

/** One law, ready to run. */
export interface Check {
  /** The law, as a sentence. */
  readonly name: string;
  /** @throws TESTING_LAW_BROKEN, which names the law and the case that breaks it. */
  readonly run: () => Promise<void>;
}

/** What breaks a law, in words that follow "because"; undefined where it holds. */
export type Finding = string | undefined;

/** Laws by name, each with a search for a case that breaks it. */
export type Laws = Readonly<Record<string, () => Finding | Promise<Finding>>>;

/** The checks of a subject such as `The calibrator "octav"`. */
export function checksOf(subject: string, laws: Laws): readonly Check[] {
  return Object.entries(laws).map(([law, search]) => ({
    name: law,
    run: async () => {
      const reason = await findingOf(subject, law, search);
      if (reason !== undefined) throw lawBroken({ subject, law, reason });
    },
  }));
}

async function findingOf(subject: string, law: string, search: Laws[string]): Promise<Finding> {
  try {
    return await search();
  } catch (error) {
    throw lawBroken({ subject, law, reason: `it threw ${String(error)}` }, error);
  }
}

/** The first finding among cases. */
export function firstOf<Case>(cases: Iterable<Case>, search: (given: Case) => Finding): Finding {
  for (const given of cases) {
    const finding = search(given);
    if (finding !== undefined) return finding;
  }
  return undefined;
}
