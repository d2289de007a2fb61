/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "reason.h"

/* docs/explain.md has the same table; a test compares them, and looks for codes that are missing here. */
/* clang-format off */
const SynclineReason syncline_reasons[] = {
  { "not-configured", "the config leaves this direction out", "nothing" },
  { "not-open", "the client is not open", "the application to open it" },
  { "not-started", "no process syncs this database", "a process that syncs it, such as 'syncline run'" },
  { "another-process-syncs", "one process at a time syncs a database, and it is not this one", "the other process to end" },
  { "no-session", "nobody is signed in", "a sign-in, such as 'syncline login'" },
  { "queue-empty", "everything that was written here is on the server", "a local write" },
  { "uploading", "queued changes are being sent", "the server's answer" },
  { "connecting", "the download stream is being opened", "the service's answer" },
  { "streaming", "the stream is open and everything in it is applied", "the next change on the server" },
  { "receiving", "a checkpoint is being received", "the rest of the checkpoint" },
  { "awaiting-write-checkpoint", "a checkpoint is here, but may be older than what was written here", "a checkpoint that covers the local writes" },
  { "write-checkpoint-lost", "the confirmation of local writes does not come, and is asked for again", "a new write checkpoint" },
  { "queue-blocks-download", "a checkpoint is here, but changes are still queued", "the queue to be uploaded" },
  { "unavailable", "the other side can't be reached, or is overloaded", "the network or the other side, until the next attempt" },
  { "unauthorized", "the token was refused", "a token that is accepted, at the next attempt" },
  { "rejected", "the server refuses the first change, and the config says to wait", "the server to take it, or a person" },
  { "protocol-error", "the other side said something that its protocol does not allow", "the next attempt" },
  { "checksum-mismatch", "received rows do not add up to the service's checksums, and are fetched again", "the next attempt" },
  { "corrupt", "received or stored data is damaged", "a person" },
  { "busy", "another connection or process holds the local database", "the next attempt" },
  { "disk-full", "no space is left for the local database", "space on the disk, until the next attempt" },
  { "wrong-state", "not possible as things are; the error says why", "a person" },
  { "failed", "something failed that should not; the error says what", "the next attempt" },
  { NULL, NULL, NULL },
};
/* clang-format on */

const SynclineReason *
syncline_reason_find (const char *code)
{
  for (const SynclineReason *reason = syncline_reasons; reason->code != NULL; reason++)
    {
      if (g_str_equal (reason->code, code))
        return reason;
    }
  return NULL;
}
