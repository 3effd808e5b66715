// SPDX-License-Identifier: Apache-2.0
//
// Writes the results of bin/bench into docs/performance: MODE.json, MODE.md and MODE.svg, and targets.md. What a case was
// found to be takes the place of what it was before, whole cases at a time, so that what is compared comes from one run.
//
//   report.js MODE RESULTS MACHINE
//
// MACHINE is a file of key=value lines: what was measured, where and how.
'use strict'
const fs = require('fs')
const { REFERENCE, headline, read, readPairs, rows, byMerit, pairName, format } = require('./results.js')
const { plot } = require('./plot.js')
const { targets } = require('./targets.js')

const FOLDER = 'docs/performance'

const INTRODUCTIONS = {
  pinned: 'Everything, Wine\'s server included, on one CPU: what the peers cost, without the waking of idle CPUs.',
  unpinned: 'All CPUs, as programs run: every waking of an idle CPU is in the times, and is most of the short ones.'
}

const MEANINGS = {
  pingpong: ['round trips of so many bytes, over so many connections together',
    ['p50_us', 'p99_us', 'p999_us', 'msgs_per_s', 'alloc_per_rt']],
  stream: ['MB/s to a server that echoes, in chunks of so many bytes', ['MB_per_s']],
  oneway: ['MB/s to a server that discards', ['MB_per_s']],
  duplex: ['MB/s each way at once, neither end waiting for the other\'s', ['MB_per_s']],
  connect: ['connect, echo of so many bytes, close, one after the other', ['conns_per_s', 'p50_us', 'p99_us']],
  idle: ['bytes for each of so many connections that do nothing after a round trip, beyond the first 100; resident ' +
    'memory counts what the JVM has not given back, heap is of live objects',
  ['heap_per_conn', 'direct_per_conn', 'rss_per_conn', 'server_heap_per_conn', 'server_direct_per_conn',
    'server_rss_per_conn']],
  requests: ['requests to Wine\'s server for each round trip, of both sides together, and what they are',
    ['requests_per_rt', 'select_requests', 'remove_completion_requests', 'get_async_result_requests', 'read_requests',
      'write_requests', 'socket_requests', 'other_requests']],
  channel: ['round trips on the channel alone; bytes allocated on the heap by all threads of the client for each',
    ['alloc_per_rt', 'p50_us', 'p99_us']]
}

const LABELS = {
  p50_us: 'p50 µs',
  p99_us: 'p99 µs',
  p999_us: 'p99.9 µs',
  msgs_per_s: 'messages/s',
  conns_per_s: 'connections/s',
  MB_per_s: 'MB/s',
  alloc_per_rt: 'B allocated/trip',
  requests_per_rt: 'requests/trip',
  select_requests: 'waits and what ends them',
  remove_completion_requests: 'packets asked for',
  get_async_result_requests: 'results of reads that waited',
  read_requests: 'reads',
  write_requests: 'writes',
  socket_requests: 'sockets, of selectors',
  other_requests: 'others',
  heap_per_conn: 'heap',
  direct_per_conn: 'direct',
  rss_per_conn: 'resident',
  server_heap_per_conn: 'server heap',
  server_direct_per_conn: 'server direct',
  server_rss_per_conn: 'server resident'
}

function stored(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { cases: {}, results: [], notes: [] }
}

function merge(document, groups, machine) {
  const measured = new Set(groups.map(group => group.case))
  const others = list => list.filter(entry => !measured.has(entry.case))
  const notes = groups.filter(group => group.reasons.length > 0).map(group =>
    ({ server: group.server, client: group.client, case: group.case, reason: [...new Set(group.reasons)].join('; ') }))
  const cases = { ...document.cases }
  for (const name of measured) {
    cases[name] = machine
  }
  return { cases, results: [...others(document.results), ...rows(groups, true)], notes: [...others(document.notes), ...notes] }
}

