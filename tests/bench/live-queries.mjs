// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// What 100 live queries over 100,000 rows cost, in CPU time.


const milliseconds = (seconds) => `${(seconds * 1000).toFixed(2)} ms`;

/** Whatever a change costs that concerns no query is compared with the same change when there are none. */
export function liveQueries({ ours, add, say, scratchDirectory }) {
  say('live queries');
  const directory = scratchDirectory('live-queries');
  const result = ours('live-queries', directory);
  add('100 live queries over 100,000 rows, all of them at first', milliseconds(result.first), '', '', '–');
  add('  a change that no query reads', milliseconds(result.unreadColumn), milliseconds(result.plain), '', '≤ 1 ms', result.unreadColumn <= 0.001);
  add('  a change that all have to look at', milliseconds(result.oneRow), '', '', '–');
}
