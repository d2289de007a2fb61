// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Which buckets a connection may see: the answer of the sync rules to one
// token and one request.

import { BaseJwtPayload, mergeBuckets, RequestParameters } from '@powersync/service-sync-rules';
import { JSONBig } from '@powersync/service-jsonbig';

export class Subscription {
  #querier;
  #errors;
  #sources;
  #requested;
  #includeDefaults;
  #store;
  #dynamic = null;
  #dynamicAsOf = -1;

  constructor({ claims, request, rules, store }) {
    const { hydrated } = rules;
    const requested = requestedStreams(request);
    this.#store = store;
    this.#sources = hydrated.bucketSourceDefinitions;
    this.#requested = new Set(Object.keys(requested));
    this.#includeDefaults = request.streams?.include_defaults ?? true;
    const { querier, errors } = hydrated.getBucketParameterQuerier({
      globalParameters: new RequestParameters(new BaseJwtPayload(claims), request.parameters ?? {}),
      hasDefaultStreams: this.#includeDefaults,
      streams: requested
    });
    this.#querier = querier;
    this.#errors = errors;
  }

  /** [{name, is_default, errors}]: the streams the buckets' indexes refer to. */
  get streams() {
    return this.#sources
      .filter(({ name, subscribedToByDefault }) => (subscribedToByDefault && this.#includeDefaults) || this.#requested.has(name))
      .map(({ name, subscribedToByDefault }) => ({
        name,
        is_default: subscribedToByDefault,
        errors: this.#errors.filter(({ descriptor }) => descriptor === name).map(describeError)
      }));
  }

  /** Buckets as they are now: [{bucket, priority, subscriptions}] */
  async buckets() {
    const index = new Map(this.streams.map(({ name }, i) => [name, i]));
    const resolved = mergeBuckets([...this.#querier.staticBuckets, ...(await this.#dynamicBuckets())]);
    return resolved.map(({ bucket, priority, definition, inclusion_reasons: reasons }) => ({
      bucket,
      priority,
      subscriptions: reasons.map((reason) =>
        reason === 'default' ? { default: index.get(definition) } : { sub: reason.subscription }
      )
    }));
  }

  async #dynamicBuckets() {
    if (!this.#querier.hasDynamicBuckets) return [];
    if (this.#dynamicAsOf !== this.#store.lookupChanges) {
      this.#dynamicAsOf = this.#store.lookupChanges;
      this.#dynamic = await this.#querier.queryDynamicBucketDescriptions({
        getParameterSets: async (lookups) => lookups.map((lookup) => ({ lookup, rows: this.#rowsFor(lookup) }))
      });
    }
    return this.#dynamic;
  }

  #rowsFor(lookup) {
    return this.#store.lookupRows(lookup.serializedRepresentation).flatMap((text) => JSONBig.parse(text));
  }
}

function requestedStreams({ streams }) {
  const byName = {};
  for (const [i, { stream, parameters, override_priority: priorityOverride }] of (streams?.subscriptions ?? []).entries()) {
    (byName[stream] ??= []).push({ priorityOverride, parameters: parameters ?? {}, opaque_id: i });
  }
  return byName;
}

const describeError = ({ subscription, message }) => ({
  subscription: subscription?.opaque_id ?? 'default',
  message
});
