// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Errors as the official service reports them: an HTTP status, a code, a text.

export class ServiceError extends Error {
  constructor(status, code, description, details) {
    super(description);
    this.name = status === 401 ? 'AuthorizationError' : 'ServiceError';
    this.status = status;
    this.code = code;
    this.details = details;
  }

  toJSON() {
    const { code, status, message: description, name, details } = this;
    return { error: { name, code, status, description, ...(details && { details }) } };
  }
}

export const unauthorized = (code, description) => new ServiceError(401, code, description);

export const invalidRequest = (problems) =>
  new ServiceError(400, 'PSYNC_S2001', 'Validation failed', JSON.stringify([].concat(problems)));

export const notFound = (method, path) =>
  new ServiceError(404, 'PSYNC_S2002', `The path "${path}" does not exist for ${method}`);
