// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// PostgreSQL's array literals: {1,NULL,"a,b",{2}}, perhaps after [0:1]= .

export function parseArray(text, convert) {
  const source = text.startsWith('[') ? text.slice(text.indexOf('=') + 1) : text;
  let position = 1;

  function list() {
    const items = [];
    while (source[position] !== '}') {
      items.push(item());
      if (source[position] === ',') position++;
    }
    position++;
    return items;
  }

  function item() {
    if (source[position] === '{') {
      position++;
      return list();
    }
    return source[position] === '"' ? convert(quoted()) : bare();
  }

  function quoted() {
    let result = '';
    for (position++; source[position] !== '"'; position++) {
      if (source[position] === '\\') position++;
      result += source[position];
    }
    position++;
    return result;
  }

  function bare() {
    const start = position;
    while (source[position] !== ',' && source[position] !== '}') position++;
    const word = source.slice(start, position);
    return word === 'NULL' ? null : convert(word);
  }

  return list();
}
