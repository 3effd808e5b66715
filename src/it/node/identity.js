// SPDX-License-Identifier: Apache-2.0
//
// Tells a pipe's server who it is, as far as Node.js knows: lines of name=value, and "end".
//
//   node identity.js PIPE
'use strict'
const socket = require('net').connect(process.argv[2], () => {
  socket.write(`pid=${process.pid}\nimage=${process.execPath}\nuser=${require('os').userInfo().username}\nend\n`)
})
// Stays until the server has seen enough.
socket.resume()
socket.on('error', () => process.exit(1))
