// SPDX-License-Identifier: Apache-2.0
//
// The runner behind bin/bench.cmd, on Windows: fresh processes for every measurement, interleaved rounds, one line a
// measurement into target/bench/results.txt for table.js. The caller sets the CPU: children inherit it.
//
//   bench.js RUNS KIND,... CASE,...
'use strict'
const fs = require('fs')
const { spawn, spawnSync } = require('child_process')

const START_LIMIT_MS = 60000
const RUN_LIMIT_MS = 180000
const RESULTS = 'target/bench/results.txt'

function classPath() {
  return ['target/classes', 'target/test-classes', fs.readFileSync('target/bin/dependencies', 'utf8').trim()].join(';')
}

const peers = {
  npipe: () => ['java', '-XX:+UseSerialGC', '-Xmx512m', '-cp', classPath(), 'dev.npipe.bench.Peer'],
  'raw-c': () => ['target\\bench\\peer.exe'],
  node: () => [process.execPath, 'src/bench/node/peer.js']
}

function fail(message) {
  fs.writeSync(2, `bench: ${message}\n`)
  process.exit(1)
}

function workOf(name, pipe) {
  const [, size, connections] = /^(?:pingpong-(\d+)x(\d+)|stream-\d+)$/.exec(name) || fail(`unknown case '${name}'`)
  if (!size) {
    return ['stream', pipe, '256', name.slice('stream-'.length)]
  }
  const trips = connections > 1 ? 30000 : size > 4096 ? 5000 : 10000
  return ['pingpong', pipe, String(trips), size, connections]
}

function startServer(kind, pipe) {
  return new Promise(resolve => {
    const [program, ...options] = peers[kind]()
    const server = spawn(program, [...options, 'server', pipe], { stdio: ['ignore', 'pipe', 'inherit'] })
    const limit = setTimeout(() => server.kill(), START_LIMIT_MS)
    server.on('error', error => fail(`${kind}: ${error.message}`))
    server.on('exit', () => fail(`the ${kind} server ended before its client`))
    server.stdout.once('data', () => {
      clearTimeout(limit)
      resolve(server)
    })
  })
}

async function measure(round, kind, name) {
  const pipe = `npipe-bench-${process.pid}-${round}-${kind}-${name}`
  const server = await startServer(kind, pipe)
  const [program, ...options] = peers[kind]()
  const client = spawnSync(program, [...options, ...workOf(name, pipe)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: RUN_LIMIT_MS })
  server.removeAllListeners('exit')
  const ended = new Promise(resolve => server.once('exit', resolve))
  server.kill()
  await ended
  const line = (client.stdout || '').split(/\r?\n/).find(text => text.includes('_per_s='))
  if (client.status !== 0 || !line) {
    fail(`the ${kind} client failed or took too long: ${name}`)
  }
  fs.appendFileSync(RESULTS, `${kind} ${kind} ${name} ${line}\n`)
  fs.writeSync(2, `round ${round}  ${name}  ${kind}  ${line}\n`)
}

async function main(runs, kinds, names) {
  fs.writeFileSync(RESULTS, '')
  for (let round = 1; round <= runs; round++) {
    for (const name of names) {
      for (const kind of kinds) {
        await measure(round, kind, name)
      }
    }
  }
}

const [runs, kinds, names] = process.argv.slice(2)
main(Number(runs), kinds.split(','), names.split(','))
