# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The local stack, the demo and the tests run from the tarball, too; npm brings infra/local/node_modules.
EXTRA_DIST += \
	%D%/demo.sh \
	%D%/lib/build.sh \
	%D%/local/.npmrc \
	%D%/local/.shellcheckrc \
	%D%/local/README.md \
	%D%/local/api/app.js \
	%D%/local/api/auth-schema.js \
	%D%/local/api/config.js \
	%D%/local/api/guard.js \
	%D%/local/api/main.js \
	%D%/local/api/rest/description.js \
	%D%/local/api/rest/errors.js \
	%D%/local/api/rest/filters.js \
	%D%/local/api/rest/handler.js \
	%D%/local/api/rest/prefer.js \
	%D%/local/api/rest/rpc.js \
	%D%/local/api/rest/schema-cache.js \
	%D%/local/api/rest/session.js \
	%D%/local/api/rest/write.js \
	%D%/local/bootstrap.sql \
	%D%/local/env.sh \
	%D%/local/lib/database.sh \
	%D%/local/lib/ports.js \
	%D%/local/lib/postgres.sh \
	%D%/local/lib/process.sh \
	%D%/local/lib/secrets.js \
	%D%/local/lib/service.sh \
	%D%/local/lib/stack.sh \
	%D%/local/package-lock.json \
	%D%/local/package.json \
	%D%/local/powersync-standin/admin.js \
	%D%/local/powersync-standin/arrays.js \
	%D%/local/powersync-standin/auth.js \
	%D%/local/powersync-standin/bucket.js \
	%D%/local/powersync-standin/catalog.js \
	%D%/local/powersync-standin/checkpoints.js \
	%D%/local/powersync-standin/checksum.js \
	%D%/local/powersync-standin/config.js \
	%D%/local/powersync-standin/data-lines.js \
	%D%/local/powersync-standin/errors.js \
	%D%/local/powersync-standin/faults.js \
	%D%/local/powersync-standin/history.js \
	%D%/local/powersync-standin/jwks.js \
	%D%/local/powersync-standin/line-writer.js \
	%D%/local/powersync-standin/main.js \
	%D%/local/powersync-standin/pgoutput.js \
	%D%/local/powersync-standin/replication-stream.js \
	%D%/local/powersync-standin/replication.js \
	%D%/local/powersync-standin/replicator.js \
	%D%/local/powersync-standin/request.js \
	%D%/local/powersync-standin/rules.js \
	%D%/local/powersync-standin/server.js \
	%D%/local/powersync-standin/service.js \
	%D%/local/powersync-standin/snapshot.js \
	%D%/local/powersync-standin/source-queries.js \
	%D%/local/powersync-standin/source.js \
	%D%/local/powersync-standin/store.js \
	%D%/local/powersync-standin/subscription.js \
	%D%/local/powersync-standin/sync-stream.js \
	%D%/local/powersync-standin/token-timer.js \
	%D%/local/powersync-standin/values.js \
	%D%/local/powersync-standin/write-checkpoints.js \
	%D%/local/reset.sh \
	%D%/local/service.sh \
	%D%/local/start.sh \
	%D%/local/status.sh \
	%D%/local/stop.sh \
	%D%/local/test.sh \
	%D%/local/wait.sh \
	%D%/local/test/bucket.test.js \
	%D%/local/test/checksum.test.js \
	%D%/local/test/config.test.js \
	%D%/local/test/expiry.test.js \
	%D%/local/test/fixtures/migrations/20260101000000_tables.sql \
	%D%/local/test/fixtures/sync-rules.yaml \
	%D%/local/test/rest.test.js \
	%D%/local/test/support/stack.js \
	%D%/local/test/support/sync-client.js \
	%D%/local/test/sync.test.js \
	%D%/local/test/tokens.test.js \
	%D%/local/test/values.test.js \
	%D%/local/test/verbs.test.js \
	%D%/local/test/workflows.test.js \
	%D%/powersync_local/.shellcheckrc \
	%D%/powersync_local/README.md \
	%D%/powersync_local/config/powersync-postgres.yaml \
	%D%/powersync_local/config/powersync.yaml \
	%D%/powersync_local/docker-compose.yml \
	%D%/powersync_local/env.sh \
	%D%/powersync_local/lib.sh \
	%D%/powersync_local/reset.sh \
	%D%/powersync_local/start.sh \
	%D%/powersync_local/status.sh \
	%D%/powersync_local/stop.sh \
	%D%/powersync_local/wait.sh \
	%D%/cross.sh \
	%D%/setup.sh \
	%D%/tarball.sh \
	%D%/test.sh

# Units for the service manager; docs/service.md has how they are used.
systemdsystemunitdir = $(prefix)/lib/systemd/system
systemduserunitdir = $(prefix)/lib/systemd/user
nodist_systemdsystemunit_DATA = %D%/systemd/syncline@.service
nodist_systemduserunit_DATA = %D%/systemd/syncline.service
units = $(nodist_systemdsystemunit_DATA) $(nodist_systemduserunit_DATA)
CLEANFILES += $(units)
EXTRA_DIST += %D%/systemd/syncline@.service.in %D%/systemd/syncline.service.in

# bindir depends on what make is told, so configure can't fill it in.
$(units): %: %.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) 's|@bind[i]r[@]|$(bindir)|' $< >$@

# Packages for Debian.
EXTRA_DIST += \
	%D%/package.sh \
	debian/changelog \
	debian/control \
	debian/copyright \
	debian/libsyncline-dev.install \
	debian/libsyncline0.install \
	debian/libsyncline0.symbols \
	debian/rules \
	debian/source/format \
	debian/syncline-doc.docs \
	debian/syncline-doc.examples \
	debian/syncline-plugins.install \
	debian/syncline.install
