// SPDX-License-Identifier: Apache-2.0
//
// What was aimed at, and what was reached, from the results of one pinned run.
'use strict'
const { format } = require('./results.js')

const JAVA_RIVALS = ['tcp', 'ipcsocket', 'ipcsocket-jni', 'docker-java']
const NOT_MEASURED = 'not measured'
// Of what is counted while measuring; a real allocation has at least 16 bytes.
const NO_ALLOCATION = 1

function targets(results) {
  const median = (client, name, metric) => {
    const row = results.find(r => r.client === client && r.case === name && r.metric === metric)
    return row ? row.median : NaN
  }
  const verdict = (reached, text) => `${text}: ${reached ? '**reached**' : '**not reached**'}`
  const most = (client, name, metric, limit) => ratioOf(client, 'raw-c', name, metric, ratio => ratio <= limit)
  const least = (client, reference, name, metric, limit) =>
    ratioOf(client, reference, name, metric, ratio => ratio >= limit)

  function ratioOf(client, reference, name, metric, reached) {
    const [own, other] = [median(client, name, metric), median(reference, name, metric)]
    const ratio = own / other
    return Number.isNaN(ratio) ? NOT_MEASURED
      : verdict(reached(ratio), `${ratio.toFixed(2)} × (${format(own)} beside ${format(other)})`)
  }

  function reported(client, name, metric, reference) {
    const own = median(client, name, metric)
    const other = median(reference, name, metric)
    return Number.isNaN(own) ? NOT_MEASURED
      : format(own) + (Number.isNaN(other) ? '' : ` (${(own / other).toFixed(1)} ×)`)
  }

  function faster(client, rivals, name, metric) {
    const own = median(client, name, metric)
    const others = rivals.map(rival => [rival, median(rival, name, metric)])
    const missing = others.filter(([, value]) => Number.isNaN(value)).map(([rival]) => rival)
    const ahead = others.filter(([, value]) => value <= own).map(([rival, value]) => `${rival} has ${format(value)}`)
    if (Number.isNaN(own) || missing.length === rivals.length) {
      return NOT_MEASURED
    }
    return verdict(ahead.length === 0, [format(own), ...ahead].join(', ')) +
      (missing.length > 0 ? ` (${NOT_MEASURED}: ${missing.join(', ')})` : '')
  }

  function atMost(client, name, metric, limit) {
    const own = median(client, name, metric)
    return Number.isNaN(own) ? NOT_MEASURED : verdict(own <= limit, format(own))
  }

  // A TCP connection of Vert.x is Netty's channel and Vert.x's socket.
  function idle(client) {
    const name = 'idle-1000'
    const of = (kind, side) => median(kind, name, `${side}heap_per_conn`) + median(kind, name, `${side}direct_per_conn`)
    const ends = ['', 'server_'].map(side => ({ own: of(client, side), beyond: of(client, side) - of('tcp', side) }))
    if (ends.some(({ own }) => Number.isNaN(own))) {
      return NOT_MEASURED
    }
    const text = ends.map(({ own, beyond }, i) => `${['client', 'server'][i]} ${format(own)}` +
      (Number.isNaN(beyond) ? '' : `, ${format(beyond)} beyond TCP`)).join('; ')
    return verdict(ends.every(({ own, beyond }) => (Number.isNaN(beyond) ? own : beyond) <= 4096), text)
  }

  const table = [
    ['ping-pong 64 B × 1, p50', '≤ 1.10 × raw C; ≤ 2.5 ×',
      most('npipe', 'pingpong-64x1', 'p50_us', 1.1), most('npipe-shared', 'pingpong-64x1', 'p50_us', 2.5)],
    ['the same, beside Node.js and the Java rivals', 'faster', faster('npipe', ['node', ...JAVA_RIVALS], 'pingpong-64x1',
      'p50_us'), ''],
    ['its p99', '≤ 2 × raw C; reported',
      most('npipe', 'pingpong-64x1', 'p99_us', 2), reported('npipe-shared', 'pingpong-64x1', 'p99_us', 'raw-c')],
    ['ping-pong 64 B × 50, messages/s', '≥ 1.0 × raw C; ≥ 0.6 ×', least('npipe', 'raw-c', 'pingpong-64x50', 'msgs_per_s', 1),
      least('npipe-shared', 'raw-c', 'pingpong-64x50', 'msgs_per_s', 0.6)],
    ['ping-pong 64 KiB × 1, p50', '≤ 1.15 × raw C; ≤ 2 ×',
      most('npipe', 'pingpong-65536x1', 'p50_us', 1.15), most('npipe-shared', 'pingpong-65536x1', 'p50_us', 2)],
    ['streaming 64 KiB chunks (echo)', '≥ 0.95 × raw C; ≥ 0.8 ×', least('npipe', 'raw-c', 'stream-65536', 'MB_per_s', 0.95),
      least('npipe-shared', 'raw-c', 'stream-65536', 'MB_per_s', 0.8)],
    ['connect, echo, close', '≥ Node.js', least('npipe', 'node', 'connect-64', 'conns_per_s', 1),
      least('npipe-shared', 'node', 'connect-64', 'conns_per_s', 1)],
    ['Wine server requests per 64 B round trip', '≤ 20; reported', atMost('npipe', 'requests-64x1', 'requests_per_rt', 20),
      reported('npipe-shared', 'requests-64x1', 'requests_per_rt', 'raw-c')],
    ['bytes allocated per round trip on the channel', '0; ≤ 64', atMost('npipe', 'channel-64', 'alloc_per_rt', NO_ALLOCATION),
      atMost('npipe-shared', 'channel-64', 'alloc_per_rt', 64)],
    ['idle connection, native and heap, bytes', '≤ 4,096 beyond Netty\'s channel', idle('npipe'), idle('npipe-shared')]
  ]
  return ['# Targets', '', 'Written by `bin/bench` from the medians in [pinned](pinned.md); the in-loop column is `npipe`, the ' +
    'other `npipe-shared`. A', 'difference under 40 % in one run may be noise.', '',
  '| | target | in-loop | shared poller |', '|---|---|---|---|', ...table.map(row => `| ${row.join(' | ')} |`), ''].join('\n')
}

module.exports = { targets }
