// SPDX-License-Identifier: Apache-2.0
//
// Results of the benchmark: lines of "SERVER CLIENT CASE key=value...", of which "cannot=why" and "failed=why" stand for
// measurements that were not made.
'use strict'
const fs = require('fs')

const REFERENCE = 'raw-c'
const NOT_NUMBERS = ['cannot', 'failed']

const higherIsBetter = metric => metric.endsWith('_per_s')

// What a case is about.
function headline(name) {
  if (/^pingpong-\d+x1$/.test(name)) {
    return 'p50_us'
  }
  return {
    pingpong: 'msgs_per_s',
    connect: 'conns_per_s',
    idle: 'rss_per_conn',
    requests: 'requests_per_rt',
    channel: 'alloc_per_rt'
  }[name.split('-')[0]] || 'MB_per_s'
}

// One group for each case and pair, in the order they were first seen; metrics maps names to the values of all rounds.
function read(file) {
  const groups = new Map()
  for (const line of fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [server, client, name, ...values] = line.trim().split(/\s+/)
    const key = [name, server, client].join(' ')
    if (!groups.has(key)) {
      groups.set(key, { server, client, case: name, metrics: new Map(), reasons: [] })
    }
    const group = groups.get(key)
    for (const [metric, value] of values.map(pair => pair.split('='))) {
      if (NOT_NUMBERS.includes(metric)) {
        group.reasons.push(`${metric === 'failed' ? 'failed: ' : ''}${value.replace(/_/g, ' ')}`)
      } else if (metric !== 'connections') {
        group.metrics.set(metric, [...group.metrics.get(metric) || [], Number(value)])
      }
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

// Rows of a metric each; with spread also the least and the greatest.
function rows(groups, spread) {
  return groups.flatMap(({ server, client, case: name, metrics }) => [...metrics].map(([metric, values]) => ({
    server,
    client,
    case: name,
    metric,
    median: median(values),
    best: best(metric, values),
    runs: values.length,
    ...spread ? { min: Math.min(...values), max: Math.max(...values) } : {}
  })))
}

// Rows of one metric, the best first.
function byMerit(rows) {
  return [...rows].sort((a, b) => higherIsBetter(a.metric) ? b.median - a.median : a.median - b.median)
}

// How a pair is called: by its client where that names the server too.
function pairName({ server, client }) {
  return server === client ? client : `${client} → ${server}`
}

function format(value) {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1)
}

// Lines of key=value.
function readPairs(file) {
  return Object.fromEntries(fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => {
    const at = line.indexOf('=')
    return [line.slice(0, at), line.slice(at + 1)]
  }))
}

module.exports = { REFERENCE, headline, higherIsBetter, read, readPairs, rows, byMerit, pairName, format }
