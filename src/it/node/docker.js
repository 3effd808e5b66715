// SPDX-License-Identifier: Apache-2.0
//
// A stand-in for the Docker Engine on a pipe: enough of its API, in its manner, to see whether a client can drive it.
//
//   docker.js PIPE
'use strict'
const crypto = require('crypto')
const http = require('http')

const VERSION = '1.43'
const containers = new Map()
const listeners = new Set()

function json(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(value))
}

function tell(action, id) {
  const event = JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id }, time: 0 })
  listeners.forEach(listener => listener.write(event + '\n'))
}

// The engine's frames when a container has no terminal: stream, three zeroes, length, bytes.
function frame(stream, text) {
  const body = Buffer.from(text)
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}

function create(url, request, response) {
  let body = ''
  request.on('data', data => { body += data })
  request.on('end', () => {
    const id = crypto.randomBytes(32).toString('hex')
    const { Image, Cmd } = JSON.parse(body)
    containers.set(id, { Id: id, Names: ['/' + url.searchParams.get('name')], Image, Command: Cmd.join(' '), State: 'created' })
    tell('create', id)
    json(response, 201, { Id: id, Warnings: [] })
  })
}

function logs(container, response) {
  response.writeHead(200, { 'Content-Type': 'application/vnd.docker.multiplexed-stream' })
  response.write(frame(1, `ran ${container.Command}\n`))
  response.end(frame(2, 'a complaint\n'))
}

function inContainer(url, request, response) {
  const [, id, action] = url.pathname.match(/^\/containers\/([^/]+)\/?(.*)$/) || []
  const container = containers.get(id)
  if (!container) {
    return json(response, 404, { message: `No such container: ${id}` })
  }
  switch (`${request.method} ${action}`) {
    case 'POST start':
      container.State = 'running'
      tell('start', id)
      return response.writeHead(204).end()
    case 'GET logs':
      return logs(container, response)
    case 'DELETE ':
      containers.delete(id)
      tell('destroy', id)
      return response.writeHead(204).end()
    default:
      return json(response, 404, { message: 'page not found' })
  }
}

function answer(request, response) {
  // As servers written in Go do.
  if (!/^[A-Za-z0-9._~:[\]-]*$/.test(request.headers.host)) {
    return response.writeHead(400).end('400 Bad Request: malformed Host header')
  }
  response.setHeader('Api-Version', VERSION)
  const url = new URL(request.url.replace(`/v${VERSION}/`, '/'), 'http://localhost')
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /_ping':
      return response.end('OK')
    case 'GET /version':
      return json(response, 200, { ApiVersion: VERSION, Os: 'windows' })
    case 'GET /containers/json':
      return json(response, 200, [...containers.values()])
    case 'POST /containers/create':
      return create(url, request, response)
    case 'GET /events':
      listeners.add(response)
      request.on('close', () => listeners.delete(response))
      return response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
    default:
      return inContainer(url, request, response)
  }
}

const engine = http.createServer(answer)
// Attaching takes the connection over: what is typed comes back.
engine.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n'
    + 'Upgrade: tcp\r\n\r\n')
  socket.on('data', data => socket.write(String(data).toUpperCase()))
  socket.on('end', () => socket.end())
  socket.on('error', () => socket.destroy())
})
engine.listen(process.argv[2])
