// SPDX-License-Identifier: Apache-2.0
//
//   slow.js PIPE ROUNDS COUNT   connects so many times, COUNT at once, reads each stream slowly to its end, prints
//                               length and hash; a stream of nothing does not count
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const net = require('net')

const path = '\\\\.\\pipe\\' + process.argv[2]
const rounds = Number(process.argv[3])
const atOnce = Number(process.argv[4])
const giveUp = Date.now() + 600_000

function round (left) {
  const hash = crypto.createHash('sha256')
  let length = 0
  const socket = net.connect(path)
  socket.on('data', data => {
    hash.update(data)
    length += data.length
    if (Math.random() < 0.25) {
      socket.pause()
      setTimeout(() => socket.resume(), 1)
    }
  })
  socket.on('error', error => {
    // Nobody listens yet, all instances are taken, or a server closes just now.
    if (length > 0 || error.code === 'EACCES' || Date.now() > giveUp) {
      fs.writeSync(1, 'slow.js: ' + error.message + '\n')
      process.exit(1)
    }
    socket.removeAllListeners('close')
    setTimeout(() => round(left), 5)
  })
  socket.on('close', () => {
    if (length > 0) {
      fs.writeSync(1, length + ' ' + hash.digest('hex') + '\n')
      left--
    }
    if (left > 0) {
      round(left)
    }
  })
}

for (let i = 0; i < Math.min(atOnce, rounds); i++) {
  round(Math.floor(rounds / atOnce) + (i < rounds % atOnce ? 1 : 0))
}
