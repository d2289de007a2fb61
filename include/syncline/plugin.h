/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* For authors of plugins. Applications need <syncline/syncline.h> only. */

#pragma once

#include <gio/gio.h>
#include <syncline/error.h>
#include <syncline/macros.h>
#include <syncline/schema.h>
#include <syncline/types.h>
#include <syncline/version.h>

G_BEGIN_DECLS

/* "SYNC": tells a plugin from any other data that a module may export under the same name. */
#define SYNCLINE_PLUGIN_MAGIC 0x53594e43u

/**
 * SYNCLINE_PLUGIN_ABI:
 *
 * Raised when a struct that core and plugins share changes in another way than by appending slots.
 *
 * Since: 0.1
 */
#define SYNCLINE_PLUGIN_ABI 1u

/**
 * SynclinePluginKind:
 * @SYNCLINE_PLUGIN_STORE: the local database; methods are a [struct@StoreClass]
 * @SYNCLINE_PLUGIN_TRANSPORT: the way to and from the server; methods are a [struct@TransportClass]
 * @SYNCLINE_PLUGIN_AUTH: the session; methods are a [struct@AuthClass]
 * @SYNCLINE_PLUGIN_SERIALIZER: the shape of a change; methods are a [struct@SerializerClass]
 *
 * What a plugin is for.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_PLUGIN_STORE = 1,
  SYNCLINE_PLUGIN_TRANSPORT = 2,
  SYNCLINE_PLUGIN_AUTH = 3,
  SYNCLINE_PLUGIN_SERIALIZER = 4,
} SynclinePluginKind;

SYNCLINE_API const char *syncline_plugin_kind_to_string (SynclinePluginKind kind);

/**
 * SynclineOptionType:
 * @SYNCLINE_OPTION_STRING: text; the field is a `char *`
 * @SYNCLINE_OPTION_PATH: a file name, relative to the config file; the field is a `char *`
 * @SYNCLINE_OPTION_URL: an http or https URL without a trailing slash; the field is a `char *`
 * @SYNCLINE_OPTION_INTEGER: a whole number in a range; the field is a `gint64`
 * @SYNCLINE_OPTION_DURATION: `250ms`, `30s`, `5min`, `2h`, `1d` (a bare number is seconds); the field is a
 *   `gint64` in microseconds, and so are the bounds of the range
 * @SYNCLINE_OPTION_SIZE: bytes, with `K`, `M` or `G` (powers of 1024); the field is a `gint64`
 * @SYNCLINE_OPTION_BOOLEAN: `true` or `false` (also `yes`/`no`, `on`/`off`, `1`/`0`); a `gboolean`
 * @SYNCLINE_OPTION_CHOICE: one of a list of words; the field is an `int`, the word's index
 * @SYNCLINE_OPTION_LIST: words separated by commas; the field is a `char **`
 *
 * The types of the values in a config file. An empty value is as good as none, but for texts and lists
 * that have a default: there it means an empty text or list.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_OPTION_STRING,
  SYNCLINE_OPTION_PATH,
  SYNCLINE_OPTION_URL,
  SYNCLINE_OPTION_INTEGER,
  SYNCLINE_OPTION_DURATION,
  SYNCLINE_OPTION_SIZE,
  SYNCLINE_OPTION_BOOLEAN,
  SYNCLINE_OPTION_CHOICE,
  SYNCLINE_OPTION_LIST,
} SynclineOptionType;

/**
 * SynclineOptionFlags:
 * @SYNCLINE_OPTION_REQUIRED: the config must set it
 * @SYNCLINE_OPTION_SECRET: never shown in dumps, logs and errors
 * @SYNCLINE_OPTION_DEPRECATED: still read, with a warning
 *
 * A secret can also be read from a file: `KEY-file = PATH`. A bare `KEY-file` name that starts with
 * `credential:` is looked up in `$CREDENTIALS_DIRECTORY`.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_OPTION_NONE = 0,
  SYNCLINE_OPTION_REQUIRED = 1 << 0,
  SYNCLINE_OPTION_SECRET = 1 << 1,
  SYNCLINE_OPTION_DEPRECATED = 1 << 2,
} SynclineOptionFlags;

/**
 * SynclineOption:
 * @name: the key in the config file, words joined by `-`
 * @type: its type
 * @flags: a combination of [flags@OptionFlags]
 * @offset: where the field stands in the plugin's config struct
 * @default_value: (nullable): as it would stand in a config file; %NULL leaves the field zero
 * @minimum: smallest number, for integers, durations and sizes
 * @maximum: largest number; the range is not checked when both bounds are 0
 * @choices: (nullable) (array zero-terminated=1): the words of a choice
 * @summary: one line, no full stop
 * @details: (nullable): a paragraph for the manual
 *
 * One row of a plugin's option table: the only place where a key, its type, its default and its help
 * are written down. Tables end with `SYNCLINE_OPTION_END`.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *name;
  SynclineOptionType type;
  SynclineOptionFlags flags;
  gsize offset;
  const char *default_value;
  gint64 minimum;
  gint64 maximum;
  const char *const *choices;
  const char *summary;
  const char *details;
} SynclineOption;

/* The offset of FIELD, and a compile-time fault when the field's C type is not what TYPE fills in. */
#define _SYNCLINE_FIELD(Struct, field, ctype)                                                      \
  (G_STRUCT_OFFSET (Struct, field)                                                                 \
   + 0                                                                                             \
         * sizeof (char[_Generic(((Struct *) 0)->field, ctype : 1, default                         \
                                 : -1)]))

