// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The project's sync rules, evaluated by the official package.

import { readFileSync } from 'node:fs';
import * as sqlite from 'node:sqlite';
import { hash } from 'node:crypto';
import { JSONBig } from '@powersync/service-jsonbig';
import { nodeSqlite, SqlSyncRules, toSyncRulesRow, versionedHydrationState } from '@powersync/service-sync-rules';

/** Reads and parses; a fault in the file is an error that names each of them. */
export function readRules(path) {
  const content = readFileSync(path, 'utf8');
  const { config, errors } = SqlSyncRules.fromYaml(content, { defaultSchema: 'public', throwOnError: false });
  const fatal = errors.filter(({ type }) => type !== 'warning');
  for (const warning of errors.filter(({ type }) => type === 'warning')) console.warn(`${path}: ${warning.message}`);
  if (fatal.length > 0) throw new Error(`${path}: ${fatal.map(({ message }) => message).join('; ')}`);
  return { config, fingerprint: hash('sha256', content) };
}

/** What one row of the source leads to, under bucket names of this version. */
export class RuleEvaluator {
  constructor(config, version) {
    this.hydrated = config.hydrate({
      hydrationState: versionedHydrationState(version),
      sqlite: nodeSqlite(sqlite)
    });
  }

  concerns(table) {
    const source = sourceOf(table);
    return this.hydrated.tableSyncsData(source) || this.hydrated.tableSyncsParameters(source);
  }

  /** {rows: [{bucket, type, id, data}], lookups: [[key, results]]} */
  evaluate(table, values) {
    const sourceTable = sourceOf(table);
    const record = this.hydrated.applyRowContext(toSyncRulesRow(values));
    return { rows: this.#rows(sourceTable, record), lookups: this.#lookups(sourceTable, record) };
  }

  #rows(sourceTable, record) {
    if (!this.hydrated.tableSyncsData(sourceTable)) return [];
    const { results, errors } = this.hydrated.evaluateRowWithErrors({ sourceTable, record });
    report(sourceTable, errors);
    return results.map(({ bucket, table, id, data }) => ({ bucket, type: table, id, data: JSONBig.stringify(data) }));
  }

  #lookups(sourceTable, record) {
    if (!this.hydrated.tableSyncsParameters(sourceTable)) return [];
    const { results, errors } = this.hydrated.evaluateParameterRowWithErrors(sourceTable, record);
    report(sourceTable, errors);
    return results.map(({ lookup, bucketParameters }) => [
      lookup.serializedRepresentation,
      JSONBig.stringify(bucketParameters)
    ]);
  }
}

const sourceOf = ({ schema, name }) => ({ connectionTag: 'default', schema, name });

function report({ schema, name }, errors) {
  for (const { error } of errors) console.warn(`a row of ${schema}.${name} is left out: ${error}`);
}
