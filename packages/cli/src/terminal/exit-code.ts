// The exit codes of the command line; docs/cli.md lists them.

/** What each exit code says. */
export const exitCodes = {
  ok: 0,
  /** An error with a code of its own; the message says what to do. */
  error: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The result was made, and does not hold: a check failed or a goal was missed. */
  failed: 3,
  /** A defect of Tersor. */
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** A sentence per exit code, for the documentation. */
export const exitCodeTexts: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "All went well.",
  error: "Something is wrong with a file, the data or the machine; the message begins with the code of the error.",
  usage: "The command line is wrong: an unknown option, a missing argument, a value that can't be.",
  failed: "The result does not hold: the check failed (nothing was written), or the goal of a recipe was missed.",
  internal: "A defect of Tersor; please report it.",
  interrupted: "Stopped with Ctrl-C; nothing half-done is left behind.",
  terminated: "Stopped by SIGTERM; nothing half-done is left behind.",
};
