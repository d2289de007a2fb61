// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Puts the parts together and brings them up: answer probes, catch up with the
// history on disk or take a new snapshot, then follow the source.

import { TokenVerifier } from './auth.js';
import { Catalog } from './catalog.js';
import { Faults } from './faults.js';
import { History } from './history.js';
import { Replication } from './replication.js';
import { Replicator } from './replicator.js';
import { readRules, RuleEvaluator } from './rules.js';
import { createHttpServer } from './server.js';
import { queryWith } from './source-queries.js';
import { Store } from './store.js';
import { WriteCheckpoints } from './write-checkpoints.js';

/** Resolves, once everything is ready, to a function that stops the service. */
export async function startService(config) {
  const { config: syncConfig, fingerprint } = readRules(config.syncRulesFile);
  const catalog = new Catalog(queryWith(config.databaseUrl), config.publication);
  const faults = new Faults();
  const service = { adminToken: config.adminToken, tokens: new TokenVerifier(config), faults, store: new Store() };
  let isReady = false;
  service.isReady = () => isReady;

  const server = createHttpServer(service);
  await listen(server, config);

  await catalog.loadTypes();
  if (!(await catalog.publicationExists())) {
    throw new Error(`the database has no publication "${config.publication}"; create it with: create publication ${config.publication} for all tables`);
  }
  const replication = await catchUp({ config, service, syncConfig, fingerprint, catalog });
  replication.follow();
  isReady = true;
  console.log(`ready on http://${config.host}:${config.port}: ${service.store.buckets.size} buckets, ${service.store.lastOpId} operations`);

  return () => {
    server.close(() => process.exit(0));
    faults.disconnectAll();
    server.closeAllConnections();
  };
}

function listen(server, { port, host }) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

async function catchUp({ config, service, syncConfig, fingerprint, catalog }) {
  const history = new History(config.historyDirectory);
  const assemble = (version) => {
    const { store } = service;
    service.rules = new RuleEvaluator(syncConfig, version);
    const replicator = new Replicator({ store, history, rules: service.rules, catalog });
    const replication = new Replication({ config, store, replicator, catalog, rules: service.rules });
    service.writeCheckpoints = new WriteCheckpoints({ store, replicator, replication });
    return replication;
  };

  if (!config.fresh && history.header()?.fingerprint === fingerprint) {
    const version = await history.replay((record) => service.store.apply(record));
    const replication = assemble(version);
    if (service.store.lsn > 0n && (await replication.slotExists())) return replication;
    service.store = new Store();
  }
  const replication = assemble(history.startAnew(fingerprint));
  await replication.dropSlot();
  await replication.takeSnapshot();
  return replication;
}
