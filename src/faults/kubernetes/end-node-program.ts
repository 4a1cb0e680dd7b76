/**
 * Opens the debugger of Node as pid 1, which SIGUSR1 does, and has it end the process as an abort of its own would. Node does not end while a
 * debugger is connected: so it ends just after this one has its answer and leaves.
 */
export const END_NODE_PROGRAM = `
  const http = require('node:http'), net = require('node:net')
  process.kill(1, 'SIGUSR1')
  const untilMs = Date.now() + 6000
  const again = () => Date.now() > untilMs ? (console.error('its debugger does not open'), process.exit(1)) : setTimeout(ask, 50)
  const ask = () => http.get({ host: '127.0.0.1', port: 9229, path: '/json/list' }, (answer) => {
    let text = ''
    answer.on('data', (part) => { text += part })
    answer.on('end', () => evaluate(new URL(JSON.parse(text)[0].webSocketDebuggerUrl).pathname))
  }).on('error', again)
  const evaluate = (path) => {
    const socket = net.connect(9229, '127.0.0.1', () => socket.write('GET ' + path + ' HTTP/1.1\\r\\nHost: 127.0.0.1:9229\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: ZmlyZWRyaWxsZmlyZWRyaQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n'))
    socket.once('data', () => {
      const text = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'setTimeout(() => process.reallyExit(1), 50)' } })
      // A frame of text with a mask of zeros; it is shorter than 126 bytes.
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]))
      // A debugger that leaves before its request is carried out ends nothing.
      socket.once('data', () => socket.destroy())
    })
    socket.on('error', () => {})
    // The end of pid 1 ends this program, too. Where it does not come, the request is repeated.
    socket.on('close', () => setTimeout(again, 1000))
    setTimeout(() => socket.destroy(), 2000)
  }
  ask()`
