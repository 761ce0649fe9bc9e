// The errors of bytes: files that can't be read, messages that are none, sums that don't match. Alphabetical.

import { TersorError } from "@tersor/core";

export function checksumMismatch(facts: { file: string; where: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_CHECKSUM",
    `The checksum of ${facts.where} in "${facts.file}" does not match its bytes. The file is damaged; copy or export it again.`,
    facts,
  );
}

export function fileUnreadable(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "TENSORFLOW_FILE_UNREADABLE",
    `"${facts.file}" can't be read: ${facts.why}. Check the path.`,
    facts,
    cause,
  );
}

export function malformed(facts: { file: string; where: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "TENSORFLOW_MALFORMED",
    `"${facts.file}" is broken at ${facts.where}: ${facts.why}. Copy or export it again.`,
    facts,
    cause,
  );
}
