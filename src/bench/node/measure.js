// SPDX-License-Identifier: Apache-2.0
//
// What the Node.js peers of the benchmark have in common; command line, warm-up and output as described in
// ../c/peer.c. A connection has write(data), which says whether to go on writing, close(), and calls its own onData(data)
// and onDrain(). Lines are written through fs.writeSync: console.log fails where there is no Windows console.
'use strict'
const fs = require('fs')

const WARMUP_ROUND_TRIPS = 20000
const MEBIBYTE = 1048576
const IDLE_BASE = 100
const IDLE_PAUSE_MS = 3000

const usage = `usage: peer.js server PIPE
       peer.js sink PIPE ANSWER
       peer.js pingpong PIPE ITERATIONS SIZE CONNECTIONS
       peer.js stream|oneway|duplex PIPE TOTAL_MIB CHUNK
       peer.js connect PIPE ITERATIONS SIZE
       peer.js idle PIPE CONNECTIONS
`

function print(line) {
  fs.writeSync(1, line + '\n')
}

function fail(error) {
  fs.writeSync(2, `peer.js: ${error.message || error}\n`)
  process.exit(1)
}

function pipePath(name) {
  return /[\\/]/.test(name) ? name : '\\\\.\\pipe\\' + name
}

function warmupSeconds() {
  return process.env.WARMUP ? Number(process.env.WARMUP) : 5
}

// Takes what arrives, and sends `answer` bytes for each MiB of it at the pace they are taken.
function sink(input, output, answer) {
  const piece = Buffer.alloc(65536)
  let received = 0
  let owed = 0
  let full = false
  const writeOn = () => {
    while (owed > 0 && !full) {
      const length = Math.min(piece.length, owed)
      owed -= length
      full = !output.write(length === piece.length ? piece : piece.subarray(0, length))
    }
  }
  output.on('drain', () => {
    full = false
    writeOn()
  })
  input.on('data', data => {
    const before = Math.floor(received / MEBIBYTE)
    received += data.length
    owed += (Math.floor(received / MEBIBYTE) - before) * answer
    writeOn()
  })
}

function percentiles(samples) {
  samples.sort()
  const permille = p => samples[Math.floor(samples.length * p / 1000)].toFixed(1)
  return `p50_us=${permille(500)} p99_us=${permille(990)} p999_us=${permille(999)}`
}

// Round trips on all connections at once: `trips` in all, or as many as `limit` seconds allow.
function pingpongRun(connections, payload, trips, limit) {
  return new Promise(resolve => {
    const samples = new Float64Array(trips)
    const began = performance.now()
    const deadline = limit > 0 ? began + limit * 1000 : Infinity
    let begun = 0
    let done = 0
    for (const connection of connections) {
      let got = 0
      let sentAt = 0
      const trip = () => {
        const now = performance.now()
        if (begun < trips && now < deadline) {
          begun++
          sentAt = now
          connection.write(payload)
        }
      }
      connection.onData = data => {
        got += data.length
        if (got === payload.length) {
          got = 0
          samples[done++] = (performance.now() - sentAt) * 1000
          trip()
          if (done === begun) {
            resolve({ seconds: (performance.now() - began) / 1000, samples: samples.subarray(0, done) })
          }
        }
      }
      trip()
    }
  })
}

async function pingpong(connect, trips, size, count) {
  const payload = Buffer.alloc(size, 'x')
  const connections = []
  while (connections.length < count) {
    connections.push(await connect(true))
  }
  if (warmupSeconds() > 0) {
    await pingpongRun(connections, payload, WARMUP_ROUND_TRIPS, warmupSeconds())
  }
  const { seconds, samples } = await pingpongRun(connections, payload, trips, 0)
  print(`us_per_rt=${(seconds * 1e6 / trips).toFixed(1)} msgs_per_s=${(trips / seconds).toFixed(0)}` +
    ` MB_per_s=${(trips * size / seconds / 1e6).toFixed(2)} ${percentiles(samples)}`)
}