/**
 * SYNCLINE_OPTION_FIELD_STRING:
 *
 * Offset of a `char *` field. Likewise `_NUMBER` (gint64), `_BOOLEAN`, `_CHOICE` (int) and `_LIST`.
 *
 * Since: 0.1
 */
#define SYNCLINE_OPTION_FIELD_STRING(Struct, field) _SYNCLINE_FIELD (Struct, field, char *)
#define SYNCLINE_OPTION_FIELD_NUMBER(Struct, field) _SYNCLINE_FIELD (Struct, field, gint64)
#define SYNCLINE_OPTION_FIELD_BOOLEAN(Struct, field) _SYNCLINE_FIELD (Struct, field, gboolean)
#define SYNCLINE_OPTION_FIELD_CHOICE(Struct, field) _SYNCLINE_FIELD (Struct, field, int)
#define SYNCLINE_OPTION_FIELD_LIST(Struct, field) _SYNCLINE_FIELD (Struct, field, char **)

#define SYNCLINE_OPTION_END                                                                        \
  {                                                                                                \
    .name = NULL                                                                                   \
  }

/**
 * SynclineHost:
 *
 * What a plugin may ask of the core, handed to it at creation and valid until it is destroyed. All
 * functions on it may be called from any thread.
 *
 * Since: 0.1
 */
typedef struct _SynclineHost SynclineHost;

/**
 * SynclinePlugin:
 * @magic: %SYNCLINE_PLUGIN_MAGIC
 * @abi: %SYNCLINE_PLUGIN_ABI
 * @size: `sizeof (SynclinePlugin)`
 * @kind: what it is
 * @name: its name in the config, words joined by `-`
 * @version: its version
 * @license: its SPDX licence identifier
 * @summary: one line, no full stop
 * @options: its option table
 * @config_size: size of the struct that the option table fills
 * @methods: the method table of its kind, whose first member is its own size
 * @create: makes an instance. Does no I/O. @config is the filled struct; it belongs to the core and
 *   outlives the instance. Returns %NULL with @error set when the values do not go together.
 * @destroy: frees an instance. Called once, when no call is outstanding.
 *
 * The one symbol that a plugin module exports, named `syncline_plugin`; constant data, so that a
 * plugin can be listed, documented and checked without running any of its code.
 *
 * Since: 0.1
 */
typedef struct
{
  guint32 magic;
  guint32 abi;
  gsize size;
  SynclinePluginKind kind;
  const char *name;
  const char *version;
  const char *license;
  const char *summary;
  const SynclineOption *options;
  gsize config_size;
  const void *methods;
  gpointer (*create) (gconstpointer config, SynclineHost *host, GError **error);
  void (*destroy) (gpointer self);
} SynclinePlugin;

#define SYNCLINE_PLUGIN_HEADER                                                                     \
  .magic = SYNCLINE_PLUGIN_MAGIC, .abi = SYNCLINE_PLUGIN_ABI, .size = sizeof (SynclinePlugin)

/**
 * SYNCLINE_HAS_SLOT:
 * @methods: (nullable): a method table
 * @slot: a member of it
 *
 * Whether the table is new enough to have the slot, and offers it.
 *
 * Since: 0.1
 */
#define SYNCLINE_HAS_SLOT(methods, slot)                                                           \
  ((methods) != NULL                                                                               \
   && (methods)->struct_size                                                                       \
          >= G_STRUCT_OFFSET (__typeof__ (*(methods)), slot) + sizeof ((methods)->slot)            \
   && (methods)->slot != NULL)

