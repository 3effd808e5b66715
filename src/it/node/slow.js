// SPDX-License-Identifier: Apache-2.0
//
//   slow.js PIPE ROUNDS   connects so many times, reads each stream slowly to its end, prints length and hash
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const net = require('net')

const path = '\\\\.\\pipe\\' + process.argv[2]
let rounds = Number(process.argv[3])
const giveUp = Date.now() + 600_000

function round () {
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
    // Nobody listens yet, or all instances are taken.
    if (length > 0 || !['ENOENT', 'EBUSY'].includes(error.code) || Date.now() > giveUp) {
      fs.writeSync(1, 'slow.js: ' + error.message + '\n')
      process.exit(1)
    }
    socket.removeAllListeners('close')
    setTimeout(round, 5)
  })
  socket.on('close', () => {
    fs.writeSync(1, length + ' ' + hash.digest('hex') + '\n')
    if (--rounds > 0) {
      round()
    }
  })
}

round()