// Cases of one sort together, and in it by their numbers.
function caseNames(document) {
  const sorts = Object.keys(MEANINGS)
  const key = name => [sorts.indexOf(name.split('-')[0]), ...name.split('-')[1].split('x').map(Number)]
  return Object.keys(document.cases).sort((a, b) => {
    const [x, y] = [key(a), key(b)]
    const at = x.findIndex((value, i) => value !== y[i])
    return at < 0 ? 0 : x[at] - (y[at] || 0)
  })
}

function cell(row, reference) {
  if (!row) {
    return ''
  }
  const spread = row.runs > 1 ? ` (${format(row.min)}–${format(row.max)})` : ''
  const ratio = reference && reference.median > 0 && row !== reference
    ? ` **${(row.median / reference.median).toFixed(2)}**` : ''
  return format(row.median) + spread + ratio
}

function section(document, name) {
  const [meaning, metrics] = MEANINGS[name.split('-')[0]]
  const all = document.results.filter(row => row.case === name)
  const notes = document.notes.filter(note => note.case === name)
  const used = metrics.filter(metric => all.some(row => row.metric === metric))
  const reference = metric => all.find(row => row.metric === metric && row.server === REFERENCE && row.client === REFERENCE)
  const pairs = byMerit(all.filter(row => row.metric === headline(name)))
  const runs = Math.min(...all.map(row => row.runs))
  const lines = pairs.map(({ server, client }) => {
    const cells = used.map(metric => cell(
      all.find(row => row.metric === metric && row.server === server && row.client === client), reference(metric)))
    return `| ${[pairName({ server, client }), ...cells].join(' | ')} |`
  })
  const table = all.length === 0 ? [] : [`| | ${used.map(metric => LABELS[metric]).join(' | ')} |`,
    `|---|${used.map(() => '---:|').join('')}`, ...lines, '']
  return [`## ${name}`, '', `${meaning[0].toUpperCase()}${meaning.slice(1)}.${all.length > 0 ? ` Rounds: ${runs}.` : ''}`, '',
    ...table,
    ...notes.map(note => `- ${pairName(note)}: ${note.reason}`), ...notes.length > 0 ? [''] : []].join('\n')
}

// What was measured where, and which cases together.
function origins(document) {
  const origin = new Map()
  for (const name of caseNames(document)) {
    const key = JSON.stringify(document.cases[name])
    origin.set(key, [...origin.get(key) || [], name])
  }
  return [...origin].map(([key, names]) => {
    const machine = JSON.parse(key)
    return [`- ${names.join(', ')}:`, ...Object.entries(machine).map(([name, value]) => `  - ${name}: \`${value}\``)].join('\n')
  }).join('\n')
}

function markdown(mode, document) {
  return [`# Measured: ${mode}`, '', 'Written by `bin/bench`; what it means is said in [performance](../performance.md).',
    INTRODUCTIONS[mode], '',
    `Medians of the rounds, in brackets the least and the greatest; in bold the ratio to ${REFERENCE}.`, '',
    `![Medians and their spread](${mode}.svg)`, '', ...caseNames(document).map(name => section(document, name)),
    '## Where and how', '', origins(document), ''].join('\n')
}

const [mode, resultsFile, machineFile] = process.argv.slice(2)
const file = extension => `${FOLDER}/${mode}.${extension}`
fs.mkdirSync(FOLDER, { recursive: true })
const document = merge(stored(file('json')), read(resultsFile), readPairs(machineFile))
fs.writeFileSync(file('json'), JSON.stringify(document, null, 1) + '\n')
fs.writeFileSync(file('md'), markdown(mode, document))
fs.writeFileSync(file('svg'), plot(caseNames(document).map(name => ({
  name,
  metric: headline(name),
  label: LABELS[headline(name)],
  rows: document.results.filter(row => row.case === name && row.metric === headline(name))
}))))
if (mode === 'pinned') {
  fs.writeFileSync(`${FOLDER}/targets.md`, targets(document.results))
}
