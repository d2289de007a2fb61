// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The Prefer header.

const KNOWN = {
  return: ['minimal', 'representation'],
  resolution: ['merge-duplicates', 'ignore-duplicates'],
  missing: ['default', 'null'],
  count: ['exact']
};

/** {return, resolution, missing, count, applied}, or null if it asks for something else. */
export function parsePrefer(header) {
  const preferences = { applied: [] };
  for (const item of (header ?? '').split(',').map((text) => text.trim()).filter(Boolean)) {
    const [name, value] = item.split('=');
    if (!KNOWN[name]?.includes(value)) return null;
    preferences[name] = value;
    preferences.applied.push(item);
  }
  return preferences;
}
