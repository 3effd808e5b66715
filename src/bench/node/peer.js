// SPDX-License-Identifier: Apache-2.0
//
// The Node.js peer of the benchmark; command line, warm-up and output as described in ../c/peer.c.
// Lines are written through fs.writeSync: console.log fails where there is no Windows console.
'use strict'
const fs = require('fs')
const net = require('net')

const WARMUP_ROUND_TRIPS = 20000
const CONNECT_TIMEOUT_MS = 10000

const usage = `usage: peer.js server PIPE
       peer.js pingpong PIPE ITERATIONS SIZE CONNECTIONS
       peer.js stream PIPE TOTAL_MIB CHUNK
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

function server(path) {
  const echo = net.createServer(socket => {
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  echo.on('error', fail)
  echo.listen(path, () => print('ready'))
}

async function connect(path) {
  const giveUp = Date.now() + CONNECT_TIMEOUT_MS
  for (;;) {
    try {
      return await connectOnce(path)
    } catch (error) {
      if (error.code !== 'EBUSY' || Date.now() > giveUp) {
        throw error
      }
      await new Promise(resolve => setTimeout(resolve, 1))
    }
  }
}

function connectOnce(path) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', fail)
      socket.on('close', () => fail('the server closed the connection'))
      resolve(socket)
    })
  })
}

// Round trips on all connections at once: `trips` in all, or as many as `limit` seconds allow.
function pingpongRun(sockets, payload, trips, limit) {
  return new Promise(resolve => {
    const samples = new Float64Array(trips)
    const began = performance.now()
    const deadline = limit > 0 ? began + limit * 1000 : Infinity
    let begun = 0
    let done = 0
    for (const socket of sockets) {
      let got = 0
      let sentAt = 0
      const trip = () => {
        const now = performance.now()
        if (begun < trips && now < deadline) {
          begun++
          sentAt = now
          socket.write(payload)
        }
      }
      socket.removeAllListeners('data')
      socket.on('data', data => {
        got += data.length
        if (got === payload.length) {
          got = 0
          samples[done++] = (performance.now() - sentAt) * 1000
          trip()
          if (done === begun) {
            resolve({ seconds: (performance.now() - began) / 1000, samples: samples.subarray(0, done).sort() })
          }
        }
      })
      trip()
    }
  })
}

async function pingpong(path, trips, size, connections) {
  const payload = Buffer.alloc(size, 'x')
  const sockets = []
  while (sockets.length < connections) {
    sockets.push(await connect(path))
  }
  if (warmupSeconds() > 0) {
    await pingpongRun(sockets, payload, WARMUP_ROUND_TRIPS, warmupSeconds())
  }
  const { seconds, samples } = await pingpongRun(sockets, payload, trips, 0)
  const percentile = p => samples[Math.floor(trips * p / 100)].toFixed(1)
  print(`us_per_rt=${(seconds * 1e6 / trips).toFixed(1)} msgs_per_s=${(trips / seconds).toFixed(0)}` +
    ` MB_per_s=${(trips * size / seconds / 1e6).toFixed(2)} p50_us=${percentile(50)} p99_us=${percentile(99)}`)
}

// Writes `total` bytes in chunks, or as many as `limit` seconds allow, until all of them have come back.
function streamRun(socket, chunk, total, limit) {
  return new Promise(resolve => {
    const began = performance.now()
    const deadline = limit > 0 ? began + limit * 1000 : Infinity
    let goal = total
    let sent = 0
    let got = 0
    const finish = () => {
      if (got === goal) {
        resolve((performance.now() - began) / 1000)
      }
    }
    const writeOn = () => {
      while (sent < goal) {
        if (performance.now() >= deadline) {
          goal = sent
          finish()
          return
        }
        const length = Math.min(chunk.length, goal - sent)
        sent += length
        if (!socket.write(length === chunk.length ? chunk : chunk.subarray(0, length))) {
          return
        }
      }
    }
    socket.removeAllListeners('data')
    socket.removeAllListeners('drain')
    socket.on('data', data => {
      got += data.length
      finish()
    })
    socket.on('drain', writeOn)
    writeOn()
  })
}

async function stream(path, mib, size) {
  const chunk = Buffer.alloc(size, 'x')
  const socket = await connect(path)
  if (warmupSeconds() > 0) {
    await streamRun(socket, chunk, WARMUP_ROUND_TRIPS * size, warmupSeconds())
  }
  const total = mib * 1048576
  const seconds = await streamRun(socket, chunk, total, 0)
  print(`seconds=${seconds.toFixed(3)} MB_per_s=${(total / seconds / 1e6).toFixed(1)}`)
}

const [command, name, ...rest] = process.argv.slice(2)
const numbers = rest.map(Number)
const valid = count => name && numbers.length === count && numbers.every(n => Number.isInteger(n) && n > 0)
if (command === 'server' && valid(0)) {
  server(pipePath(name))
} else if (command === 'pingpong' && valid(3)) {
  pingpong(pipePath(name), ...numbers).then(() => process.exit(0), fail)
} else if (command === 'stream' && valid(2)) {
  stream(pipePath(name), ...numbers).then(() => process.exit(0), fail)
} else {
  fs.writeSync(2, usage)
  process.exit(2)
}
