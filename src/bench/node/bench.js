// SPDX-License-Identifier: Apache-2.0
//
// The runner behind bin/bench.cmd, on Windows: fresh processes for every measurement, interleaved rounds, one line a
// measurement into target/bench/results.txt for table.js. The caller sets the CPU: children inherit it.
//
//   bench.js RUNS KIND,... CASE,...
//
// Kinds and cases are those of bin/bench, but for requests-*, which are Wine's.
'use strict'
const fs = require('fs')
const { spawn } = require('child_process')

const START_LIMIT_MS = 60000
const RUN_LIMIT_MS = 180000
const IDLE_LIMIT_MS = 300000
const RESULTS = 'target/bench/results.txt'
const JAVA_OPTIONS = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx512m', '-Djna.nosys=true',
  '-Dfile.encoding=UTF-8', '-Djava.net.preferIPv4Stack=true']

function java(kind, main, dependencies) {
  const path = ['target/classes', 'target/test-classes', `${dependencies}/*`].join(';')
  return ['java', ...JAVA_OPTIONS, `-Dkind=${kind}`, '-cp', path, main]
}

const ours = kind => () => java(kind, 'dev.npipe.bench.Peer', 'target/bin/runtime')
const rival = kind => () => java(kind, 'dev.npipe.bench.RivalPeer', 'target/bin/rivals')

const peers = {
  ...Object.fromEntries(['npipe', 'npipe-shared', 'netsocket', 'http', 'tcp'].map(kind => [kind, ours(kind)])),
  ...Object.fromEntries(['ipcsocket', 'ipcsocket-jni', 'docker-java'].map(kind => [kind, rival(kind)])),
  'raw-c': () => ['target\\bench\\peer.exe'],
  node: () => [process.execPath, 'src/bench/node/peer.js'],
  'node-http': () => [process.execPath, 'src/bench/node/http.js'],
  cpython: () => ['python', 'src/bench/python/peer.py']
}

const serverOf = kind => kind === 'docker-java' ? 'npipe' : kind

let measurements = 0

function fail(message) {
  fs.writeSync(2, `bench: ${message}\n`)
  process.exit(1)
}

// What the server and the client are told, before and after the name of the pipe.
function workOf(name) {
  const [, sort, size, connections] = /^([a-z]+)-(\d+)(?:x(\d+))?$/.exec(name) || fail(`unknown case '${name}'`)
  const trips = connections > 1 ? 30000 : size > 4096 ? 5000 : 10000
  const works = {
    pingpong: [['server'], ['pingpong', trips, size, connections]],
    stream: [['server'], ['stream', 256, size]],
    oneway: [['sink', 1], ['oneway', 256, size]],
    duplex: [['sink', 1048576], ['duplex', 256, size]],
    connect: [['server'], ['connect', 2000, size]],
    idle: [['server'], ['idle', size]],
    channel: [['server'], ['channel', trips, size]]
  }
  return works[sort] || fail(`unknown case '${name}'`)
}

const concerns = (kind, name) => !name.startsWith('channel-') || ['npipe', 'npipe-shared'].includes(kind)

function cannot(kind, name) {
  return name.startsWith('connect-') && kind.startsWith('ipcsocket') ? 'close() of a client leaves its pipe open' : ''
}

function start(kind, [command, ...numbers], pipe, env) {
  const [program, ...options] = peers[kind]()
  const child = spawn(program, [...options, command, pipe, ...numbers.map(String)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  child.said = ''
  child.stdout.on('data', data => {
    child.said += data
    child.emit('said')
  })
  child.on('error', error => fail(`${kind}: ${error.message}`))
  return child
}

// The first line of a program that matches; null when it ends or takes too long without.
function line(child, pattern, limit) {
  return new Promise(resolve => {
    const finish = found => {
      clearTimeout(timer)
      child.off('said', look)
      child.off('close', ended)
      resolve(found)
    }
    const look = () => {
      const lines = child.said.split(/\r?\n/)
      lines.pop()
      const found = lines.find(text => pattern.test(text))
      if (found) {
        finish(found)
      }
    }
    const ended = () => finish(null)
    const timer = setTimeout(ended, limit)
    child.on('said', look)
    child.on('close', ended)
    look()
  })
}

async function stop(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise(resolve => child.once('close', resolve))
    child.kill()
    await ended
  }
}

async function resultOf(kind, name, pipe) {
  const [serverWork, clientWork] = workOf(name)
  const idle = clientWork[0] === 'idle'
  const memory = idle ? { JDK_JAVA_OPTIONS: `-Dmemory=${clientWork[1]}` } : {}
  const server = start(serverOf(kind), serverWork, pipe, memory)
  let result = 'failed=the_server_did_not_come_up'
  if (await line(server, /^ready/, START_LIMIT_MS)) {
    const client = start(kind, clientWork, pipe, {})
    const pattern = idle ? /^connections=/ : /_per_s=/
    result = await line(client, pattern, idle ? IDLE_LIMIT_MS : RUN_LIMIT_MS) || 'failed=the_client_gave_no_result'
    const told = /heap_per_conn/.test(result) && await line(server, /^memory/, 10000)
    if (told) {
      result += told.replace('memory', '').replace(/ /g, ' server_')
    }
    await stop(client)
  }
  await stop(server)
  return result
}

async function measure(round, kind, name) {
  if (!concerns(kind, name)) {
    return
  }
  const number = ++measurements
  const pipe = kind === 'tcp' ? String(20000 + (process.pid * 31 + number) % 10000) : `npipe-bench-${process.pid}-${number}`
  const reason = cannot(kind, name)
  const result = reason ? `cannot=${reason.replace(/ /g, '_')}` : await resultOf(kind, name, pipe)
  fs.appendFileSync(RESULTS, `${serverOf(kind)} ${kind} ${name} ${result}\n`)
  fs.writeSync(2, `round ${round}  ${name}  ${kind}  ${result}\n`)
}

// The kinds take turns in being the first of a round.
async function main(runs, kinds, names) {
  kinds.forEach(kind => peers[kind] || fail(`unknown kind '${kind}'`))
  names.forEach(workOf)
  fs.writeFileSync(RESULTS, '')
  for (let round = 1; round <= runs; round++) {
    for (const name of names) {
      for (let i = 0; i < kinds.length; i++) {
        await measure(round, kinds[(i + round - 1) % kinds.length], name)
      }
    }
  }
  process.exit(fs.readFileSync(RESULTS, 'utf8').includes('failed=') ? 1 : 0)
}

const [runs, kinds, names] = process.argv.slice(2)
main(Number(runs), kinds.split(','), names.split(','))
