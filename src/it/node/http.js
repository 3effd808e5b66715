// SPDX-License-Identifier: Apache-2.0
//
// Node.js's own http module on a pipe, and the ws package.
//
//   http.js serve PIPE             serves /hello, /chunked, /upload, /download?mib=N, /connections, and WebSockets that echo
//   http.js basics PIPE            asks such a server: GET, keep-alive, chunked
//   http.js transfer PIPE MIB      uploads and downloads, and compares hashes
//   http.js websocket PIPE         sends messages of three sizes and expects them back
//
// The ws package is looked for in the folder NPIPE_NODE_MODULES; without it, there are no WebSockets.
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const http = require('http')
const path = require('path')

const CHUNK = 65536
const PARTS = ['one', 'two', 'three']

function fail(error) {
  fs.writeSync(2, `http.js: ${error.stack || error}\n`)
  process.exit(1)
}

// A write to descriptor 1 rather than console.log, which fails where there is no Windows console.
function print(line) {
  fs.writeSync(1, line + '\n')
}

function ws() {
  return require(path.join(process.env.NPIPE_NODE_MODULES, 'ws'))
}

// Writes so many MiB as fast as they are taken, then calls end with their hash.
function send(stream, mib, end) {
  const hash = crypto.createHash('sha256')
  let left = mib * 1048576 / CHUNK
  const writeOn = () => {
    while (left > 0) {
      const chunk = Buffer.alloc(CHUNK, left-- % 251)
      chunk.writeUInt32LE(left)
      hash.update(chunk)
      if (!stream.write(chunk)) {
        return
      }
    }
    stream.removeListener('drain', writeOn)
    end(hash.digest('hex'))
  }
  stream.on('drain', writeOn)
  writeOn()
}

function receive(stream, end) {
  const hash = crypto.createHash('sha256')
  let length = 0
  stream.on('data', data => { hash.update(data); length += data.length })
  stream.on('end', () => end(length, hash.digest('hex')))
}

function text(stream, end) {
  const all = []
  stream.on('data', data => all.push(String(data)))
  stream.on('end', () => end(all.join('')))
}

function serve(pipe) {
  const requesting = new Set()
  const server = http.createServer((request, response) => {
    requesting.add(request.socket)
    const url = new URL(request.url, 'http://localhost')
    if (url.pathname === '/hello') {
      response.end(`hello ${request.method} ${url.search} from ${request.headers.host}`)
    } else if (url.pathname === '/chunked') {
      const parts = [...PARTS]
      const next = () => parts.length ? response.write(parts.shift(), () => setImmediate(next)) : response.end()
      next()
    } else if (url.pathname === '/connections') {
      response.end(`${requesting.size} connection`)
    } else if (url.pathname === '/upload') {
      receive(request, (length, hash) => response.end(`${length} ${hash}`))
    } else if (url.pathname === '/download') {
      response.writeHead(200, { Trailer: 'sha256' })
      send(response, Number(url.searchParams.get('mib')), hash => { response.addTrailers({ sha256: hash }); response.end() })
    } else {
      response.writeHead(404).end()
    }
  })
  if (process.env.NPIPE_NODE_MODULES) {
    const sockets = new (ws().WebSocketServer)({ server })
    sockets.on('connection', socket => socket.on('message', (data, binary) => socket.send(data, { binary })))
  }
  server.on('error', fail)
  server.listen(pipe)
}

function ask(pipe, options, body, end) {
  const request = http.request({ socketPath: pipe, ...options }, end)
  request.on('error', fail)
  body ? body(request) : request.end()
}

function basics(pipe) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const seen = new Set()
  const round = left => ask(pipe, { agent, path: `/hello?${left}` }, null, response => {
    seen.add(response.socket)
    text(response, body => {
      if (left > 0) {
        round(left - 1)
      } else {
        print(body)
        print(`${seen.size} connection`)
        chunked()
      }
    })
  })
  const chunked = () => ask(pipe, { agent, path: '/chunked' }, null, response => text(response, body => {
    print(`${response.headers['transfer-encoding']} ${body}`)
    agent.destroy()
  }))
  round(9)
}

function transfer(pipe, mib) {
  let sent
  const upload = request => send(request, mib, hash => { sent = hash; request.end() })
  ask(pipe, { path: '/upload', method: 'POST' }, upload, response => text(response, answer => {
    print(answer === `${mib * 1048576} ${sent}` ? 'upload match' : `upload MISMATCH ${answer}`)
    ask(pipe, { path: `/download?mib=${mib}` }, null, download => receive(download, (length, hash) => {
      const match = length === mib * 1048576 && hash === download.trailers.sha256
      print(match ? 'download match' : `download MISMATCH ${length} ${hash}`)
    }))
  }))
}

function websocket(pipe) {
  const sizes = [0, 100, 60000]
  const socket = new (ws())(`ws+unix:${pipe}:/chat`)
  let sent
  const next = () => {
    if (sizes.length === 0) {
      socket.close(1000)
      return
    }
    sent = crypto.randomBytes(sizes.shift())
    socket.send(sent)
  }
  socket.on('error', fail)
  socket.on('open', next)
  socket.on('message', data => { print(`${data.length} ${sent.equals(data) ? 'match' : 'MISMATCH'}`); next() })
  socket.on('close', code => print(`closed ${code}`))
}

const [command, pipe, argument] = process.argv.slice(2)
const commands = { serve, basics, transfer, websocket }
if (!commands[command] || !pipe) {
  fail('usage: http.js serve|basics|transfer|websocket PIPE [MIB]')
}
commands[command](pipe, Number(argument))
