// SPDX-License-Identifier: Apache-2.0
//
// Prints the results of bin/bench as a table or, with --json, as an array of
// {server, client, case, metric, median, best, runs}.
//
//   table.js [--json] RESULTS
'use strict'
const fs = require('fs')
const { REFERENCE, headline, read, rows, format } = require('./results.js')

const COLUMNS = ['p50_us', 'p99_us', 'p999_us', 'us_per_rt', 'msgs_per_s', 'us_per_conn', 'conns_per_s', 'MB_per_s',
  'requests_per_rt', 'alloc_per_rt', 'heap_per_conn', 'direct_per_conn', 'rss_per_conn', 'server_heap_per_conn',
  'server_direct_per_conn', 'server_rss_per_conn']

const spread = row => row.min === row.max ? format(row.median)
  : `${format(row.median)} (${format(row.min)}..${format(row.max)})`

// One table for each case: its columns are the metrics that it has.
function tableOf(name, groups) {
  const all = rows(groups, true)
  const find = (group, metric) => all.find(row =>
    row.server === group.server && row.client === group.client && row.metric === metric)
  const columns = COLUMNS.filter(metric => all.some(row => row.metric === metric))
  const reference = all.find(row => row.metric === headline(name) && row.client === REFERENCE && row.server === REFERENCE)
  const lines = [['server', 'client', `x ${REFERENCE}`, ...columns, 'runs']]
  for (const group of groups) {
    const own = find(group, headline(name))
    const ratio = own && reference && reference.median > 0 ? (own.median / reference.median).toFixed(2) : '-'
    lines.push([group.server, group.client, ratio,
      ...columns.map(metric => find(group, metric)).map(row => row ? spread(row) : '-'), own ? String(own.runs) : '0'])
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)))
  const pad = (text, column) => column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column])
  const notes = groups.filter(group => group.reasons.length > 0)
    .map(group => `  ${group.client} -> ${group.server}: ${[...new Set(group.reasons)].join('; ')}`)
  return [`${name} (the ratio is that of ${headline(name)})`, ...lines.map(line => '  ' + line.map(pad).join('  ').trimEnd()),
    ...notes].join('\n')
}

function table(groups) {
  const names = [...new Set(groups.map(group => group.case))]
  return names.map(name => tableOf(name, groups.filter(group => group.case === name))).join('\n\n') +
    '\n\nmedian (min..max) of the rounds\n'
}

const wantsJson = process.argv[2] === '--json'
const groups = read(process.argv[wantsJson ? 3 : 2])
fs.writeSync(1, wantsJson
  ? '[\n' + rows(groups).map(row => '  ' + JSON.stringify(row)).join(',\n') + '\n]\n'
  : table(groups))