/**
 * SynclineSlice:
 * @data: (nullable): bytes, not NUL-terminated; %NULL for a value that is absent
 * @length: how many
 *
 * A borrowed piece of text.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *data;
  gsize length;
} SynclineSlice;

/**
 * syncline_host_get_name:
 * @host: a host
 *
 * Returns: (transfer none): the config group that the plugin was configured by, for messages
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_host_get_name (SynclineHost *host);

/**
 * syncline_host_get_schema:
 * @host: a host
 *
 * Returns: (transfer none): the schema; empty when the config names none
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineSchema *syncline_host_get_schema (SynclineHost *host);

/**
 * SynclineRole:
 * @SYNCLINE_ROLE_STORE: the local database
 * @SYNCLINE_ROLE_UPLOAD: the way up
 * @SYNCLINE_ROLE_DOWNLOAD: the way down
 * @SYNCLINE_ROLE_AUTH: the session
 * @SYNCLINE_ROLE_SERIALIZER: the shape of changes
 *
 * The places in a client that a plugin can fill.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_ROLE_STORE,
  SYNCLINE_ROLE_UPLOAD,
  SYNCLINE_ROLE_DOWNLOAD,
  SYNCLINE_ROLE_AUTH,
  SYNCLINE_ROLE_SERIALIZER,
} SynclineRole;

/**
 * syncline_host_has_role:
 * @host: a host
 * @role: a role
 *
 * Returns: whether the config fills the role; a role that it leaves out is off
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_host_has_role (SynclineHost *host, SynclineRole role);

/**
 * syncline_host_get_real_time:
 * @host: a host
 *
 * Wall-clock time. Plugins ask the host and never the system, so that tests can run on a virtual
 * clock.
 *
 * Returns: microseconds since the epoch
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_host_get_real_time (SynclineHost *host);

/**
 * syncline_host_get_monotonic_time:
 * @host: a host
 *
 * Returns: microseconds since some fixed time, never going back
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_host_get_monotonic_time (SynclineHost *host);

/**
 * syncline_host_log:
 * @host: a host
 * @level: how much it matters
 * @format: a message in `printf` style, one sentence, no full stop
 * @...: its arguments
 *
 * Logs with the plugin's name as a field. Secrets that the core knows are blotted out; even so,
 * never pass tokens or row data.
 *
 * Since: 0.1
 */
SYNCLINE_API void
syncline_host_log (SynclineHost *host, GLogLevelFlags level, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/**
 * syncline_host_add_secret:
 * @host: a host
 * @secret: (nullable): text that must never appear in a log
 *
 * Tells the log's redaction about a secret. Text of fewer than 8 bytes is not taken.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_host_add_secret (SynclineHost *host, const char *secret);

/**
 * SynclineTableChange:
 * @table: a local table's name
 * @n_row_ids: how many rows are known to have changed, or 0 when only the table is known
 * @row_ids: (array length=n_row_ids): their ids
 * @columns: (nullable) (array zero-terminated=1): when rows were updated only, in these columns only: their
 *   names; %NULL when rows came or went, or when any column may have changed
 *
 * What a change notice says of one table.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *table;
  guint n_row_ids;
  const char *const *row_ids;
  const char *const *columns;
} SynclineTableChange;

/**
 * SynclineChangeOrigin:
 * @SYNCLINE_CHANGE_LOCAL: written through this client
 * @SYNCLINE_CHANGE_DOWNLOADED: a checkpoint was applied
 * @SYNCLINE_CHANGE_EXTERNAL: written by another connection or process; tables are named of which a store can't tell
 *   whether they changed, too
 *
 * Who changed the rows of a notice.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_CHANGE_LOCAL,
  SYNCLINE_CHANGE_DOWNLOADED,
  SYNCLINE_CHANGE_EXTERNAL,
} SynclineChangeOrigin;

/**
 * syncline_host_notify_changes:
 * @host: a host
 * @origin: who changed them
 * @n_tables: how many tables changed; 0 means that any may have
 * @tables: (array length=n_tables) (nullable): which
 *
 * For stores: reports committed changes, once a transaction; of other processes, once for all that they wrote since
 * the last notice. A table too much is no fault, one too few is. The engine looks at the queue and at the live
 * queries of these tables then.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_host_notify_changes (SynclineHost *host,
                                                SynclineChangeOrigin origin,
                                                guint n_tables,
                                                const SynclineTableChange *tables);

/**
 * syncline_host_notify_auth:
 * @host: a host
 *
 * For auth plugins: the session began, ended, was refreshed or was changed by another process.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_host_notify_auth (SynclineHost *host);

/**
 * syncline_host_admit_user:
 * @host: a host
 * @user_id: who is about to be signed in
 * @error: return location for an error
 *
 * For auth plugins: asks whether a session of @user_id may be kept, which it may not while the local
 * database holds another user's data. Called within sign_in() and sign_up(), on their thread, when the server
 * has granted a session and before anything of it is kept; if it is refused, they give this error, and the
 * session that was before goes on.
 *
 * Returns: %FALSE with %SYNCLINE_ERROR_STATE if the user has to be turned away
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_host_admit_user (SynclineHost *host,
                                                const char *user_id,
                                                GError **error);

G_END_DECLS
