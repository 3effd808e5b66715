// SPDX-License-Identifier: Apache-2.0
//
// Reads the results of bin/bench, lines of "SERVER CLIENT CASE key=value...", and prints a table or, with --json, an
// array of {server, client, case, metric, median, best, runs}.
'use strict'
const fs = require('fs')

const REFERENCE = 'raw-c'

const higherIsBetter = metric => metric.endsWith('_per_s')

function read(file) {
  const groups = new Map()
  for (const line of fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [server, client, name, ...values] = line.trim().split(/\s+/)
    const key = [name, server, client].join(' ')
    if (!groups.has(key)) {
      groups.set(key, { server, client, case: name, metrics: new Map() })
    }
    for (const [metric, value] of values.map(pair => pair.split('='))) {
      const { metrics } = groups.get(key)
      metrics.set(metric, [...metrics.get(metric) || [], Number(value)])
    }
  }
  return [...groups.values()]
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function best(metric, values) {
  return higherIsBetter(metric) ? Math.max(...values) : Math.min(...values)
}

function json(groups) {
  const rows = groups.flatMap(({ server, client, case: name, metrics }) => [...metrics].map(([metric, values]) =>
    ({ server, client, case: name, metric, median: median(values), best: best(metric, values), runs: values.length })))
  return '[\n' + rows.map(row => '  ' + JSON.stringify(row)).join(',\n') + '\n]\n'
}

const headline = group => group.metrics.has('us_per_rt') ? 'us_per_rt' : 'MB_per_s'

// How many times the work of the reference pair took, by medians and by bests: more than 1 is slower.
function ratio(groups, group) {
  const reference = groups.find(g => g.case === group.case && g.server === REFERENCE && g.client === REFERENCE)
  if (!reference) {
    return '-'
  }
  const metric = headline(group)
  const slower = summary => {
    const quotient = summary(group.metrics.get(metric)) / summary(reference.metrics.get(metric))
    return (higherIsBetter(metric) ? 1 / quotient : quotient).toFixed(2)
  }
  return `${slower(median)} (${slower(values => best(metric, values))})`
}

function cell(group, metric) {
  const values = group.metrics.get(metric)
  return values ? `${median(values).toFixed(1)} (${best(metric, values).toFixed(1)})` : '-'
}

function table(groups) {
  const rows = [['case', 'server', 'client', 'us/round trip', 'p50 us', 'p99 us', 'MB/s', 'runs', 'x ' + REFERENCE]]
  for (const group of groups) {
    const runs = group.metrics.get(headline(group)).length
    rows.push([group.case, group.server, group.client, cell(group, 'us_per_rt'), cell(group, 'p50_us'),
      cell(group, 'p99_us'), cell(group, 'MB_per_s'), String(runs), ratio(groups, group)])
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  const pad = (text, column) => column < 3 ? text.padEnd(widths[column]) : text.padStart(widths[column])
  return rows.map(row => row.map(pad).join('  ')).join('\n') +
    '\nmedian (best); a ratio above 1 is slower\n'
}

const wantsJson = process.argv[2] === '--json'
const groups = read(process.argv[wantsJson ? 3 : 2]).sort((a, b) => a.case < b.case ? -1 : a.case > b.case ? 1 : 0)
fs.writeSync(1, wantsJson ? json(groups) : table(groups))