// Writes `total` bytes in chunks, or as many as `limit` seconds allow, until all that is due has come back: the same,
// or `answer` bytes for each MiB.
function streamRun(connection, chunk, total, answer, limit) {
  return new Promise(resolve => {
    const began = performance.now()
    const deadline = limit > 0 ? began + limit * 1000 : Infinity
    let goal = total
    let sent = 0
    let got = 0
    const finish = () => {
      if (got === (answer === 0 ? goal : goal / MEBIBYTE * answer)) {
        resolve({ seconds: (performance.now() - began) / 1000, bytes: goal })
      }
    }
    const writeOn = () => {
      while (sent < goal) {
        if ((answer === 0 || sent % MEBIBYTE === 0) && performance.now() >= deadline) {
          goal = sent
          finish()
          return
        }
        const length = Math.min(chunk.length, goal - sent)
        sent += length
        if (!connection.write(length === chunk.length ? chunk : chunk.subarray(0, length))) {
          return
        }
      }
    }
    connection.onData = data => {
      got += data.length
      finish()
    }
    connection.onDrain = writeOn
    writeOn()
  })
}

async function stream(connect, mib, size, answer) {
  const chunk = Buffer.alloc(size, 'x')
  const connection = await connect(false)
  if (warmupSeconds() > 0) {
    const whole = Math.max(1, Math.floor(WARMUP_ROUND_TRIPS * size / MEBIBYTE))
    await streamRun(connection, chunk, whole * MEBIBYTE, answer, warmupSeconds())
  }
  const { seconds, bytes } = await streamRun(connection, chunk, mib * MEBIBYTE, answer, 0)
  print(`seconds=${seconds.toFixed(3)} MB_per_s=${(bytes / seconds / 1e6).toFixed(1)}`)
}

function roundTrip(connection, payload) {
  return new Promise(resolve => {
    let got = 0
    connection.onData = data => {
      got += data.length
      if (got === payload.length) {
        resolve()
      }
    }
    connection.write(payload)
  })
}

async function connectRun(connect, payload, count, limit) {
  const samples = []
  const began = performance.now()
  const deadline = limit > 0 ? began + limit * 1000 : Infinity
  while (samples.length < count && performance.now() < deadline) {
    const connectBegan = performance.now()
    const connection = await connect(true)
    await roundTrip(connection, payload)
    connection.close()
    samples.push((performance.now() - connectBegan) * 1000)
  }
  return { seconds: (performance.now() - began) / 1000, samples: Float64Array.from(samples) }
}

async function connectRate(connect, count, size) {
  const payload = Buffer.alloc(size, 'x')
  if (warmupSeconds() > 0) {
    await connectRun(connect, payload, WARMUP_ROUND_TRIPS, warmupSeconds())
  }
  const { seconds, samples } = await connectRun(connect, payload, count, 0)
  print(`us_per_conn=${(seconds * 1e6 / count).toFixed(1)} conns_per_s=${(count / seconds).toFixed(0)}` +
    ` ${percentiles(samples)}`)
}

async function idle(connect, count) {
  const payload = Buffer.alloc(64, 'x')
  const open = []
  const more = async number => {
    for (let i = 0; i < number; i++) {
      const connection = await connect(true)
      open.push(connection)
      await roundTrip(connection, payload)
    }
  }
  await more(IDLE_BASE)
  print('base')
  await new Promise(resolve => setTimeout(resolve, IDLE_PAUSE_MS))
  await more(count)
  print(`connections=${count}`)
  setInterval(() => open.length, 1 << 30)
}

// Runs a peer: listen(path, answer, ready), where no answer is an echo, and connect(path, messages).
function main({ listen, connect }) {
  const [command, name, ...rest] = process.argv.slice(2)
  const numbers = rest.map(Number)
  const to = messages => connect(pipePath(name), messages)
  const commands = {
    'server 0': () => listen(pipePath(name), 0, () => print('ready')),
    'sink 1': () => listen(pipePath(name), numbers[0], () => print('ready')),
    'pingpong 3': () => pingpong(to, ...numbers),
    'stream 2': () => stream(to, ...numbers, 0),
    'oneway 2': () => stream(to, ...numbers, 1),
    'duplex 2': () => stream(to, ...numbers, MEBIBYTE),
    'connect 2': () => connectRate(to, ...numbers),
    'idle 1': () => idle(to, ...numbers)
  }
  const run = commands[`${command} ${numbers.length}`]
  if (!name || !run || !numbers.every(n => Number.isInteger(n) && n > 0)) {
    fs.writeSync(2, usage)
    process.exit(2)
  }
  const staying = ['server', 'sink', 'idle'].includes(command)
  Promise.resolve(run()).then(() => staying || process.exit(0), fail)
}

module.exports = { main, sink, fail }
