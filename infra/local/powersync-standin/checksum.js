// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Checksums of operations: the first four bytes of a SHA-256, summed modulo 2^32.

import { hash } from 'node:crypto';

const firstWord = (text) => hash('sha256', text, 'buffer').readUInt32LE(0);

export const checksumOfPut = (type, id, data) => firstWord(`put.${type}.${id}.${data}`);

export const checksumOfRemove = (subkey) => firstWord(`delete.${subkey}`);

/** Signed, as the official service puts a bucket's sum on the wire. */
export const addChecksums = (a, b) => (a + b) | 0;
